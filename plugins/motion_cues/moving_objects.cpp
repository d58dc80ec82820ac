#include "moving_objects.hpp"

#include <algorithm>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace relievo::motion_cues {
namespace {

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

cv::Mat1f supported_depth(const cv::Mat1b& moving, const cv::Mat1f& inverse) {
  cv::Mat1f result(moving.size(), -1.0F);
  constexpr int kCoarse = 4;
  const cv::Size grid(std::max(1, moving.cols / kCoarse), std::max(1, moving.rows / kCoarse));
  cv::Mat1b small;
  cv::resize(moving, small, grid, 0, 0, cv::INTER_AREA);
  small = small > 96;
  // Limbs and body belong together.
  cv::morphologyEx(small, small, cv::MORPH_CLOSE,
                   cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
  cv::Mat1i labels;
  cv::Mat1i stats;
  cv::Mat centroids;
  const int count = cv::connectedComponentsWithStats(small, labels, stats, centroids, 8, CV_32S);
  if (count <= 1) return result;
  cv::Mat1f depth;
  cv::resize(inverse, depth, grid, 0, 0, cv::INTER_AREA);

  std::vector<float> of_piece(static_cast<std::size_t>(count), -1.0F);
  for (int piece = 1; piece < count; ++piece) {
    if (stats(piece, cv::CC_STAT_AREA) * 1000 < grid.area()) continue;
    const int left = stats(piece, cv::CC_STAT_LEFT);
    const int right = left + stats(piece, cv::CC_STAT_WIDTH);
    const int top = stats(piece, cv::CC_STAT_TOP);
    const int bottom = top + stats(piece, cv::CC_STAT_HEIGHT);
    const int feet = std::max(1, stats(piece, cv::CC_STAT_HEIGHT) / 8);
    std::vector<float> below;
    for (int y = bottom - feet; y < bottom; ++y) {
      for (int x = left; x < right; ++x) {
        if (labels(y, x) != piece || (y + 1 < bottom && labels(y + 1, x) == piece)) continue;
        for (int down = 1; down <= 2; ++down)
          if (y + down < grid.height && labels(y + down, x) == 0)
            below.push_back(depth(y + down, x));
      }
    }
    if (below.empty()) {
      // It leaves the picture at the bottom: as near as what is beside it there.
      for (int y = bottom - feet; y < bottom; ++y)
        for (const int x : {left - 2, left - 1, right, right + 1})
          if (x >= 0 && x < grid.width && labels(y, x) == 0) below.push_back(depth(y, x));
    }
    if (!below.empty()) of_piece[static_cast<std::size_t>(piece)] = std::max(0.0F, median(below));
  }
  for (int y = 0; y < moving.rows; ++y) {
    const int cell_y = std::min(y / kCoarse, grid.height - 1);
    for (int x = 0; x < moving.cols; ++x) {
      const int label = labels(cell_y, std::min(x / kCoarse, grid.width - 1));
      if (label > 0) result(y, x) = of_piece[static_cast<std::size_t>(label)];
    }
  }
  return result;
}

}  // namespace relievo::motion_cues
