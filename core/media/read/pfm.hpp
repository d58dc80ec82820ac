// Portable float maps: pictures of floats, one or three to a pixel, with a head of three lines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace relievo::media {

// One float a pixel, row by row from the top.
struct FloatMap {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::vector<float> values;
};

// Reads a grey map ("Pf") of either byte order; the size of the scale in its head is ignored, as
// almost everybody does. Any thread. Throws RLV_E_IO (missing, cut off, damaged) or
// RLV_E_UNSUPPORTED (no PFM, three colours, larger than 32768 on a side).
[[nodiscard]] FloatMap read_pfm(const std::filesystem::path& file);

}  // namespace relievo::media
