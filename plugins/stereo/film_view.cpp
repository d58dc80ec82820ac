#include "plugins/stereo/film_view.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

void FilmView::prepare(const FilmMemory& memory, const DisparityRows& disparity, int width,
                       int height, bool left) {
  const auto size = memory.working_size();
  columns_ = size.width;
  rows_ = size.height;
  scale_x_ = static_cast<float>(columns_) / static_cast<float>(width);
  scale_y_ = static_cast<float>(rows_) / static_cast<float>(height);
  cells_.assign(at(columns_) * at(rows_), -1);
  arrivals_.clear();
  const auto& hidden = memory.hidden();
  inverse_.clear();
  for (const auto& place : hidden) inverse_.push_back(place.here.inverse);
  parallax_.resize(hidden.size());
  disparity.parallax_of(inverse_.data(), parallax_.data(), static_cast<int>(hidden.size()));
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const auto& place = hidden[i];
    const float shift = parallax_[i] * scale_x_;
    const float x = left ? place.here.x + shift : place.here.x - shift;
    const float y = place.here.y;
    arrivals_.push_back({x, y, {place.frame, place.x, place.y, parallax_[i], place.is_clear}});
    const int column = static_cast<int>(std::floor(x));
    const int row = static_cast<int>(std::floor(y));
    for (const int r : {row, row + 1})
      for (const int c : {column, column + 1}) offer(c, r, static_cast<std::int32_t>(i));
  }
}

// What is clear of any edge goes before what is not, then what lies within half a pixel before what
// lies farther off; then the nearer thing, and of one thing the frame that is nearest in time.
void FilmView::offer(int x, int y, std::int32_t arrival) {
  constexpr float kSame = 1.5F;  // pixels of parallax within one thing
  if (x < 0 || y < 0 || x >= columns_ || y >= rows_) return;
  auto& cell = cells_[at(y) * at(columns_) + at(x)];
  if (cell >= 0) {
    const auto& held = arrivals_[static_cast<std::size_t>(cell)];
    const auto& offered = arrivals_[static_cast<std::size_t>(arrival)];
    const auto rank = [&](const Arrival& a) {
      const bool is_close = std::abs(a.x - static_cast<float>(x)) <= 0.5F &&
                            std::abs(a.y - static_cast<float>(y)) <= 0.5F;
      return (a.seen.is_clear ? 2 : 0) + (is_close ? 1 : 0);
    };
    const int own = rank(held);
    const int other = rank(offered);
    if (own > other) return;
    if (own == other && offered.seen.parallax <= held.seen.parallax + kSame) return;
  }
  cell = arrival;
}

std::optional<Sighting> FilmView::look(float x, float y) const {
  const float u = (x + 0.5F) * scale_x_ - 0.5F;
  const float v = (y + 0.5F) * scale_y_ - 0.5F;
  const int column = std::clamp(static_cast<int>(std::lround(u)), 0, columns_ - 1);
  const int row = std::clamp(static_cast<int>(std::lround(v)), 0, rows_ - 1);
  const auto cell = cells_[at(row) * at(columns_) + at(column)];
  if (cell < 0) return std::nullopt;
  const auto& arrival = arrivals_[static_cast<std::size_t>(cell)];
  auto seen = arrival.seen;
  seen.x = (seen.x + u - arrival.x + 0.5F) / scale_x_ - 0.5F;
  seen.y = (seen.y + v - arrival.y + 0.5F) / scale_y_ - 0.5F;
  return seen;
}

}  // namespace relievo::stereo
