#include <relievo/sdk/subject_depth.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include <relievo/sdk/depth_range.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo {
namespace {

constexpr int kColumns = 48;
constexpr int kRows = 27;
constexpr std::size_t kCells = std::size_t{kColumns} * kRows;
constexpr std::size_t kBins = 32;

using Cells = std::array<float, kCells>;

int place(int cell, int part, int parts, int cells, int size) {
  return static_cast<int>((2 * (std::int64_t{cell} * parts + part) + 1) * size /
                          (2 * std::int64_t{cells} * parts));
}

// The steepest step of a cell, at the scale of a picture 640 wide, so that grain counts little.
template <class T>
void sharpness_of(const Plane<const T>& luma, Cells& sharpness) {
  constexpr int kParts = 4;
  const int step = std::max(1, luma.width / 640);
  for (int j = 0; j < kRows; ++j)
    for (int i = 0; i < kColumns; ++i) {
      int steepest = 0;
      for (int part = 0; part < kParts * kParts; ++part) {
        const int x = place(i, part % kParts, kParts, kColumns, luma.width);
        const int y = place(j, part / kParts, kParts, kRows, luma.height);
        const int here = luma.at(x, y);
        const int right = luma.at(std::min(x + step, luma.width - 1), y);
        const int below = luma.at(x, std::min(y + step, luma.height - 1));
        steepest = std::max(steepest, std::abs(right - here) + std::abs(below - here));
      }
      sharpness[static_cast<std::size_t>(j) * kColumns + static_cast<std::size_t>(i)] =
          static_cast<float>(steepest);
    }
}

bool find_sharpness(const Frame& colour, Cells& sharpness) {
  const auto info = colour.info();
  const auto of = [&](auto plane) {
    plane.width = std::min(plane.width, info.width);
    plane.height = std::min(plane.height, info.height);
    sharpness_of(plane, sharpness);
  };
  const auto bits = RLV_PIXEL_BITS(info.pixel_format);
  if (bits == 8)
    of(colour.plane<const std::uint8_t>(0));
  else if (bits > 8 && bits <= 16)
    of(colour.plane<const std::uint16_t>(0));
  else
    return false;
  return true;
}

Cells depths_of(const Plane<const float>& depth, std::uint32_t semantic) {
  Cells cells;
  for (int j = 0; j < kRows; ++j)
    for (int i = 0; i < kColumns; ++i) {
      std::array<float, 5> around{};
      for (int part = 0; part < 5; ++part)  // the corners of a cell and its middle
        around[static_cast<std::size_t>(part)] = inverse_depth(
            depth.at(place(i, part < 4 ? 2 * (part % 2) : 1, 3, kColumns, depth.width),
                     place(j, part < 4 ? 2 * (part / 2) : 1, 3, kRows, depth.height)),
            semantic);
      std::nth_element(around.begin(), around.begin() + 2, around.end());
      cells[static_cast<std::size_t>(j) * kColumns + static_cast<std::size_t>(i)] = around[2];
    }
  return cells;
}

// Falls to a tenth at the middle of an edge.
float centre_weight(int i, int j) {
  const float x = (2.0F * static_cast<float>(i) + 1.0F) / kColumns - 1.0F;
  const float y = (2.0F * static_cast<float>(j) + 1.0F) / kRows - 1.0F;
  return std::exp(-2.3F * (x * x + y * y));
}

}  // namespace

float subject_inverse_depth(const Frame& colour, const Plane<const float>& depth,
                            std::uint32_t semantic) {
  const auto depths = depths_of(depth, semantic);
  auto sorted = depths;
  std::sort(sorted.begin(), sorted.end());
  const float low = sorted[kCells / 100];
  const float high = sorted[kCells - 1 - kCells / 100];
  if (!(high > low)) return low;

  Cells sharpness;
  float mean = 0.0F;
  if (find_sharpness(colour, sharpness)) {
    for (const float value : sharpness) mean += value / kCells;
  }
  std::array<float, kBins> votes{};
  std::array<float, kBins> sums{};
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    // Between a quarter and three times: neither does a smooth face vanish, nor decide a fence.
    const float sharp = mean > 0.0F ? std::clamp(sharpness[cell] / mean, 0.25F, 3.0F) : 1.0F;
    const float weight =
        sharp * centre_weight(static_cast<int>(cell) % kColumns, static_cast<int>(cell) / kColumns);
    const float v = std::clamp((depths[cell] - low) / (high - low), 0.0F, 1.0F);
    const auto bin = std::min(static_cast<std::size_t>(v * kBins), kBins - 1);
    votes[bin] += weight;
    sums[bin] += weight * v;
  }
  // The fullest stretch of five bins, its middle counting most, and the mean depth in it.
  constexpr std::array kWindow{1.0F, 2.0F, 3.0F, 2.0F, 1.0F};
  float most = 0.0F;
  float subject = 0.5F;
  for (std::size_t middle = 0; middle < kBins; ++middle) {
    float full = 0.0F;
    float sum = 0.0F;
    for (std::size_t k = 0; k < kWindow.size(); ++k) {
      if (middle + k < 2 || middle + k - 2 >= kBins) continue;
      full += kWindow[k] * votes[middle + k - 2];
      sum += kWindow[k] * sums[middle + k - 2];
    }
    if (full <= most) continue;
    most = full;
    subject = sum / full;
  }
  return low + subject * (high - low);
}

}  // namespace relievo
