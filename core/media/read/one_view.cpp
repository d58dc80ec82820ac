#include "core/media/read/one_view.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

using Kind = StereoInput::Kind;

// Whole chroma samples, as the filter crop has it.
int whole(int size, int shift) {
  return size >> shift << shift;
}

void halve(const StereoInput& stereo, bool right, const AVFrame& first, OneView& view) {
  const auto* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(first.format));
  const bool rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
  const int shift_x = rgb ? 0 : format->log2_chroma_w;
  const int shift_y = rgb ? 0 : format->log2_chroma_h;
  const bool second = right != stereo.right_first;
  const bool beside = stereo.kind == Kind::kSideBySide;
  view.width = whole(beside ? first.width / 2 : first.width, shift_x);
  view.height = whole(beside ? first.height : first.height / 2, shift_y);
  view.crop = beside ? concat("crop=iw/2:ih:", second ? "iw/2" : "0", ":0")
                     : concat("crop=iw:ih/2:0:", second ? "ih/2" : "0");
}

}  // namespace

OneView choose_view(const StereoInput& stereo, Unpack unpack, const AVFrame& first,
                    const std::string& path) {
  OneView view{"", first.width, first.height, ""};
  if (stereo.kind == Kind::kNone) return view;
  const auto what = concat("'", path, "' is 3D already (", stereo.name, ")");
  if (unpack == Unpack::kRefuse)
    fail(RLV_E_CONFIG, what,
         "; to convert one of its views set the source's parameter unpack to left or right, or to "
         "flat to take its pictures as they are");
  if (unpack == Unpack::kFlat) {
    view.warning = concat(what, "; it is read as a flat film",
                          stereo.kind == Kind::kLayers ? ", its base view only" : "");
    return view;
  }
  const bool right = unpack == Unpack::kRight;
  const char* eye = right ? "right" : "left";
  const char* other = right ? "left" : "right";
  if (stereo.kind == Kind::kOther)
    fail(RLV_E_CONFIG, what,
         " in a way that is not taken apart here; bring it to side by side, or "
         "set unpack to flat");
  if (stereo.kind == Kind::kLayers && right != stereo.right_first)
    fail(RLV_E_CONFIG, what, "; only its base view can be read, which is that of the ", other,
         " eye; set unpack to ", other);
  if (stereo.kind != Kind::kLayers) halve(stereo, right, first, view);
  if (view.width < 1 || view.height < 1)
    fail(RLV_E_CONFIG, what, ", but its pictures of ", first.width, " x ", first.height,
         " hold no two views; set unpack to flat");
  view.warning = concat(what, "; its ", eye, " view is read");
  return view;
}

}  // namespace relievo::media
