// Pictures between libav and the host without a copy.
#pragma once

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"

namespace relievo::media {

// Geometry, format and colour of picture into info; times and index stay as they are.
void describe_picture(const AVFrame& picture, rlv_frame_info& info);

// A frame that shows picture's samples, read-only, and keeps a reference to it. picture must be of
// a carried format (see formats.hpp) and in CPU memory; info says the rest (clock, index, times).
// Lines stored bottom-up are copied.
[[nodiscard]] Frame wrap_picture(const Host& host, const AVFrame& picture, rlv_frame_info info);

// A picture that shows the frame's samples and keeps a reference to it; times are left unset.
// Throws RLV_E_UNSUPPORTED if libav has no such format or the samples are not in CPU memory.
[[nodiscard]] AvFramePtr picture_of(const Frame& frame);

}  // namespace relievo::media
