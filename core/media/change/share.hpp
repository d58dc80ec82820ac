// Frames that show the samples of another frame and say something else of it.
#pragma once

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/host.hpp>

namespace relievo::media {

// A frame with info that has the very planes of frame, read-only, and keeps a reference to it; no
// sample is copied. info's pixel format and size must be frame's. Throws as Host::wrap_frame.
[[nodiscard]] Frame share_planes(const Host& host, const Frame& frame, const rlv_frame_info& info);

}  // namespace relievo::media
