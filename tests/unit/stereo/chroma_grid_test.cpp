// Which chroma is a hole: what the merging kernel leaves without a position, whatever the format.
#include <array>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/plugin.h>

#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/kernels.hpp"

namespace relievo::test {
namespace {

using stereo::ChromaGrid;
using stereo::kHole;
using stereo::kPositionBits;
using stereo::ViewMap;

constexpr int kBandRows = 16;

// Runs of holes of all lengths, also at the borders.
void draw(ViewMap& map, int width, int height, std::mt19937& random) {
  map.resize(width, height, kBandRows);
  for (int band = 0; band < map.bands(); ++band) map.clear_band(band);
  std::geometric_distribution<int> length(0.3);
  for (int y = 0; y < height; ++y) {
    auto* const row = map.row_to_write(y);
    row[-1] = row[width] = kHole;
    bool hole = length(random) == 0;
    for (int x = 0; x < width; hole = !hole)
      for (int n = 1 + length(random); n > 0 && x < width; --n, ++x)
        row[x] = hole ? kHole : x << kPositionBits;
    map.add_row(y / kBandRows, y);
  }
}

// The holes of a row by the kernel that places chroma.
std::vector<bool> merged_holes(const ViewMap& map, const ChromaGrid& grid, int y) {
  std::vector<const std::int32_t*> rows;
  std::vector<int> first;
  for (int row = grid.upper(y); row <= grid.lower(y); ++row)
    for (int column = grid.left(); column <= grid.right(); ++column) {
      rows.push_back(map.row(row));
      first.push_back(column);
    }
  std::vector<std::int32_t> positions(static_cast<std::size_t>(grid.width()));
  stereo::kernels().merge_chroma(rows.data(), first.data(), static_cast<int>(rows.size()),
                                 positions.data(), grid.width());
  std::vector<bool> holes;
  for (const auto position : positions) holes.push_back(position < 0);
  return holes;
}

TEST(ChromaGrid, ChromaIsAHoleWhereAllLumaBelowItIs) {
  std::mt19937 random(5);
  for (const auto subsampling : {RLV_SUBSAMPLING_420, RLV_SUBSAMPLING_422}) {
    for (const int location : {0, 1, 2, 3, 4, 5}) {
      for (const auto& [width, height] : {std::array{150, 40}, {151, 41}, {2, 2}, {1, 1}}) {
        for (const bool mirrored : {false, true}) {
          rlv_colour colour{};
          colour.chroma_location = static_cast<std::uint8_t>(location);
          const auto format = stereo::picture_format(
              RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, subsampling, 0, 0, 8, 0, 0), width, height, colour);
          const ChromaGrid grid(format, mirrored);
          ViewMap map;
          draw(map, width, height, random);
          for (int y = 0; y < grid.height(); ++y) {
            const auto expected = merged_holes(map, grid, y);
            std::vector<stereo::ChromaRun> runs;
            find_chroma_holes(map, grid, y, runs);
            std::vector<bool> listed(expected.size());
            for (const auto& run : runs)
              for (int k = run.begin; k < run.end; ++k) listed[static_cast<std::size_t>(k)] = true;
            ASSERT_EQ(listed, expected) << width << " wide, location " << location << ", row " << y
                                        << (mirrored ? ", mirrored" : "");
            for (int k = 0; k < grid.width(); ++k)
              ASSERT_EQ(grid.is_hole(map, k, y), expected[static_cast<std::size_t>(k)]) << k;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace relievo::test
