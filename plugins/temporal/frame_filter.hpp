// Frames of depth through a filter, wherever the filter keeps its maps.
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include <relievo/sdk/host.hpp>

#include "shot_filter.hpp"

namespace relievo::temporal {

// One shot. One thread at a time. Frames come out in order, in CPU memory, one for each that went
// in; what cannot be filtered (not finite, metres not above 0) is in them as it came.
class FrameFilter {
 public:
  FrameFilter() = default;
  FrameFilter(const FrameFilter&) = delete;
  FrameFilter& operator=(const FrameFilter&) = delete;
  virtual ~FrameFilter() = default;

  // As ShotFilter's.
  [[nodiscard]] virtual std::vector<Frame> next(Frame depth, const cv::Mat1b& grey,
                                                double focal) = 0;
  [[nodiscard]] virtual std::vector<Frame> finish() = 0;
};

// Side: where the maps are. Has a type Filter, inverse_of(const Frame&), which gives inverse depth
// as the filter takes it, NaN where it is not known, and depth_of(map, const Frame& source), which
// turns it back into depth of the source's semantic; both are called in the order of the frames.
template <class Side>
class FramesOfShot final : public FrameFilter {
 public:
  FramesOfShot(Side side, const typename Side::Filter::Options& options, int look_ahead)
      : side_(std::move(side)), filter_(options, look_ahead) {}

  std::vector<Frame> next(Frame depth, const cv::Mat1b& grey, double focal) override {
    waiting_.push_back(std::move(depth));
    return depths_of(filter_.next(side_.inverse_of(waiting_.back()), grey, focal));
  }

  std::vector<Frame> finish() override { return depths_of(filter_.finish()); }

 private:
  std::vector<Frame> depths_of(const std::vector<typename Side::Filter::Map>& maps) {
    std::vector<Frame> frames;
    for (const auto& map : maps) {
      frames.push_back(side_.depth_of(map, waiting_.front()));
      waiting_.pop_front();
    }
    return frames;
  }

  Side side_;
  ShotFilter<typename Side::Filter> filter_;
  std::deque<Frame> waiting_;  // depth as it came
};

[[nodiscard]] std::unique_ptr<FrameFilter> make_cpu_filter(const Host& host,
                                                           const FilterOptions& options,
                                                           int look_ahead);

}  // namespace relievo::temporal
