// From packets to pictures in memory: in hardware where wanted and possible, in software whenever
// that fails.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "core/media/av.hpp"
#include "core/media/read/hw_device.hpp"

namespace relievo::media {

struct DecoderOptions {
  std::string hwaccel = "none";  // as in hardware_candidates()
  std::uint32_t threads = 1;
  // Tells one line for people, at most a few in the decoder's life.
  std::function<void(const std::string&)> info = [](const std::string&) {
  };
  // Tests stand in for a device with these: every picture then counts as one from hardware.
  bool pretend_hardware = false;
  std::function<bool(AvFramePtr&)> fetch = &download;
};

// What was lost: pictures that could not be decoded or only in part.
struct Damage {
  std::int64_t pictures = 0;
  std::optional<std::int64_t> first_pts;  // in the stream's timebase
};

// One stream, from its beginning or from a key frame on. One thread at a time.
class Decoder {
 public:
  // Gives the next packet; empty at the end.
  using ReadPacket = std::function<PacketPtr()>;

  // Throws RLV_E_UNSUPPORTED if there is no decoder for the stream. Opens the device that the
  // options name; without one it decodes in software.
  Decoder(const AVStream& stream, DecoderOptions options, ReadPacket read);
  // libavcodec calls back into this object.
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // The next picture in display order, in memory; empty at the end. A picture that cannot be
  // decoded is left out and counted.
  [[nodiscard]] AvFramePtr next();

  [[nodiscard]] const Damage& damage() const { return damage_; }
  [[nodiscard]] bool uses_hardware() const { return in_hardware_; }

 private:
  bool open_in_hardware();
  void open_in_software();
  void configure(AVCodecContext& context) const;
  void fall_back(const std::string& why);
  PacketPtr take_packet();
  void remember(const AVPacket& packet);
  void feed();
  void note_damage(std::int64_t pts);
  static AVPixelFormat choose_format(AVCodecContext* context, const AVPixelFormat* offered);

  const AVStream& stream_;
  const DecoderOptions options_;
  const ReadPacket read_;
  CodecPtr context_;
  bool in_hardware_ = false;
  AVPixelFormat hardware_format_ = AV_PIX_FMT_NONE;
  std::string hardware_name_;
  // While in hardware: the packets since the key frame before the last one, to decode again when
  // the device fails.
  std::deque<PacketPtr> recent_;
  std::size_t recent_bytes_ = 0;
  std::deque<PacketPtr> replay_;
  std::optional<std::int64_t> last_given_;
  bool skip_given_ = false;
  std::int64_t last_packet_pts_ = AV_NOPTS_VALUE;
  bool flushed_ = false;
  int failures_in_a_row_ = 0;
  Damage damage_;
};

}  // namespace relievo::media
