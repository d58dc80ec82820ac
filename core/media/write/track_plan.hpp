// What becomes of each of the source's other tracks in a given container.
#pragma once

#include <string>
#include <vector>

#include "core/media/av.hpp"
#include "core/media/write/containers.hpp"

namespace relievo::media {

enum class TrackAction {
  kCopy,        // packets as they are
  kConvert,     // decoded and written as another codec
  kAttachment,  // a file that the container carries (fonts, Matroska's covers)
  kCover,       // a still picture as metadata
};

struct TrackPlan {
  int stream = -1;  // of the source
  TrackAction action = TrackAction::kCopy;
  AVCodecID codec = AV_CODEC_ID_NONE;  // of the output
};

struct TracksPlan {
  std::vector<TrackPlan> tracks;
  std::vector<std::string> notes;  // what is converted or left out, why, and the way round it
};

// wanted: "all", "audio" or "none". audio: "auto", or "aac" for players that know nothing else.
// source must have its streams' parameters; video_stream is the
// one that is being replaced.
[[nodiscard]] TracksPlan plan_tracks(const AVFormatContext& source, int video_stream,
                                     const Container& container, const std::string& wanted,
                                     const std::string& audio = "auto");

}  // namespace relievo::media
