#include "shot_filter.hpp"

namespace relievo::temporal {

std::vector<cv::Mat1f> ShotFilter::next(const cv::Mat1f& map, const cv::Mat1b& grey, double focal) {
  auto steady = filter_.next(map, grey, focal);
  if (level_known_) return {steady};
  level_.add(filter_.last_fit());
  held_.push_back(steady);
  if (held_.size() <= static_cast<std::size_t>(look_ahead_)) return {};
  return finish();
}

std::vector<cv::Mat1f> ShotFilter::finish() {
  if (level_known_) return {};
  level_known_ = true;
  const auto change = level_.from_first();
  filter_.change_units(change);
  std::vector<cv::Mat1f> maps;
  for (const auto& map : held_) maps.emplace_back(map * change.scale + change.shift);
  held_.clear();
  return maps;
}

}  // namespace relievo::temporal
