// One shot through a filter, its first frames held back until their common level is known.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "level.hpp"
#include "recursive_filter.hpp"

namespace relievo::temporal {

// Filter: RecursiveFilter, or one like it for maps that are somewhere else. One thread at a time.
// Maps come out in order, one for each that went in.
template <class Filter>
class ShotFilter {
 public:
  using Map = typename Filter::Map;

  // look_ahead: frames held back at the beginning, whose middle level the shot gets; 0 keeps that
  // of the first frame.
  ShotFilter(const typename Filter::Options& options, int look_ahead)
      : filter_(options), look_ahead_(look_ahead) {}

  // As the filter's next(). Returns the maps that are ready: none, one, or all that were held.
  [[nodiscard]] std::vector<Map> next(const Map& map, const cv::Mat1b& grey, double focal = 0) {
    auto steady = filter_.next(map, grey, focal);
    if (level_known_) return {steady};
    level_.add(filter_.last_fit());
    held_.push_back(steady);
    if (held_.size() <= static_cast<std::size_t>(look_ahead_)) return {};
    return finish();
  }

  // The shot is over: what is still held.
  [[nodiscard]] std::vector<Map> finish() {
    if (level_known_) return {};
    level_known_ = true;
    const auto change = level_.from_first();
    filter_.change_units(change);
    std::vector<Map> maps;
    for (const auto& map : held_) maps.push_back(Filter::changed(map, change));
    held_.clear();
    return maps;
  }

  [[nodiscard]] bool knows_camera() const { return filter_.knows_camera(); }

 private:
  Filter filter_;
  int look_ahead_;
  Level level_;
  bool level_known_ = false;
  std::deque<Map> held_;
};

}  // namespace relievo::temporal
