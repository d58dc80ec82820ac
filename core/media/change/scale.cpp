// The node 'scale': another size, another frame rate.
//
// Pictures come downloaded from any decoder, so they are scaled in memory; a scaler on the device
// (VideoToolbox's scale_vt) would pay only between decoder and download, inside 'source'.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/bridge.hpp"
#include "core/media/change/frame_rate.hpp"
#include "core/media/change/nearest_in_time.hpp"
#include "core/media/change/picture_size.hpp"
#include "core/media/change/share.hpp"
#include "core/media/change/swscale.hpp"
#include "core/media/clocks.hpp"
#include "core/media/formats.hpp"
#include "core/media/nodes.hpp"

namespace relievo::media {
namespace {

// libswscale is worth about this many threads at film sizes.
constexpr std::uint32_t kUsefulThreads = 4;

int filter_flag(const std::string& name) {
  if (name == "area") return SWS_AREA;
  if (name == "bilinear") return SWS_BILINEAR;
  return name == "lanczos" ? SWS_LANCZOS : SWS_BICUBIC;
}

// libswscale knows no interleaved RGB of floats; OpenCV does, and keeps values beyond 0..1.
void scale_floats(const Frame& in, const Frame& out, int filter) {
  const auto from = in.plane<const float>(0);
  const auto to = out.plane<float>(0);
  if (!from.is_dense()) fail(RLV_E_UNSUPPORTED, "pixels of rgbf32 with gaps cannot be scaled");
  const auto type = CV_MAKETYPE(CV_32F, from.components);
  const auto info = in.info();
  const cv::Mat source(info.height, info.width, type, const_cast<float*>(from.data),
                       static_cast<std::size_t>(from.row_stride) * sizeof(float));
  cv::Mat target(out.info().height, out.info().width, type, to.data,
                 static_cast<std::size_t>(to.row_stride) * sizeof(float));
  // Of OpenCV's filters only this one averages what falls together.
  const bool shrinks = target.rows < source.rows || target.cols < source.cols;
  const int method = shrinks || filter == SWS_AREA ? cv::INTER_AREA
                     : filter == SWS_BILINEAR      ? cv::INTER_LINEAR
                     : filter == SWS_LANCZOS       ? cv::INTER_LANCZOS4
                                                   : cv::INTER_CUBIC;
  cv::resize(source, target, target.size(), 0.0, 0.0, method);
}

// libswscale reads some semiplanar formats that it does not write: their pictures come out with
// the same samples in planes of their own. AV_PIX_FMT_NONE if it cannot work on them at all.
AVPixelFormat scalable_format(std::uint32_t pixel_format) {
  const auto format = av_pixel_format_of(pixel_format);
  if (!PictureScaler::can_read(format)) return AV_PIX_FMT_NONE;
  if (PictureScaler::can_write(format)) return format;
  const auto planar = av_pixel_format_of(
      RLV_PIXEL_FORMAT(RLV_PIXEL_MODEL(pixel_format), RLV_PIXEL_SUBSAMPLING(pixel_format),
                       RLV_LAYOUT_PLANAR, RLV_PIXEL_SAMPLE(pixel_format),
                       RLV_PIXEL_BITS(pixel_format), 0, RLV_PIXEL_ALPHA(pixel_format)));
  return PictureScaler::can_write(planar) ? planar : AV_PIX_FMT_NONE;
}

class Scale final : public Node {
 public:
  Scale(Host host, const Config& config)
      : host_(host),
        log_(host),
        width_(config.get<int>("width")),
        height_(config.get<int>("height")),
        max_width_(config.get<int>("max_width")),
        max_height_(config.get<int>("max_height")),
        fps_(config.get<double>("fps")),
        upscale_(config.get<bool>("upscale")),
        filter_(filter_flag(config.get<std::string>("filter"))) {}
  ~Scale() override {
    if (record_) forget_clock(clock_);
  }

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;
  Flow push(std::span<Frame> in) override;
  Flow pull(std::span<Frame> out) override;
  void drain() override;
  void reset() override { forget(); }

 private:
  // A source frame with its scaled picture, made when it is first wanted.
  struct Candidate {
    Frame frame;
    Frame scaled;
    bool was_given = false;
  };
  void plan_clock(const rlv_format& in, rlv_format& out);
  void forget();
  [[nodiscard]] Frame scaled(const Frame& frame);
  [[nodiscard]] Frame at_moment(Candidate& candidate, std::int64_t time);
  void hand_on_side_data(const rlv_frame_info& from, bool was_given);

  const Host host_;
  const AvLogScope log_;
  const std::int32_t width_;
  const std::int32_t height_;
  const std::int32_t max_width_;
  const std::int32_t max_height_;
  const double fps_;
  const bool upscale_;
  const int filter_;

  PictureSize size_;
  std::uint32_t pixel_format_ = RLV_PF_NONE;
  float focal_factor_ = 1.0F;
  std::unique_ptr<PictureScaler> scaler_;

  // With a rate of its own: times count units of timebase_ on clock_.
  std::uint64_t clock_ = 0;
  std::shared_ptr<ClockRecord> record_;
  std::optional<SideDataReader> source_side_data_;  // with record_
  AVRational timebase_{1, 1};
  std::int64_t period_ = 1;
  std::optional<NearestInTime> nearest_;
  Candidate held_;
  Candidate newest_;
  std::int64_t index_ = 0;
  std::optional<std::int64_t> given_shot_;
  // Of the last shot that began, whether or not its first frame is given.
  std::int64_t begun_shot_ = 0;
  std::uint32_t begun_transition_ = RLV_TRANSITION_NONE;

  // Without one.
  Frame ready_;
  bool draining_ = false;
};

NodePlan Scale::plan(InputFormats in, OutputFormats out) {
  const auto& from = *in[0];
  auto& to = *out[0];
  const auto written = scalable_format(from.pixel_format);
  if (written == AV_PIX_FMT_NONE && from.pixel_format != RLV_PF_RGBF32)
    fail(RLV_E_UNSUPPORTED, "pictures of ", pixel_format_name(from.pixel_format),
         " cannot be scaled; put 'scale' before the node that makes them");
  size_ =
      scaled_size({from.width, from.height, from.sar_num, from.sar_den}, width_, height_, upscale_);
  size_ = fitted_size(size_, max_width_, max_height_);
  focal_factor_ = static_cast<float>(size_.width) / static_cast<float>(from.width);
  const bool changes = size_.width != from.width || size_.height != from.height;
  pixel_format_ = from.pixel_format;
  if (changes) pixel_format_ = pixel_format_of(written).value_or(from.pixel_format);
  to.pixel_format = pixel_format_;
  to.width = size_.width;
  to.height = size_.height;
  to.sar_num = size_.sar_num;
  to.sar_den = size_.sar_den;
  to.focal_px = from.focal_px * focal_factor_;
  NodePlan plan;
  plan.threads = kUsefulThreads;
  if (fps_ > 0.0) {
    plan_clock(from, to);
    plan.max_latency = 1;
    plan.look_ahead = 1;
    plan.host_bytes = static_cast<std::uint64_t>(
        2 * picture_layout(to.pixel_format, to.width, to.height).bytes());
  }
  return plan;
}

void Scale::plan_clock(const rlv_format& in, rlv_format& out) {
  const auto rate = frame_rate_of(fps_);
  timebase_ = common_timebase({in.timebase_num, in.timebase_den}, rate);
  period_ = std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(rate), timebase_));
  out.rate_num = rate.num;
  out.rate_den = rate.den;
  out.timebase_num = timebase_.num;
  out.timebase_den = timebase_.den;
  out.frame_count = 0;
  if (in.rate_num > 0 && in.rate_den > 0)
    out.frame_count = av_rescale_q(in.frame_count, {in.rate_den, in.rate_num}, av_inv_q(rate));
  if (record_) forget_clock(clock_);  // an earlier plan's
  clock_ = out.clock;
  record_.reset();
  source_side_data_.reset();
  if (const auto source = find_clock(in.clock); source && in.clock != clock_) {
    record_ = register_clock(clock_, source->source());
    source_side_data_.emplace(source);
  }
}

void Scale::open() {
  scaler_ = std::make_unique<PictureScaler>(filter_, host_.cpu_threads());
  forget();
}

void Scale::forget() {
  ready_ = Frame();
  held_ = Candidate();
  newest_ = Candidate();
  index_ = 0;
  given_shot_.reset();
  begun_shot_ = 0;
  begun_transition_ = RLV_TRANSITION_NONE;
  draining_ = false;
  nearest_.reset();
  if (source_side_data_) source_side_data_->restart();
  if (fps_ > 0.0) nearest_.emplace(period_);
}

Frame Scale::scaled(const Frame& frame) {
  auto info = frame.info();
  if (info.width == size_.width && info.height == size_.height) return frame;
  info.width = size_.width;
  info.height = size_.height;
  info.sar_num = size_.sar_num;
  info.sar_den = size_.sar_den;
  info.focal_px *= focal_factor_;
  info.pixel_format = pixel_format_;
  auto out = host_.new_frame(info);
  if (info.pixel_format == RLV_PF_RGBF32)
    scale_floats(frame, out, filter_);
  else
    scaler_->scale(*picture_of(frame), *picture_of(out));
  return out;
}

Flow Scale::push(std::span<Frame> in) {
  if (!nearest_) {
    if (ready_) return Flow::kAgain;
    ready_ = scaled(in[0]);
    return Flow::kDone;
  }
  if (nearest_->is_pending()) return Flow::kAgain;
  const auto info = in[0].info();
  if (info.pts == RLV_NO_PTS)
    fail(RLV_E_ARGUMENT, "frame ", info.index,
         " has no time; a frame rate can only be changed where times are known");
  const AVRational timebase{info.timebase_num, info.timebase_den};
  const auto duration =
      info.duration == RLV_NO_PTS ? 0 : av_rescale_q(info.duration, timebase, timebase_);
  if (info.transition != RLV_TRANSITION_NONE) {
    begun_shot_ = info.shot_id;
    begun_transition_ = info.transition;
  }
  // What was newest has become the one to compare with.
  if (newest_.frame) held_ = std::exchange(newest_, Candidate());
  (held_.frame ? newest_ : held_).frame = std::move(in[0]);
  nearest_->arrive(av_rescale_q(info.pts, timebase, timebase_), duration);
  return Flow::kDone;
}

Flow Scale::pull(std::span<Frame> out) {
  if (!nearest_) {
    if (!ready_) return draining_ ? Flow::kEnd : Flow::kAgain;
    out[0] = std::exchange(ready_, Frame());
    return Flow::kDone;
  }
  const bool settled = newest_.frame && !nearest_->has_newest();
  const auto moment = nearest_->next();
  if (moment.choice == NearestInTime::Choice::kNone) return draining_ ? Flow::kEnd : Flow::kAgain;
  // The class that chooses calls the newest frame held as soon as it is the only one that counts.
  const bool newest = moment.choice == NearestInTime::Choice::kNewest || settled;
  out[0] = at_moment(newest ? newest_ : held_, moment.time);
  return Flow::kDone;
}

void Scale::drain() {
  draining_ = true;
  if (nearest_) nearest_->finish();
}

Frame Scale::at_moment(Candidate& candidate, std::int64_t time) {
  if (!candidate.scaled) candidate.scaled = scaled(candidate.frame);
  const auto source = candidate.frame.info();
  auto info = candidate.scaled.info();
  info.clock = clock_;
  info.index = index_;
  info.pts = time;
  info.duration = period_;
  info.timebase_num = timebase_.num;
  info.timebase_den = timebase_.den;
  // The mark of a new shot goes to the first frame that is given of it.
  info.transition = RLV_TRANSITION_NONE;
  if (given_shot_ != source.shot_id && begun_shot_ == source.shot_id)
    info.transition = begun_transition_;
  given_shot_ = source.shot_id;
  hand_on_side_data(source, candidate.was_given);
  candidate.was_given = true;
  ++index_;
  return share_planes(host_, candidate.scaled, info);
}

// Captions and time codes of a frame that is given twice must not come twice; HDR metadata may.
void Scale::hand_on_side_data(const rlv_frame_info& from, bool was_given) {
  if (!record_) return;
  auto data = source_side_data_->take(from.index);
  if (was_given)
    std::erase_if(data.items, [](const FrameSideData::Item& item) {
      return item.type == AV_FRAME_DATA_A53_CC || item.type == AV_FRAME_DATA_S12M_TIMECODE;
    });
  record_->put(index_, std::move(data));
}

}  // namespace

rlv_node_type scale_type() {
  return make_node_type<Scale>("scale", "filter");
}

}  // namespace relievo::media
