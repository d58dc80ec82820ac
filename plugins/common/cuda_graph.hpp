// Work on an NVIDIA card that is the same for every frame: recorded once, then launched as one.
#pragma once

#include <functional>
#include <memory>

#include "plugins/common/torch_ops.hpp"

namespace relievo::nets {

// A CUDA graph (CUDA C++ Programming Guide, "CUDA Graphs"): the kernels of a piece of work with
// their arguments, launched together, so that none waits for the CPU to launch the next. One
// thread; not copied. Its memory stays taken until it is destroyed.
class CudaGraph {
 public:
  // Whether this build can record on device: libtorch with CUDA, CUDA's headers when building.
  [[nodiscard]] static bool possible(at::Device device);

  // Records what work launches and runs none of it; work must have run once before, so that
  // everything it keeps is there (chosen kernels, tables), and may not wait for the device. Tensors
  // that it reads must stay where they are; those that it makes hold something after replay().
  // Throws c10::Error if something in work cannot be recorded.
  CudaGraph(at::Device device, const std::function<void()>& work);
  ~CudaGraph();
  CudaGraph(const CudaGraph&) = delete;
  CudaGraph& operator=(const CudaGraph&) = delete;
  CudaGraph(CudaGraph&&) = delete;
  CudaGraph& operator=(CudaGraph&&) = delete;

  // Queued behind what the current stream of the device has to do; returns at once.
  void replay();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace relievo::nets
