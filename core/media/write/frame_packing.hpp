// The frame packing arrangement SEI message in HEVC and H.264 streams: which part of a picture is
// for which eye. ITU-T H.265 (D.2.16, D.3.16) and H.264 (D.1.26, D.2.26), payload type 45. x265 has
// no option for it, and of the others each has its own; so it is put into what they have encoded.
#pragma once

#include "core/media/av.hpp"
#include "core/media/boxes/stereo_boxes.hpp"

namespace relievo::media {

// Of both codecs; rows in turn are H.264's only.
[[nodiscard]] bool has_frame_packing_sei(AVCodecID codec, Packing packing);

// The whole NAL unit, without start code or length. codec: AV_CODEC_ID_HEVC or AV_CODEC_ID_H264.
[[nodiscard]] Bytes frame_packing_nal(AVCodecID codec, const PackedViews& views);

// Puts the message in front of the first slice of every key picture: it holds until the next.
class FramePackingMarker {
 public:
  // encoder: opened; of one of the two codecs.
  FramePackingMarker(const AVCodecContext& encoder, const PackedViews& views);

  // Packets that are no key pictures stay as they are.
  void mark(AVPacket& packet) const;

 private:
  [[nodiscard]] std::size_t first_slice(ByteView packet) const;
  [[nodiscard]] bool is_slice(std::uint8_t header) const;

  AVCodecID codec_;
  int length_bytes_ = 0;  // of each NAL unit's length; 0: start codes
  Bytes unit_;            // with its length or start code
};

}  // namespace relievo::media
