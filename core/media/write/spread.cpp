#include "core/media/write/spread.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::media {

Spread::Spread(std::size_t picks, std::int64_t expected, std::size_t per_pick)
    : picks_(picks), most_(picks * std::max<std::size_t>(2, per_pick)) {
  const auto most = static_cast<std::int64_t>(most_);
  stride_ = std::max<std::int64_t>(1, (expected + most - 1) / most);
}

std::vector<std::size_t> Spread::keep(std::int64_t number) {
  kept_.push_back(number);
  std::vector<std::size_t> dropped;
  if (kept_.size() <= most_) return dropped;
  stride_ *= 2;
  std::vector<std::int64_t> left;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (wants(kept_[i]))
      left.push_back(kept_[i]);
    else
      dropped.push_back(i);
  }
  kept_ = std::move(left);
  return dropped;
}

std::vector<std::size_t> Spread::pick(std::int64_t total) const {
  std::vector<std::size_t> picked;
  for (std::size_t i = 0; i < picks_; ++i) {
    const double middle =
        (static_cast<double>(i) + 0.5) * static_cast<double>(total) / static_cast<double>(picks_);
    const auto nearest =
        std::min_element(kept_.begin(), kept_.end(), [&](std::int64_t a, std::int64_t b) {
          return std::abs(static_cast<double>(a) - middle) <
                 std::abs(static_cast<double>(b) - middle);
        });
    if (nearest == kept_.end()) break;
    const auto position = static_cast<std::size_t>(nearest - kept_.begin());
    if (picked.empty() || picked.back() != position) picked.push_back(position);
  }
  return picked;
}

}  // namespace relievo::media
