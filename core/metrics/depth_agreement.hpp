// How well depth agrees with the truth when only its order and proportions count: after the best
// scale and shift, in disparity (inverse depth), as Ranftl et al. (TPAMI 2020) do it.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace relievo::metrics {

// Maps are row-major; those compared have the same size. truth: inverse depth in 1/m or any fixed
// multiple; pixels whose truth is not finite or below the floor are left out: their depth is
// unknown or too far to matter.
inline constexpr float kDefaultFloor = 1.0F / 80;  // 1/m, as is usual outdoors

// predicted -> scale * predicted + shift
struct Alignment {
  double scale = 1;
  double shift = 0;
};

// Least squares over all maps that were added: one for a frame, several for a shot. The scale is
// never below 0: depth that runs the wrong way gets a flat map, not praise.
class Aligner {
 public:
  explicit Aligner(float floor = kDefaultFloor) : floor_(floor) {}
  void add(std::span<const float> predicted, std::span<const float> truth);
  // Identity if nothing was added.
  [[nodiscard]] Alignment best() const;

 private:
  float floor_;
  double n_ = 0, p_ = 0, t_ = 0, pp_ = 0, pt_ = 0;
};

// Mean of |aligned - truth| / truth; aligned values are kept at or above the floor. 0 without
// pixels.
[[nodiscard]] double abs_rel(std::span<const float> predicted, std::span<const float> truth,
                             const Alignment& alignment, float floor = kDefaultFloor);

// Share of the pixels whose aligned value is at most `factor` times too large or too small (delta 1
// for 1.25); floors as above. 0 without pixels.
[[nodiscard]] double share_within(std::span<const float> predicted, std::span<const float> truth,
                                  const Alignment& alignment, double factor = 1.25,
                                  float floor = kDefaultFloor);

// Spearman's rank correlation, ties shared; the sky counts (as far as can be). truth below 0 or not
// finite is left out. 0 if either is constant.
[[nodiscard]] double rank_correlation(std::span<const float> predicted,
                                      std::span<const float> truth);

// The map at another size, bilinear, both covering the same picture with samples at pixel centres.
[[nodiscard]] std::vector<float> resampled(std::span<const float> map, int width, int height,
                                           int new_width, int new_height);

// Median of a copy; 0 if empty.
[[nodiscard]] double median(std::vector<float> values);

// Slope of the straight line through values at 0, 1, 2 ... by least squares.
[[nodiscard]] double slope(std::span<const double> values);

}  // namespace relievo::metrics
