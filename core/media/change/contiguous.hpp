// Frames whose planes are each one block without gaps, as much tensor code wants them.
#pragma once

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/host.hpp>

namespace relievo::media {

// Every plane in row-major order with neither padded lines nor gaps between pixels; frame itself
// where it is so already. Samples on the CPU. Throws RLV_E_MEMORY, and as Host::wrap_frame.
[[nodiscard]] Frame contiguous(const Host& host, const Frame& frame);

}  // namespace relievo::media
