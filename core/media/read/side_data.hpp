// What files and pictures carry beside samples: which of it travels on, and how to get at it in
// every version of libav.
#pragma once

#include <memory>

#include "core/media/av.hpp"
#include "core/media/clocks.hpp"

namespace relievo::media {

// The stream's own side data of a type, borrowed; size 0 and nullptr if there is none.
struct SideBytes {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};
[[nodiscard]] SideBytes stream_side_data(const AVStream& stream, AVPacketSideDataType type);

// A counted reference of its own to buffer; empty for nullptr.
[[nodiscard]] std::shared_ptr<AVBufferRef> share_buffer(const AVBufferRef* buffer);

// Side data of a picture that stay true when it is scaled, turned or seen from beside: captions
// (A53), time code (S12M), HDR10 and HDR10+, colour profile. Dolby Vision's RPU, motion vectors and
// regions of interest belong to the samples as they were and do not.
[[nodiscard]] FrameSideData travelling_side_data(const AVFrame& picture);

// HDR10 static metadata, of the stream or of its first picture.
struct HdrMetadata {
  std::shared_ptr<AVBufferRef> mastering_display;
  std::shared_ptr<AVBufferRef> content_light;
};
[[nodiscard]] HdrMetadata hdr_metadata(const AVStream& stream, const AVFrame& first);

}  // namespace relievo::media
