#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/media/write/track.hpp"

namespace relievo::media {
namespace {

constexpr AVRational kMilliseconds{1, 1000};
// Far more than a screen of text with its styles.
constexpr std::size_t kLargestEvent = std::size_t{1} << 18;

struct OwnedSubtitle : AVSubtitle {
  OwnedSubtitle() : AVSubtitle{} {}
  OwnedSubtitle(const OwnedSubtitle&) = delete;
  OwnedSubtitle& operator=(const OwnedSubtitle&) = delete;
  ~OwnedSubtitle() { avsubtitle_free(this); }
};

class TextTrack final : public Track {
 public:
  TextTrack(const AVStream& source, AVCodecID codec, int width, int height)
      : source_(source), buffer_(kLargestEvent) {
    const auto* decoder = avcodec_find_decoder(source.codecpar->codec_id);
    const auto* encoder = avcodec_find_encoder(codec);
    if (decoder == nullptr || encoder == nullptr)
      fail(RLV_E_UNSUPPORTED, "subtitles cannot go from ",
           avcodec_get_name(source.codecpar->codec_id), " to ", avcodec_get_name(codec));
    decoder_.reset(check_alloc(avcodec_alloc_context3(decoder)));
    check_av(avcodec_parameters_to_context(decoder_.get(), source.codecpar), RLV_E_MEMORY,
             "describing a track");
    decoder_->pkt_timebase = source.time_base;
    check_av(avcodec_open2(decoder_.get(), decoder, nullptr), RLV_E_UNSUPPORTED, "the decoder '",
             decoder->name, "' does not open");

    encoder_.reset(check_alloc(avcodec_alloc_context3(encoder)));
    encoder_->time_base = kMilliseconds;
    encoder_->width = width;
    encoder_->height = height;
    // Between the two stands ASS, whose header says the styles.
    if (decoder_->subtitle_header != nullptr) {
      const auto size = static_cast<std::size_t>(decoder_->subtitle_header_size);
      encoder_->subtitle_header = static_cast<std::uint8_t*>(check_alloc(av_mallocz(size + 1)));
      std::memcpy(encoder_->subtitle_header, decoder_->subtitle_header, size);
      encoder_->subtitle_header_size = decoder_->subtitle_header_size;
    }
    check_av(avcodec_open2(encoder_.get(), encoder, nullptr), RLV_E_UNSUPPORTED, "the encoder '",
             encoder->name, "' does not open");
    codec_ = make_codec_parameters(*encoder_);
    codec_->width = codec_->height = 0;
  }

  void describe(AVStream& target) const override {
    check_av(avcodec_parameters_copy(target.codecpar, codec_.get()), RLV_E_MEMORY,
             "describing a track");
    target.time_base = kMilliseconds;
  }

  [[nodiscard]] const AVCodecParameters& codec() const override { return *codec_; }
  [[nodiscard]] AVRational timebase() const override { return kMilliseconds; }

  void take(AVPacket& packet, PacketQueue& out) override {
    OwnedSubtitle subtitle;
    int complete = 0;
    if (avcodec_decode_subtitle2(decoder_.get(), &subtitle, &complete, &packet) < 0 ||
        complete == 0)
      return;
    emit(packet, subtitle, out);
  }

  void finish(PacketQueue& /*out*/) override {}

 private:
  void emit(const AVPacket& packet, AVSubtitle& subtitle, PacketQueue& out) {
    if (subtitle.num_rects == 0) return;
    const auto begin = subtitle.start_display_time;
    subtitle.end_display_time -= std::min(begin, subtitle.end_display_time);
    subtitle.start_display_time = 0;
    const int size = avcodec_encode_subtitle(encoder_.get(), buffer_.data(),
                                             static_cast<int>(buffer_.size()), &subtitle);
    if (size <= 0) return;
    auto made = make_packet();
    check_av(av_new_packet(made.get(), size), RLV_E_MEMORY, "a subtitle");
    std::memcpy(made->data, buffer_.data(), static_cast<std::size_t>(size));
    made->pts = made->dts = av_rescale_q(packet.pts, source_.time_base, kMilliseconds) + begin;
    made->duration = av_rescale_q(packet.duration, source_.time_base, kMilliseconds);
    if (made->duration <= 0 && subtitle.end_display_time != UINT32_MAX)
      made->duration = subtitle.end_display_time;
    made->flags |= AV_PKT_FLAG_KEY;
    out.push_back(std::move(made));
  }

  const AVStream& source_;
  std::vector<std::uint8_t> buffer_;
  CodecPtr decoder_;
  CodecPtr encoder_;
  CodecParametersPtr codec_;
};

}  // namespace

std::unique_ptr<Track> make_text_track(const AVStream& source, AVCodecID codec, int width,
                                       int height) {
  return std::make_unique<TextTrack>(source, codec, width, height);
}

}  // namespace relievo::media
