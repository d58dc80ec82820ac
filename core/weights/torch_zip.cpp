#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/weights/contents.hpp"
#include "core/weights/layout.hpp"
#include "core/weights/pickle.hpp"
#include "core/weights/torch_tree.hpp"
#include "core/weights/zip_archive.hpp"

namespace relievo::weights {
namespace {

constexpr const char* kFetchAgain = "; the file is damaged: fetch it again";
constexpr const char* kSaveTensors =
    "; nothing was executed. If you trust the file, load it in Python and save its tensors alone: "
    "torch.save(model.state_dict(), 'new.pth')";

std::string_view as_text(std::span<const std::byte> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

// One archive of torch.save: all entries lie in one folder, whose name is that of the file as it
// was saved.
class TorchArchive {
 public:
  TorchArchive(std::span<const std::byte> file, const std::filesystem::path& path)
      : path_(path), zip_(file, path) {
    folder_ = find_folder();
    check_version();
    check_byte_order();
  }

  [[nodiscard]] const ZipEntry& pickle() const { return *entry("data.pkl"); }

  // The bytes of a storage; `tensor` is the name of one that lies in it, for messages.
  [[nodiscard]] std::span<const std::byte> storage(const PickleTensor& what,
                                                   const std::string& tensor) const {
    const auto* found = entry("data/" + std::string(what.storage));
    if (found == nullptr)
      throw WeightsError(path_, "tensor " + in_quotes(tensor) + " lies in entry 'data/" +
                                    printable(what.storage) + "', which the archive lacks" +
                                    kFetchAgain);
    if (found->data.size() < what.storage_bytes)
      throw WeightsError(path_, "tensor " + in_quotes(tensor) + " lies in entry 'data/" +
                                    printable(what.storage) + "', which should have " +
                                    std::to_string(what.storage_bytes) + " bytes and has " +
                                    std::to_string(found->data.size()) + kFetchAgain);
    return found->data.first(static_cast<std::size_t>(what.storage_bytes));
  }

 private:
  [[nodiscard]] const ZipEntry* entry(const std::string& name) const {
    return zip_.find(folder_ + name);
  }

  [[nodiscard]] std::string find_folder() const {
    constexpr std::string_view kPickle = "/data.pkl";
    std::optional<std::string> folder;
    bool arrays = false;
    for (const auto& one : zip_.entries()) {
      arrays = arrays || one.name.ends_with(".npy");
      if (!one.name.ends_with(kPickle)) continue;
      const auto prefix = one.name.substr(0, one.name.size() - kPickle.size());
      if (prefix.find('/') != std::string_view::npos) continue;
      if (folder) throw WeightsError(path_, "has two checkpoints in one archive; unpack it first");
      folder = std::string(prefix) + "/";
    }
    if (!folder && arrays)
      throw WeightsError(path_,
                         "is an archive of NumPy arrays (.npz); save the weights as .safetensors");
    if (!folder)
      throw WeightsError(
          path_,
          "is a zip archive without a checkpoint (no entry 'data.pkl' in its folder); "
          "if the weights are inside, unpack it and name the file");
    if (zip_.find(*folder + "constants.pkl") != nullptr)
      throw WeightsError(path_,
                         "is a TorchScript program, not a state dict; in Python: "
                         "torch.save(torch.jit.load(file).state_dict(), 'new.pth')");
    return *folder;
  }

  // caffe2/serialize/versions.h of PyTorch reads 1 to 10.
  void check_version() const {
    const auto* found = entry("version");
    if (found == nullptr) found = entry(".data/version");
    if (found == nullptr)
      throw WeightsError(path_, std::string("has no entry 'version'") + kFetchAgain);
    auto text = as_text(found->data);
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    const bool known = (text.size() == 1 && text[0] >= '1' && text[0] <= '9') || text == "10";
    if (!known)
      throw WeightsError(path_, "has the archive version " + in_quotes(text) +
                                    "; 1 to 10 can be read. Save it anew with a current PyTorch");
  }

  // Files from before 2022 do not say: they come from little-endian machines.
  void check_byte_order() const {
    const auto* found = entry("byteorder");
    if (found == nullptr || as_text(found->data) == "little") return;
    if (as_text(found->data) == "big")
      throw WeightsError(path_,
                         "was written on a big-endian machine; load it in Python and save it anew "
                         "on this one");
    throw WeightsError(path_,
                       "has the byte order " + in_quotes(as_text(found->data)) + kFetchAgain);
  }

  const std::filesystem::path& path_;
  ZipArchive zip_;
  std::string folder_;
};

Tensor placed(const NamedTensor& named, const TorchArchive& archive,
              const std::filesystem::path& path) {
  const auto& what = *named.tensor;
  const auto storage = archive.storage(what, named.name);
  Tensor tensor;
  tensor.name = named.name;
  tensor.dtype = what.dtype;
  tensor.shape = what.shape;
  tensor.strides = what.strides;
  const std::uint64_t each = bits_of(what.dtype) / 8;
  const auto span = reach(what.shape, what.strides);
  if (span == 0) {
    tensor.bytes = storage.first(0);
    return tensor;
  }
  const auto end = span ? checked_add(what.offset, *span) : std::nullopt;
  if (!end || *end > storage.size() / each)
    throw WeightsError(path, "tensor " + in_quotes(named.name) + " of shape " +
                                 shape_text(what.shape) + ", strides " + shape_text(what.strides) +
                                 " and offset " + std::to_string(what.offset) +
                                 " reaches past its storage of " +
                                 std::to_string(storage.size() / each) + " elements" + kFetchAgain);
  tensor.bytes = storage.subspan(static_cast<std::size_t>(what.offset * each),
                                 static_cast<std::size_t>(*span * each));
  return tensor;
}

void refuse_duplicates(const std::vector<Tensor>& tensors, const std::filesystem::path& path) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const auto& tensor : tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end())
    throw WeightsError(path, "has two tensors named " + in_quotes(*twice) +
                                 "; save the state dict with one name for each");
}

}  // namespace

Contents read_torch_zip(std::span<const std::byte> file, const std::filesystem::path& path,
                        const std::string& root) {
  const TorchArchive archive(file, path);
  const auto& pickle = archive.pickle();
  Contents contents;
  try {
    const auto tree = read_pickle(pickle.data);
    auto named = name_tensors(*tree.root, root);
    contents.metadata = std::move(named.metadata);
    contents.tensors.reserve(named.tensors.size());
    for (const auto& one : named.tensors) contents.tensors.push_back(placed(one, archive, path));
  } catch (const PickleRefused& refused) {
    throw WeightsError(path, "its pickle (data.pkl) " + std::string(refused.what()) + kSaveTensors);
  } catch (const PickleFault& fault) {
    throw WeightsError(
        path, "its pickle (data.pkl) is broken: " + std::string(fault.what()) + kFetchAgain);
  } catch (const TreeFault& fault) {
    throw WeightsError(path, fault.what());
  }
  refuse_duplicates(contents.tensors, path);
  std::sort(contents.tensors.begin(), contents.tensors.end(), [](const auto& a, const auto& b) {
    return a.bytes.data() != b.bytes.data() ? a.bytes.data() < b.bytes.data() : a.name < b.name;
  });
  return contents;
}

}  // namespace relievo::weights
