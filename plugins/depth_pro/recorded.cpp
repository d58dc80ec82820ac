#include "plugins/depth_pro/recorded.hpp"

namespace relievo::depth_pro {

DepthPro::Result Recorded::operator()(const at::Tensor& pictures, const RunOptions& options) {
  if (!possible_ || options.look || !nets::CudaGraph::possible(pictures.device()))
    return network_(pictures, options);
  Kind kind{pictures.sizes().vec(), options.field_of_view, options.windows_at_once};
  if (last_ != kind) {
    graph_.reset();
    result_ = {};
    pictures_.reset();
    last_ = std::move(kind);
    return network_(pictures, options);
  }
  if (!graph_ && !record(pictures, options)) return network_(pictures, options);
  options.tell(0.0);
  pictures_.copy_(pictures);
  graph_->replay();
  options.tell(1.0);
  // The next replay writes over these.
  DepthPro::Result result;
  result.canonical = result_.canonical.clone();
  if (result_.view.defined()) result.view = result_.view.clone();
  return result;
}

bool Recorded::record(const at::Tensor& pictures, const RunOptions& options) {
  auto quiet = options;
  quiet.progress = {};
  pictures_ = pictures.clone();
  try {
    graph_ = std::make_unique<nets::CudaGraph>(pictures.device(),
                                               [&] { result_ = network_(pictures_, quiet); });
    return true;
  } catch (const c10::Error&) {
    // Another libtorch may launch something that cannot be recorded: slower, and as right.
    possible_ = false;
    result_ = {};
    pictures_.reset();
    return false;
  }
}

}  // namespace relievo::depth_pro
