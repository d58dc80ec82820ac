// The node 'source': a film's pictures in order, as the decoder gives them.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/bridge.hpp"
#include "core/media/clocks.hpp"
#include "core/media/formats.hpp"
#include "core/media/inspect_extension.hpp"
#include "core/media/nodes.hpp"
#include "core/media/read/film.hpp"
#include "core/media/read/inspect.hpp"
#include "core/media/report_text.hpp"

namespace relievo::media {
namespace {

// Decoders gain little from more.
constexpr std::uint32_t kUsefulThreads = 8;
// What the decoder takes, an upper bound: so much, so much per thread, and pictures. Measured as
// peak resident memory of a process that reads 40 frames, minus what it had before, with H.264 of
// 640x360, 1280x720 and 1920x1080 and 10-bit HEVC of 1080x1920, in MiB:
//    2 threads   16  29   28   66
//    8 threads   26  47   73  140
//   16 threads   41  77  131  238
// (about 12 + 1.2 per thread + 4 to 9 pictures + 2.1 pictures per thread); streams may refer to
// more pictures than these do, up to 16.
constexpr std::uint64_t kDecoderBytes = std::uint64_t{14} << 20U;
constexpr std::uint64_t kBytesPerThread = std::uint64_t{3} << 19U;
constexpr std::uint64_t kDecoderPictures = 20;
constexpr std::uint64_t kTenthsPerThread = 25;  // tenths of a picture
constexpr std::uint64_t kMostThreads = 16;      // as decode.cpp has it

Deinterlace deinterlace_of(const std::string& word) {
  return word == "on" ? Deinterlace::kOn : word == "off" ? Deinterlace::kOff : Deinterlace::kAuto;
}

Unpack unpack_of(const std::string& word) {
  if (word == "left") return Unpack::kLeft;
  if (word == "right") return Unpack::kRight;
  return word == "flat" ? Unpack::kFlat : Unpack::kRefuse;
}

FilmOptions options_of(const Config& config) {
  FilmOptions options;
  options.path = config.has("path") ? config.get<std::string>("path") : "";
  if (options.path.empty())
    fail(RLV_E_CONFIG, "no file is named; give its path as 'path', or as --input");
  options.start = config.get<double>("start");
  options.seconds = config.get<double>("seconds");
  options.hwaccel = config.get<std::string>("hwaccel");
  options.deinterlace = deinterlace_of(config.get<std::string>("deinterlace"));
  options.track = config.get<int>("track");
  options.unpack = unpack_of(config.get<std::string>("unpack"));
  return options;
}

class Source final : public Node {
 public:
  Source(Host host, const Config& config) : Source(host, options_of(config)) {}
  ~Source() override {
    if (has_clock_) forget_clock(clock_);
  }

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;
  Flow push(std::span<Frame> in) override;
  Flow pull(std::span<Frame> out) override;
  void drain() override {}
  void reset() override { film_.close(); }
  const void* extension(const char* id) override;

  [[nodiscard]] nlohmann::ordered_json inspect() const {
    return inspect_file(options_.path, options_.track, [this] { return host_.is_cancelled(); });
  }

 private:
  Source(Host host, FilmOptions options)
      : host_(host), log_(host), options_(std::move(options)), film_(options_, host) {}

  const Host host_;
  const AvLogScope log_;
  const FilmOptions options_;
  Film film_;
  bool has_clock_ = false;
  std::uint64_t clock_ = 0;
  std::shared_ptr<ClockRecord> record_;
  rlv_frame_info info_ = make_frame_info();
};

NodePlan Source::plan(InputFormats /*in*/, OutputFormats out) {
  const auto& facts = film_.examine();
  auto& format = *out[0];
  if (has_clock_) forget_clock(clock_);  // an earlier plan's
  clock_ = format.clock;
  has_clock_ = true;
  record_ = register_clock(clock_, facts.source);

  format.semantic = RLV_SEM_COLOUR;
  format.pixel_format = pixel_format_of(facts.promise.format).value_or(RLV_PF_NONE);
  format.width = facts.promise.width;
  format.height = facts.promise.height;
  format.sar_num = facts.promise.sample_aspect.num;
  format.sar_den = facts.promise.sample_aspect.den;
  format.device_type = RLV_DEV_CPU;
  format.device_id = 0;
  format.rate_num = facts.rate.num;
  format.rate_den = facts.rate.den;
  format.timebase_num = facts.timebase.num;
  format.timebase_den = facts.timebase.den;
  format.focal_px = facts.focal_px;
  format.frame_count = facts.frame_count;
  format.colour = facts.promise.colour;

  info_.clock = clock_;
  info_.timebase_num = facts.timebase.num;
  info_.timebase_den = facts.timebase.den;
  info_.rotation_done = facts.orientation.degrees();
  info_.focal_px = facts.focal_px;

  NodePlan plan;
  plan.threads = kUsefulThreads;
  const auto picture = picture_layout(format.pixel_format, format.width, format.height).bytes();
  const auto threads = std::clamp<std::uint64_t>(host_.cpu_threads(), 1, kMostThreads);
  plan.host_bytes = kDecoderBytes + kBytesPerThread * threads +
                    static_cast<std::uint64_t>(picture) *
                        (10 * kDecoderPictures + kTenthsPerThread * threads) / 10;
  return plan;
}

void Source::open() {
  info_.index = 0;
  film_.open();
}

Flow Source::push(std::span<Frame> /*in*/) {
  fail(RLV_E_ARGUMENT, "a source takes no frames");
}

Flow Source::pull(std::span<Frame> out) {
  auto next = film_.next();
  if (!next) return Flow::kEnd;
  info_.pts = next->pts;
  info_.duration = next->duration;
  record_->put(info_.index, std::move(next->side_data));
  out[0] = wrap_picture(host_, *next->picture, info_);
  ++info_.index;
  return Flow::kDone;
}

rlv_status inspect_source(rlv_node* node, char* report, std::size_t capacity,
                          rlv_error* error) noexcept {
  try {
    // A file name need not be UTF-8.
    const auto text = static_cast<const Source&>(node_of(node))
                          .inspect()
                          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    hand_over_report(text, report, capacity);
    return RLV_OK;
  } catch (...) {
    return report_exception(error);
  }
}

const void* Source::extension(const char* id) {
  static constexpr InspectExtension kExtension{sizeof(InspectExtension), 0, &inspect_source};
  return std::string_view(id) == kInspectExtension ? &kExtension : nullptr;
}

}  // namespace

rlv_node_type source_type() {
  return make_node_type<Source>("source", "source");
}

}  // namespace relievo::media
