// A file as it is: container, tracks, and every mark of two views with the place where it stands.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/media/read/open_input.hpp"

namespace relievo::media {

// {"path", "bytes", "container", "duration_s", "tracks": [..], "stereo": {..}, "verdict"}.
//
// A track: "kind" (video, audio, subtitle, data, attachment), "codec", "tag", "language",
// "duration_s"; of pictures "width", "height", "pixel_shape", "pixel_format", "rate" (a second),
// "frames" with "frames_exact" (false: an estimate), "colour" and "picture" (the one of the stereo
// marks below is true); of sound "channels", "sample_rate".
//
// "stereo" holds what each place says, null where it is silent: "boxes" (vexu, st3d, lhvC of an MP4
// or MOV), "container" (what libavformat makes of its marks, StereoMode of Matroska among them),
// "stream" (the message in the first picture) and "name" (tokens that players know, and what they
// mean by them). "verdict" is one line.
//
// Reads the index and the first picture; a picture that cannot be decoded is said, not thrown.
// Throws as open_input() does. Blocks for as long as is_cancelled says false.
[[nodiscard]] nlohmann::ordered_json inspect_file(const std::string& path, int track,
                                                  const IsCancelled& is_cancelled);

}  // namespace relievo::media
