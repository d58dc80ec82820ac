// How many frames, or windows of them, go through a network at once, by the memory that is free.
#pragma once

#include <cstdint>
#include <optional>

namespace relievo::nets {

// The first of batch, batch / 2, batch / 4 .. 1 for which needed(batch) bytes are at most free;
// nothing if one is too many. needed: std::uint64_t (std::int64_t batch).
template <class Needed>
[[nodiscard]] std::optional<std::int64_t> fitting_batch(std::int64_t batch, std::uint64_t free,
                                                        Needed&& needed) {
  for (; batch >= 1; batch /= 2)
    if (needed(batch) <= free) return batch;
  return std::nullopt;
}

}  // namespace relievo::nets
