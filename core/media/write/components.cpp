#include "core/media/write/components.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

const AVPixFmtDescriptor& descriptor(AVPixelFormat format) {
  const auto* found = av_pix_fmt_desc_get(format);
  if (found == nullptr) fail(RLV_E_ARGUMENT, "libav knows no pixel format ", format);
  return *found;
}

template <class T>
void fill(const Component& c, int value) {
  for (std::int32_t y = 0; y < c.height; ++y) {
    auto* row = c.data + y * c.row_bytes;
    for (std::int32_t x = 0; x < c.width; ++x)
      *reinterpret_cast<T*>(row + std::ptrdiff_t{x} * c.step) = static_cast<T>(value << c.shift);
  }
}

constexpr std::uint64_t kStrange = AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL |
                                   AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                                   AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER;

}  // namespace

ChromaOffset chroma_offset(AVChromaLocation location) {
  switch (location) {
    case AVCHROMA_LOC_CENTER: return {0.5, 0.5};
    case AVCHROMA_LOC_TOPLEFT: return {0.0, 0.0};
    case AVCHROMA_LOC_TOP: return {0.5, 0.0};
    case AVCHROMA_LOC_BOTTOMLEFT: return {0.0, 1.0};
    case AVCHROMA_LOC_BOTTOM: return {0.5, 1.0};
    default: return {};
  }
}

Component component_of(const AVFrame& picture, int index) {
  const auto& d = descriptor(static_cast<AVPixelFormat>(picture.format));
  const auto& c = d.comp[index];
  const bool chroma = (index == 1 || index == 2) && (d.flags & AV_PIX_FMT_FLAG_RGB) == 0;
  Component component;
  component.data = picture.data[c.plane] + c.offset;
  component.row_bytes = picture.linesize[c.plane];
  component.step = c.step;
  component.shift = c.shift;
  component.depth = c.depth;
  component.width = chroma ? AV_CEIL_RSHIFT(picture.width, d.log2_chroma_w) : picture.width;
  component.height = chroma ? AV_CEIL_RSHIFT(picture.height, d.log2_chroma_h) : picture.height;
  return component;
}

int component_count(AVPixelFormat format) {
  return descriptor(format).nb_components;
}

void fill_component(const Component& component, int value) {
  component.is_wide() ? fill<std::uint16_t>(component, value)
                      : fill<std::uint8_t>(component, value);
}

bool same_samples(AVPixelFormat a, AVPixelFormat b) {
  const auto& x = descriptor(a);
  const auto& y = descriptor(b);
  if (((x.flags | y.flags) & kStrange) != 0) return false;
  if (x.nb_components != y.nb_components || x.log2_chroma_w != y.log2_chroma_w ||
      x.log2_chroma_h != y.log2_chroma_h ||
      (x.flags & AV_PIX_FMT_FLAG_RGB) != (y.flags & AV_PIX_FMT_FLAG_RGB))
    return false;
  for (int i = 0; i < x.nb_components; ++i)
    if (x.comp[i].depth != y.comp[i].depth) return false;
  return true;
}

}  // namespace relievo::media
