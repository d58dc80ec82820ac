#include "camera_motion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {
namespace {

// J: derivative of the pixel (u, v) by turn, step and zoom; p: the point in the earlier camera,
// times the inverse depth q.
void derivatives(const cv::Vec3d& p, double q, double focal, MotionVector& u, MotionVector& v) {
  const double x = p[0] / p[2], y = p[1] / p[2], near = focal * q / p[2];
  u = {-focal * x * y, focal * (1 + x * x), -focal * y, near, 0, -x * near, focal * x};
  v = {-focal * (1 + y * y), focal * x * y, focal * x, 0, near, -y * near, focal * y};
}

// The pixel with the strongest edge of every cell that has one.
std::vector<cv::Point> edges_of(const cv::Mat4f& values) {
  constexpr int kPoints = 4400;
  constexpr float kEdge = 2;  // grey steps per pixel
  const int cell = std::max(1, cvRound(std::sqrt(values.rows * values.cols / double{kPoints})));
  std::vector<cv::Point> edges;
  for (int top = 3; top + cell + 3 <= values.rows; top += cell) {
    for (int left = 3; left + cell + 3 <= values.cols; left += cell) {
      float most = kEdge * kEdge;
      cv::Point best(-1, -1);
      for (int y = top; y < top + cell; ++y) {
        for (int x = left; x < left + cell; ++x) {
          const auto& s = values(y, x);
          const float edge = s[1] * s[1] + s[2] * s[2];
          if (edge > most) most = edge, best = {x, y};
        }
      }
      if (best.x >= 0) edges.push_back(best);
    }
  }
  return edges;
}

PointList points_of(const Sight& sight, const cv::Mat1f& inverse, const Projection& view) {
  PointList points;
  points.reserve(sight.edges.size());
  for (const auto& at : sight.edges) {
    const float q = inverse(at);
    if (!(q > 0) || !std::isfinite(q)) continue;
    const auto ray = view.ray(at.x, at.y);
    points.add({ray[0], ray[1]}, q, sight.values(at)[0]);
  }
  return points;
}

}  // namespace

Sight sight_of(const cv::Mat1b& grey) {
  constexpr double kBlur = 0.8;  // pixels: grain must not pull the derivatives
  cv::Mat1f smooth, x, y;
  grey.convertTo(smooth, CV_32F);
  cv::GaussianBlur(smooth, smooth, {5, 5}, kBlur);
  cv::Sobel(smooth, x, CV_32F, 1, 0, 1, 0.5);
  cv::Sobel(smooth, y, CV_32F, 0, 1, 1, 0.5);
  Sight sight;
  const cv::Mat1f channels[] = {smooth, x, y, smooth};
  cv::Mat merged;
  cv::merge(channels, 4, merged);
  sight.values = merged;
  sight.edges = edges_of(sight.values);
  return sight;
}

Pose pose_of_flow(const tracking::Track& track, const cv::Mat1f& inverse, const Projection& view) {
  constexpr int kStep = 10;
  constexpr std::size_t kFewest = 32;
  constexpr std::size_t kUsed = 6;   // no zoom
  constexpr double kSettled = 1e-4;  // pixels squared, a point
  struct Sample {
    cv::Vec3d ray;
    double inverse, trust;
    cv::Point2d target;  // where the flow says that it was
  };
  std::vector<Sample> samples;
  for (int y = 2; y < inverse.rows; y += kStep) {
    for (int x = 2; x < inverse.cols; x += kStep) {
      const double q = inverse(y, x), trust = track.trust(y, x);
      if (!(q > 0) || !std::isfinite(q) || trust < 0.1) continue;
      const cv::Vec2d flow = track.flow(y, x);
      samples.push_back({view.ray(x, y), q, trust, {x + flow[0], y + flow[1]}});
    }
  }
  CameraFit fit;
  double spread = 1;  // pixels
  std::vector<double> errors;
  for (int round = 0; round < 6; ++round) {
    NormalEquations normal;
    MotionVector u{}, v{};
    errors.clear();
    for (const auto& sample : samples) {
      const cv::Vec3d p = fit.pose.turn * sample.ray + sample.inverse * fit.pose.step;
      if (p[2] < 0.1) continue;
      const auto gap = sample.target - view.pixel(p);
      derivatives(p, sample.inverse, view.focal(), u, v);
      const double error = gap.dot(gap);
      errors.push_back(error);
      const double weight = sample.trust / (1 + error / (spread * spread));
      normal.add(u, gap.x, weight, kUsed);
      normal.add(v, gap.y, weight, kUsed);
    }
    double change = 0;
    if (errors.size() < kFewest || !normal.solve(fit, kUsed, change)) return {};
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    spread = std::sqrt(*middle) + 1e-3;
    if (round > 1 && change < kSettled * static_cast<double>(errors.size())) break;
  }
  return fit.pose;
}

CameraFit find_camera(const Sight& later, const Sight& earlier, const cv::Mat1f& inverse,
                      const Projection& view, const Pose& start, ThreadTeam& team) {
  constexpr std::size_t kFewest = 100;  // points
  constexpr double kBetter = 0.01;      // of the mean cost, that a step must save
  constexpr double kZoomBetter = 0.04;  // and a zoom: far ahead, a zoom and a step look alike
  constexpr double kWorst = 1.0;        // mean cost of points that mostly fit: about 0.3
  CameraFit moves;
  moves.pose = start;
  const auto points = points_of(later, inverse, view);
  if (points.size() < kFewest) return moves;
  // A few of the points are enough to come near, and to see how large errors are.
  const auto some = points.every(4);
  DirectAlignment rough(some, earlier, view);
  rough.measure_spread(moves);
  if (!rough.refine(moves, 6, 4)) return moves;
  rough.measure_spread(moves);
  DirectAlignment alignment(points, earlier, view);
  alignment.set_spread(rough.spread());
  if (!alignment.refine(moves, 6, 6, &team)) return moves;
  rough.measure_spread(moves);
  alignment.set_spread(rough.spread());

  // The richer and the simpler answer, each for itself; half of the points find them, all judge.
  const auto half = points.every(2);
  DirectAlignment quick(half, earlier, view);
  quick.set_spread(rough.spread());
  auto zooms = moves;
  CameraFit turns;
  turns.pose.turn = moves.pose.turn;
  double moving = 0;
  double zooming = std::numeric_limits<double>::infinity(), turning = zooming;  // unless found
  team.run(3, [&](int task, int) {
    if (task == 0)
      moving = alignment.cost(moves);
    else if (task == 1 && quick.refine(zooms, 7, 4))
      zooming = alignment.cost(zooms);
    else if (task == 2 && quick.refine(turns, 3, 4))
      turning = alignment.cost(turns);
  });
  auto& chosen = zooming < std::min(moving, turning) - kZoomBetter ? zooms
                 : moving < turning - kBetter                      ? moves
                                                                   : turns;
  chosen.found = std::min({moving, zooming, turning}) < kWorst;
  return chosen;
}

}  // namespace relievo::temporal
