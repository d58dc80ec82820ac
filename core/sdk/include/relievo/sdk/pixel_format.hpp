// What a pixel format code (relievo/plugin.h) implies: its planes, their sizes and types, and its
// name in manifests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <relievo/dlpack.h>
#include <relievo/plugin.h>

namespace relievo {

// One plane of a picture of a given size.
struct PlaneLayout {
  std::int32_t width = 0;  // samples, not components
  std::int32_t height = 0;
  std::int32_t components = 1;
  DLDataType type{kDLUInt, 8, 1};

  [[nodiscard]] std::int64_t row_bytes() const {
    return std::int64_t{width} * components * (type.bits / 8);
  }
};

// The planes of a width x height picture; chroma sizes are rounded up, as every decoder does.
struct PictureLayout {
  std::array<PlaneLayout, 4> planes;
  std::uint32_t plane_count = 0;
  [[nodiscard]] std::int64_t bytes() const;
};

// Shifts by which chroma is smaller than luma: 1, 1 for 4:2:0.
struct ChromaShift {
  int x = 0;
  int y = 0;
};

[[nodiscard]] ChromaShift chroma_shift(std::uint32_t pixel_format);

// Throws Error(RLV_E_ARGUMENT) on a code that names no format or on a size below 1.
[[nodiscard]] PictureLayout picture_layout(std::uint32_t pixel_format, std::int32_t width,
                                           std::int32_t height);

[[nodiscard]] bool is_valid_pixel_format(std::uint32_t pixel_format);

// Names as FFmpeg has them where it has one ("yuv420p10", "nv12", "rgb24"), else "grey8",
// "map_f32", "flow_f32".
[[nodiscard]] std::string pixel_format_name(std::uint32_t pixel_format);
[[nodiscard]] std::optional<std::uint32_t> pixel_format_from_name(std::string_view name);

// "colour", "metres", "inverse_metres", "relative_inverse", "disparity_px", "flow", "confidence".
[[nodiscard]] std::string semantic_name(std::uint32_t semantic);
[[nodiscard]] std::optional<std::uint32_t> semantic_from_name(std::string_view name);

// True for every semantic that depth can be read from.
[[nodiscard]] bool is_depth(std::uint32_t semantic);

}  // namespace relievo
