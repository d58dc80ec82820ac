// Depth maps as files of numbers, for programs rather than eyes: 16-bit PNG or TIFF in steps of a
// part of a metre, or PFM with the floats themselves, and beside each a JSON file that says what
// the numbers are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <relievo/sdk/frame.hpp>

#include "core/media/write/containers.hpp"

namespace relievo::media {

// What a file of depth says about its numbers.
struct DepthFacts {
  std::filesystem::path file;  // its name, without folder
  std::uint32_t semantic = 0;  // of the numbers in the file
  std::int32_t width = 0;
  std::int32_t height = 0;
  double step = 0.0;         // metres for each step of an integer file; 0: the numbers are floats
  std::int64_t clipped = 0;  // pixels beyond the largest integer, which have that one
  std::int64_t unknown = 0;  // pixels whose number is not finite; 0 in an integer file
  double focal_px = 0.0;     // horizontal, in pixels of this map; 0: not known
};

// values: width * height floats, row 0 at the top. PFM (little-endian, rows from the bottom, as the
// format has it). Throws RLV_E_IO.
void write_pfm(const std::vector<float>& values, std::int32_t width, std::int32_t height,
               const std::filesystem::path& file);
// metres in steps of facts.step as a 16-bit grey picture; fills in clipped and unknown. Throws as
// write_still() does.
void write_depth_steps(const std::vector<float>& metres, DepthFacts& facts,
                       const Container& container, const std::filesystem::path& file,
                       unsigned threads);
// The JSON file. Throws RLV_E_IO.
void write_depth_facts(const DepthFacts& facts, const std::filesystem::path& file);

}  // namespace relievo::media
