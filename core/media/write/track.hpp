// One track on its way from the source file to the output.
#pragma once

#include <deque>
#include <memory>

#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"
#include "core/media/write/track_plan.hpp"

namespace relievo::media {

using PacketQueue = std::deque<PacketPtr>;

// Not thread-safe. Times of packets that come out are in timebase() on the source's time line.
class Track {
 public:
  Track() = default;
  Track(const Track&) = delete;
  Track& operator=(const Track&) = delete;
  virtual ~Track() = default;

  // Fills the stream of the output: codec parameters and a timebase to prefer.
  virtual void describe(AVStream& target) const = 0;
  [[nodiscard]] virtual AVRational timebase() const = 0;
  // As describe() says it, borrowed.
  [[nodiscard]] virtual const AVCodecParameters& codec() const = 0;
  // Appends to out what packet (of the source's stream) becomes, in order.
  virtual void take(AVPacket& packet, PacketQueue& out) = 0;
  // Nothing more comes: appends what is held.
  virtual void finish(PacketQueue& out) = 0;
};

// Packets as they are. exact_audio: times of sound that the source rounds (Matroska: milliseconds)
// are counted in samples again, for containers that can say them.
[[nodiscard]] std::unique_ptr<Track> make_copy_track(const AVStream& source,
                                                     const AVOutputFormat& format,
                                                     bool exact_audio);
// Decodes and encodes sound as codec (AAC, FLAC, Opus). Throws RLV_E_UNSUPPORTED.
[[nodiscard]] std::unique_ptr<Track> make_audio_track(const Host& host, const AVStream& source,
                                                      AVCodecID codec);
// Turns text subtitles into codec (mov_text, subrip, webvtt). height: of the picture they were made
// for. Throws RLV_E_UNSUPPORTED.
[[nodiscard]] std::unique_ptr<Track> make_text_track(const AVStream& source, AVCodecID codec,
                                                     int width, int height);

}  // namespace relievo::media
