// Checkpoints into tensors on a device: strictly, one tensor after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/weights/difference.hpp"
#include "plugins/common/named_weights.hpp"

namespace relievo::nets {

struct LoadOptions {
  std::string root;                   // of a torch checkpoint, see weights::OpenOptions
  std::vector<std::string> unneeded;  // see weights::compare
  // On the CPU and without a change of type a tensor may stay where it lies in the mapped file
  // (which it keeps open; a write into it copies the page and never reaches the file). Off: every
  // tensor has memory of its own.
  bool share_file = true;
};

// The libtorch type of a stored element type; nothing for those libtorch has none for (f6, f4).
[[nodiscard]] std::optional<at::ScalarType> scalar_type_of(weights::DType dtype);

// The tensor where it lies, strides and all, on the CPU; keeps the checkpoint's mapping alive. A
// copy if its elements are not aligned. Throws RLV_E_WEIGHTS for a type that libtorch does not
// have.
[[nodiscard]] at::Tensor view_of(const weights::Checkpoint& checkpoint,
                                 const weights::Tensor& tensor);

// The wanted tensors, no more and no fewer than the file has (but for options.unneeded), each of
// the wanted shape, on the device. dtype: what floating-point tensors are turned into; others, and
// all without it, keep the stored type. Each tensor is converted by itself and its pages are let
// go, so memory peaks at the result and the largest tensor. Throws RLV_E_WEIGHTS with one line that
// lists what differs.
[[nodiscard]] StateDict load_weights(const std::string& path,
                                     std::span<const weights::Wanted> wanted, at::Device device,
                                     std::optional<at::ScalarType> dtype = std::nullopt,
                                     const LoadOptions& options = {});

// The same into tensors that are there, such as a module's, each on its own device and in its own
// type. Nothing is changed if the file does not fit.
void load_weights_into(const std::string& path, const StateDict& targets,
                       const LoadOptions& options = {});

// Parameters and buffers of a torch::nn::Module by their names, as its state_dict() has them: what
// load_weights_into fills. A template so that only its callers include libtorch's modules.
template <typename Module>
[[nodiscard]] StateDict state_of(const Module& module) {
  StateDict state;
  for (const auto& entry : module.named_parameters()) state.emplace(entry.key(), entry.value());
  for (const auto& entry : module.named_buffers()) state.emplace(entry.key(), entry.value());
  return state;
}

}  // namespace relievo::nets
