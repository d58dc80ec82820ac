#include "core/host/validate_node.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/host/frame.hpp"
#include "core/host/machine.hpp"
#include "core/host/node_instance.hpp"

namespace relievo::host {
namespace {

struct Size {
  std::int32_t width;
  std::int32_t height;
};

constexpr Size kUsual{64, 48};
constexpr Size kOdd{37, 23};
constexpr std::uint64_t kClock = 77;

// A cheap, fixed sequence: the same frames on every run and machine.
class Noise {
 public:
  explicit Noise(std::uint32_t seed) : state_(seed * 2654435761U + 1U) {}
  std::uint32_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return state_;
  }

 private:
  std::uint32_t state_;
};

void fill(const Frame& frame, Noise& noise) {
  const auto bits = RLV_PIXEL_BITS(frame.info().pixel_format);
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto& t = frame.tensor(p)->dl_tensor;
    const auto components = t.ndim == 3 ? t.shape[2] : 1;
    for (std::int64_t y = 0; y < t.shape[0]; ++y) {
      auto* row = static_cast<char*>(t.data) + y * t.strides[0] * (t.dtype.bits / 8);
      for (std::int64_t i = 0; i < t.shape[1] * components; ++i) {
        const auto value = noise.next();
        if (t.dtype.code == kDLFloat && t.dtype.bits == 32)
          reinterpret_cast<float*>(row)[i] = static_cast<float>(value % 1000U) / 1000.0F;
        else if (t.dtype.bits == 16)
          reinterpret_cast<std::uint16_t*>(row)[i] =
              static_cast<std::uint16_t>(value & ((1U << std::min(bits, 14U)) - 1U));
        else
          reinterpret_cast<std::uint8_t*>(row)[i] = static_cast<std::uint8_t>(value);
      }
    }
  }
}

// Every sample of a frame's picture area, as bytes.
std::vector<char> samples_of(const Frame& frame) {
  std::vector<char> all;
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto& t = frame.tensor(p)->dl_tensor;
    if (t.device.device_type != kDLCPU) continue;
    const auto sample = t.dtype.bits / 8;
    const auto row_bytes = t.shape[1] * (t.ndim == 3 ? t.shape[2] : 1) * sample;
    for (std::int64_t y = 0; y < t.shape[0]; ++y) {
      const auto* row =
          static_cast<const char*>(t.data) + t.byte_offset + y * t.strides[0] * sample;
      all.insert(all.end(), row, row + row_bytes);
    }
  }
  return all;
}

// One life of a node: created, planned and, if wanted, opened, with frames to feed it.
class Subject {
 public:
  Subject(const NodeSpec& spec, const rlv_node_type& type, const std::string& plugin, Log& log,
          Size size)
      : spec_(spec), run_(log) {
    run_.cpu_threads = usable_cpus();
    auto params = Json::object();
    for (const auto& parameter : spec.parameters)
      if (!parameter.default_value.is_null()) params[parameter.name] = parameter.default_value;
    const Json config = {
        {"node", "subject"}, {"device", "auto"}, {"params", params}, {"weights", Json::object()}};
    node_ = std::make_unique<NodeInstance>(type, run_, "subject", plugin, config.dump());
    for (const auto& input : spec.inputs) formats_.push_back(format_for(input, size));
  }

  void plan() {
    std::vector<const rlv_format*> inputs;
    for (const auto& format : formats_) inputs.push_back(&format);
    planned_ = node_->plan(inputs, std::vector<rlv_format>(spec_.outputs.size(), formats_.front()));
    for (const auto& output : planned_.outputs)
      if (!is_valid_pixel_format(output.pixel_format) || output.width < 1 || output.height < 1)
        throw std::runtime_error("plan() left an output without a pixel format or size");
  }
  void open() { node_->open(); }

  std::vector<Frame> moment(std::int64_t index) {
    std::vector<Frame> frames;
    for (std::size_t i = 0; i < formats_.size(); ++i) {
      auto info = make_frame_info();
      const auto& format = formats_[i];
      info.semantic = format.semantic;
      info.clock = kClock;
      info.index = index;
      info.pts = 1000 + index * 40;
      info.duration = 40;
      info.timebase_den = 1000;
      info.pixel_format = format.pixel_format;
      info.width = format.width;
      info.height = format.height;
      info.sar_num = 1;
      info.colour = format.colour;
      info.shot_id = index / 5;
      info.transition = index > 0 && index % 5 == 0 ? RLV_TRANSITION_HARD : RLV_TRANSITION_NONE;
      auto frame = Host(node_->host()).new_frame(info);
      Noise noise(static_cast<std::uint32_t>(index * 16 + static_cast<std::int64_t>(i) + 1));
      fill(frame, noise);
      mark_read_only(frame.get());
      frames.push_back(std::move(frame));
    }
    return frames;
  }

  // Feeds `count` moments as the runner does and returns the samples of every result.
  std::vector<std::vector<char>> stream(std::int64_t count) {
    results_.clear();
    given_ = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      auto frames = moment(i);
      std::vector<std::vector<char>> before;
      for (const auto& frame : frames) before.push_back(samples_of(frame));
      const auto kept = frames;
      while (node_->push(frames) == Flow::kAgain) pull_all();
      pull_all();
      for (std::size_t f = 0; f < kept.size(); ++f)
        if (samples_of(kept[f]) != before[f]) throw std::runtime_error("it wrote into its input");
      const auto held = i + 1 - given_;
      if (held > static_cast<std::int64_t>(planned_.needs.max_latency))
        throw std::runtime_error(concat("it holds back ", held,
                                        " frames, but plan() promised at most ",
                                        planned_.needs.max_latency));
    }
    node_->drain();
    pull_all();
    std::vector<Frame> none(spec_.outputs.size());
    if (node_->pull(none) != Flow::kEnd) throw std::runtime_error("EOS does not stay EOS");
    if (given_ != count)
      throw std::runtime_error(concat("it gave ", given_, " frames for ", count));
    return std::move(results_);
  }

  NodeInstance& node() { return *node_; }
  [[nodiscard]] const PlannedNode& planned() const { return planned_; }

 private:
  static rlv_format format_for(const InputSpec& input, Size size) {
    auto format = make_format();
    format.semantic =
        input.semantics.empty() ? std::uint32_t{RLV_SEM_COLOUR} : input.semantics.front();
    const bool colour = format.semantic == RLV_SEM_COLOUR;
    format.pixel_format = !input.pixel_formats.empty() ? input.pixel_formats.front()
                          : colour                     ? RLV_PF_YUV420P
                                                       : RLV_PF_MAP_F32;
    format.width = size.width;
    format.height = size.height;
    format.sar_num = 1;
    format.rate_num = 25;
    format.timebase_den = 1000;
    format.clock = kClock;
    const bool rgb = RLV_PIXEL_MODEL(format.pixel_format) == RLV_MODEL_RGB;
    format.colour =
        rgb ? rlv_colour{1, 13, 0, 1, 255, {0, 0, 0}} : rlv_colour{1, 1, 1, 0, 0, {0, 0, 0}};
    return format;
  }

  void pull_all() {
    for (;;) {
      std::vector<Frame> out(spec_.outputs.size());
      if (node_->pull(out) != Flow::kDone) return;
      for (std::size_t o = 0; o < out.size(); ++o) check_result(out[o], planned_.outputs[o]);
      std::vector<char> samples;
      for (const auto& frame : out) {
        const auto some = samples_of(frame);
        samples.insert(samples.end(), some.begin(), some.end());
      }
      results_.push_back(std::move(samples));
      ++given_;
    }
  }

  void check_result(const Frame& frame, const rlv_format& format) const {
    const auto info = frame.info();
    const auto wanted = given_;
    if (info.clock != kClock || info.index != wanted || info.pts != 1000 + wanted * 40 ||
        info.duration != 40 || info.timebase_num != 1 || info.timebase_den != 1000)
      throw std::runtime_error(concat("it changed clock, index or times of frame ", wanted));
    if (info.pixel_format != format.pixel_format || info.width != format.width ||
        info.height != format.height || info.semantic != format.semantic)
      throw std::runtime_error(concat("frame ", wanted, " is of another format than plan() said"));
  }

  const NodeSpec& spec_;
  RunContext run_;
  std::unique_ptr<NodeInstance> node_;
  std::vector<rlv_format> formats_;
  PlannedNode planned_;
  std::vector<std::vector<char>> results_;
  std::int64_t given_ = 0;
};

bool can_be_driven(const NodeSpec& spec) {
  return !spec.inputs.empty() && !spec.outputs.empty() && spec.weights.empty() &&
         spec.new_clock == NewClock::kNever &&
         std::all_of(spec.parameters.begin(), spec.parameters.end(), [](const ParameterSpec& p) {
           return !(p.is_input_path && p.default_value.is_null());
         });
}

void expect_no_leak(const std::function<void()>& body) {
  const auto before = live_frames();
  body();
  const auto leaked = live_frames() - before;
  if (leaked != 0) throw std::runtime_error(concat("it kept ", leaked, " frames after its end"));
}

}  // namespace

std::vector<NodeCheck> node_checks(const NodeSpec& spec, const rlv_node_type& type,
                                   const std::string& plugin, Log& log) {
  const auto make = [&spec, &type, &plugin, &log](Size size) {
    return Subject(spec, type, plugin, log, size);
  };
  std::vector<NodeCheck> checks;
  checks.push_back({"can be created and destroyed", [=] {
                      static_cast<void>(make(kUsual));
                    }});
  if (!can_be_driven(spec)) return checks;

  checks.push_back({"plans again and again, and the same each time", [=] {
                      auto subject = make(kUsual);
                      subject.plan();
                      const auto first = subject.planned();
                      subject.plan();
                      if (subject.planned().needs.max_latency != first.needs.max_latency ||
                          std::memcmp(subject.planned().outputs.data(), first.outputs.data(),
                                      first.outputs.size() * sizeof(rlv_format)) != 0)
                        throw std::runtime_error("the second plan() differs from the first");
                    }});
  checks.push_back({"can be destroyed in any state", [=] {
                      expect_no_leak([&] {
                        auto planned = make(kUsual);
                        planned.plan();
                        auto opened = make(kUsual);
                        opened.plan();
                        opened.open();
                        auto fed = make(kUsual);
                        fed.plan();
                        fed.open();
                        auto frames = fed.moment(0);
                        static_cast<void>(fed.node().push(frames));
                      });
                    }});
  checks.push_back({"asks for input before it has any", [=] {
                      auto subject = make(kUsual);
                      subject.plan();
                      subject.open();
                      std::vector<Frame> out(spec.outputs.size());
                      if (subject.node().pull(out) != Flow::kAgain)
                        throw std::runtime_error("pull() before the first push() is not AGAIN");
                    }});
  checks.push_back({"ends at once without input", [=] {
                      auto subject = make(kUsual);
                      subject.plan();
                      subject.open();
                      subject.stream(0);
                    }});
  checks.push_back({"gives one frame for each, in order, with clock and times unchanged", [=] {
                      expect_no_leak([&] {
                        auto subject = make(kUsual);
                        subject.plan();
                        subject.open();
                        subject.stream(2 * subject.planned().needs.max_latency + 7);
                      });
                    }});
  checks.push_back({"takes odd sizes", [=] {
                      auto subject = make(kOdd);
                      subject.plan();
                      subject.open();
                      subject.stream(3);
                    }});
  checks.push_back({"gives the same again after reset", [=] {
                      auto subject = make(kUsual);
                      subject.plan();
                      subject.open();
                      const auto first = subject.stream(7);
                      subject.node().reset();
                      subject.open();
                      if (subject.stream(7) != first)
                        throw std::runtime_error("the same film gives other frames after reset()");
                    }});
  return checks;
}

}  // namespace relievo::host
