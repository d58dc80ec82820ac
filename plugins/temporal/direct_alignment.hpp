// The motion of a camera that makes the grey values of two pictures agree, at points with edges
// (Engel et al., "Direct sparse odometry", TPAMI 2018, for the idea).
#pragma once

#include <cstddef>
#include <vector>

#include <opencv2/core.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "camera_fit.hpp"
#include "normal_equations.hpp"

namespace relievo::temporal {

// A picture as direct alignment sees it.
struct Sight {
  // Smoothed grey value and its derivatives along x and y; the fourth makes a pixel one vector. At
  // least 3 pixels a side, continuous.
  cv::Mat4f values;
  std::vector<cv::Point> edges;  // pixels to align, spread over the picture: the strongest edges
};

// Points of the later frame, one array for each quantity so that compilers vectorise.
struct PointList {
  std::vector<float> ray_x, ray_y;  // the ray is (x, y, 1)
  std::vector<float> inverse;       // inverse depth
  std::vector<float> grey;

  void reserve(std::size_t count);
  // The ray is (ray.x, ray.y, 1).
  void add(const cv::Point2d& ray, float inverse_depth, float value);
  [[nodiscard]] std::size_t size() const { return grey.size(); }
  // Every n-th of them.
  [[nodiscard]] PointList every(std::size_t n) const;
};

// Keeps references to what it is given. const calls from any thread.
class DirectAlignment {
 public:
  DirectAlignment(const PointList& points, const Sight& earlier, const Projection& view)
      : points_(points), earlier_(earlier), view_(view) {}

  // Gauss-Newton with Cauchy weights over the first `used` parameters, for at most so many rounds.
  // False if the points say too little. The answer does not depend on whether a team shares the
  // work.
  [[nodiscard]] bool refine(CameraFit& fit, std::size_t used, int rounds,
                            ThreadTeam* team = nullptr) const;
  // What typical errors are, in grey steps, from now on: measured, or as measured elsewhere.
  void measure_spread(const CameraFit& fit);
  void set_spread(double spread) { spread_ = spread; }
  [[nodiscard]] double spread() const { return spread_; }
  // Mean of the Cauchy cost, comparable between fits for one spread; points out of view cost as
  // much as wrong ones.
  [[nodiscard]] double cost(const CameraFit& fit) const;

 private:
  // Calls call(error in grey steps) for each point in view.
  template <class Call>
  void for_errors(const CameraFit& fit, Call&& call) const;

  const PointList& points_;
  const Sight& earlier_;
  const Projection& view_;
  double spread_ = 10;
};

}  // namespace relievo::temporal
