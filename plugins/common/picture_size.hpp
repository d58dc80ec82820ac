// Size of a picture, and that it is known beforehand.
#pragma once

#include <cstdint>
#include <string>

#include <relievo/plugin.h>
#include <relievo/sdk/error.hpp>

namespace relievo::nets {

// Pixels.
struct PictureSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool operator==(const PictureSize&) const = default;
};

// The size that a format tells; fails with RLV_E_UNSUPPORTED, in the node's name, if it tells none.
[[nodiscard]] inline PictureSize picture_size(const rlv_format& colour, const std::string& node) {
  if (colour.width < 1 || colour.height < 1)
    fail(RLV_E_UNSUPPORTED, node, " needs the picture size beforehand; it is given as ",
         colour.width, "x", colour.height);
  return {colour.width, colour.height};
}

}  // namespace relievo::nets
