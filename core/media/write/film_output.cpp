#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/clocks.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/components.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/encoder_options.hpp"
#include "core/media/write/encoder_scales.hpp"
#include "core/media/write/frame_packing.hpp"
#include "core/media/write/frame_side_data.hpp"
#include "core/media/write/muxer.hpp"
#include "core/media/write/output_file.hpp"
#include "core/media/write/sink_output.hpp"
#include "core/media/write/stereo_marks.hpp"
#include "core/media/write/timeline.hpp"
#include "core/media/write/tracks.hpp"
#include "core/media/write/video_encoder.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

// What the encoder gets to finish the pictures that it holds when a run ends early: with x265's
// usual look-ahead these are the whole film's first two seconds. Below the ten seconds that the
// host gives the others when a node hangs.
constexpr std::chrono::seconds kLastWords{8};

bool same_setup(const EncoderSetup& a, const EncoderSetup& b) {
  const auto equal = [](AVRational x, AVRational y) {
    return x.num == y.num && x.den == y.den;
  };
  return a.hdr == b.hdr && equal(a.timebase, b.timebase) &&
         a.colour.primaries == b.colour.primaries && a.colour.transfer == b.colour.transfer &&
         a.colour.matrix == b.colour.matrix && a.colour.full_range == b.colour.full_range &&
         a.colour.chroma_location == b.colour.chroma_location;
}

// A film that does not say its curve may be of high dynamic range.
bool says_hdr(const rlv_colour& colour) {
  return is_hdr(colour) || colour.transfer == AVCOL_TRC_UNSPECIFIED;
}

class FilmOutput final : public SinkOutput {
 public:
  FilmOutput(const Host& host, const SinkSettings& settings, const SinkInput& input,
             SideDataReader& side_data)
      : host_(host),
        settings_(settings),
        input_(input),
        container_(container_of(settings.path)),
        file_(settings.path, settings.overwrite),
        record_(find_clock(input.format.clock)),
        side_data_(side_data),
        packed_(packed_views(input.layout, input.right_first)) {
    report_.path = settings.path.string();
  }

  void open() override {
    const auto source = this->source();
    file_.prepare(source.path);
    threads_ = std::max(1U, host_.cpu_threads());
    open_encoder(input_.format.colour, {input_.format.timebase_num, input_.format.timebase_den},
                 input_.sar());
    tracks_.emplace(host_, source, container_, settings_.tracks, settings_.audio);
    for (const auto& line : tracks_->notes()) note(line);
    const auto usual_name = file_.partial();
    muxer_.emplace(host_, container_, file_.claim());
    if (file_.partial() != usual_name)
      host_.info(concat("'", usual_name.string(), "' of an earlier run is kept; this run writes '",
                        file_.partial().string(), "'"));
    if (is_lossless(*encoder_->context().codec) &&
        (settings_.encoder.quality > 0 || !settings_.encoder.preset.empty()))
      note(concat(encoder_->name(), " is lossless: quality and preset mean nothing to it"));
    const auto* format = av_pix_fmt_desc_get(encoder_->context().pix_fmt);
    if (settings_.encoder.max_bitrate > 0 && !holds_bitrate(*encoder_->context().codec))
      note(concat(encoder_->name(),
                  " cannot be held to a bitrate: max_bitrate means nothing to it"));
    host_.info(concat("writing ", encoder_->context().width, " x ", encoder_->context().height, " ",
                      format->name, " with ", encoder_->name(), " to '", settings_.path.string(),
                      "'"));
  }

  void put(std::span<const Frame> views) override {
    const auto info = views[0].info();
    if (!started_) start(info);
    auto picture = painter_->paint(views);
    attach_side_data(side_data_.take(info.index), setup_.hdr, says_hdr(setup_.colour), *picture);
    const auto times = next_times(info);
    encoder_->send(*picture, times.pts, times.duration);
    write_ready();
  }

  void drain() override {
    if (!started_ || drained_) return;
    drained_ = true;
    encoder_->flush();
    while (write_next()) {
      host_.progress(-1.0, "finishing the film");
      if (host_.is_cancelled()) fail(RLV_E_CANCELLED, "cancelled");
    }
    tracks_->write_rest(*muxer_);
  }

  SinkReport finish(bool complete) override { return complete ? finish_whole() : finish_early(); }

 private:
  struct Times {
    std::int64_t pts;
    std::int64_t duration;
  };

  [[nodiscard]] SourceFile source() const { return record_ ? record_->source() : SourceFile{}; }
  // Of depth it says nothing, and of what was tone-mapped nothing true.
  [[nodiscard]] Hdr10 hdr(const rlv_colour& painted) const {
    if (!record_ || input_.is_depth || !says_hdr(painted)) return {};
    auto source = record_->source();
    return {std::move(source.mastering_display), std::move(source.content_light)};
  }

  // The host tells them at the end, with the report.
  void note(const std::string& line) { report_.notes.push_back(line); }

  // With "auto" encoders are tried until one opens; a named one has to. If none does, the best one
  // that needs no device says why: that there is no device is no surprise.
  void open_encoder(const rlv_colour& colour, AVRational timebase, AVRational sar) {
    const auto candidates = encoder_candidates(settings_.encoder);
    input_.format.sar_num = sar.num;
    input_.format.sar_den = sar.den;
    std::exception_ptr reason;
    bool of_device = false;
    for (const auto* candidate : candidates) {
      try {
        open_one(*candidate, colour, timebase);
        return;
      } catch (const Error& e) {
        host_.debug(e.what());
        if (reason && (!of_device || is_hardware(*candidate))) continue;
        reason = std::current_exception();
        of_device = is_hardware(*candidate);
      }
    }
    std::rethrow_exception(reason);
  }

  void open_one(const AVCodec& encoder, const rlv_colour& colour, AVRational timebase) {
    const EncoderInput arriving{input_.av_format(), input_.is_depth, input_.is_grey_depth()};
    const auto format = choose_pixel_format(encoder, settings_.encoder, arriving);
    painter_.reset();
    painter_.emplace(input_, colour, format, true, threads_);
    EncoderSetup setup;
    setup.width = painter_->geometry().width;
    setup.height = painter_->geometry().height;
    setup.sar = painter_->geometry().sar;
    setup.rate = {input_.format.rate_num, input_.format.rate_den};
    setup.timebase = timebase;
    setup.colour = painted_colour(input_, colour, format);
    setup.hdr = hdr(setup.colour);
    setup.threads = threads_;
    encoder_.reset();
    encoder_.emplace(encoder, format, settings_.encoder, setup);
    marker_.reset();
    if (packed_ && has_frame_packing_sei(encoder.id, packed_->packing))
      marker_.emplace(encoder_->context(), *packed_);
    setup_ = setup;
  }

  // The first frame may say more than the plan could: its own timebase and colours, HDR's metadata.
  void start(const rlv_frame_info& info) {
    auto wanted = setup_;
    wanted.timebase = {info.timebase_num, info.timebase_den};
    wanted.colour = painted_colour(input_, info.colour, encoder_->context().pix_fmt);
    wanted.hdr = hdr(wanted.colour);
    const AVRational sar{info.sar_num, info.sar_den};
    const bool same_shape = sar.num == input_.sar().num && sar.den == input_.sar().den;
    if (!same_setup(setup_, wanted) || !same_shape) open_encoder(info.colour, wanted.timebase, sar);
    tell_conversion();

    const auto source = this->source();
    timeline_.clock = setup_.timebase;
    timeline_.trimmed = source.trim_start != INT64_MIN;
    timeline_.end = source.trim_end;
    const auto first = info.pts == RLV_NO_PTS ? 0 : info.pts;
    // A trimmed film begins with its first picture; a whole one where its container began, so that
    // whatever came first still does. Rounded down to a tick: pictures stay exact.
    timeline_.origin =
        timeline_.trimmed ? first
                          : std::min(first, av_rescale_q_rnd(source.container_start, AV_TIME_BASE_Q,
                                                             timeline_.clock, AV_ROUND_DOWN));
    timeline_.cut = first;
    tracks_->begin(timeline_);
    if (!container_.holds_negative_times() && tracks_->earliest() < 0) {
      timeline_.delay(-tracks_->earliest());
      tracks_->set_timeline(timeline_);
    }
    write_header();
    started_ = true;
  }

  void write_header() {
    auto& video = muxer_->add_stream();
    check_av(
        avcodec_parameters_copy(video.codecpar, make_codec_parameters(encoder_->context()).get()),
        RLV_E_MEMORY, "describing the film");
    video.codecpar->codec_tag =
        container_.is_mp4_or_mov() && video.codecpar->codec_id == AV_CODEC_ID_HEVC
            ? MKTAG('h', 'v', 'c', '1')  // Apple's players want the parameter sets outside
            : 0;
    video.time_base = {1, timeline_.clock.den};
    video.avg_frame_rate = encoder_->context().framerate;
    video.sample_aspect_ratio = encoder_->context().sample_aspect_ratio;
    tell_container(setup_.hdr, video);
    tell_stereo_mode(container_, input_.layout, input_.right_first, video);
    std::vector<std::int64_t> expected{expected_frames()};
    tracks_->add_streams(*muxer_, video, expected);
    muxer_->write_header(expected);
    tracks_->write_covers(*muxer_);
  }

  [[nodiscard]] std::int64_t expected_frames() const {
    if (input_.format.frame_count > 0) return input_.format.frame_count + 2;
    return static_cast<std::int64_t>(tracks_->duration() * av_q2d(encoder_->context().framerate) *
                                     1.02);
  }

  void tell_conversion() {
    const auto* format = av_pix_fmt_desc_get(encoder_->context().pix_fmt);
    if (painter_->converts() && !input_.is_depth)
      note(concat("pictures go from ", av_get_pix_fmt_name(input_.av_format()), " to ",
                  format->name, " for ", encoder_->name()));
    const bool delivery = encoder_->context().codec_id != AV_CODEC_ID_FFV1;
    if (delivery && (format->log2_chroma_w == 0 || format->log2_chroma_h == 0))
      note(concat(format->name, " is kept as it came; headsets play 4:2:0 only (chroma: 420)"));
  }

  // Times must rise; what a source leaves out is made up from the frame before.
  Times next_times(const rlv_frame_info& info) {
    const auto usual = std::max<std::int64_t>(
        1, av_rescale_q(1, av_inv_q(encoder_->context().framerate), timeline_.clock));
    Times times{info.pts, info.duration > 0 ? info.duration : usual};
    if (times.pts == RLV_NO_PTS) times.pts = frames_sent_ == 0 ? 0 : last_.pts + last_.duration;
    if (frames_sent_ > 0 && times.pts <= last_.pts) {
      if (!told_times_)
        host_.warn(concat("frame ", info.index,
                          " has the time of the one before; its time, and "
                          "others like it, are moved on by one tick"));
      told_times_ = true;
      times.pts = last_.pts + 1;
    }
    if (frames_sent_ == 0) first_pts_ = times.pts;
    last_ = times;
    ++frames_sent_;
    return times;
  }

  void write_ready() {
    while (write_next()) {
    }
  }

  // Moves one packet from the encoder to the file, after whatever belongs before it.
  bool write_next() {
    if (!encoder_->receive(*packet_)) return false;
    if (marker_) marker_->mark(*packet_);
    const auto shift = timeline_.shift(timeline_.clock);
    packet_->pts += shift;
    packet_->dts += shift;
    try {
      tracks_->write_until(*muxer_, av_rescale_q(packet_->dts, timeline_.clock, AV_TIME_BASE_Q));
      muxer_->write(*packet_, 0, timeline_.clock);
    } catch (const Error&) {
      file_failed_ = true;
      throw;
    }
    av_packet_unref(packet_.get());
    ++report_.frames;
    return true;
  }

  SinkReport finish_whole() {
    drain();
    if (report_.frames == 0) {
      muxer_.reset();
      file_.discard();
      fail(RLV_E_CONFIG, "no frame arrived, so '", settings_.path.string(),
           "' was not written; does the source begin where it is told to start?");
    }
    report_.films.push_back(written());
    muxer_->close(true);
    mark_file(true);
    file_.publish();
    report_.bytes = file_.bytes();
    report_.complete = true;
    return report_;
  }

  [[nodiscard]] WrittenFilm written() {
    WrittenFilm film;
    film.seconds =
        static_cast<double>(last_.pts + last_.duration - first_pts_) * av_q2d(timeline_.clock);
    film.last_picture = static_cast<double>(last_.duration) * av_q2d(timeline_.clock);
    const auto& context = muxer_->context();
    for (unsigned i = 0; i < context.nb_streams; ++i) {
      if (muxer_->packets(static_cast<int>(i)) == 0) continue;
      const auto type = context.streams[i]->codecpar->codec_type;
      film.sounds += type == AVMEDIA_TYPE_AUDIO ? 1 : 0;
      film.subtitles += type == AVMEDIA_TYPE_SUBTITLE ? 1 : 0;
    }
    const auto word = [](const char* name) {
      return std::string(name == nullptr ? "" : name);
    };
    const auto& video = *context.streams[0]->codecpar;
    film.primaries = word(av_color_primaries_name(video.color_primaries));
    film.transfer = word(av_color_transfer_name(video.color_trc));
    film.matrix = word(av_color_space_name(video.color_space));
    film.range = word(av_color_range_name(video.color_range));
    return film;
  }

  // A film is whole without its boxes: their failure is told, and no more.
  void mark_file(bool may_rewrite) {
    if (!packed_) return;
    try {
      const auto line = write_stereo_boxes(container_, *packed_, file_.partial(), may_rewrite);
      if (!line.empty()) note(line);
    } catch (const std::exception& e) {
      const auto line = concat("the film does not say that it is 3D: ", e.what(),
                               "; choose the layout in the player");
      if (may_rewrite) host_.warn(line);
      note(line);
    }
  }

  SinkReport finish_early() {
    try {
      if (started_ && !file_failed_) give_last_words();
      if (muxer_) muxer_->close(false);
      if (report_.frames > 0) mark_file(false);
    } catch (const std::exception& e) {
      host_.warn(concat("closing '", file_.partial().string(), "' early: ", e.what()));
    }
    muxer_.reset();
    if (report_.frames == 0) {
      file_.discard();
      report_.path.clear();
      return report_;
    }
    report_.path = file_.partial().string();
    report_.bytes = file_.bytes();
    return report_;
  }

  // What the encoder still holds, as far as the time goes; one packet at any rate, for a film
  // without any is thrown away, with all the work that went into it. The first may well take all
  // the time: it waits for the look-ahead.
  void give_last_words() {
    const auto deadline = std::chrono::steady_clock::now() + kLastWords;
    if (frames_sent_ > report_.frames)
      host_.info(concat("finishing the frames under way (", frames_sent_ - report_.frames,
                        ", for up to ", kLastWords.count(), " s)"));
    const auto give_sign = [this] {
      host_.progress(-1.0, "finishing the frames under way");
    };
    give_sign();
    if (!drained_) encoder_->flush();
    drained_ = true;
    while ((report_.frames == 0 || std::chrono::steady_clock::now() < deadline) && write_next())
      give_sign();
  }

  Host host_;
  SinkSettings settings_;
  SinkInput input_;
  const Container& container_;
  OutputFile file_;
  std::shared_ptr<ClockRecord> record_;
  SideDataReader& side_data_;
  unsigned threads_ = 1;
  SinkReport report_;
  std::optional<Painter> painter_;
  std::optional<VideoEncoder> encoder_;
  std::optional<PackedViews> packed_;  // two views in one picture
  std::optional<FramePackingMarker> marker_;
  EncoderSetup setup_;
  std::optional<Tracks> tracks_;
  std::optional<Muxer> muxer_;
  Timeline timeline_;
  PacketPtr packet_ = make_packet();
  Times last_{0, 1};
  std::int64_t first_pts_ = 0;
  std::int64_t frames_sent_ = 0;
  bool started_ = false;
  bool drained_ = false;
  bool file_failed_ = false;
  bool told_times_ = false;
};

}  // namespace

std::unique_ptr<SinkOutput> make_film_output(const Host& host, const SinkSettings& settings,
                                             const SinkInput& input, SideDataReader& side_data) {
  return std::make_unique<FilmOutput>(host, settings, input, side_data);
}

}  // namespace relievo::media
