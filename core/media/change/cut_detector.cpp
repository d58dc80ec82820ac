#include "core/media/change/cut_detector.hpp"

#include "core/media/change/hard_cut.hpp"
#include "core/media/change/soft_cut.hpp"

namespace relievo::media {

std::uint32_t CutDetector::transition_at(std::size_t i) {
  const bool hard = is_hard_cut(frames_, i, options_.sensitivity);
  if (is_fade(frames_, i)) return RLV_TRANSITION_FADE;
  const bool soft = !hard && is_dissolve(frames_, i);
  if ((!hard && !soft) || is_fading(frames_, i)) return RLV_TRANSITION_NONE;
  return hard ? RLV_TRANSITION_HARD : RLV_TRANSITION_DISSOLVE;
}

std::optional<std::uint32_t> CutDetector::next() {
  if (!frames_.is_ready()) return std::nullopt;
  const auto transition = transition_at(frames_.next());
  frames_.decide(transition);
  return transition;
}

}  // namespace relievo::media
