// How large the index of an MP4 or MOV file can get. Room for it is kept at the start of the file:
// players can begin at once, nothing has to be moved at the end, and a run that stops because the
// disk is full still has a place to put it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/media/av.hpp"

namespace relievo::media {

// An upper bound in bytes, from the number of packets of each stream of context (by stream index)
// and from the metadata, chapters, cover pictures and codec headers that context holds (ISO/IEC
// 14496-12; every sample a chunk of its own, every time an entry of its own).
[[nodiscard]] std::int64_t moov_bound(const AVFormatContext& context,
                                      const std::vector<std::int64_t>& packets);

}  // namespace relievo::media
