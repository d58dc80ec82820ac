#include "plugins/stereo/subject_convergence.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace relievo::stereo {

// Over the frames around the next one, of its shot.
float SubjectConvergence::median() const {
  const auto reach = static_cast<std::size_t>(options_.look_ahead);
  std::vector<float> values;
  for (auto i = next_ - std::min(next_, reach); i < std::min(frames_.size(), next_ + reach + 1);
       ++i)
    if (frames_[i].shot_id == frames_[next_].shot_id) values.push_back(frames_[i].subject);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

float SubjectConvergence::next(DepthScale scale) {
  const double subject = std::clamp(scale.scale * median() + scale.shift, 0.0F, 1.0F);
  const auto shot_id = frames_[next_].shot_id;
  if (++next_ > static_cast<std::size_t>(options_.look_ahead)) {
    frames_.pop_front();
    --next_;
  }
  const double wanted =
      std::max(options_.least, std::min(options_.most, subject + options_.behind));
  const double away = wanted - convergence_;
  if (shot_id_ != shot_id) {
    shot_id_ = shot_id;
    convergence_ = wanted;
    moves_ = false;
  } else if (moves_ || std::abs(away) > options_.tolerance) {
    moves_ = std::abs(away) > options_.rate;
    convergence_ += std::clamp(away, -options_.rate, options_.rate);
  }
  in_front_ = static_cast<float>(subject - convergence_);
  return static_cast<float>(convergence_);
}

}  // namespace relievo::stereo
