// Hardware decoders: which may be there, how to reach one, and what its pictures are in memory.
#pragma once

#include <string>
#include <vector>

#include "core/media/av.hpp"

extern "C" {
#include <libavutil/hwcontext.h>
}

namespace relievo::media {

// The devices that a wish ("auto", "none", "videotoolbox", "vaapi", "cuda") may mean on this
// machine, best first. Looks at what the system and the file system say, touches no device. A
// device that is named is listed even where it is unlikely.
[[nodiscard]] std::vector<AVHWDeviceType> hardware_candidates(const std::string& wish);
// Whether such a device is likely to be here.
[[nodiscard]] bool is_plausible(AVHWDeviceType type);

// A decoder of codec that can use the device, and the pixel format that it then has; nullptr if
// there is none.
struct HardwareCodec {
  const AVCodec* codec = nullptr;
  AVPixelFormat format = AV_PIX_FMT_NONE;
};
[[nodiscard]] HardwareCodec find_hardware_codec(AVCodecID id, AVHWDeviceType type);

// What a picture whose software format would be `software` has after the way back from the device:
// NV12 or P010 for 4:2:0, else the same.
[[nodiscard]] AVPixelFormat downloaded_format(AVPixelFormat software);

// Opens the device. On failure the result is empty and why_not says why, in libav's words.
[[nodiscard]] BufferPtr open_hardware(AVHWDeviceType type, std::string& why_not);

// Replaces a picture on a device by a copy in memory with the same properties; false if the device
// fails. A picture that is in memory already stays as it is.
[[nodiscard]] bool download(AvFramePtr& picture);

}  // namespace relievo::media
