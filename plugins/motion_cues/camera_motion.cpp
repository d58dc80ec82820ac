#include "camera_motion.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace relievo::motion_cues {
namespace {

constexpr double kTiny = 1e-12;

cv::Matx33d rotation_of(const cv::Vec3d& turn) {
  const double angle = cv::norm(turn);
  const cv::Matx33d cross(0, -turn[2], turn[1], turn[2], 0, -turn[0], -turn[1], turn[0], 0);
  // Rodrigues' formula with its series near zero.
  const double a = angle < 1e-6 ? 1.0 : std::sin(angle) / angle;
  const double b = angle < 1e-6 ? 0.5 : (1 - std::cos(angle)) / (angle * angle);
  return cv::Matx33d::eye() + a * cross + b * cross * cross;
}

// Cauchy's weight: a residual of `scale` counts half.
double trust(double residual, double scale) {
  const double r = residual / scale;
  return 1 / (1 + r * r);
}

// Change of the place (x, y) with the three turns and the zoom, along direction (nx, ny).
std::array<double, 4> turn_slopes(double x, double y, double nx, double ny) {
  return {-x * y * nx - (1 + y * y) * ny, (1 + x * x) * nx + x * y * ny, -y * nx + x * ny,
          x * nx + y * ny};
}

// Normal equations of N unknowns.
template <int N>
class Normal {
 public:
  void add(const std::array<double, N>& slopes, double residual, double weight) {
    for (int i = 0; i < N; ++i) {
      const double scaled = weight * slopes[static_cast<std::size_t>(i)];
      for (int j = i; j < N; ++j) a_(i, j) += scaled * slopes[static_cast<std::size_t>(j)];
      b_(i) += scaled * residual;
    }
  }
  // Pulls an unknown, now `value`, towards 0.
  void hold(int unknown, double strength, double value = 0) {
    a_(unknown, unknown) += strength;
    b_(unknown) -= strength * value;
  }
  [[nodiscard]] double diagonal(int i) const { return a_(i, i); }
  // Zero where nothing is known.
  cv::Vec<double, N> solve() {
    for (int i = 0; i < N; ++i) {
      a_(i, i) += 1e-9 * a_(i, i) + kTiny;
      for (int j = 0; j < i; ++j) a_(i, j) = a_(j, i);
    }
    cv::Vec<double, N> x;
    if (!cv::solve(a_, b_, x, cv::DECOMP_CHOLESKY)) x = cv::Vec<double, N>::all(0);
    return x;
  }

 private:
  cv::Matx<double, N, N> a_ = cv::Matx<double, N, N>::zeros();
  cv::Vec<double, N> b_ = cv::Vec<double, N>::all(0);
};

// The turn `more` after `turn`.
cv::Vec3d combined(const cv::Vec3d& more, const cv::Vec3d& turn) {
  // Small angles: the second-order term of the Baker-Campbell-Hausdorff series is enough.
  return more + turn + 0.5 * more.cross(turn);
}

// Cost of the flow across the parallax for a fixed step, after fitting the turn; the turn goes to
// motion.
double cost_of_step(std::span<const FlowSample> samples, std::size_t stride, double scale,
                    Motion& motion) {
  double cost = 0;
  for (int round = 0; round < 3; ++round) {
    const Parallax parallax(motion);
    Normal<4> normal;
    cost = 0;
    double total = 0;
    for (std::size_t i = 0; i < samples.size(); i += stride) {
      const auto& s = samples[i];
      const auto r = parallax.residual(s.x, s.y, s.u, s.v);
      const double ex = motion.step[0] - s.x * motion.step[2];
      const double ey = motion.step[1] - s.y * motion.step[2];
      const double length = std::hypot(ex, ey) + kTiny;
      const double nx = -ey / length;
      const double ny = ex / length;
      const double across = nx * r[0] + ny * r[1];
      const double w = s.weight * trust(across, scale);
      cost += s.weight * std::log1p(across * across / (scale * scale));
      total += s.weight;
      normal.add(turn_slopes(s.x + s.u, s.y + s.v, nx, ny), across, w);
    }
    cost /= total + kTiny;
    if (round == 2) break;
    normal.hold(3, 1e3 * total);
    const auto delta = normal.solve();
    motion.turn = combined({delta[0], delta[1], delta[2]}, motion.turn);
  }
  return cost;
}

}  // namespace

Parallax::Parallax(const Motion& motion)
    : rotation_(rotation_of(motion.turn)),
      scale_(1 + motion.zoom),
      shrink_(1 / scale_),
      step_(motion.step) {}

cv::Vec2d Parallax::residual(double x, double y, double u, double v) const {
  const cv::Vec3d q = rotation_ * cv::Vec3d(x, y, 1);
  return {x + u - scale_ * q[0] / q[2], y + v - scale_ * q[1] / q[2]};
}

Motion fit_turn(std::span<const FlowSample> samples, double noise) {
  Motion motion;
  // Start wide and narrow down, so that the largest agreeing part wins (graduated non-convexity).
  for (const double width : {64.0, 32.0, 16.0, 8.0, 4.0, 3.0, 3.0, 3.0}) {
    const double scale = noise * width;
    const Parallax parallax(motion);
    Normal<4> normal;
    for (const auto& s : samples) {
      const auto r = parallax.residual(s.x, s.y, s.u, s.v);
      const double w = s.weight * trust(cv::norm(r), scale);
      normal.add(turn_slopes(s.x + s.u - r[0], s.y + s.v - r[1], 1, 0), r[0], w);
      normal.add(turn_slopes(s.x + s.u - r[0], s.y + s.v - r[1], 0, 1), r[1], w);
    }
    const auto delta = normal.solve();
    motion.turn = combined({delta[0], delta[1], delta[2]}, motion.turn);
    motion.zoom += delta[3] * (1 + motion.zoom);
  }
  return motion;
}

Motion find_step(std::span<const FlowSample> samples, double noise, const Motion& turn_only) {
  constexpr int kDirections = 60;
  constexpr double kGoldenAngle = 2.39996322972865332;
  const std::size_t stride = std::max<std::size_t>(1, samples.size() / 350);
  struct Candidate {
    double cost;
    Motion motion;
  };
  std::vector<Candidate> candidates;
  const auto consider = [&](const cv::Vec3d& step) {
    Motion motion;
    motion.turn = turn_only.turn;
    motion.step = step;
    const double cost = cost_of_step(samples, stride, 4 * noise, motion);
    candidates.push_back({cost, motion});
  };
  for (int i = 0; i < kDirections; ++i) {  // evenly over half a sphere
    const double z = (i + 0.5) / kDirections;
    const double ring = std::sqrt(1 - z * z);
    consider({ring * std::cos(i * kGoldenAngle), ring * std::sin(i * kGoldenAngle), z});
  }
  for (const cv::Vec3d& axis : {cv::Vec3d{1, 0, 0}, cv::Vec3d{0, 1, 0}, cv::Vec3d{0, 0, 1}})
    consider(axis);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.cost < b.cost; });
  candidates.resize(std::min<std::size_t>(candidates.size(), 4));
  for (auto& candidate : candidates) {
    candidate.motion = refine(samples, noise, candidate.motion, 6);
    auto copy = candidate.motion;
    candidate.cost = cost_of_step(samples, 1, 3 * noise, copy);
  }
  auto best =
      std::min_element(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a.cost < b.cost;
      })->motion;
  // Points lie before the camera.
  const Parallax parallax(best);
  double before = 0;
  for (const auto& s : samples) {
    const auto parts = parallax.split(s.x, s.y, s.u, s.v);
    if (std::abs(parts.across) < 4 * noise)
      before += s.weight * std::clamp(parts.along * parts.lever, -20 * noise, 20 * noise);
  }
  if (before < 0) best.step = -best.step;
  return best;
}

Motion refine(std::span<const FlowSample> samples, double noise, Motion motion, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const double scale = noise * (round + 1 < rounds ? 5 : 3);
    const double length = cv::norm(motion.step);
    const Parallax parallax(motion);
    Normal<7> normal;
    double total = 0;
    bool has_scale = false;
    for (const auto& s : samples) {
      const auto parts = parallax.split(s.x, s.y, s.u, s.v);
      const auto r = parallax.residual(s.x, s.y, s.u, s.v);
      const double hx = s.x + s.u - r[0];
      const double hy = s.y + s.v - r[1];
      const double ex = motion.step[0] - hx * motion.step[2];
      const double ey = motion.step[1] - hy * motion.step[2];
      if (length > 0 && parts.lever > 0.03 * length) {
        const double nx = -ey / parts.lever;
        const double ny = ex / parts.lever;
        const auto turn = turn_slopes(hx, hy, nx, ny);
        // d(across) / d(step); across falls as the turn grows, so those slopes are its negative's.
        const std::array<double, 7> slopes{turn[0],
                                           turn[1],
                                           turn[2],
                                           turn[3],
                                           -r[1] / parts.lever,
                                           r[0] / parts.lever,
                                           (hx * r[1] - hy * r[0]) / parts.lever};
        const double w = s.weight * trust(parts.across, scale);
        normal.add(slopes, parts.across, w);
        total += w;
      }
      if (s.variance >= 0) {
        const double shown =
            s.inverse / std::max(parts.depth_ratio + s.inverse * motion.step[2], 0.2);
        const cv::Vec2d miss(r[0] - shown * ex, r[1] - shown * ey);
        const double spread = std::sqrt(noise * noise + parts.lever * parts.lever * s.variance);
        const double share = noise * noise / (spread * spread);
        const double w = s.weight * share * trust(cv::norm(miss), 3 * spread);
        const double ax = ex / parts.lever;
        const double ay = ey / parts.lever;
        const auto add = [&](double dx, double dy) {
          const auto turn = turn_slopes(hx, hy, dx, dy);
          normal.add({turn[0], turn[1], turn[2], turn[3], shown * dx, shown * dy,
                      -shown * (dx * hx + dy * hy)},
                     dx * miss[0] + dy * miss[1], w);
        };
        if (length > 0) {
          add(ax, ay);
        } else {
          add(1, 0);
          add(0, 1);
        }
        has_scale = true;
        total += w;
      }
    }
    if (total <= 0) break;
    // A zoom looks like a step towards something flat, and both at once are rare: no zoom here.
    normal.hold(3, 1e6 * total, motion.zoom);
    if (!has_scale)
      for (int i = 4; i < 7; ++i)
        normal.hold(i, 1e-3 * (normal.diagonal(4) + normal.diagonal(5)) + kTiny);
    const auto delta = normal.solve();
    motion.turn = combined({delta[0], delta[1], delta[2]}, motion.turn);
    motion.zoom += delta[3] * (1 + motion.zoom);
    motion.step += cv::Vec3d(delta[4], delta[5], delta[6]);
    if (!has_scale) {
      const double now = cv::norm(motion.step);
      if (now > kTiny) motion.step *= length / now;
    }
  }
  return motion;
}

double residual_quantile(std::span<const FlowSample> samples, const Motion& motion, double share) {
  const Parallax parallax(motion);
  std::vector<std::pair<double, double>> sizes;
  double total = 0;
  for (const auto& s : samples) {
    sizes.emplace_back(cv::norm(parallax.residual(s.x, s.y, s.u, s.v)), s.weight);
    total += s.weight;
  }
  std::sort(sizes.begin(), sizes.end());
  double sum = 0;
  for (const auto& [size, weight] : sizes) {
    sum += weight;
    if (sum >= share * total) return size;
  }
  return 0;
}

}  // namespace relievo::motion_cues
