// Places in the file that boxes name: what has to change when the media data move.
#pragma once

#include <cstdint>

#include "core/media/boxes/box.hpp"

namespace relievo::media {

// Everything at from and behind it moves by so many bytes towards the file's end.
struct Move {
  std::uint64_t from = 0;
  std::uint64_t by = 0;

  [[nodiscard]] std::uint64_t operator()(std::uint64_t place) const {
    return place >= from ? place + by : place;
  }
};

// Changes every absolute file offset in the box and below it: chunk offsets (stco, which becomes
// co64 where 32 bits no longer do), sample auxiliary data (saio of a track), item locations (iloc),
// fragments (tfhd's base, tfra). Tracks whose media lie in other files stay as they are. Throws
// RLV_E_UNSUPPORTED for an offset that does not fit into its field and cannot be widened, RLV_E_IO
// for damage.
void move_offsets(Box& box, const Move& move);

// A segment index (sidx) that begins at position: what it points to is counted from its end.
void move_segment_index(Box& sidx, std::uint64_t position, const Move& move);

}  // namespace relievo::media
