// Where the depths of each shot lie in its range, and where its subject does: what strength and
// convergence are proposed from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <relievo/sdk/depth_range.hpp>
#include <relievo/sdk/frame.hpp>

namespace relievo::quality {

// Depths of one shot, normalised as stereo.view does: 0 the far, 1 the near end of its range.
struct ShotDepths {
  static constexpr std::size_t kBins = 20;
  std::int64_t shot_id = 0;
  std::uint32_t transition = 0;  // RLV_TRANSITION_*, of its first frame
  double begin_s = 0;
  double end_s = 0;
  int frames = 0;
  std::array<double, kBins> histogram{};  // sums over frames of shares; bin i begins at i / kBins
  std::vector<float> subjects;            // of each frame, normalised
  std::vector<float> lows, highs;         // ends of the range of each frame, inverse depth
};

// One moment of the film, for a plot.
struct DepthMoment {
  double time_s = 0;
  double far = 0;  // 1st percentile, normalised
  double subject = 0;
  double near = 0;  // 99th percentile
  int frames = 0;   // that it is the mean of
};

// Not thread-safe.
class ShotDepthsFinder {
 public:
  explicit ShotDepthsFinder(const DepthRange::Options& range) : range_(range) {}

  // depth is read and not kept; its plane covers the picture.
  void add(const Frame& colour, const Frame& depth);
  void finish();

  [[nodiscard]] const std::vector<ShotDepths>& shots() const { return shots_; }
  // In order of time, at most kMostMoments.
  [[nodiscard]] const std::vector<DepthMoment>& moments() const { return moments_; }
  [[nodiscard]] std::uint32_t semantic() const { return semantic_; }

  static constexpr std::size_t kMostMoments = 4000;

 private:
  struct Waiting {
    rlv_frame_info info{};
    double time_s = 0;
    std::vector<float> inverse;  // evenly spread samples
    float subject = 0;
  };
  void give();
  void record(Waiting& frame, DepthScale scale);
  void merge_moments();

  DepthRange range_;
  std::deque<Waiting> waiting_;
  std::vector<ShotDepths> shots_;
  std::vector<DepthMoment> moments_;
  int merged_ = 1;  // frames to a moment
  std::uint32_t semantic_ = 0;
};

}  // namespace relievo::quality
