// Nodes for tests of the host: everything that films, networks and bad plugins do to it, without
// any of them.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <thread>

#include <nlohmann/json.hpp>
#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/sink_extension.hpp"

namespace relievo::testkit {
namespace {

constexpr std::int64_t kTicks = 40;  // per frame, timebase 1/1000

void sleep_ms(int ms) {
  if (ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

void fill(const Frame& frame, std::uint8_t value) {
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto plane = frame.plane<std::uint8_t>(p);
    for (std::int32_t y = 0; y < plane.height; ++y)
      std::fill_n(plane.row(y), plane.width * plane.components, value);
  }
}

Frame copy_of(const Host& host, const Frame& frame, rlv_frame_info info) {
  auto copy = host.new_frame(info);
  fill(copy, frame.plane<const std::uint8_t>(0).at(0, 0));
  return copy;
}

class Source final : public Node {
 public:
  Source(Host host, const Config& config)
      : host_(host),
        frames_(config.get<int>("frames")),
        sleep_ms_(config.get<int>("sleep_ms")),
        width_(config.get<int>("width")),
        height_(config.get<int>("height")),
        format_(pixel_format_from_name(config.get<std::string>("pixel_format")).value()) {}

  NodePlan plan(InputFormats, OutputFormats out) override {
    out[0]->semantic = RLV_SEM_COLOUR;
    out[0]->pixel_format = format_;
    out[0]->width = width_;
    out[0]->height = height_;
    out[0]->sar_num = out[0]->sar_den = 1;
    out[0]->rate_num = 25;
    out[0]->timebase_den = 1000;
    out[0]->frame_count = frames_;
    clock_ = out[0]->clock;
    return {};
  }
  Flow push(std::span<Frame>) override { return Flow::kAgain; }
  Flow pull(std::span<Frame> out) override {
    if (next_ == frames_) return Flow::kEnd;
    sleep_ms(sleep_ms_);
    auto info = make_frame_info();
    info.semantic = RLV_SEM_COLOUR;
    info.clock = clock_;
    info.index = next_;
    info.pts = next_ * kTicks;
    info.duration = kTicks;
    info.timebase_den = 1000;
    info.pixel_format = format_;
    info.width = width_;
    info.height = height_;
    info.sar_num = 1;
    out[0] = host_.new_frame(info);
    fill(out[0], static_cast<std::uint8_t>(next_));
    ++next_;
    return Flow::kDone;
  }
  void drain() override {}
  void reset() override { next_ = 0; }

 private:
  Host host_;
  const int frames_, sleep_ms_, width_, height_;
  const std::uint32_t format_;
  std::uint64_t clock_ = 0;
  int next_ = 0;
};

class Sink final : public Node {
 public:
  Sink(Host host, const Config& config)
      : host_(host),
        path_(config.get<std::string>("path")),
        fail_finish_(config.get<bool>("fail_finish")) {}

  NodePlan plan(InputFormats, OutputFormats) override { return {}; }
  Flow push(std::span<Frame> in) override {
    for (const auto& frame : in) {
      if (!frame) continue;
      const auto info = frame.info();
      if (info.index != frames_)
        fail(RLV_E_INTERNAL, "frame ", info.index, " came as number ", frames_);
    }
    ++frames_;
    return Flow::kDone;
  }
  Flow pull(std::span<Frame>) override { return drained_ ? Flow::kEnd : Flow::kAgain; }
  void drain() override { drained_ = true; }
  void reset() override { drained_ = false; }
  const void* extension(const char* id) override;

  nlohmann::json finish(bool complete) {
    if (fail_finish_ && complete) fail(RLV_E_IO, "the file could not get its name");
    const nlohmann::json report = {{"path", path_}, {"frames", frames_}, {"complete", complete}};
    if (path_ != "null") std::ofstream(path_) << report.dump();
    return report;
  }

 private:
  Host host_;
  const std::string path_;
  const bool fail_finish_;
  std::int64_t frames_ = 0;
  bool drained_ = false;
};

rlv_status finish_sink(rlv_node* node, std::int32_t complete, char* report, std::size_t capacity,
                       rlv_error* error) {
  try {
    const auto text = static_cast<Sink&>(node_of(node)).finish(complete != 0).dump();
    std::snprintf(report, capacity, "%s", text.c_str());
    return RLV_OK;
  } catch (...) {
    return report_exception(error);
  }
}

const void* Sink::extension(const char* id) {
  static const media::SinkExtension kExtension{sizeof(kExtension), 0, &finish_sink};
  return std::string_view(id) == media::kSinkExtension ? &kExtension : nullptr;
}

class Window final : public QueuedNode {
 public:
  Window(Host, const Config& config)
      : latency_(static_cast<std::size_t>(config.get<int>("latency"))),
        promise_(config.get<int>("promise")),
        steady_(config.get<bool>("steady")) {}
  NodePlan plan(InputFormats, OutputFormats) override {
    NodePlan plan;
    plan.max_latency =
        promise_ < 0 ? static_cast<std::uint32_t>(latency_) : static_cast<std::uint32_t>(promise_);
    return plan;
  }

 private:
  void accept(std::span<Frame> in) override {
    held_.push_back(in[0]);
    if (held_.size() <= latency_) return;
    const std::size_t keep = steady_ ? latency_ : 0;
    while (held_.size() > keep) give_one();
  }
  void finish() override {
    while (!held_.empty()) give_one();
  }
  void forget() override { held_.clear(); }
  void give_one() {
    emit({std::move(held_.front())});
    held_.pop_front();
  }

  const std::size_t latency_;
  const int promise_;
  const bool steady_;
  std::deque<Frame> held_;
};

class Depth final : public Mapper {
 public:
  Depth(Host host, const Config& config) : host_(host), sleep_ms_(config.get<int>("sleep_ms")) {}
  NodePlan plan(InputFormats, OutputFormats out) override {
    out[0]->semantic = RLV_SEM_RELATIVE_INVERSE;
    out[0]->pixel_format = RLV_PF_MAP_F32;
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override {
    sleep_ms(sleep_ms_);
    auto info = in[0].info();
    info.semantic = RLV_SEM_RELATIVE_INVERSE;
    info.pixel_format = RLV_PF_MAP_F32;
    auto depth = host_.new_frame(info);
    const auto plane = depth.plane<float>(0);
    for (std::int32_t y = 0; y < plane.height; ++y) std::fill_n(plane.row(y), plane.width, 0.5F);
    return {depth};
  }
  Host host_;
  const int sleep_ms_;
};

class Heavy final : public Mapper {
 public:
  Heavy(Host, const Config& config) : weights_(config.weights("net")) {}
  NodePlan plan(InputFormats, OutputFormats out) override {
    out[0]->semantic = RLV_SEM_RELATIVE_INVERSE;
    out[0]->pixel_format = RLV_PF_MAP_F32;
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame>) override {
    fail(RLV_E_WEIGHTS, weights_, " is no network");
  }
  const std::string weights_;
};

class View final : public Mapper {
 public:
  View(Host, const Config&) {}
  NodePlan plan(InputFormats in, OutputFormats out) override {
    for (auto* format : out) {
      const auto size = format->struct_size;
      *format = *in[0];
      format->struct_size = size;
    }
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override { return {in[0], in[0]}; }
};

class Trouble final : public Node {
 public:
  Trouble(Host host, const Config& config)
      : host_(host), what_(config.get<std::string>("what")), at_(config.get<int>("at")) {}

  NodePlan plan(InputFormats, OutputFormats) override {
    if (what_ == "config") fail(RLV_E_CONFIG, "parameter 'at' cannot be ", at_, " with this film");
    return {};
  }
  void open() override {
    if (what_ == "fail_open") fail(RLV_E_DEVICE, "the device is asleep; wake it");
    if (what_ == "weights") fail(RLV_E_WEIGHTS, "tensor 'a.b' is missing");
  }
  Flow push(std::span<Frame> in) override {
    if (!ready_.empty()) return Flow::kAgain;
    const auto index = in[0].info().index;
    if (what_ == "again_for_ever" && index == at_) return Flow::kAgain;
    ready_.push_back(in[0]);
    if (index == at_) misbehave(in[0]);
    return Flow::kDone;
  }
  Flow pull(std::span<Frame> out) override {
    if (give_null_) return Flow::kDone;
    if (what_ == "eos_early" && given_ == at_) return Flow::kEnd;
    if (ready_.empty()) return draining_ ? Flow::kEnd : Flow::kAgain;
    out[0] = std::move(ready_.front());
    ready_.pop_front();
    ++given_;
    return Flow::kDone;
  }
  void drain() override {
    if (what_ == "fail_drain") fail(RLV_E_INTERNAL, "the last window broke");
    draining_ = true;
  }
  void reset() override { draining_ = false; }

 private:
  void misbehave(const Frame& frame) {
    auto info = frame.info();
    if (what_ == "fail") fail(RLV_E_INTERNAL, "frame ", info.index, " is too beautiful; look away");
    if (what_ == "throw") throw std::runtime_error("a plain exception");
    if (what_ == "crash") std::raise(SIGSEGV);
    if (what_ == "abort") std::abort();
    if (what_ == "hang")
      for (;;) sleep_ms(50);
    if (what_ == "hang_with_progress")
      for (int i = 0; i < 20; ++i) {
        sleep_ms(50);
        host_.progress(i / 20.0, "still at it");
      }
    if (what_ == "drop") ready_.clear();
    if (what_ == "double") ready_.push_back(frame);
    if (what_ == "null_frame") give_null_ = true;
    if (what_ == "swap_index") info.index += 1;
    if (what_ == "change_clock") info.clock += 1;
    if (what_ == "change_times") info.pts += 1;
    if (what_ == "change_size") info.width *= 2;
    if (what_ == "swap_index" || what_ == "change_clock" || what_ == "change_times" ||
        what_ == "change_size")
      ready_.back() = copy_of(host_, frame, info);
  }

  Host host_;
  const std::string what_;
  const int at_;
  std::deque<Frame> ready_;
  std::int64_t given_ = 0;
  bool draining_ = false;
  bool give_null_ = false;
};

class HalfRate final : public QueuedNode {
 public:
  HalfRate(Host host, const Config&) : host_(host) {}
  NodePlan plan(InputFormats, OutputFormats out) override {
    clock_ = out[0]->clock;
    out[0]->frame_count /= 2;
    return {};
  }

 private:
  void accept(std::span<Frame> in) override {
    auto info = in[0].info();
    if (info.index % 2 != 0) return;
    info.clock = clock_;
    info.index /= 2;
    emit({copy_of(host_, in[0], info)});
  }
  Host host_;
  std::uint64_t clock_ = 0;
};

class Convert final : public Mapper {
 public:
  Convert(Host host, const Config& config)
      : host_(host),
        format_(pixel_format_from_name(config.get<std::string>("pixel_format")).value()) {}
  NodePlan plan(InputFormats, OutputFormats out) override {
    out[0]->pixel_format = format_;
    out[0]->colour = {1, 13, 0, 1, 255, {0, 0, 0}};
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override {
    auto info = in[0].info();
    info.pixel_format = format_;
    info.colour = {1, 13, 0, 1, 255, {0, 0, 0}};
    return {copy_of(host_, in[0], info)};
  }
  Host host_;
  const std::uint32_t format_;
};

}  // namespace
}  // namespace relievo::testkit

using namespace relievo::testkit;

RELIEVO_PLUGIN("", relievo::make_node_type<Source>("source", "source"),
               relievo::make_node_type<Sink>("sink", "sink"),
               relievo::make_node_type<Window>("testkit.window", "filter"),
               relievo::make_node_type<Depth>("testkit.depth", "depth"),
               relievo::make_node_type<Heavy>("testkit.heavy", "depth"),
               relievo::make_node_type<View>("testkit.view", "view"),
               relievo::make_node_type<Trouble>("testkit.trouble", "filter"),
               relievo::make_node_type<HalfRate>("half_rate", "filter"),
               relievo::make_node_type<Convert>("convert", "filter"))
