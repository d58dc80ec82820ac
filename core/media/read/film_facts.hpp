// What a film is, as far as its container and its first picture tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/media/clocks.hpp"
#include "core/media/read/one_view.hpp"
#include "core/media/read/packets.hpp"
#include "core/media/read/upright.hpp"

namespace relievo::media {

// What of a film is wanted, and how.
struct FilmOptions {
  std::string path;
  int track = -1;
  double start = 0.0;    // seconds from the film's beginning
  double seconds = 0.0;  // 0: to the end
  std::string hwaccel = "auto";
  Deinterlace deinterlace = Deinterlace::kAuto;
  Unpack unpack = Unpack::kRefuse;
};

struct FilmFacts {
  PicturePromise promise;
  Orientation orientation;
  std::string crop;  // libavfilter's crop, before turning, that leaves one of two views; or ""
  AVRational timebase{1, 1};
  AVRational rate{0, 1};              // nominal; 0: unknown
  std::int64_t frame_count = 0;       // an estimate of what is wanted; 0: unknown
  std::int64_t nominal_duration = 1;  // of one picture, in the timebase
  std::int64_t latest_plausible = 0;  // no picture's time lies beyond this, in the timebase
  // Horizontal, of the upright picture, in its pixels; 0 unknown. Photographs and Apple's films say
  // a focal length on 35 mm film; such a picture is 36 mm wide, and the longer side of this one is
  // taken for that width: focal_px = f35 / 36 mm * longer side, held upright or not.
  float focal_px = 0.0F;
  SourceFile source;
  std::vector<std::string> warnings;  // for people, one line each
  std::vector<std::string> notes;     // the same, where nothing is amiss
};

// first is the first decoded picture, packet the one that it was in. Throws RLV_E_CONFIG if
// options.start lies behind the film's end, or
// if the film is 3D and options.unpack refuses that or cannot be done.
[[nodiscard]] FilmFacts film_facts(const PacketReader& reader, const AVFrame& first,
                                   const AVPacket& packet, const FilmOptions& options);

}  // namespace relievo::media
