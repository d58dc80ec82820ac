// The tensors of a checkpoint by name, as a network takes them up: checked for shape, brought to
// the device, and counted, so that a file of another model is told from the right one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// Tensors on the CPU by their names in the checkpoint, of any floating-point type.
using StateDict = std::unordered_map<std::string, at::Tensor>;

// A folder of the names ("pretrained.blocks.3"), cheap to copy; all copies share the tensors. Not
// thread-safe.
class NamedWeights {
 public:
  // what: how messages call the file, such as its path.
  NamedWeights(StateDict tensors, std::string what, at::Device device, at::ScalarType dtype);

  // The names that begin with this one and a dot.
  [[nodiscard]] NamedWeights operator[](const std::string& name) const;
  [[nodiscard]] NamedWeights operator[](std::int64_t index) const {
    return (*this)[std::to_string(index)];
  }

  // The same names, placed in another precision.
  [[nodiscard]] NamedWeights in(at::ScalarType dtype) const { return {shared_, prefix_, dtype}; }

  // As stored, but float32 on the CPU, to be reshaped or folded before place(). Throws
  // RLV_E_WEIGHTS if it is not there or of another shape.
  [[nodiscard]] at::Tensor take(const std::string& name, at::IntArrayRef shape) const;
  // On the network's device and in the precision of these names.
  [[nodiscard]] at::Tensor place(const at::Tensor& tensor) const;
  [[nodiscard]] at::Tensor get(const std::string& name, at::IntArrayRef shape) const {
    return place(take(name, shape));
  }
  [[nodiscard]] at::ScalarType dtype() const { return dtype_; }
  [[nodiscard]] bool has(const std::string& name) const;
  // Says that the network knows of this tensor and has no use for it.
  void skip(const std::string& name) const;

  // Names that nobody has taken or skipped, sorted.
  [[nodiscard]] std::vector<std::string> untouched() const;
  // Throws RLV_E_WEIGHTS if there are any.
  void expect_all_used() const;

 private:
  struct Shared;
  NamedWeights(std::shared_ptr<Shared> shared, std::string prefix, at::ScalarType dtype)
      : shared_(std::move(shared)), prefix_(std::move(prefix)), dtype_(dtype) {}

  std::shared_ptr<Shared> shared_;
  std::string prefix_;
  at::ScalarType dtype_;
};

}  // namespace relievo::nets
