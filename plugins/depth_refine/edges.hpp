// Where a depth map has edges, as soft as a network leaves them.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::depth_refine {

struct Edges {
  // |d/dx| + |d/dy| of the inverse depth, central differences, per pixel of the map; saddles count
  // as steep.
  cv::Mat1f slope;
  // Greatest and smallest inverse depth within `radius`.
  cv::Mat1f nearest;
  cv::Mat1f farthest;
  // 255 where a jump lies within `radius`: a step of at least the threshold that no plane explains.
  cv::Mat1b near;
};

// inverse: without unknown values. threshold: of inverse depth, above 0.
[[nodiscard]] Edges find_edges(const cv::Mat1f& inverse, int radius, float threshold);

}  // namespace relievo::depth_refine
