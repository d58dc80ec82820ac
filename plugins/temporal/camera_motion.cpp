#include "camera_motion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace relievo::temporal {
namespace {

constexpr int kMost = 7;  // parameters: turn, step, zoom

struct Point {
  cv::Vec3d ray;
  double inverse;
  double grey;
};

// J: derivative of the pixel (u, v) by turn, step and zoom; p: the point in the earlier camera,
// times the inverse depth q.
void derivatives(const cv::Vec3d& p, double q, double focal, std::array<double, kMost>& u,
                 std::array<double, kMost>& v) {
  const double x = p[0] / p[2], y = p[1] / p[2], near = focal * q / p[2];
  u = {-focal * x * y, focal * (1 + x * x), -focal * y, near, 0, -x * near, focal * x};
  v = {-focal * (1 + y * y), focal * x * y, focal * x, 0, near, -y * near, focal * y};
}

struct Normal {
  std::array<std::array<double, kMost>, kMost> h{};
  std::array<double, kMost> g{};

  void add(const std::array<double, kMost>& j, double error, double weight, int used) {
    for (int a = 0; a < used; ++a) {
      const auto row = static_cast<std::size_t>(a);
      const double wj = weight * j[row];
      g[row] += wj * error;
      for (std::size_t b = 0; b <= row; ++b) h[row][b] += wj * j[b];
    }
  }
  // False if the equations say too little.
  bool solve(CameraFit& fit, int used, double& change) const {
    cv::Mat1d left(used, used), right(used, 1), result;
    for (int a = 0; a < used; ++a) {
      for (int b = 0; b < used; ++b)
        left(a, b) =
            h[static_cast<std::size_t>(std::max(a, b))][static_cast<std::size_t>(std::min(a, b))];
      left(a, a) *= 1 + 1e-9;
      right(a) = g[static_cast<std::size_t>(a)];
    }
    if (!cv::solve(left, right, result, cv::DECOMP_CHOLESKY)) return false;
    const auto turn = rotation({result(0), result(1), result(2)});
    fit.pose.turn = turn * fit.pose.turn;
    fit.pose.step = turn * fit.pose.step;
    if (used > 3) fit.pose.step += cv::Vec3d(result(3), result(4), result(5));
    if (used > 6) fit.zoom += result(6);
    change = result.dot(right);
    return std::isfinite(change);
  }
};

// The pixel with the strongest edge of every cell, if it has one.
std::vector<Point> points_of(const Sight& sight, const cv::Mat1f& inverse, const Projection& view) {
  constexpr int kPoints = 2600;
  constexpr float kEdge = 2;  // grey steps per pixel
  const auto& values = sight.values;
  const int cell =
      std::max(1, static_cast<int>(std::sqrt(values.rows * values.cols / double{kPoints})));
  std::vector<Point> points;
  for (int top = 3; top + cell + 3 <= values.rows; top += cell) {
    for (int left = 3; left + cell + 3 <= values.cols; left += cell) {
      float most = kEdge * kEdge;
      int row = -1, column = -1;
      for (int y = top; y < top + cell; ++y) {
        for (int x = left; x < left + cell; ++x) {
          const auto& s = values(y, x);
          const float edge = s[1] * s[1] + s[2] * s[2];
          if (edge > most && inverse(y, x) > 0) most = edge, row = y, column = x;
        }
      }
      if (row >= 0 && std::isfinite(inverse(row, column)))
        points.push_back({view.ray(column, row), inverse(row, column), values(row, column)[0]});
    }
  }
  return points;
}

// Bilinear; false outside.
bool look(const cv::Mat3f& values, const cv::Point2d& at, cv::Vec3f& result) {
  if (!(at.x >= 1 && at.y >= 1 && at.x < values.cols - 2 && at.y < values.rows - 2)) return false;
  const int x = static_cast<int>(at.x), y = static_cast<int>(at.y);
  const auto u = static_cast<float>(at.x - x), v = static_cast<float>(at.y - y);
  const auto* upper = values[y] + x;
  const auto* lower = values[y + 1] + x;
  result = (1 - v) * ((1 - u) * upper[0] + u * upper[1]) + v * ((1 - u) * lower[0] + u * lower[1]);
  return true;
}

class Alignment {
 public:
  Alignment(const std::vector<Point>& points, const Sight& earlier, const Projection& view)
      : points_(points), earlier_(earlier), view_(view) {}

  // Gauss-Newton with Cauchy weights over the first `used` parameters.
  bool refine(CameraFit& fit, int used, int rounds) const {
    for (int round = 0; round < rounds; ++round) {
      Normal normal;
      std::array<double, kMost> u{}, v{}, j{};
      for (const auto& point : points_) {
        const cv::Vec3d p = fit.pose.turn * point.ray + point.inverse * fit.pose.step;
        cv::Vec3f seen;
        if (p[2] < 0.1 || !look(earlier_.values, view_.pixel(p, fit.zoom), seen)) continue;
        const double error = point.grey - seen[0];
        derivatives(p, point.inverse, view_.focal(), u, v);
        for (std::size_t a = 0; a < kMost; ++a) j[a] = seen[1] * u[a] + seen[2] * v[a];
        normal.add(j, error, 1 / (1 + error * error / (spread_ * spread_)), used);
      }
      double change = 0;
      if (!normal.solve(fit, used, change)) return false;
      if (change < 1e-4 * spread_ * spread_ * static_cast<double>(points_.size())) break;
    }
    return true;
  }

  // What typical errors are, from now on.
  void measure_spread(const CameraFit& fit) {
    constexpr double kFloor = 0.5;  // grey steps
    std::vector<double> errors;
    for_errors(fit, [&](double error) { errors.push_back(std::abs(error)); });
    if (errors.empty()) return;
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    spread_ = kFloor + 2 * *middle;
  }

  // Mean of the Cauchy cost, comparable between fits for one spread; points out of view cost as
  // much as wrong ones.
  [[nodiscard]] double cost(const CameraFit& fit) const {
    double sum = 0;
    std::size_t count = 0;
    for_errors(fit, [&](double error) {
      sum += std::log1p(error * error / (spread_ * spread_));
      ++count;
    });
    return (sum + static_cast<double>(points_.size() - count)) /
           static_cast<double>(points_.size());
  }

 private:
  template <class Call>
  void for_errors(const CameraFit& fit, Call&& call) const {
    for (const auto& point : points_) {
      const cv::Vec3d p = fit.pose.turn * point.ray + point.inverse * fit.pose.step;
      cv::Vec3f seen;
      if (p[2] > 0.1 && look(earlier_.values, view_.pixel(p, fit.zoom), seen))
        call(point.grey - static_cast<double>(seen[0]));
    }
  }

  const std::vector<Point>& points_;
  const Sight& earlier_;
  const Projection& view_;
  double spread_ = 10;  // grey steps
};

}  // namespace

Sight sight_of(const cv::Mat1b& grey) {
  constexpr double kBlur = 0.8;  // pixels: grain must not pull the derivatives
  cv::Mat1f smooth, x, y;
  grey.convertTo(smooth, CV_32F);
  cv::GaussianBlur(smooth, smooth, {5, 5}, kBlur);
  cv::Sobel(smooth, x, CV_32F, 1, 0, 1, 0.5);
  cv::Sobel(smooth, y, CV_32F, 0, 1, 1, 0.5);
  Sight sight;
  const cv::Mat1f channels[] = {smooth, x, y};
  cv::Mat merged;
  cv::merge(channels, 3, merged);
  sight.values = merged;
  return sight;
}

Pose pose_of_flow(const Track& track, const cv::Mat1f& inverse, const Projection& view) {
  constexpr int kStep = 5;
  CameraFit fit;
  double spread = 1;  // pixels
  for (int round = 0; round < 6; ++round) {
    Normal normal;
    std::array<double, kMost> u{}, v{};
    std::vector<double> errors;
    for (int y = 2; y < inverse.rows; y += kStep) {
      for (int x = 2; x < inverse.cols; x += kStep) {
        const double q = inverse(y, x), trust = track.trust(y, x);
        if (!(q > 0) || !std::isfinite(q) || trust < 0.1) continue;
        const cv::Vec3d p = fit.pose.turn * view.ray(x, y) + q * fit.pose.step;
        if (p[2] < 0.1) continue;
        const auto at = view.pixel(p);
        const auto& flow = track.flow(y, x);
        const double eu = x + static_cast<double>(flow[0]) - at.x;
        const double ev = y + static_cast<double>(flow[1]) - at.y;
        derivatives(p, q, view.focal(), u, v);
        const double error = eu * eu + ev * ev;
        errors.push_back(std::sqrt(error));
        const double weight = trust / (1 + error / (spread * spread));
        normal.add(u, eu, weight, 6);
        normal.add(v, ev, weight, 6);
      }
    }
    double change = 0;
    if (errors.size() < 32 || !normal.solve(fit, 6, change)) return {};
    const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
    std::nth_element(errors.begin(), middle, errors.end());
    spread = *middle + 1e-3;
  }
  return fit.pose;
}

CameraFit find_camera(const Sight& later, const Sight& earlier, const cv::Mat1f& inverse,
                      const Projection& view, const Pose& start) {
  constexpr std::size_t kFewest = 100;  // points
  constexpr double kBetter = 0.01;      // of the mean cost, that a step must save
  constexpr double kZoomBetter = 0.04;  // and a zoom: far ahead, a zoom and a step look alike
  constexpr double kWorst = 1.0;        // mean cost of points that mostly fit: about 0.3
  CameraFit moves;
  moves.pose = start;
  const auto points = points_of(later, inverse, view);
  if (points.size() < kFewest) return moves;
  Alignment alignment(points, earlier, view);
  alignment.measure_spread(moves);
  if (!alignment.refine(moves, 6, 4)) return moves;
  alignment.measure_spread(moves);
  if (!alignment.refine(moves, 6, 6)) return moves;
  alignment.measure_spread(moves);

  auto zooms = moves;
  const bool can_zoom = alignment.refine(zooms, 7, 6);
  CameraFit turns;
  turns.pose.turn = moves.pose.turn;
  const bool can_turn = alignment.refine(turns, 3, 6);
  const double moving = alignment.cost(moves);
  const double zooming = can_zoom ? alignment.cost(zooms) : moving;
  const double turning = can_turn ? alignment.cost(turns) : moving + 1;
  auto& chosen = zooming < std::min(moving, turning) - kZoomBetter ? zooms
                 : moving < turning - kBetter                      ? moves
                                                                   : turns;
  chosen.found = std::min({moving, zooming, turning}) < kWorst;
  return chosen;
}

}  // namespace relievo::temporal
