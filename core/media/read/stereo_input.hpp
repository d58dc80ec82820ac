// Is a film 3D already?
#pragma once

#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// How the film or its first picture says that it holds two views ("side by side", "MV-HEVC"); ""
// if it does not. path is read once more where this FFmpeg does not look for itself; "" if it
// cannot be.
[[nodiscard]] std::string stereo_description(const AVFormatContext& format, const AVStream& stream,
                                             const AVFrame& first, const std::string& path);

// Whether the sample description of any track of a QuickTime or MP4 file has a box of two coded
// views (lhvC: HEVC of a second layer, vexu: Apple's "video extended usage"). False for files that
// are none.
[[nodiscard]] bool has_two_coded_views(const std::string& path);

}  // namespace relievo::media
