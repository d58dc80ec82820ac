// Frames of depth through TensorFilter. without_tensors.cpp has the same for builds without
// libtorch.
#pragma once

#include <memory>
#include <string>

#include "frame_filter.hpp"

namespace relievo::temporal {

// The device of libtorch to filter on for what a node's device says: "cuda" or "cuda:1"; with
// "auto" an NVIDIA card if there is one. Empty: on the CPU, by make_cpu_filter(), which is the
// faster way there. Throws RLV_E_DEVICE if the device is not here.
[[nodiscard]] std::string tensor_device(const std::string& wish);

// device: any of libtorch's, "cpu" too.
[[nodiscard]] std::unique_ptr<FrameFilter> make_tensor_filter(const Host& host,
                                                              const FilterOptions& options,
                                                              int look_ahead,
                                                              const std::string& device);

}  // namespace relievo::temporal
