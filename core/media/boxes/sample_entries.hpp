// The sample descriptions of a film's picture tracks: ISO/IEC 14496-12, 8.5.2 and 12.1.3.
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/boxes/box.hpp"

namespace relievo::media {

struct VideoEntry {
  std::uint32_t track = 0;  // its number in the file (tkhd)
  Box* entry = nullptr;     // 'hvc1', 'avc1' ..., taken apart; owned by the moov
};

// Every sample entry of every track of pictures (handler 'vide'), in the file's order. Entries
// whose content does not add up are left out.
[[nodiscard]] std::vector<VideoEntry> video_entries(Box& moov);

}  // namespace relievo::media
