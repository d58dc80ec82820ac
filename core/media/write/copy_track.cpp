#include <cstdint>

#include "core/media/write/track.hpp"

namespace relievo::media {
namespace {

class CopyTrack final : public Track {
 public:
  CopyTrack(const AVStream& source, const AVOutputFormat& format, bool exact_audio)
      : source_(source), format_(format), timebase_(source.time_base) {
    const auto& codec = *source.codecpar;
    counts_samples_ = exact_audio && codec.codec_type == AVMEDIA_TYPE_AUDIO &&
                      codec.sample_rate > 0 && av_cmp_q(timebase_, {1, codec.sample_rate}) > 0;
    if (counts_samples_) timebase_ = {1, codec.sample_rate};
  }

  void describe(AVStream& target) const override {
    check_av(avcodec_parameters_copy(target.codecpar, source_.codecpar), RLV_E_MEMORY,
             "copying a track's description");
    // A tag of another container may mean nothing, or something else, in this one.
    const auto tag = source_.codecpar->codec_tag;
    const auto codec = source_.codecpar->codec_id;
    unsigned known = 0;
    const bool fits = format_.codec_tag == nullptr ||
                      av_codec_get_id(format_.codec_tag, tag) == codec ||
                      av_codec_get_tag2(format_.codec_tag, codec, &known) == 0;
    target.codecpar->codec_tag = fits ? tag : 0;
    target.time_base = timebase_;
  }

  [[nodiscard]] AVRational timebase() const override { return timebase_; }
  [[nodiscard]] const AVCodecParameters& codec() const override { return *source_.codecpar; }

  void take(AVPacket& packet, PacketQueue& out) override {
    PacketPtr copy(check_alloc(av_packet_clone(&packet)));
    if (copy->dts == AV_NOPTS_VALUE) copy->dts = copy->pts;
    if (copy->pts == AV_NOPTS_VALUE) copy->pts = copy->dts;
    // Without any time it follows the one before.
    if (copy->pts == AV_NOPTS_VALUE) copy->pts = copy->dts = next_;
    next_ = copy->dts + copy->duration;
    if (counts_samples_) count_samples(*copy);
    out.push_back(std::move(copy));
  }

  void finish(PacketQueue& /*out*/) override {}

 private:
  void count_samples(AVPacket& packet) {
    const auto& codec = *source_.codecpar;
    int samples = av_get_audio_frame_duration2(source_.codecpar, packet.size);
    const AVRational sample{1, codec.sample_rate};
    if (samples <= 0)
      samples = static_cast<int>(av_rescale_q(packet.duration, source_.time_base, sample));
    packet.pts = packet.dts =
        av_rescale_delta(source_.time_base, packet.dts, sample, samples, &rescale_state_, sample);
    packet.duration = samples;
  }

  const AVStream& source_;
  const AVOutputFormat& format_;
  AVRational timebase_;
  bool counts_samples_ = false;
  std::int64_t rescale_state_ = AV_NOPTS_VALUE;
  std::int64_t next_ = 0;
};

}  // namespace

std::unique_ptr<Track> make_copy_track(const AVStream& source, const AVOutputFormat& format,
                                       bool exact_audio) {
  return std::make_unique<CopyTrack>(source, format, exact_audio);
}

}  // namespace relievo::media
