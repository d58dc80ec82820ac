#include "core/media/read/stereo_input.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

extern "C" {
#include <libavutil/stereo3d.h>
}

#include "core/media/read/side_data.hpp"

namespace relievo::media {
using Kind = StereoInput::Kind;

StereoInput stereo_of_side_data(const std::uint8_t* data, std::size_t size) {
  AVStereo3D stereo{};
  if (data == nullptr || size < sizeof(stereo.type)) return {};
  std::memcpy(&stereo, data, std::min(size, sizeof(stereo)));
  if (stereo.type == AV_STEREO3D_2D) return {};
  StereoInput input;
  const char* name = av_stereo3d_type_name(static_cast<unsigned>(stereo.type));
  input.name = name == nullptr ? "two views" : name;
  input.right_first = (stereo.flags & AV_STEREO3D_FLAG_INVERT) != 0;
  if (input.right_first) input.name += ", right eye first";
  switch (stereo.type) {
    case AV_STEREO3D_SIDEBYSIDE: input.kind = Kind::kSideBySide; break;
    case AV_STEREO3D_TOPBOTTOM: input.kind = Kind::kTopBottom; break;
    default: input.kind = Kind::kOther; break;
  }
  return input;
}

StereoInput stereo_of_boxes(const StereoFacts& facts) {
  if (!facts.is_stereo()) return {};
  const bool reversed = facts.eyes && (*facts.eyes & kEyesReversed) != 0;
  if (facts.has_second_layer) return {Kind::kLayers, reversed, "MV-HEVC"};
  StereoInput input{Kind::kOther, reversed,
                    "two views, packed in a way that the file does not say"};
  if (facts.packing == four_cc("side") || facts.st3d == 2)
    input = {Kind::kSideBySide, reversed, "side by side"};
  else if (facts.packing == four_cc("over") || facts.st3d == 1)
    input = {Kind::kTopBottom, reversed, "top and bottom"};
  if (facts.is_half_equirect()) input.name = "VR180, " + input.name;
  if (reversed) input.name += ", right eye first";
  return input;
}

namespace {

StereoInput of_file(const AVStream& stream, const std::string& path) {
  for (const auto& facts : read_stereo_facts(path)) {
    // libavformat gives a stream the number of its track.
    if (static_cast<int>(facts.track) != stream.id) continue;
    auto input = stereo_of_boxes(facts);
    if (input.kind != Kind::kNone) return input;
  }
  return {};
}

}  // namespace

StereoInput stereo_input(const AVFormatContext& format, const AVStream& stream,
                         const AVFrame& first, const std::string& path) {
  // The boxes say most: st3d knows no order of eyes, and some versions make "unspecified" of vexu.
  const bool is_mp4 = std::string_view(format.iformat->name).find("mp4") != std::string_view::npos;
  StereoInput found;
  if (is_mp4 && !path.empty()) found = of_file(stream, path);
  if (found.kind != Kind::kNone) return found;
  const auto in_stream = stream_side_data(stream, AV_PKT_DATA_STEREO3D);
  found = stereo_of_side_data(in_stream.data, in_stream.size);
  if (found.kind != Kind::kNone) return found;
  const auto* in_picture = av_frame_get_side_data(&first, AV_FRAME_DATA_STEREO3D);
  return in_picture == nullptr ? found : stereo_of_side_data(in_picture->data, in_picture->size);
}

}  // namespace relievo::media
