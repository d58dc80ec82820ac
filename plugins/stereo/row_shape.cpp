#include "plugins/stereo/row_shape.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

RowShape::RowShape(int width)
    : width_(width), disparity_(at(width)), torn_(at(width + 1) + sizeof(std::uint64_t)) {}

void RowShape::find_tears() {
  if (kernels().find_tears(disparity_.data(), torn_.data() + 1, width_))
    list_tears();
  else
    tears_.clear();
}

void RowShape::mend() {
  std::fill(torn_.begin(), torn_.end(), std::uint8_t{0});
  tears_.clear();
}

// Most rows have few tears: eight columns are passed at a time.
void RowShape::list_tears() {
  tears_.clear();
  for (int x = 0; x < width_ - 1; x += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, torn_.data() + x + 1, sizeof(eight));
    if (eight == 0) continue;
    const int end = std::min(x + 8, width_ - 1);
    for (int i = x; i < end; ++i)
      if (is_torn(i)) tears_.push_back(i);
  }
}

void RowShape::check_and_list(int begin, int end, std::vector<std::int32_t>& list) {
  for (int x = begin; x < end; ++x) {
    const bool torn = std::abs(disparity(x + 1) - disparity(x)) > kTear;
    torn_[at(x + 1)] = torn ? 1 : 0;
    if (torn && (list.empty() || list.back() < x)) list.push_back(x);
  }
}

void RowShape::copy(const RowShape& other) {
  std::copy(other.disparity_.begin(), other.disparity_.end(), disparity_.begin());
  std::copy(other.torn_.begin(), other.torn_.end(), torn_.begin());
  tears_.assign(other.tears_.begin(), other.tears_.end());
}

void RowShape::mirror(const RowShape& other) {
  kernels().flip(other.disparity_.data(), disparity_.data(), width_);
  kernels().flip8(other.torn_.data() + 1, torn_.data() + 1, width_ - 1);
  tears_.clear();
  for (auto tear = other.tears_.rbegin(); tear != other.tears_.rend(); ++tear)
    tears_.push_back(width_ - 2 - *tear);
}

void RowShape::sharpen_ramps() {
  constexpr std::size_t kShortestRamp = 3;  // tears
  new_tears_.clear();
  for (std::size_t i = 0; i < tears_.size();) {
    const int begin = tears_[i];
    const bool rises = disparity(begin + 1) > disparity(begin);
    std::size_t n = 1;
    while (i + n < tears_.size() && tears_[i + n] == begin + static_cast<int>(n) &&
           (disparity(tears_[i + n] + 1) > disparity(tears_[i + n])) == rises)
      ++n;
    i += n;
    const int end = begin + static_cast<int>(n);
    if (n >= kShortestRamp) {
      const float far = rises ? disparity(begin) : disparity(end);
      const float near = rises ? disparity(end) : disparity(begin);
      const float half = 0.5F * (far + near);
      for (int x = begin + 1; x < end; ++x) disparity_[at(x)] = disparity(x) < half ? far : near;
    }
    check_and_list(begin, end, new_tears_);
  }
  tears_.swap(new_tears_);
}

// From right to left, so that a tear still finds its own foreground unchanged.
void RowShape::grow_foreground(int pixels) {
  if (pixels <= 0 || tears_.empty()) return;
  const auto last_grown = [&](int tear) {
    return std::min(tear + pixels, width_ - 1);
  };
  for (auto tear = tears_.rbegin(); tear != tears_.rend(); ++tear) {
    const float front = disparity(*tear);
    if (front <= disparity(*tear + 1)) continue;
    for (int x = *tear + 1; x <= last_grown(*tear); ++x)
      disparity_[at(x)] = std::max(disparity(x), front);
  }
  new_tears_.clear();
  for (const int tear : tears_)
    check_and_list(tear, std::min(last_grown(tear) + 1, width_ - 1), new_tears_);
  tears_.swap(new_tears_);
}

}  // namespace relievo::stereo
