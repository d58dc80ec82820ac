// libav's pixel formats and colour descriptions in the terms of relievo/plugin.h, both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <relievo/plugin.h>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

namespace relievo::media {

// The code of a libav format; nothing for those that frames of this project do not carry (packed
// 4:2:2, palettes, big-endian samples, hardware surfaces): such pictures are converted to
// nearest_carried_format() first.
[[nodiscard]] std::optional<std::uint32_t> pixel_format_of(AVPixelFormat format);
// AV_PIX_FMT_NONE if libav has no such format.
[[nodiscard]] AVPixelFormat av_pixel_format_of(std::uint32_t pixel_format);
// The carried format that loses least of a picture in format.
[[nodiscard]] AVPixelFormat nearest_carried_format(AVPixelFormat format);

// Colour description of a decoded frame; yuvj formats count as full range.
[[nodiscard]] rlv_colour colour_of(const AVFrame& frame);
void set_colour(AVFrame& frame, const rlv_colour& colour);
[[nodiscard]] AVChromaLocation av_chroma_location_of(const rlv_colour& colour);

// What players assume of a picture that does not say: BT.601 for standard definition, else BT.709;
// sRGB for RGB. Only the fields that are unspecified change.
[[nodiscard]] rlv_colour assumed_colour(const rlv_colour& colour, std::uint32_t pixel_format,
                                        std::int32_t width, std::int32_t height);

// Whether it is of high dynamic range: PQ (SMPTE ST 2084) or HLG (ARIB STD-B67).
[[nodiscard]] bool is_hdr(const rlv_colour& colour);

}  // namespace relievo::media
