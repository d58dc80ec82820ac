#include "plugins/video_depth_anything/image_node.hpp"

#include <cmath>
#include <utility>

#include "plugins/common/device.hpp"
#include "plugins/common/frame_tensor.hpp"
#include "plugins/common/transfer.hpp"
#include "plugins/video_depth_anything/node_parts.hpp"

namespace relievo::video_depth_anything {

ImageNode::ImageNode(Host host, Config config)
    : host_(host),
      config_(std::move(config)),
      device_name_(config_.device()),
      precision_name_(config_.get<std::string>("precision")),
      model_(ModelConfig::named(config_.get<std::string>("model"), /*temporal=*/false)),
      input_size_(config_.get<int>("input_size")),
      at_source_size_(config_.get<std::string>("output_size") == "source"),
      batch_(static_cast<std::size_t>(config_.get<int>("batch"))) {}

NodePlan ImageNode::plan(InputFormats in, OutputFormats out) {
  source_ = nets::picture_size(*in[0], "video_depth_anything.image");
  network_size_ = network_size(source_, input_size_, /*wide_rule=*/false);
  const auto output = at_source_size_ ? source_ : network_size_;
  make_depth_format(*out[0], RLV_SEM_RELATIVE_INVERSE, output);
  NodePlan needs;
  needs.max_latency = static_cast<std::uint32_t>(batch_ - 1);
  // The look-ahead is a matter of the order of work only: no result depends on a later frame.
  needs.look_ahead = 0;
  const auto frame = static_cast<std::uint64_t>(output.width * output.height) * 4;
  needs.host_bytes = frame * batch_;
  return needs;
}

void ImageNode::open() {
  nets::torch_call([&] {
    device_ = nets::choose_device(device_name_);
    if (network_) return;  // after reset(): the weights are here
    precision_ = nets::choose_precision(precision_name_, device_);
    nets::prepare_thread(host_.cpu_threads(), precision_);
    preprocess_ = Preprocess(source_, network_size_, device_, precision_, /*exact=*/true);
    postprocess_ = Postprocess(source_, network_size_, at_source_size_, device_);
    weights_ = config_.weights("network");
    host_.progress(-1.0, "loading the network");
    network_ = load_network(weights_, model_, device_, precision_);
  });
}

void ImageNode::accept(std::span<Frame> in) {
  waiting_.push_back(std::move(in[0]));
  if (waiting_.size() == batch_) compute();
}

void ImageNode::finish() {
  if (!waiting_.empty()) compute();
}

at::Tensor ImageNode::depth_of(const at::Tensor& pictures) {
  for (;;) {
    const auto depth = (*network_)(pictures.to(precision_));
    if (std::isfinite(depth.max().item<float>())) return depth;
    precision_ = nets::leave_precision(precision_, device_,
                                       [this](const std::string& line) { host_.warn(line); });
    network_.reset();
    network_ = load_network(weights_, model_, device_, precision_);
  }
}

void ImageNode::compute() {
  nets::torch_call([&] {
    std::vector<at::Tensor> frames;
    for (const auto& frame : waiting_) frames.push_back(nets::tensor_of(frame, 0));
    const auto depth = postprocess_(depth_of(preprocess_(frames)));
    std::vector<at::Tensor> maps;
    for (std::int64_t i = 0; i < depth.size(0); ++i)
      maps.push_back(nets::start_to_host(depth.select(0, i)));
    nets::wait_for(device_);
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      const auto info =
          depth_info(waiting_[i].info(), RLV_SEM_RELATIVE_INVERSE, postprocess_.size());
      emit({nets::frame_of(host_, info, maps[i])});
    }
    waiting_.clear();
  });
}

}  // namespace relievo::video_depth_anything
