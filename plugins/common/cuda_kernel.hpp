// A CUDA kernel of our own, compiled when it is first needed for the card that is there: building
// needs no CUDA compiler, and libtorch brings the one that runs (NVRTC).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// Once made, any thread.
class CudaKernel {
 public:
  // What one is compiled from.
  struct Code {
    std::string source;                // CUDA C++ that includes nothing
    std::string name;                  // its function, extern "C"
    std::vector<std::string> options;  // of the compiler, such as "-DRLV_WIDTH=384"
  };
  // The kernel for a device; of the same code always the same, compiled once. Nothing if there is
  // none to be had: on other devices, in a build without CUDA's headers, without NVRTC, or where it
  // cannot serve the card. Whoever asks has another way then. Any thread.
  [[nodiscard]] static std::shared_ptr<const CudaKernel> get(at::Device device, const Code& code);

  struct Shape {
    unsigned blocks_x, blocks_y, blocks_z;
    unsigned threads_x, threads_y;  // of a block
  };
  // Queued behind what the current stream of the device has to do; returns at once. arguments: the
  // address of each, in the function's order and with its types.
  void launch(const Shape& shape, std::span<void* const> arguments) const;

 private:
  CudaKernel(at::Device device, std::string name, void* function)
      : device_(device), name_(std::move(name)), function_(function) {}
  // As get(), for a CUDA device, compiled every time.
  [[nodiscard]] static std::shared_ptr<const CudaKernel> compile(at::Device device,
                                                                 const Code& code);

  at::Device device_;
  std::string name_;
  void* function_;  // CUfunction; its module is never unloaded
};

}  // namespace relievo::nets
