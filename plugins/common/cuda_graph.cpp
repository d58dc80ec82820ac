#include "plugins/common/cuda_graph.hpp"

#include <relievo/sdk/error.hpp>

#if defined(RLV_CUDA_HEADERS)
#include <ATen/DeviceAccelerator.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#endif

namespace relievo::nets {

#if defined(RLV_CUDA_HEADERS)

struct CudaGraph::Parts {
  at::cuda::CUDAGraph graph;
};

bool CudaGraph::possible(at::Device device) {
  return device.is_cuda();
}

CudaGraph::CudaGraph(at::Device device, const std::function<void()>& work)
    : parts_(std::make_unique<Parts>()) {
  // What came before is finished and what it left unused given back: the recording takes memory of
  // its own.
  at::accelerator::synchronizeDevice(device.index());
  at::accelerator::emptyCache();
  // The default stream cannot be recorded. By the calls that all devices share: those of CUDA would
  // have this library linked with CUDA's runtime.
  const c10::StreamGuard guard(
      c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device));
  parts_->graph.capture_begin();
  try {
    work();
  } catch (...) {
    try {
      parts_->graph.capture_end();
    } catch (const c10::Error&) {  // broken, as what is thrown on says
    }
    throw;
  }
  parts_->graph.capture_end();
}

void CudaGraph::replay() {
  parts_->graph.replay();
}

#else

struct CudaGraph::Parts {};

bool CudaGraph::possible(at::Device /*device*/) {
  return false;
}

CudaGraph::CudaGraph(at::Device device, const std::function<void()>& /*work*/) {
  fail(RLV_E_INTERNAL, "this build cannot record work on ", device.str());
}

void CudaGraph::replay() {}

#endif

CudaGraph::~CudaGraph() = default;

}  // namespace relievo::nets
