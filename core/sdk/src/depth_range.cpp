#include <relievo/sdk/depth_range.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <relievo/plugin.h>

namespace relievo {
namespace {

// Cells along the longer side: enough for steady percentiles, few enough to cost nothing.
constexpr std::int32_t kCells = 96;
// Samples of a cell along each side.
constexpr std::int32_t kSamples = 3;
// Where every pixel counts: enough of them for percentiles that are steady to a fraction of a
// percent.
constexpr std::int64_t kPixels = 32768;
// Frames of which each cell's median counts.
constexpr std::size_t kPast = 5;

float percentile(std::vector<float>& values, double percent) {
  const auto last = static_cast<double>(values.size() - 1);
  const auto index = static_cast<std::ptrdiff_t>(std::lround(percent / 100.0 * last));
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

// Smallest first.
void order(float& a, float& b) {
  const float smaller = b < a ? b : a;
  b = b < a ? a : b;
  a = smaller;
}

// Of nine: the middle of the greatest of the small, the middle of the middle and the smallest of
// the great, where threes are put in order (J. Smith, "Implementing Median Filters in XC4000E
// FPGAs", 1996).
float middle_of_nine(std::array<float, 9> v) {
  const auto order_three = [&](std::size_t a, std::size_t b, std::size_t c) {
    order(v[a], v[b]);
    order(v[b], v[c]);
    order(v[a], v[b]);
  };
  for (const std::size_t i : {0U, 3U, 6U}) order_three(i, i + 1, i + 2);
  const float low = std::max(v[0], std::max(v[3], v[6]));
  const float high = std::min(v[2], std::min(v[5], v[8]));
  order_three(1, 4, 7);
  return std::max(std::min(low, v[4]), std::min(std::max(low, v[4]), high));
}

// The middle of the first n values.
float middle_of(std::array<float, 9>& values, int n) {
  if (n == 9) return middle_of_nine(values);
  const auto middle = values.begin() + n / 2;
  std::nth_element(values.begin(), middle, values.begin() + n);
  return *middle;
}

// Where the samples of one of `count` cells lie, across or down `size` pixels.
struct Stretch {
  std::int32_t samples = 0;
  std::array<std::int32_t, kSamples> at{};

  Stretch(std::int32_t cell, std::int32_t count, std::int32_t size) {
    const auto begin = static_cast<std::int32_t>(std::int64_t{size} * cell / count);
    const auto end = static_cast<std::int32_t>(std::int64_t{size} * (cell + 1) / count);
    samples = std::min(kSamples, end - begin);
    for (std::int32_t i = 0; i < samples; ++i)
      at[static_cast<std::size_t>(i)] = begin + (2 * i + 1) * (end - begin) / (2 * samples);
  }
};

// Each cell's median of a few samples.
void cells_of(const Plane<const float>& depth, std::uint32_t semantic, std::int32_t columns,
              std::int32_t rows, std::vector<float>& cells) {
  cells.clear();
  std::vector<Stretch> across;
  for (std::int32_t cx = 0; cx < columns; ++cx) across.emplace_back(cx, columns, depth.width);
  for (std::int32_t cy = 0; cy < rows; ++cy) {
    const Stretch down(cy, rows, depth.height);
    for (const auto& cell : across) {
      std::array<float, 9> values;
      int n = 0;
      for (std::int32_t y = 0; y < down.samples; ++y)
        for (std::int32_t x = 0; x < cell.samples; ++x)
          values[static_cast<std::size_t>(n++)] = inverse_depth(
              depth.at(cell.at[static_cast<std::size_t>(x)], down.at[static_cast<std::size_t>(y)]),
              semantic);
      cells.push_back(middle_of(values, n));
    }
  }
}

void pixels_of(const Plane<const float>& depth, std::uint32_t semantic, std::vector<float>& out) {
  const auto all = static_cast<double>(std::int64_t{depth.width} * depth.height);
  const auto step =
      std::max(1, static_cast<std::int32_t>(std::sqrt(all / static_cast<double>(kPixels))));
  out.clear();
  for (std::int32_t y = step / 2; y < depth.height; y += step)
    for (std::int32_t x = step / 2; x < depth.width; x += step)
      out.push_back(inverse_depth(depth.at(x, y), semantic));
}

// The median of each cell and its neighbours: flakes of a few cells vanish, edges stay.
void smooth(const std::vector<float>& cells, std::int32_t columns, std::int32_t rows,
            std::vector<float>& out) {
  const auto at = [columns](std::int32_t x, std::int32_t y) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(x);
  };
  out.clear();
  for (std::int32_t cy = 0; cy < rows; ++cy)
    for (std::int32_t cx = 0; cx < columns; ++cx) {
      std::array<float, 9> values;
      int n = 0;
      for (auto y = std::max(0, cy - 1); y <= std::min(rows - 1, cy + 1); ++y)
        for (auto x = std::max(0, cx - 1); x <= std::min(columns - 1, cx + 1); ++x)
          values[static_cast<std::size_t>(n++)] = cells[at(x, y)];
      out.push_back(middle_of(values, n));
    }
}

}  // namespace

float inverse_depth(float value, std::uint32_t semantic) {
  if (!std::isfinite(value)) return 0.0F;
  if (semantic != RLV_SEM_METRES) return value;
  return value > 0.0F ? 1.0F / value : 0.0F;
}

// What flies past is in a cell for a frame or two: the median over the last frames of the shot.
void DepthRange::sift(std::int64_t shot_id) {
  if (!past_.empty() && (past_shot_ != shot_id || past_.front().size() != sample_.size()))
    past_.clear();
  past_shot_ = shot_id;
  past_.push_back(sample_);
  if (past_.size() > kPast) past_.pop_front();
  for (std::size_t i = 0; i < sample_.size(); ++i) {
    std::array<float, 9> values;
    int n = 0;
    for (const auto& cells : past_) values[static_cast<std::size_t>(n++)] = cells[i];
    sample_[i] = middle_of(values, n);
  }
}

DepthRange::Measured DepthRange::measure(const Plane<const float>& depth, std::uint32_t semantic,
                                         std::int64_t shot_id) {
  if (options_.skip_small) {
    const auto side = std::max(1, std::max(depth.width, depth.height) / kCells);
    const auto columns = std::max(1, depth.width / side);
    const auto rows = std::max(1, depth.height / side);
    cells_of(depth, semantic, columns, rows, cells_);
    smooth(cells_, columns, rows, sample_);
    if (options_.look_ahead > 0) sift(shot_id);
  } else {
    pixels_of(depth, semantic, sample_);
  }
  Measured found;
  found.shot_id = shot_id;
  found.low = percentile(sample_, options_.low_percentile);
  found.middle = percentile(sample_, 50.0);
  found.high = percentile(sample_, options_.high_percentile);
  return found;
}

void DepthRange::add(const Plane<const float>& depth, std::uint32_t semantic,
                     std::int64_t shot_id) {
  frames_.push_back(measure(depth, semantic, shot_id));
}

// Over the frames around the next one, of its shot.
double DepthRange::median(double Measured::*what) const {
  const auto reach = static_cast<std::size_t>(options_.look_ahead);
  const auto begin = next_ - std::min(next_, reach);
  const auto end = std::min(frames_.size(), next_ + reach + 1);
  std::vector<double> values;
  for (auto i = begin; i < end; ++i)
    if (frames_[i].shot_id == frames_[next_].shot_id) values.push_back(frames_[i].*what);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void DepthRange::follow(End& end, double wanted, double span) const {
  const double away = wanted - end.value;
  if (!end.moves && std::abs(away) <= options_.tolerance * span) return;
  const double most = options_.rate * span;
  end.moves = std::abs(away) > most;
  end.value += std::clamp(away, -most, most);
}

std::optional<DepthScale> DepthRange::next() {
  const auto known = frames_.size() - next_;
  if (known == 0 || (!finished_ && known <= static_cast<std::size_t>(options_.look_ahead)))
    return std::nullopt;
  const double low = median(&Measured::low);
  const double high = median(&Measured::high);
  const double middle = median(&Measured::middle);
  const auto shot_id = frames_[next_].shot_id;
  if (shot_id_ != shot_id) {
    shot_id_ = shot_id;
    low_ = {low, false};
    high_ = {high, false};
  } else {
    // A shot that begins flat has no range to go by.
    const double span = std::max(high_.value - low_.value, high - low);
    follow(low_, low, span);
    follow(high_, high, span);
  }
  ++next_;
  while (next_ > static_cast<std::size_t>(options_.look_ahead)) {
    frames_.pop_front();
    --next_;
  }
  const double span = high_.value - low_.value;
  middle_ = 0.5F;
  // A flat depth: any scale would blow its noise up to the full range.
  if (!(span > 1e-6 * std::max(std::abs(low_.value), std::abs(high_.value))))
    return DepthScale{0.0F, 0.5F};
  middle_ = static_cast<float>(std::clamp((middle - low_.value) / span, 0.0, 1.0));
  return DepthScale{static_cast<float>(1.0 / span), static_cast<float>(-low_.value / span)};
}

DepthScale DepthRange::update(const Plane<const float>& depth, std::uint32_t semantic,
                              std::int64_t shot_id) {
  add(depth, semantic, shot_id);
  finished_ = true;  // what is there is all that is waited for
  return *next();
}

void DepthRange::reset() {
  past_.clear();
  frames_.clear();
  next_ = 0;
  finished_ = false;
  shot_id_.reset();
}

}  // namespace relievo
