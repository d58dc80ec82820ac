#include "blend.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "row_sampler.hpp"

namespace relievo::temporal {
namespace {

// Between two samples of a line.
struct Between {
  int low = 0, high = 0;
  float share = 0;  // of the high one
};

// Sample i of `size` lies here among `samples` that cover the same length.
std::vector<Between> places(int size, int samples) {
  const float grow = static_cast<float>(size) / static_cast<float>(samples);
  std::vector<Between> result(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    const float at = std::clamp((static_cast<float>(i) + 0.5F) / grow - 0.5F, 0.0F,
                                static_cast<float>(samples) - 1.0F);
    const int low = static_cast<int>(at);
    result[static_cast<std::size_t>(i)] = {low, std::min(low + 1, samples - 1),
                                           at - static_cast<float>(low)};
  }
  return result;
}

// One row at a time, in passes over plain arrays that compilers vectorise.
class RowBlender {
 public:
  RowBlender(const cv::Mat1f& map, const Alignment& fit, const cv::Mat1f& past,
             const cv::Mat4f& track, const DepthChange& change, const BlendOptions& options,
             const std::vector<Between>& columns, const std::vector<Between>& rows)
      : map_(map),
        fit_(fit),
        past_(past, columns.size()),
        track_(track),
        change_(change),
        options_(options),
        columns_(columns),
        rows_(rows),
        track_row_(static_cast<std::size_t>(track.cols)),
        at_x_(columns.size()),
        at_y_(columns.size()),
        expected_(columns.size()),
        trust_(columns.size()),
        still_(columns.size()),
        near_(columns.size()) {}

  void run(int y, float* result, Moments& drift) {
    look_back(y);
    mix(y, result);
    if (y % 2 == 0) add_drift(result, drift);
  }

 private:
  // Where each pixel was, what was there, and how far both are to be trusted.
  void look_back(int y) {
    follow_track(y);
    past_.sample(at_x_, at_y_, expected_);
    // Counted in int: compilers have no fast way from wider numbers to float.
    float* const expected = expected_.data();
    for (int x = 0; x < map_.cols; ++x)
      expected[x] = change_.at(static_cast<float>(x), static_cast<float>(y), expected[x]);
  }

  void follow_track(int y) {
    const auto& row = rows_[static_cast<std::size_t>(y)];
    const auto* upper = track_[row.low];
    const auto* lower = track_[row.high];
    for (std::size_t i = 0; i < track_row_.size(); ++i)
      for (int c = 0; c < 4; ++c)
        track_row_[i][c] = upper[i][c] + row.share * (lower[i][c] - upper[i][c]);
    const float grow_x = static_cast<float>(map_.cols) / static_cast<float>(track_.cols);
    const float grow_y = static_cast<float>(map_.rows) / static_cast<float>(track_.rows);
    for (std::size_t x = 0; x < columns_.size(); ++x) {
      const auto& column = columns_[x];
      const auto& left = track_row_[static_cast<std::size_t>(column.low)];
      const auto& right = track_row_[static_cast<std::size_t>(column.high)];
      cv::Vec4f mixed;
      for (int c = 0; c < 4; ++c) mixed[c] = left[c] + column.share * (right[c] - left[c]);
      at_x_[x] = static_cast<float>(x) + grow_x * mixed[0];
      at_y_[x] = static_cast<float>(y) + grow_y * mixed[1];
      trust_[x] = mixed[2];
      still_[x] = mixed[3];
    }
  }

  void mix(int y, float* result) {
    const float* map = map_[y];
    for (std::size_t x = 0; x < columns_.size(); ++x) {
      const float value = fit_.scale * map[x] + fit_.shift;
      const float difference = expected_[x] - value;
      const float jump = difference / (options_.edge * (std::abs(expected_[x]) + options_.floor));
      // Falls from 1 at no jump to 1/4 at a jump of one.
      const float near = 1 / (1 + jump * jump);
      near_[x] = near * near;
      const float moved = value + options_.strength * trust_[x] * near_[x] * difference;
      // Finite, or the value: 0 times a number is 0, times what is not a number it is not.
      result[x] = moved * 0 == 0 ? moved : value;
      near_[x] = moved * 0 == 0 ? near_[x] : 0;
    }
  }

  // Every other pixel of every other row is enough.
  void add_drift(const float* result, Moments& drift) const {
    for (std::size_t x = 0; x < columns_.size(); x += 2) {
      const double weight = static_cast<double>(still_[x]) * static_cast<double>(near_[x]);
      if (!(weight > 0)) continue;
      const double size = static_cast<double>(expected_[x]) * static_cast<double>(expected_[x]) +
                          static_cast<double>(options_.floor) * static_cast<double>(options_.floor);
      drift.add(static_cast<double>(expected_[x]), static_cast<double>(result[x]),
                weight / (size + 1e-30));
    }
  }

  const cv::Mat1f& map_;
  Alignment fit_;
  RowSampler past_;
  const cv::Mat4f& track_;
  DepthChange change_;
  BlendOptions options_;
  const std::vector<Between>& columns_;
  const std::vector<Between>& rows_;
  std::vector<cv::Vec4f> track_row_;  // at the height of the row
  std::vector<float> at_x_, at_y_;    // place in the past
  std::vector<float> expected_, trust_, still_, near_;
};

}  // namespace

Blended blend(const cv::Mat1f& map, const Alignment& fit, const cv::Mat1f& past,
              const cv::Mat4f& track, const DepthChange& change, const BlendOptions& options,
              ThreadTeam& team) {
  constexpr int kRows = 16;
  const auto columns = places(map.cols, track.cols);
  const auto rows = places(map.rows, track.rows);
  Blended blended{cv::Mat1f(map.size()), {}};
  const int tasks = (map.rows + kRows - 1) / kRows;
  std::vector<Moments> drifts(static_cast<std::size_t>(tasks));
  team.run(tasks, [&](int task, int) {
    RowBlender blender(map, fit, past, track, change, options, columns, rows);
    const int first = task * kRows, last = std::min(first + kRows, map.rows);
    for (int y = first; y < last; ++y)
      blender.run(y, blended.map[y], drifts[static_cast<std::size_t>(task)]);
  });
  for (const auto& drift : drifts) blended.drift.add(drift);
  return blended;
}

}  // namespace relievo::temporal
