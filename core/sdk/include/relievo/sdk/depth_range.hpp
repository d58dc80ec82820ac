// From depth of any kind to 0 (far) .. 1 (near), steadily: the range follows robust percentiles, so
// that sparks and snow do not pump the picture, stands still within a shot unless the shot itself
// moves through depth, and starts afresh at a cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include <relievo/sdk/plane.hpp>

namespace relievo {

// Inverse depth to the normalised value: clamp(scale * inverse + shift, 0, 1).
struct DepthScale {
  float scale = 1.0F;
  float shift = 0.0F;
};

// The value as inverse depth (larger is nearer): metres are inverted, everything else already is
// inverse. Zero and negative metres, and what is not finite, count as infinitely far: 0.
[[nodiscard]] float inverse_depth(float value, std::uint32_t semantic);

// Not thread-safe; one per stream.
class DepthRange {
 public:
  struct Options {
    double low_percentile = 1.0;    // percent of the picture below 0
    double high_percentile = 99.0;  // percent of the picture below 1
    // Frames of the same shot on either side whose median counts. Frames after are waited for.
    int look_ahead = 0;
    // Both as shares of the range: an end stands still until what is measured is farther away than
    // `tolerance`, and then goes there by at most `rate` a frame.
    double tolerance = 0.1;
    double rate = 0.015;
    // Things much smaller than a fiftieth of the picture do not count. Otherwise every pixel does.
    bool skip_small = true;
  };

  DepthRange() : DepthRange(Options{}) {}
  explicit DepthRange(Options options) : options_(options) {}

  // Looks at the next frame.
  void add(const Plane<const float>& depth, std::uint32_t semantic, std::int64_t shot_id);
  // No frame comes any more.
  void finish() { finished_ = true; }
  // How to map the next frame that was added; nothing as long as look_ahead frames after it are
  // not there. A depth without any range maps to 0.5.
  std::optional<DepthScale> next();
  // Where the middle of the depths (their median) of the frame that next() gave lies after mapping.
  [[nodiscard]] float middle() const { return middle_; }

  // add() and next() in one, without look-ahead.
  DepthScale update(const Plane<const float>& depth, std::uint32_t semantic, std::int64_t shot_id);
  void reset();

 private:
  struct Measured {
    std::int64_t shot_id = 0;
    double low = 0.0;
    double middle = 0.0;
    double high = 0.0;
  };
  // One end of the range.
  struct End {
    double value = 0.0;
    bool moves = false;
  };
  [[nodiscard]] Measured measure(const Plane<const float>& depth, std::uint32_t semantic,
                                 std::int64_t shot_id);
  void sift(std::int64_t shot_id);
  [[nodiscard]] double median(double Measured::*what) const;
  void follow(End& end, double wanted, double span) const;

  Options options_;
  std::deque<Measured> frames_;  // the past that counts, then what next() has not given
  std::size_t next_ = 0;         // index in frames_
  bool finished_ = false;
  std::optional<std::int64_t> shot_id_;  // that low_ and high_ are of
  End low_;
  End high_;
  float middle_ = 0.5F;
  std::deque<std::vector<float>> past_;  // cells of the last frames of past_shot_
  std::int64_t past_shot_ = 0;
  std::vector<float> cells_;
  std::vector<float> sample_;
};

}  // namespace relievo
