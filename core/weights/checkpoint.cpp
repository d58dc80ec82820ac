#include "core/weights/checkpoint.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "core/weights/contents.hpp"
#include "core/weights/mapped_file.hpp"

namespace relievo::weights {

// Every format read here is little-endian, and spans of the file are handed out as they are.
static_assert(std::endian::native == std::endian::little);

struct Checkpoint::State {
  std::filesystem::path path;
  std::shared_ptr<const MappedFile> file;  // null: from_memory
  Format format = Format::safetensors;
  Contents contents;
  std::vector<std::uint32_t> by_name;  // indices of contents.tensors

  void read(std::span<const std::byte> bytes, const OpenOptions& options) {
    if (looks_like_zip(bytes)) {
      format = Format::torch_zip;
      contents = read_torch_zip(bytes, path, options.root);
    } else if (looks_like_safetensors(bytes)) {
      if (!options.root.empty())
        throw WeightsError(path, "is a safetensors file, which has no dicts to choose '" +
                                     printable(options.root) + "' from; leave the root out");
      contents = read_safetensors(bytes, path);
    } else {
      throw WeightsError(path, explain_unknown(bytes));
    }
    by_name.resize(contents.tensors.size());
    for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = static_cast<std::uint32_t>(i);
    std::sort(by_name.begin(), by_name.end(),
              [&](auto a, auto b) { return contents.tensors[a].name < contents.tensors[b].name; });
  }
};

Checkpoint::Checkpoint(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Checkpoint::Checkpoint(Checkpoint&&) noexcept = default;
Checkpoint& Checkpoint::operator=(Checkpoint&&) noexcept = default;
Checkpoint::~Checkpoint() = default;

Checkpoint Checkpoint::open(const std::filesystem::path& path, const OpenOptions& options) {
  auto state = std::make_unique<State>();
  state->path = path;
  state->file = std::make_shared<const MappedFile>(path);
  state->read(state->file->bytes(), options);
  return Checkpoint(std::move(state));
}

Checkpoint Checkpoint::from_memory(std::span<const std::byte> contents,
                                   const std::filesystem::path& name, const OpenOptions& options) {
  auto state = std::make_unique<State>();
  state->path = name;
  state->read(contents, options);
  return Checkpoint(std::move(state));
}

Format Checkpoint::format() const noexcept {
  return state_->format;
}
const std::filesystem::path& Checkpoint::path() const noexcept {
  return state_->path;
}

std::span<const Tensor> Checkpoint::tensors() const noexcept {
  return state_->contents.tensors;
}

const Tensor* Checkpoint::find(std::string_view name) const noexcept {
  const auto& tensors = state_->contents.tensors;
  const auto found =
      std::lower_bound(state_->by_name.begin(), state_->by_name.end(), name,
                       [&](auto i, std::string_view n) { return tensors[i].name < n; });
  if (found == state_->by_name.end() || tensors[*found].name != name) return nullptr;
  return &tensors[*found];
}

const std::map<std::string, std::string>& Checkpoint::metadata() const noexcept {
  return state_->contents.metadata;
}

void Checkpoint::release(const Tensor& tensor) const noexcept {
  if (state_->file) state_->file->release(tensor.bytes);
}

std::shared_ptr<const void> Checkpoint::keep_alive() const noexcept {
  return state_->file;
}

}  // namespace relievo::weights
