// Reading checkpoints without a framework: safetensors and PyTorch's zip format (.pth, .pt, .bin),
// memory-mapped.
//
//   const auto checkpoint = weights::Checkpoint::open("model.safetensors");
//   if (const auto* t = checkpoint.find("norm.weight")) use(t->dtype, t->shape, t->bytes);
//
// Nothing in a file is trusted and nothing in it is executed: the pickle inside a .pth is read by a
// machine that knows the few globals a state dict needs and refuses any other by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/dtype.hpp"
#include "core/weights/error.hpp"

namespace relievo::weights {

// A tensor where it lies in the file.
struct Tensor {
  std::string name;  // valid UTF-8
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;    // outermost first; empty: a scalar; a size may be 0
  std::vector<std::int64_t> strides;  // in elements, never negative, one for each size of the shape
  // From the first element to the end of the last one that shape and strides reach, into the
  // mapping (zero-copy); empty for a tensor without elements. Little-endian. The start need not be
  // aligned to the element: see aligned().
  std::span<const std::byte> bytes;

  [[nodiscard]] std::int64_t element_count() const noexcept;
  // True if the elements lie in C order without gaps (strides of sizes 0 and 1 do not count); then
  // bytes.size() * 8 == element_count() * bits_of(dtype).
  [[nodiscard]] bool contiguous() const noexcept;
  // True if bytes.data() may be read through a pointer to the element type.
  [[nodiscard]] bool aligned() const noexcept;
};

enum class Format : std::uint8_t { safetensors, torch_zip };

struct OpenOptions {
  // Which dict of a torch checkpoint holds the tensors: its key, nested ones joined by '.'
  // ("ema.params"). Empty: see Checkpoint::tensors. Refused for safetensors, which have no nesting.
  std::string root;
};

// An open file. Move-only; owns the mapping, so names, shapes and bytes are valid as long as it
// lives. Const functions may be called from several threads. The file must not be shortened
// meanwhile (reading past its end raises SIGBUS).
class Checkpoint {
 public:
  // Tells the format by content, not by name, checks the whole structure, reads no tensor's data.
  // Throws WeightsError: unreadable file, damage, contents that are not allow-listed, an unknown
  // format or one that has to be converted.
  [[nodiscard]] static Checkpoint open(const std::filesystem::path& path,
                                       const OpenOptions& options = {});
  // The same for a file already in memory, which must outlive the checkpoint; `name` stands for it
  // in messages.
  [[nodiscard]] static Checkpoint from_memory(std::span<const std::byte> contents,
                                              const std::filesystem::path& name,
                                              const OpenOptions& options = {});

  Checkpoint(Checkpoint&&) noexcept;
  Checkpoint& operator=(Checkpoint&&) noexcept;
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;
  ~Checkpoint();

  [[nodiscard]] Format format() const noexcept;
  [[nodiscard]] const std::filesystem::path& path() const noexcept;

  // In the order of the file (position of the first element, then name), which is the order to load
  // them in. Names are unique. In a torch file the names are the keys of the dict that holds the
  // tensors. Keys of nested dicts are joined by '.', but a file that wraps its tensors in one dict
  // ({"state_dict": ..., "epoch": 3}) has the names of that dict: with no tensor at the top and one
  // "state_dict" there, or one dict that holds any tensor, this is taken as the root.
  [[nodiscard]] std::span<const Tensor> tensors() const noexcept;
  // Null if there is none. O(log n).
  [[nodiscard]] const Tensor* find(std::string_view name) const noexcept;

  // safetensors: "__metadata__". Torch: strings, numbers and booleans beside the tensors at the
  // top, as text
  // ("epoch" -> "3"), and under "" the root that was chosen, if not the top.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const noexcept;

  // Tells the system that the tensor's pages are not needed any more: memory beside the copies made
  // of the tensors stays small. They may still be read (again from the file). Changes made through
  // writable memory (keep_alive) are lost.
  void release(const Tensor& tensor) const noexcept;

  // Keeps the mapping alive when the checkpoint is gone, for whoever wraps `bytes` without copying.
  // The mapping is private: memory that is written to (const cast away) is copied by the system,
  // the file never changes. Null for from_memory.
  [[nodiscard]] std::shared_ptr<const void> keep_alive() const noexcept;

 private:
  struct State;
  explicit Checkpoint(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace relievo::weights
