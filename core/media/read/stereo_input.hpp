// Is a film 3D already, and which part of its pictures is for which eye?
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/media/av.hpp"
#include "core/media/boxes/stereo_boxes.hpp"

namespace relievo::media {

struct StereoInput {
  enum class Kind {
    kNone,
    kSideBySide,
    kTopBottom,
    kLayers,  // MV-HEVC: the other view is coded beside the one that decoders of one view give
    kOther    // rows, columns, frames in turn, anaglyph ...
  };
  Kind kind = Kind::kNone;
  bool right_first = false;  // the right eye's view is the left or upper one, or the base layer
  std::string name;          // "side by side", "MV-HEVC"; for messages
};

// What one place says: side data of a stream or a picture (AVStereo3D; data may be nullptr), or the
// boxes of one sample entry.
[[nodiscard]] StereoInput stereo_of_side_data(const std::uint8_t* data, std::size_t size);
[[nodiscard]] StereoInput stereo_of_boxes(const StereoFacts& facts);

// What the stream, its first picture (a frame packing SEI message) and, in MP4 and MOV, the boxes
// of the sample description say. path is read once more for those, since not every FFmpeg looks at
// all of them; "" if it cannot be.
[[nodiscard]] StereoInput stereo_input(const AVFormatContext& format, const AVStream& stream,
                                       const AVFrame& first, const std::string& path);

}  // namespace relievo::media
