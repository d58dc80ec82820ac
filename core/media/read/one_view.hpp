// Reading one eye's view of a film that is 3D already.
#pragma once

#include <string>

#include "core/media/av.hpp"
#include "core/media/read/stereo_input.hpp"

namespace relievo::media {

// What to do with such a film: fail, read one eye's view, or take its pictures as they are coded.
enum class Unpack { kRefuse, kLeft, kRight, kFlat };

struct OneView {
  std::string crop;  // libavfilter's crop that leaves the view of a coded picture; "" takes all
  int width = 0;     // what it leaves
  int height = 0;
  std::string warning;  // for people; "" for a flat film
};

// path: for messages; first: a coded picture. Throws RLV_E_CONFIG for a 3D film if unpack refuses
// it or asks for a view that cannot be had.
[[nodiscard]] OneView choose_view(const StereoInput& stereo, Unpack unpack, const AVFrame& first,
                                  const std::string& path);

}  // namespace relievo::media
