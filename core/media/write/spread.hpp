// Which frames of a stream to keep so that, whenever it ends, a few of them can be picked that lie
// evenly spread over it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace relievo::media {

// Keeps every stride-th frame; each time that too many are held, every other one is dropped and the
// stride doubles. Not thread-safe.
class Spread {
 public:
  // picks: how many are wanted in the end; expected: frames of the stream, 0 unknown; per_pick: how
  // many may be held for each (at least 2): the more, the more even.
  Spread(std::size_t picks, std::int64_t expected, std::size_t per_pick);

  // Whether the frame with this number (0, 1, 2 ...) is to be kept. If so, call keep().
  [[nodiscard]] bool wants(std::int64_t number) const { return number % stride_ == 0; }
  // Returns the positions among the kept ones (oldest is 0), rising, that are to be dropped.
  [[nodiscard]] std::vector<std::size_t> keep(std::int64_t number);
  // After total frames: positions among the kept ones, rising, at most picks of them, each nearest
  // to the middle of its share of the stream.
  [[nodiscard]] std::vector<std::size_t> pick(std::int64_t total) const;

 private:
  std::size_t picks_;
  std::size_t most_;
  std::int64_t stride_ = 1;
  std::vector<std::int64_t> kept_;
};

}  // namespace relievo::media
