#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>

extern "C" {
#include <libavutil/audio_fifo.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libavutil/samplefmt.h>
}

#include "core/media/write/track.hpp"

namespace relievo::media {
namespace {

struct FifoDeleter {
  void operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
};
using FifoPtr = std::unique_ptr<AVAudioFifo, FifoDeleter>;

// Rates that AAC knows; others go to 48 kHz.
constexpr std::array kAacRates{96000, 88200, 64000, 48000, 44100, 32000,
                               24000, 22050, 16000, 12000, 11025, 8000};
constexpr int kMostChannels = 8;

int rate_for(AVCodecID codec, int source_rate) {
  if (codec == AV_CODEC_ID_OPUS) return 48000;
  if (codec == AV_CODEC_ID_FLAC) return source_rate;
  return std::find(kAacRates.begin(), kAacRates.end(), source_rate) != kAacRates.end() ? source_rate
                                                                                       : 48000;
}

std::int64_t bit_rate_for(AVCodecID codec, int channels) {
  if (codec == AV_CODEC_ID_AAC) return std::min(128000 * channels, 768000);
  if (codec == AV_CODEC_ID_OPUS) return std::min(32000 + 64000 * channels, 512000);
  return 0;
}

const AVSampleFormat* sample_formats(const AVCodec& encoder) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
  const void* list = nullptr;
  int count = 0;
  if (avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0, &list,
                                   &count) < 0)
    return nullptr;
  return static_cast<const AVSampleFormat*>(list);
#else
  return encoder.sample_fmts;
#endif
}

// The encoder's format that is nearest to the decoder's: as many bits, if it has them.
AVSampleFormat sample_format_for(const AVCodec& encoder, AVSampleFormat from) {
  const auto* list = sample_formats(encoder);
  if (list == nullptr) return from;
  const int wanted = av_get_bytes_per_sample(from);
  AVSampleFormat best = *list;
  const auto distance = [&](AVSampleFormat f) {
    const int bytes = av_get_bytes_per_sample(f);
    return bytes < wanted ? 100 * (wanted - bytes) : bytes - wanted;
  };
  for (; *list != AV_SAMPLE_FMT_NONE; ++list)
    if (distance(*list) < distance(best)) best = *list;
  return best;
}

const AVCodec* encoder_for(AVCodecID codec) {
  // libavcodec's own Opus encoder is experimental.
  if (codec == AV_CODEC_ID_OPUS) {
    const auto* opus = avcodec_find_encoder_by_name("libopus");
    if (opus != nullptr) return opus;
  }
  return avcodec_find_encoder(codec);
}

class AudioTrack final : public Track {
 public:
  AudioTrack(const Host& host, const AVStream& source, AVCodecID codec) : host_(host) {
    open_decoder(source);
    open_encoder(source, codec);
    codec_ = make_codec_parameters(*encoder_);
    open_resampler();
    fifo_.reset(check_alloc(av_audio_fifo_alloc(
        encoder_->sample_fmt, encoder_->ch_layout.nb_channels, 2 * frame_samples())));
  }

  void describe(AVStream& target) const override {
    check_av(avcodec_parameters_copy(target.codecpar, codec_.get()), RLV_E_MEMORY,
             "describing a track");
    target.time_base = encoder_->time_base;
  }

  [[nodiscard]] const AVCodecParameters& codec() const override { return *codec_; }
  [[nodiscard]] AVRational timebase() const override { return encoder_->time_base; }

  void take(AVPacket& packet, PacketQueue& out) override {
    const int result = avcodec_send_packet(decoder_.get(), &packet);
    if (result < 0 && !told_) {
      told_ = true;
      host_.warn(concat("damaged sound at ", packet.pts * av_q2d(decoder_->pkt_timebase),
                        " s is passed over: ", av_error_text(result)));
    }
    drain_decoder(out);
  }

  void finish(PacketQueue& out) override {
    avcodec_send_packet(decoder_.get(), nullptr);
    drain_decoder(out);
    resample(nullptr);
    encode_ready(out, true);
    avcodec_send_frame(encoder_.get(), nullptr);
    drain_encoder(out);
  }

 private:
  void open_decoder(const AVStream& source) {
    const auto* decoder = avcodec_find_decoder(source.codecpar->codec_id);
    if (decoder == nullptr)
      fail(RLV_E_UNSUPPORTED, "no decoder for ", avcodec_get_name(source.codecpar->codec_id));
    decoder_.reset(check_alloc(avcodec_alloc_context3(decoder)));
    check_av(avcodec_parameters_to_context(decoder_.get(), source.codecpar), RLV_E_MEMORY,
             "describing a track");
    // With it the decoder moves times past the samples that it skips at the start.
    decoder_->pkt_timebase = source.time_base;
    check_av(avcodec_open2(decoder_.get(), decoder, nullptr), RLV_E_UNSUPPORTED, "the decoder '",
             decoder->name, "' does not open");
  }

  void open_encoder(const AVStream& source, AVCodecID codec) {
    const auto* encoder = encoder_for(codec);
    if (encoder == nullptr) fail(RLV_E_UNSUPPORTED, "no encoder for ", avcodec_get_name(codec));
    encoder_.reset(check_alloc(avcodec_alloc_context3(encoder)));
    auto& c = *encoder_;
    const auto& from = *source.codecpar;
    const int channels = std::clamp(from.ch_layout.nb_channels, 1, kMostChannels);
    av_channel_layout_default(&c.ch_layout, channels);
    c.sample_rate = rate_for(codec, from.sample_rate);
    c.sample_fmt = sample_format_for(*encoder, static_cast<AVSampleFormat>(from.format));
    c.bit_rate = bit_rate_for(codec, channels);
    c.time_base = {1, c.sample_rate};
    c.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    check_av(avcodec_open2(&c, encoder, nullptr), RLV_E_UNSUPPORTED, "the encoder '", encoder->name,
             "' does not open for ", channels, " channels at ", c.sample_rate, " Hz");
  }

  void open_resampler() {
    SwrContext* made = nullptr;
    auto* d = decoder_.get();
    auto* e = encoder_.get();
    AVChannelLayout in{};
    if (d->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
      av_channel_layout_default(&in, d->ch_layout.nb_channels);
    else
      av_channel_layout_copy(&in, &d->ch_layout);
    const int result = swr_alloc_set_opts2(&made, &e->ch_layout, e->sample_fmt, e->sample_rate, &in,
                                           d->sample_fmt, d->sample_rate, 0, nullptr);
    av_channel_layout_uninit(&in);
    resampler_.reset(made);
    check_av(result, RLV_E_UNSUPPORTED, "sound cannot be resampled");
    check_av(swr_init(made), RLV_E_UNSUPPORTED, "sound cannot be resampled");
  }

  [[nodiscard]] int frame_samples() const {
    return encoder_->frame_size > 0 ? encoder_->frame_size : 4096;
  }

  void drain_decoder(PacketQueue& out) {
    while (avcodec_receive_frame(decoder_.get(), decoded_.get()) >= 0) {
      keep_in_time(*decoded_);
      resample(decoded_.get());
      av_frame_unref(decoded_.get());
      encode_ready(out, false);
    }
  }

  // Holes in the source are filled with silence, overlaps are cut: sound stays where it was.
  void keep_in_time(const AVFrame& frame) {
    const auto pts = frame.best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE) {
      if (!started_) start(0);
      return;
    }
    const auto at = av_rescale_q(pts, decoder_->pkt_timebase, encoder_->time_base);
    if (!started_) start(at);
    const auto expected = next_in_ + swr_get_delay(resampler_.get(), encoder_->sample_rate);
    const auto late = at - expected;
    // Rounded times wander by a millisecond or two; only more is a hole.
    if (std::abs(late) < encoder_->sample_rate / 25) return;
    if (late > 0) {
      resample(nullptr);
      add_silence(at - next_in_);
    } else {
      to_skip_ = -late;
    }
  }

  void start(std::int64_t at) {
    started_ = true;
    next_in_ = next_out_ = at;
  }

  void add_silence(std::int64_t samples) {
    while (samples > 0) {
      const int n = static_cast<int>(std::min<std::int64_t>(samples, encoder_->sample_rate));
      auto frame = blank(n);
      av_samples_set_silence(frame->extended_data, 0, n, encoder_->ch_layout.nb_channels,
                             encoder_->sample_fmt);
      push(*frame, n);
      samples -= n;
    }
  }

  [[nodiscard]] AvFramePtr blank(int samples) const {
    auto frame = make_av_frame();
    frame->format = encoder_->sample_fmt;
    frame->sample_rate = encoder_->sample_rate;
    check_av(av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout), RLV_E_MEMORY,
             "sound");
    frame->nb_samples = samples;
    check_av(av_frame_get_buffer(frame.get(), 0), RLV_E_MEMORY, "sound");
    return frame;
  }

  // frame nullptr: what the resampler still holds.
  void resample(const AVFrame* frame) {
    const int room =
        swr_get_out_samples(resampler_.get(), frame != nullptr ? frame->nb_samples : 0);
    if (room <= 0) return;
    auto converted = blank(room);
    const int n = swr_convert(
        resampler_.get(), converted->extended_data, room,
        frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr,
        frame != nullptr ? frame->nb_samples : 0);
    check_av(n, RLV_E_INTERNAL, "resampling sound");
    push(*converted, n);
  }

  void push(const AVFrame& frame, int samples) {
    const int skipped = static_cast<int>(std::min<std::int64_t>(to_skip_, samples));
    to_skip_ -= skipped;
    if (skipped == samples) return;
    std::array<void*, kMostChannels> planes{};
    const bool planar = av_sample_fmt_is_planar(encoder_->sample_fmt) != 0;
    const int count = planar ? encoder_->ch_layout.nb_channels : 1;
    const int step = av_get_bytes_per_sample(encoder_->sample_fmt) *
                     (planar ? 1 : encoder_->ch_layout.nb_channels);
    for (int i = 0; i < count; ++i)
      planes.at(static_cast<std::size_t>(i)) =
          frame.extended_data[i] + static_cast<std::ptrdiff_t>(skipped) * step;
    check_av(av_audio_fifo_write(fifo_.get(), planes.data(), samples - skipped), RLV_E_MEMORY,
             "holding sound");
    next_in_ += samples - skipped;
  }

  void encode_ready(PacketQueue& out, bool all) {
    for (;;) {
      const int held = av_audio_fifo_size(fifo_.get());
      if (held < frame_samples() && !(all && held > 0)) return;
      const int n = std::min(held, frame_samples());
      auto frame = blank(n);
      check_av(av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), n),
               RLV_E_INTERNAL, "reading held sound");
      frame->pts = next_out_;
      next_out_ += n;
      check_av(avcodec_send_frame(encoder_.get(), frame.get()), RLV_E_INTERNAL, "encoding sound");
      drain_encoder(out);
    }
  }

  void drain_encoder(PacketQueue& out) {
    for (;;) {
      auto packet = make_packet();
      if (avcodec_receive_packet(encoder_.get(), packet.get()) < 0) return;
      out.push_back(std::move(packet));
    }
  }

  Host host_;
  CodecPtr decoder_;
  CodecPtr encoder_;
  CodecParametersPtr codec_;
  SwrPtr resampler_;
  FifoPtr fifo_;
  AvFramePtr decoded_ = make_av_frame();
  bool started_ = false;
  bool told_ = false;
  std::int64_t next_in_ = 0;   // time of the next sample that goes into the fifo
  std::int64_t next_out_ = 0;  // time of the next sample that leaves it
  std::int64_t to_skip_ = 0;
};

}  // namespace

std::unique_ptr<Track> make_audio_track(const Host& host, const AVStream& source, AVCodecID codec) {
  return std::make_unique<AudioTrack>(host, source, codec);
}

}  // namespace relievo::media
