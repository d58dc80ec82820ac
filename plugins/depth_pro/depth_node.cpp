#include "plugins/depth_pro/depth_node.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <relievo/sdk/error.hpp>

#include "plugins/common/batch.hpp"
#include "plugins/common/device.hpp"
#include "plugins/common/frame_tensor.hpp"

namespace relievo::depth_pro {
namespace {

double resolution_of(const std::string& name) {
  if (name == "fast") return 2.0 / 3.0;
  return name == "fastest" ? 0.5 : 1.0;
}

void describe(rlv_frame_info& info, bool metric) {
  info.semantic = metric ? RLV_SEM_METRES : RLV_SEM_RELATIVE_INVERSE;
  info.pixel_format = RLV_PF_MAP_F32;
  info.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
}

}  // namespace

DepthNode::DepthNode(Host host, Config config)
    : host_(host),
      config_(std::move(config)),
      device_name_(config_.device()),
      precision_name_(config_.get<std::string>("precision")),
      resolution_(resolution_of(config_.get<std::string>("resolution"))),
      metric_(config_.get<std::string>("depth") == "metres"),
      focal_px_(config_.get<double>("focal_px")),
      from_metadata_(config_.get<std::string>("focal_source") == "auto"),
      focal_frames_(static_cast<std::size_t>(config_.get<int>("focal_frames"))),
      batch_(static_cast<std::size_t>(config_.get<int>("batch"))),
      windows_wish_(config_.get<int>("windows_at_once")),
      focal_(focal_frames_) {}

double DepthNode::known_focal(float of_frame) const {
  if (focal_px_ > 0.0) return focal_px_;
  if (!from_metadata_) return 0.0;
  return of_frame > 0.0F ? of_frame : static_cast<double>(format_focal_px_);
}

NodePlan DepthNode::plan(InputFormats in, OutputFormats out) {
  const auto& colour = *in[0];
  source_ = nets::picture_size(colour, "depth_pro.depth");
  format_focal_px_ = colour.focal_px;
  auto& depth = *out[0];
  depth.semantic = metric_ ? RLV_SEM_METRES : RLV_SEM_RELATIVE_INVERSE;
  depth.pixel_format = RLV_PF_MAP_F32;
  depth.device_type = RLV_DEV_CPU;
  depth.device_id = 0;
  depth.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
  depth.focal_px = static_cast<float>(known_focal(colour.focal_px));

  NodePlan needs;
  // A shot's first frames wait for its focal length, all wait for a batch.
  const auto wanted = estimates() ? focal_frames_ : 1;
  needs.max_latency = static_cast<std::uint32_t>((wanted + batch_ - 1) / batch_ * batch_ - 1);
  needs.look_ahead = static_cast<std::uint32_t>(wanted - 1);
  const auto device = nets::choose_device(device_name_);
  const auto precision = nets::choose_precision(precision_name_, device);
  device_ = device;
  const ModelConfig published;
  const auto cells = published.window_cells(resolution_);
  const auto n = static_cast<std::int64_t>(batch_);
  const auto bytes =
      needed_bytes(published, cells, precision, n, choose_windows_at_once(), estimates());
  // A picture as bytes, as floats before it is made smaller, and as depth.
  needs.host_bytes = static_cast<std::uint64_t>(source_.width * source_.height) * (3 + 12 + 8);
  (device.is_cpu() ? needs.host_bytes : needs.device_bytes) += bytes;
  return needs;
}

std::int64_t DepthNode::choose_windows_at_once() const {
  constexpr std::int64_t kWindows = 35;
  // On a CPU a few windows stay in its caches; a GPU is best fed with all.
  constexpr std::int64_t kOnCpu = 2;
  if (windows_wish_ > 0) return windows_wish_;
  return device_.is_cpu() ? kOnCpu : kWindows * static_cast<std::int64_t>(batch_);
}

void DepthNode::open() {
  nets::torch_call([&] {
    device_ = nets::choose_device(device_name_);
    if (network_) return;  // after reset(): the weights are here
    precision_ = nets::choose_precision(precision_name_, device_);
    nets::prepare_thread(host_.cpu_threads(), precision_);
    options_.windows_at_once = choose_windows_at_once();
    options_.progress = [this](double share) {
      host_.progress(share, "depth of a frame");
      if (host_.is_cancelled()) fail(RLV_E_CANCELLED, "cancelled");
    };
    load();
    cells_ = network_->config().window_cells(resolution_);
    if (resolution_ < 1.0)
      host_.warn(concat("resolution: the network works at ",
                        network_->config().picture_side(cells_), " pixels instead of ",
                        network_->config().picture_side(network_->config().vit.grid),
                        ", which it was not trained for: faster, and less exact"));
  });
}

void DepthNode::load() {
  const auto path = config_.weights("network");
  if (const auto free = nets::free_memory(device_)) {
    const ModelConfig published;
    const auto cells = published.window_cells(resolution_);
    const auto needs = [&](std::int64_t windows_at_once) {
      return needed_bytes(published, cells, precision_, static_cast<std::int64_t>(batch_),
                          windows_at_once, estimates());
    };
    const auto wanted = options_.windows_at_once;
    const auto fitting = nets::fitting_batch(wanted, *free, needs);
    if (!fitting)
      fail(RLV_E_MEMORY, "the network needs about ", needs(1) >> 20U, " MiB on ", device_.str(),
           ", where ", *free >> 20U,
           " MiB are free; take a smaller batch, precision f16 or resolution fast");
    options_.windows_at_once = *fitting;
    if (options_.windows_at_once < wanted)
      host_.warn(concat("little memory is free on ", device_.str(), ": ", options_.windows_at_once,
                        " windows at once instead of ", wanted));
  }
  host_.progress(-1.0, "loading the network");
  network_ = load_network(path, device_, precision_, estimates());
  recorded_.emplace(*network_);
}

void DepthNode::accept(std::span<Frame> in) {
  const auto info = in[0].info();
  nets::torch_call([&] {
    const bool first = waiting_.empty() && held_.empty() && !focal_.value();
    if (!first && info.shot_id != shot_id_) end_shot();
    shot_id_ = info.shot_id;
    waiting_.push_back(std::move(in[0]));
    if (waiting_.size() == batch_) compute();
  });
}

void DepthNode::finish() {
  nets::torch_call([&] { end_shot(); });
}

void DepthNode::forget() {
  waiting_.clear();
  held_.clear();
  focal_.restart();
}

DepthPro::Result DepthNode::run(const std::vector<at::Tensor>& frames, bool view) {
  options_.field_of_view = view;
  for (;;) {
    auto result = (*recorded_)(
        preprocess(frames, network_->config().picture_side(cells_), device_, precision_), options_);
    // The largest is not finite if any is not: depth is never negative, and NaN spreads.
    bool finite = std::isfinite(result.canonical.max().item<float>());
    if (result.view.defined()) finite = finite && std::isfinite(result.view.sum().item<float>());
    if (finite) return result;
    precision_ = nets::leave_precision(precision_, device_,
                                       [this](const std::string& line) { host_.warn(line); });
    recorded_.reset();
    network_.reset();  // first: two of them may not fit
    load();
  }
}

void DepthNode::compute() {
  if (waiting_.empty()) return;
  const bool view = estimates() && focal_.wants_more();
  std::vector<at::Tensor> frames;
  for (const auto& frame : waiting_) frames.push_back(nets::tensor_of(frame, 0));
  auto result = run(frames, view);
  frames.clear();
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    if (view)
      focal_.add(focal_of_view(result.view[at].item<double>(), static_cast<double>(source_.width)));
    // On its own, so that the batch's memory goes with its last frame.
    held_.push_back({waiting_[i].info(), waiting_.size() == 1
                                             ? result.canonical.select(0, 0)
                                             : result.canonical.select(0, at).clone()});
  }
  waiting_.clear();
  give();
}

void DepthNode::end_shot() {
  compute();
  focal_.close();
  give();
  focal_.restart();
}

void DepthNode::give() {
  while (!held_.empty()) {
    double focal_px = known_focal(held_.front().info.focal_px);
    if (metric_ && focal_px <= 0.0) {
      if (!focal_.value()) return;
      focal_px = *focal_.value();
    }
    emit_depth(held_.front(), focal_px);
    held_.pop_front();
  }
}

void DepthNode::emit_depth(const Held& held, double focal_px) {
  auto info = held.info;
  describe(info, metric_);
  if (focal_px > 0.0) info.focal_px = static_cast<float>(focal_px);
  const auto depth =
      metric_ ? metres(held.canonical, source_, focal_px) : at_size(held.canonical, source_);
  emit({nets::frame_of(host_, info, depth.to(at::kCPU).contiguous())});
}

}  // namespace relievo::depth_pro
