#include "plugins/stereo/camera_motion.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "plugins/stereo/bilinear.hpp"

namespace relievo::stereo {
namespace {

// Places that are looked at, about.
constexpr int kSamples = 6'000;
constexpr float kLeastTrust = 0.5F;
constexpr int kFewest = 200;
// Pixels within which a place follows the motion, from the first turn to the last.
constexpr double kScales[] = {16, 8, 4, 2, 1, 0.5, 0.5, 0.5};
// Beyond so many of the last, it does not.
constexpr double kOutside = 2.0;
constexpr double kLeastShare = 1.0 / 3.0;

constexpr int kUnknowns = 11;
using Normal = cv::Matx<double, kUnknowns, kUnknowns>;
using Unknowns = cv::Vec<double, kUnknowns>;

// In units in which all numbers are about 1.
struct Sample {
  double x, y, inverse;           // here
  double to_x, to_y, to_inverse;  // in the other frame
  double trust;
};

struct Units {
  double x, y;     // of the middle, pixels
  double length;   // pixels
  double inverse;  // inverse depth
  [[nodiscard]] cv::Matx44d to_units() const {
    return {1 / length, 0, -x / length, 0, 0, 1 / length, -y / length, 0,
            0,          0, 1,           0, 0, 0,          0,           1 / inverse};
  }
  [[nodiscard]] cv::Matx44d from_units() const {
    return {length, 0, x, 0, 0, length, y, 0, 0, 0, 1, 0, 0, 0, 0, inverse};
  }
};

// Of both tracks, all from the first frame to the other.
std::vector<Sample> samples_of(const tracking::Tracker::Both& tracks, const cv::Mat1f& inverse,
                               const cv::Mat1f& other_inverse, const Units& units) {
  const int step = std::max(
      1, static_cast<int>(std::sqrt(2.0 * static_cast<double>(inverse.total()) / kSamples)));
  std::vector<Sample> samples;
  const auto add = [&](const tracking::Track& track, const cv::Mat1f& from, const cv::Mat1f& to,
                       bool is_back) {
    for (int y = step / 2; y < from.rows; y += step) {
      for (int x = step / 2; x < from.cols; x += step) {
        if (track.trust(y, x) < kLeastTrust) continue;
        const double to_x = x + double{track.flow(y, x)[0]};
        const double to_y = y + double{track.flow(y, x)[1]};
        const int column = cvRound(to_x);
        const int row = cvRound(to_y);
        if (column < 0 || row < 0 || column >= to.cols || row >= to.rows) continue;
        Sample s{(x - units.x) / units.length,       (y - units.y) / units.length,
                 double{from(y, x)} / units.inverse, (to_x - units.x) / units.length,
                 (to_y - units.y) / units.length,    double{to(row, column)} / units.inverse,
                 double{track.trust(y, x)}};
        if (is_back) s = {s.to_x, s.to_y, s.to_inverse, s.x, s.y, s.inverse, s.trust};
        samples.push_back(s);
      }
    }
  };
  add(tracks.there, inverse, other_inverse, false);
  add(tracks.back, other_inverse, inverse, true);
  return samples;
}

// Rows 1, 2 and 3 of the matrix: a b c d; e f g h; i j 1 k.
struct Motion {
  Unknowns u{1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0};
  [[nodiscard]] double depth_ratio(const Sample& s) const {
    return u[8] * s.x + u[9] * s.y + 1 + u[10] * s.inverse;
  }
  [[nodiscard]] cv::Vec2d place(const Sample& s) const {
    const double w = depth_ratio(s);
    return {(u[0] * s.x + u[1] * s.y + u[2] + u[3] * s.inverse) / w,
            (u[4] * s.x + u[5] * s.y + u[6] + u[7] * s.inverse) / w};
  }
  // Distance from where the sample went.
  [[nodiscard]] double miss(const Sample& s) const {
    const auto to = place(s);
    return std::hypot(to[0] - s.to_x, to[1] - s.to_y);
  }
};

double weight_of(double miss, double scale) {
  const double t = miss / scale;
  return 1.0 / ((1.0 + t * t) * (1.0 + t * t));
}

// One turn of weighted least squares, whose terms are linear: x' w = a x + b y + c + d inverse.
void solve(const std::vector<Sample>& samples, double scale, bool is_first, Motion& motion) {
  Normal normal = Normal::zeros();
  Unknowns right = Unknowns::all(0);
  double weights = 0;
  const auto add = [&](const Unknowns& row, double value, double weight) {
    for (int i = 0; i < kUnknowns; ++i) {
      if (row[i] == 0) continue;
      for (int j = 0; j < kUnknowns; ++j) normal(i, j) += weight * row[i] * row[j];
      right[i] += weight * row[i] * value;
    }
  };
  for (const auto& s : samples) {
    const double ratio = motion.depth_ratio(s);
    const double weight =
        s.trust * (is_first ? 1.0 : weight_of(motion.miss(s), scale)) / (ratio * ratio);
    add({s.x, s.y, 1, s.inverse, 0, 0, 0, 0, -s.to_x * s.x, -s.to_x * s.y, -s.to_x * s.inverse},
        s.to_x, weight);
    add({0, 0, 0, 0, s.x, s.y, 1, s.inverse, -s.to_y * s.x, -s.to_y * s.y, -s.to_y * s.inverse},
        s.to_y, weight);
    weights += weight;
  }
  // What the picture does not say stays as it is: the numbers of a scene without any depth.
  const double hold = 1e-7 * std::max(weights, 1e-9);
  const Motion still;
  for (int i = 0; i < kUnknowns; ++i) {
    normal(i, i) += hold;
    right[i] += hold * still.u[i];
  }
  cv::Vec<double, kUnknowns> solution;
  if (cv::solve(normal, right, solution, cv::DECOMP_CHOLESKY)) motion.u = solution;
}

// to_inverse = slope * (inverse / depth ratio) + offset, of what follows the motion.
cv::Vec2d fit_inverse(const std::vector<Sample>& samples, const Motion& motion, double outside) {
  cv::Vec2d line{1, 0};
  for (double scale : {1.0, 0.1, 0.02, 0.02}) {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (const auto& s : samples) {
      if (motion.miss(s) > outside) continue;
      const double x = s.inverse / motion.depth_ratio(s);
      const double w = weight_of(s.to_inverse - line[0] * x - line[1], scale);
      n += w;
      sx += w * x;
      sy += w * s.to_inverse;
      sxx += w * x * x;
      sxy += w * x * s.to_inverse;
    }
    const double spread = n * sxx - sx * sx;
    if (n <= 0 || spread <= 1e-9 * n * n) return n > 0 ? cv::Vec2d{1, (sy - sx) / n} : line;
    line[0] = (n * sxy - sx * sy) / spread;
    line[1] = (sy - line[0] * sx) / n;
  }
  return line;
}

// Gauss and Newton's steps towards the motion under which both frames look the same, one brightness
// aside (Lucas and Kanade 1981, for the motion of a whole frame).
void refine(const std::vector<Sample>& samples, double outside, const Units& units,
            const cv::Mat1b& grey, const cv::Mat1b& other_grey, Motion& motion) {
  constexpr int kTurns = 4;
  constexpr double kAlike = 8.0;  // grey values
  constexpr int kAll = kUnknowns + 1;
  cv::Mat1f here;
  cv::Mat1f there;
  const cv::Size soft{3, 3};
  cv::Mat1b blurred;
  cv::GaussianBlur(grey, blurred, soft, 0);
  blurred.convertTo(here, CV_32F);
  cv::GaussianBlur(other_grey, blurred, soft, 0);
  blurred.convertTo(there, CV_32F);
  struct Used {
    const Sample* sample;
    float grey;
  };
  std::vector<Used> used;
  for (const auto& s : samples)
    if (motion.miss(s) <= outside)
      used.push_back({&s, bilinear(here, static_cast<float>(s.x * units.length + units.x),
                                   static_cast<float>(s.y * units.length + units.y))});
  double brightness = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    cv::Matx<double, kAll, kAll> normal = cv::Matx<double, kAll, kAll>::zeros();
    cv::Vec<double, kAll> right = cv::Vec<double, kAll>::all(0);
    double trace = 0;
    for (const auto& [s, own] : used) {
      const double w = motion.depth_ratio(*s);
      const auto to = motion.place(*s);
      const auto column = static_cast<float>(to[0] * units.length + units.x);
      const auto row = static_cast<float>(to[1] * units.length + units.y);
      if (column < 2 || row < 2 || column > static_cast<float>(there.cols - 3) ||
          row > static_cast<float>(there.rows - 3))
        continue;
      const double off = double{bilinear(there, column, row) - own} - brightness;
      const double half = 0.5 * units.length / w;
      const double gx =
          half * double{bilinear(there, column + 1, row) - bilinear(there, column - 1, row)};
      const double gy =
          half * double{bilinear(there, column, row + 1) - bilinear(there, column, row - 1)};
      const double inward = -(gx * to[0] + gy * to[1]);
      const cv::Vec<double, kAll> slope{gx * s->x,
                                        gx * s->y,
                                        gx,
                                        gx * s->inverse,
                                        gy * s->x,
                                        gy * s->y,
                                        gy,
                                        gy * s->inverse,
                                        inward * s->x,
                                        inward * s->y,
                                        inward * s->inverse,
                                        -1};
      const double weight = weight_of(off, kAlike);
      for (int i = 0; i < kAll; ++i) {
        for (int j = 0; j <= i; ++j) normal(i, j) += weight * slope[i] * slope[j];
        right[i] -= weight * slope[i] * off;
      }
    }
    for (int i = 0; i < kAll; ++i) {
      trace += normal(i, i);
      for (int j = i + 1; j < kAll; ++j) normal(i, j) = normal(j, i);
    }
    for (int i = 0; i < kAll; ++i) normal(i, i) += 1e-9 * trace + 1e-12;
    cv::Vec<double, kAll> step;
    if (!cv::solve(normal, right, step, cv::DECOMP_CHOLESKY)) return;
    for (int i = 0; i < kUnknowns; ++i) motion.u[i] += step[i];
    brightness += step[kUnknowns];
  }
}

// How far two motions are apart in the corners of the picture, for the least and the greatest
// inverse depth.
double distance(const Motion& a, const Motion& b, const Units& units) {
  double farthest = 0;
  for (const double x : {-1.0, 1.0})
    for (const double y : {-units.y / units.length, units.y / units.length})
      for (const double inverse : {0.0, 1.0}) {
        const Sample corner{x, y, inverse, 0, 0, 0, 1};
        farthest = std::max(farthest, cv::norm(a.place(corner) - b.place(corner)));
      }
  return farthest;
}

}  // namespace

std::optional<CameraMotion> CameraMotion::inverted() const {
  bool ok = false;
  const auto inverse = matrix_.inv(cv::DECOMP_LU, &ok);
  if (!ok) return std::nullopt;
  return CameraMotion(inverse);
}

std::optional<CameraMotion> camera_motion(const tracking::Tracker::Both& tracks,
                                          const MotionView& first, const MotionView& other) {
  const auto& inverse = first.inverse;
  const auto& other_inverse = other.inverse;
  double greatest = 0;
  for (const auto& map : {inverse, other_inverse}) {
    double low = 0;
    double high = 0;
    cv::minMaxLoc(map, &low, &high);
    greatest = std::max({greatest, std::abs(low), std::abs(high)});
  }
  const Units units{0.5 * inverse.cols, 0.5 * inverse.rows, 0.5 * inverse.cols,
                    greatest > 0 ? greatest : 1.0};
  const auto samples = samples_of(tracks, inverse, other_inverse, units);
  if (samples.size() < kFewest) return std::nullopt;
  Motion motion;
  bool is_first = true;
  for (const double scale : kScales) {
    solve(samples, scale / units.length, is_first, motion);
    is_first = false;
  }
  const double outside = kOutside * *std::rbegin(kScales) / units.length;
  double followed = 0;
  double trusted = 0;
  for (const auto& s : samples) {
    trusted += s.trust;
    if (motion.miss(s) <= outside) followed += s.trust;
  }
  if (followed < kLeastShare * trusted) return std::nullopt;
  auto refined = motion;
  refine(samples, outside, units, first.grey, other.grey, refined);
  // It takes away what flow is wrong by, and no more.
  constexpr double kMost = 2.0;  // pixels, at the picture's corners
  if (distance(motion, refined, units) < kMost / units.length) motion = refined;
  const auto line = fit_inverse(samples, motion, outside);
  const auto& u = motion.u;
  const double k = line[1];
  const cv::Matx44d matrix{u[0], u[1], u[2], u[3],  u[4],     u[5],     u[6], u[7],
                           u[8], u[9], 1,    u[10], k * u[8], k * u[9], k,    line[0] + k * u[10]};
  return CameraMotion(units.from_units() * matrix * units.to_units());
}

}  // namespace relievo::stereo
