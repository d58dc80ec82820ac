#include "plugins/video_depth_anything/video_node.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include <relievo/sdk/error.hpp>

#include "plugins/common/batch.hpp"
#include "plugins/common/device.hpp"
#include "plugins/common/frame_tensor.hpp"
#include "plugins/video_depth_anything/node_parts.hpp"

namespace relievo::video_depth_anything {
namespace {

constexpr const char* kMetric = "metric_";

}  // namespace

VideoNode::VideoNode(Host host, Config config)
    : host_(host),
      config_(std::move(config)),
      device_(config_.device()),
      precision_(config_.get<std::string>("precision")),
      streaming_(config_.get<std::string>("mode") == "streaming"),
      batch_(config_.get<int>("batch")) {
  auto model = config_.get<std::string>("model");
  options_.metric = model.starts_with(kMetric);
  if (options_.metric) model = model.substr(std::string(kMetric).size());
  model_ = ModelConfig::named(model, /*temporal=*/true);
  options_.input_size = config_.get<int>("input_size");
  options_.at_source_size = config_.get<std::string>("output_size") == "source";
  options_.reset_at_cuts = config_.get<bool>("reset_at_cuts");
}

NodePlan VideoNode::plan(InputFormats in, OutputFormats out) {
  options_.source = nets::picture_size(*in[0], "video_depth_anything.depth");
  const auto network = network_size(options_.source, options_.input_size, true);
  output_ = options_.at_source_size ? options_.source : network;
  make_depth_format(*out[0], options_.metric ? RLV_SEM_METRES : RLV_SEM_RELATIVE_INVERSE, output_);
  NodePlan needs;
  needs.max_latency = needs.look_ahead = streaming_ ? 0 : WindowRunner::kMaxLatency;
  const auto device = nets::choose_device(device_);
  const auto precision = nets::choose_precision(precision_, device);
  options_.gives_late = !streaming_ && device.is_cuda();
  if (options_.gives_late)
    needs.max_latency += static_cast<std::uint32_t>(choose_batch(device, precision));
  const auto bytes =
      needed_bytes(model_, network, precision, choose_batch(device, precision), streaming_);
  // Frames wait as depth, not as colour; at source size what is given out at once is the most.
  needs.host_bytes = static_cast<std::uint64_t>(output_.width * output_.height) * 4 *
                     (streaming_ ? 1 : kWindowFrames);
  if (device.is_cpu()) {
    needs.host_bytes += bytes;
  } else {
    needs.device_bytes = bytes;
    // Page-locked memory comes in powers of two: maps on their way back, frames on their way there.
    const auto frames =
        choose_batch(device, precision) * options_.source.width * options_.source.height * 3;
    needs.host_bytes =
        std::bit_ceil(static_cast<std::uint64_t>(output_.width * output_.height) * 4) *
            (streaming_ ? 1 : kWindowFrames) +
        2 * std::bit_ceil(static_cast<std::uint64_t>(frames));
  }
  return needs;
}

std::int64_t VideoNode::choose_batch(at::Device device, at::ScalarType /*precision*/) const {
  if (streaming_) return 1;
  if (batch_ > 0) return batch_;
  return device.is_cpu() ? 2 : 11;  // half of a later window's new frames
}

void VideoNode::open() {
  nets::torch_call([&] {
    options_.device = nets::choose_device(device_);
    options_.precision = nets::choose_precision(precision_, options_.device);
    nets::prepare_thread(host_.cpu_threads(), options_.precision);
    options_.batch = choose_batch(options_.device, options_.precision);
    const auto size = network_size(options_.source, options_.input_size, true);
    if (const auto free = nets::free_memory(options_.device)) {
      const auto needs = [&](std::int64_t batch) {
        return needed_bytes(model_, size, options_.precision, batch, streaming_);
      };
      const auto wanted = options_.batch;
      const auto fitting = nets::fitting_batch(wanted, *free, needs);
      if (!fitting)
        fail(RLV_E_MEMORY, "the network needs about ", needs(1) >> 20U, " MiB on ",
             options_.device.str(), ", where ", *free >> 20U,
             " MiB are free; take a smaller input_size or model, or mode: streaming");
      options_.batch = *fitting;
      if (options_.batch < wanted)
        host_.warn(concat("little memory is free on ", options_.device.str(), ": ", options_.batch,
                          " frames at once instead of ", wanted));
    }
    host_.progress(-1.0, "loading the network");
    const auto maker = [path = config_.weights("network"), model = model_,
                        device = options_.device](at::ScalarType precision) {
      return load_network(path, model, device, precision);
    };
    if (film_) return;  // after reset(): the weights are here
    if (streaming_)
      film_ = std::make_unique<StreamedFilm>(options_, maker, events());
    else
      film_ = std::make_unique<WindowedFilm>(options_, maker, events());
  });
}

FilmEvents VideoNode::events() {
  FilmEvents events;
  events.depth = [this](const at::Tensor& depth) {
    emit_depth(depth);
  };
  events.warn = [this](const std::string& line) {
    host_.warn(line);
  };
  events.progress = [this](double share) {
    host_.progress(share, "depth of a window");
    if (host_.is_cancelled()) fail(RLV_E_CANCELLED, "cancelled");
  };
  return events;
}

void VideoNode::emit_depth(const at::Tensor& depth) {
  auto info = depth_info(infos_.front(),
                         options_.metric ? RLV_SEM_METRES : RLV_SEM_RELATIVE_INVERSE, output_);
  infos_.pop_front();
  emit({nets::frame_of(host_, info, depth.contiguous())});
}

void VideoNode::accept(std::span<Frame> in) {
  const auto info = in[0].info();
  nets::torch_call([&] {
    const auto frame = nets::tensor_of(in[0], 0);
    // A new shot first gives out what is left of the one before: its infos come first.
    infos_.push_back(info);
    film_->push(frame, info.shot_id);
  });
}

void VideoNode::finish() {
  nets::torch_call([&] { film_->finish(); });
}

void VideoNode::forget() {
  infos_.clear();
  if (film_) film_->forget();
}

}  // namespace relievo::video_depth_anything
