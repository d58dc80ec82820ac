#include "plugins/stereo/parallax_limit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <relievo/sdk/comfort_budget.hpp>

namespace relievo::stereo {

ParallaxLimit::ParallaxLimit(float front, float behind)
    : is_set_(true),
      front_knee_(static_cast<float>(kBudgetKnee) * front),
      front_room_(front - front_knee_),
      behind_knee_(static_cast<float>(kBudgetKnee) * behind),
      behind_room_(behind - behind_knee_) {}

ParallaxLimit ParallaxLimit::scaled(float share) const {
  auto other = *this;
  for (auto* length :
       {&other.front_knee_, &other.front_room_, &other.behind_knee_, &other.behind_room_})
    *length *= share;
  return other;
}

bool ParallaxLimit::acts_on(float least, float most) const {
  constexpr float kRounding = 1.00001F;  // parallax that ends at the knee is left alone
  return is_set_ && (most > kRounding * front_knee_ || -least > kRounding * behind_knee_);
}

// knee + room * t / (1 + t) with t = over / room: slope 1 at the knee, the limit for t to infinity.
void ParallaxLimit::apply(float* parallax, int n) const {
  const auto limit = *this;
  for (int i = 0; i < n; ++i) {
    const float p = parallax[i];
    const float over = std::max(p - limit.front_knee_, 0.0F);
    const float under = std::max(-limit.behind_knee_ - p, 0.0F);
    const float kept = std::max(std::min(p, limit.front_knee_), -limit.behind_knee_);
    parallax[i] = kept + over * limit.front_room_ / (limit.front_room_ + over) -
                  under * limit.behind_room_ / (limit.behind_room_ + under);
  }
}

void EdgeTaper::prepare(double margin, double front, int width) {
  // The smoothstep below is at most 1.5 / margin steep: neighbours then differ by at most 3/4 px,
  // less than a tear.
  const double wanted = margin > 0.0 ? std::max(margin, 2.0 * front) : 0.0;
  if (wanted == wanted_ && width == width_) return;
  wanted_ = wanted;
  width_ = width;
  weight_.resize(static_cast<std::size_t>(std::min(std::lround(wanted), std::lround(width / 2))));
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    const double t = (static_cast<double>(i) + 0.5) / wanted;
    weight_[i] = t < 1.0 ? static_cast<float>(t * t * (3.0 - 2.0 * t)) : 1.0F;
  }
}

void EdgeTaper::apply(float* parallax, int n) const {
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    auto& left = parallax[i];
    auto& right = parallax[static_cast<std::size_t>(n) - 1 - i];
    left = std::min(left, left * weight_[i]);
    right = std::min(right, right * weight_[i]);
  }
}

}  // namespace relievo::stereo
