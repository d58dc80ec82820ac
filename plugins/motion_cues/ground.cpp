#include "ground.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace relievo::motion_cues {
namespace {

constexpr double kKnown = 0.02;  // variance above which a depth does not count

// How far from the plane a depth may lie and still be on it.
double tolerance(double inverse) {
  return 0.03 * kNearEnd + 0.08 * std::abs(inverse);
}

struct Place {
  double row;  // picture heights
  double inverse;
};

}  // namespace

std::optional<Ground> find_ground(const DepthState& state) {
  constexpr int kBands = 10;
  constexpr double kTop = 0.3;  // the horizon may be out of view, but ground is below
  std::array<std::vector<double>, kBands> bands;
  std::vector<Place> places;
  const int step = std::max(1, state.inverse.cols / 50);
  const int rows = state.inverse.rows;
  std::size_t looked = 0;
  for (int y = static_cast<int>(kTop * rows); y < rows; y += step) {
    for (int x = step / 2; x < state.inverse.cols; x += step) {
      ++looked;
      if (state.variance(y, x) > kKnown) continue;
      const double row = (y + 0.5) / rows;
      const auto band = std::min(kBands - 1, static_cast<int>((row - kTop) / (1 - kTop) * kBands));
      bands[static_cast<std::size_t>(std::max(band, 0))].push_back(state.inverse(y, x));
      places.push_back({row, state.inverse(y, x)});
    }
  }
  // Each pair of bands, and a few levels in each, makes a candidate.
  struct Anchor {
    int band;
    double row, inverse;
  };
  std::vector<Anchor> anchors;
  for (int b = 0; b < kBands; ++b) {
    auto& values = bands[static_cast<std::size_t>(b)];
    if (values.size() < 8) continue;
    std::sort(values.begin(), values.end());
    for (const double share : {0.15, 0.3, 0.5})
      anchors.push_back(
          {b, kTop + (b + 0.5) * (1 - kTop) / kBands,
           values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))]});
  }
  double best_score = 0;
  Ground best;
  for (const auto& high : anchors) {
    for (const auto& low : anchors) {
      if (low.band - high.band < 3 || low.inverse <= high.inverse + 0.02 * kNearEnd) continue;
      Ground ground;
      ground.slope = (low.inverse - high.inverse) / (low.row - high.row);
      ground.horizon = high.row - high.inverse / ground.slope;
      double on = 0, under = 0;
      for (const auto& place : places) {
        const double expected = ground.inverse(place.row);
        if (expected < 0) continue;
        const double off = place.inverse - expected;
        const double allowed = tolerance(expected);
        if (std::abs(off) < allowed)
          on += 1;
        else if (off < 0)
          under += 1;
      }
      const double score = on - under;
      if (score > best_score) {
        best_score = score;
        best = ground;
      }
    }
  }
  if (best_score < 0.12 * static_cast<double>(looked)) return std::nullopt;
  return best;
}

cv::Mat1b beneath(const Ground& ground, const DepthState& state) {
  cv::Mat1b under(state.inverse.size(), uchar{0});
  const int rows = state.inverse.rows;
  const int columns = state.inverse.cols;
  std::vector<bool> shows_ground(static_cast<std::size_t>(rows), false);
  for (int y = 0; y < rows; ++y) {
    const double expected = ground.inverse((y + 0.5) / rows);
    if (expected < 0.1 * kNearEnd) continue;  // too near the horizon to tell
    const auto on_plane = static_cast<float>(expected);
    const auto allowed = static_cast<float>(tolerance(expected));
    int on = 0, below = 0;
    for (int x = 0; x < columns; ++x) {
      const float off = state.inverse(y, x) - on_plane;
      if (off < -2 * allowed) under(y, x) = 255;
      if (state.variance(y, x) > kKnown) continue;
      if (off < -2 * allowed)
        ++below;
      else if (off < allowed)
        ++on;
    }
    // Where most of a row is beneath, the row looks over an edge: a table, a stage.
    shows_ground[static_cast<std::size_t>(y)] = on >= below && on * 8 >= columns;
  }
  cv::Mat1i labels;
  const int count = cv::connectedComponents(under, labels, 4, CV_32S);
  std::vector<int> size(static_cast<std::size_t>(count)), beside_ground(size.size());
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const auto label = static_cast<std::size_t>(labels(y, x));
      ++size[label];
      beside_ground[label] += shows_ground[static_cast<std::size_t>(y)] ? 1 : 0;
    }
  }
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const auto label = static_cast<std::size_t>(labels(y, x));
      if (label > 0 && 3 * beside_ground[label] < size[label]) under(y, x) = 0;
    }
  }
  return under;
}

}  // namespace relievo::motion_cues
