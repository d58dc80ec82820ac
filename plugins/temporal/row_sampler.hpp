// A map between its samples, a row of places at a time.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include <opencv2/core.hpp>

namespace relievo::temporal {

// Keeps a reference to the map. One thread at a time: it has scratch memory of its own.
class RowSampler {
 public:
  // width: places of a row.
  RowSampler(const cv::Mat1f& map, std::size_t width);
  // result[i]: the map at (x[i], y[i]) pixels, bilinear, held inside; x and y are changed. What is
  // not a number is at 0.
  void sample(std::span<float> x, std::span<float> y, std::span<float> result);

 private:
  const cv::Mat1f& map_;
  std::vector<std::int32_t> left_, top_;  // the corner of each place
  std::array<std::vector<float>, 4> corners_;
};

}  // namespace relievo::temporal
