#include "level.hpp"

#include <cmath>

namespace relievo::temporal {

void Level::add(const Alignment& to_first) {
  log_scales_ -= std::log(static_cast<double>(to_first.scale));
  shifts_ -= static_cast<double>(to_first.shift) / static_cast<double>(to_first.scale);
  ++count_;
}

Alignment Level::from_first() const {
  if (count_ == 0) return {};
  return {static_cast<float>(std::exp(log_scales_ / count_)), static_cast<float>(shifts_ / count_)};
}

}  // namespace relievo::temporal
