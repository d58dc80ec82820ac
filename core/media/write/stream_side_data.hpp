// What a film's header says of its pictures, beside what the codec does.
#pragma once

#include <cstddef>

#include "core/media/av.hpp"

namespace relievo::media {

// Copies the bytes. Before the header is written. Throws RLV_E_MEMORY.
void add_stream_side_data(AVStream& stream, AVPacketSideDataType type, const void* data,
                          std::size_t size);

}  // namespace relievo::media
