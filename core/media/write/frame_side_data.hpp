// What rode on the source's frames and may ride on the output's.
#pragma once

#include "core/media/av.hpp"
#include "core/media/clocks.hpp"
#include "core/media/write/hdr10.hpp"

namespace relievo::media {

// Puts on picture what encoders can pass on and what is still true of it: captions, HDR10+, time
// code, HDR10's metadata. Left out: what describes the 2D picture (Dolby Vision's per-frame data,
// rotation, regions) and stereo3d: libavformat would turn it into boxes that call the file stereo
// without saying how it is packed. with_hdr: the picture may be of high dynamic range; if not, the
// frames' HDR10 and HDR10+ metadata are left out, too.
void attach_side_data(const FrameSideData& data, const Hdr10& hdr, bool with_hdr, AVFrame& picture);

}  // namespace relievo::media
