#include "core/media/read/decode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace relievo::media {
namespace {

// Bounds of what is kept for another try; beyond them the device is trusted.
constexpr std::size_t kRecentBytes = std::size_t{64} << 20U;
constexpr std::size_t kRecentPackets = 600;
// A decoder that fails this often without a picture in between will not recover.
constexpr int kHopeless = 5000;

// Decoders of an id, the one that libavcodec prefers first.
CodecPtr open_any(const AVStream& stream, const std::function<void(AVCodecContext&)>& configure) {
  const auto id = stream.codecpar->codec_id;
  const auto try_codec = [&](const AVCodec* codec) -> CodecPtr {
    CodecPtr context(check_alloc(avcodec_alloc_context3(codec)));
    if (avcodec_parameters_to_context(context.get(), stream.codecpar) < 0) return nullptr;
    configure(*context);
    return avcodec_open2(context.get(), codec, nullptr) < 0 ? nullptr : std::move(context);
  };
  const auto* preferred = avcodec_find_decoder(id);
  if (preferred != nullptr)
    if (auto context = try_codec(preferred)) return context;
  void* position = nullptr;
  while (const auto* codec = av_codec_iterate(&position))
    if (av_codec_is_decoder(codec) != 0 && codec->id == id && codec != preferred)
      if (auto context = try_codec(codec)) return context;
  return nullptr;
}

std::string codec_name(const AVStream& stream) {
  const auto id = stream.codecpar->codec_id;
  if (id != AV_CODEC_ID_NONE) return avcodec_get_name(id);
  if (stream.codecpar->codec_tag == 0) return "unknown";
  std::array<char, AV_FOURCC_MAX_STRING_SIZE> tag{};
  return std::string("unknown, tag ") +
         av_fourcc_make_string(tag.data(), stream.codecpar->codec_tag);
}

}  // namespace

Decoder::Decoder(const AVStream& stream, DecoderOptions options, ReadPacket read)
    : stream_(stream), options_(std::move(options)), read_(std::move(read)) {
  if (!open_in_hardware()) open_in_software();
  if (options_.pretend_hardware) {
    in_hardware_ = true;
    hardware_name_ = "a pretended device";
  }
}

void Decoder::configure(AVCodecContext& context) const {
  context.pkt_timebase = stream_.time_base;
  context.thread_count = static_cast<int>(std::clamp<std::uint32_t>(options_.threads, 1, 16));
  // Colour spaces of photographs, where FFmpeg was built to read ICC profiles.
#ifdef AV_CODEC_FLAG2_ICC_PROFILES
  context.flags2 |= AV_CODEC_FLAG2_ICC_PROFILES;
#endif
}

bool Decoder::open_in_hardware() {
  const bool named = options_.hwaccel != "auto";
  for (const auto type : hardware_candidates(options_.hwaccel)) {
    const std::string name = av_hwdevice_get_type_name(type);
    const auto found = find_hardware_codec(stream_.codecpar->codec_id, type);
    std::string why_not = "it does not decode " + codec_name(stream_);
    BufferPtr device;
    if (found.codec != nullptr) device = open_hardware(type, why_not);
    if (device) {
      CodecPtr context(check_alloc(avcodec_alloc_context3(found.codec)));
      check_av(avcodec_parameters_to_context(context.get(), stream_.codecpar), RLV_E_UNSUPPORTED,
               "reading the codec's parameters");
      configure(*context);
      context->hw_device_ctx = device.release();
      context->opaque = this;
      context->get_format = &Decoder::choose_format;
      hardware_format_ = found.format;
      const int opened = avcodec_open2(context.get(), found.codec, nullptr);
      if (opened >= 0) {
        context_ = std::move(context);
        in_hardware_ = true;
        hardware_name_ = name;
        return true;
      }
      why_not = av_error_text(opened);
    }
    if (named)
      options_.info(concat("hardware decoding with ", name, " is not to be had here (", why_not,
                           "); decoding in software"));
  }
  return false;
}

void Decoder::open_in_software() {
  context_ = open_any(stream_, [this](AVCodecContext& context) { configure(context); });
  if (!context_)
    fail(RLV_E_UNSUPPORTED, "this FFmpeg has no decoder for the film's codec (",
         codec_name(stream_),
         "); install a fuller FFmpeg, or convert the film with another program");
  in_hardware_ = false;
  flushed_ = false;
}

// libavcodec offers its formats, best first, and asks again without the hardware's if that turns
// out not to work.
AVPixelFormat Decoder::choose_format(AVCodecContext* context, const AVPixelFormat* offered) {
  const auto& self = *static_cast<const Decoder*>(context->opaque);
  for (const auto* format = offered; *format != AV_PIX_FMT_NONE; ++format)
    if (*format == self.hardware_format_) return *format;
  return avcodec_default_get_format(context, offered);
}

void Decoder::fall_back(const std::string& why) {
  options_.info(concat("hardware decoding with ", hardware_name_, " failed (", why,
                       "); going on in software"));
  open_in_software();
  for (auto& packet : replay_) recent_.push_back(std::move(packet));
  replay_ = std::exchange(recent_, {});
  recent_bytes_ = 0;
  skip_given_ = last_given_.has_value();
}

void Decoder::remember(const AVPacket& packet) {
  if ((packet.flags & AV_PKT_FLAG_KEY) != 0) {
    const auto last_key = std::find_if(recent_.rbegin(), recent_.rend(), [](const PacketPtr& p) {
      return (p->flags & AV_PKT_FLAG_KEY) != 0;
    });
    if (last_key != recent_.rend()) recent_.erase(recent_.begin(), std::prev(last_key.base()));
  }
  recent_.emplace_back(check_alloc(av_packet_clone(&packet)));
  recent_bytes_ = 0;
  for (const auto& kept : recent_) recent_bytes_ += static_cast<std::size_t>(kept->size);
  if (recent_bytes_ > kRecentBytes || recent_.size() > kRecentPackets) recent_.clear();
}

PacketPtr Decoder::take_packet() {
  if (replay_.empty()) return read_();
  auto packet = std::move(replay_.front());
  replay_.pop_front();
  return packet;
}

void Decoder::note_damage(std::int64_t pts) {
  ++damage_.pictures;
  if (!damage_.first_pts && pts != AV_NOPTS_VALUE) damage_.first_pts = pts;
}

// Sends one packet, or the end.
void Decoder::feed() {
  const auto packet = take_packet();
  if (!packet) {
    flushed_ = true;
    static_cast<void>(avcodec_send_packet(context_.get(), nullptr));
    return;
  }
  if (in_hardware_) remember(*packet);
  if (packet->pts != AV_NOPTS_VALUE) last_packet_pts_ = packet->pts;
  // Containers with check sums or counters notice damage that decoders hide as well as they can.
  const bool corrupt = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
  if (corrupt) note_damage(packet->pts);
  const int result = avcodec_send_packet(context_.get(), packet.get());
  if (result >= 0) return;
  if (result == AVERROR(ENOMEM)) fail(RLV_E_MEMORY, "out of memory while decoding");
  if (in_hardware_) return fall_back(av_error_text(result));
  if (!corrupt) note_damage(packet->pts);
  ++failures_in_a_row_;
}

AvFramePtr Decoder::next() {
  auto picture = make_av_frame();
  while (failures_in_a_row_ < kHopeless) {
    const int result = avcodec_receive_frame(context_.get(), picture.get());
    if (result == AVERROR_EOF) return nullptr;
    if (result == AVERROR(EAGAIN)) {
      if (flushed_) return nullptr;
      feed();
      continue;
    }
    if (result == AVERROR(ENOMEM)) fail(RLV_E_MEMORY, "out of memory while decoding");
    if (result < 0 || (in_hardware_ && !options_.fetch(picture))) {
      if (in_hardware_) {
        fall_back(result < 0 ? av_error_text(result) : "its pictures cannot be fetched");
      } else {
        note_damage(last_packet_pts_);
        ++failures_in_a_row_;
      }
      av_frame_unref(picture.get());
      continue;
    }
    failures_in_a_row_ = 0;
    const auto pts = picture->best_effort_timestamp;
    if (skip_given_ && pts != AV_NOPTS_VALUE && pts <= *last_given_) {
      av_frame_unref(picture.get());
      continue;
    }
    skip_given_ = false;
    if (pts != AV_NOPTS_VALUE) last_given_ = pts;
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) != 0 || picture->decode_error_flags != 0)
      note_damage(pts);
    return picture;
  }
  return nullptr;
}

}  // namespace relievo::media
