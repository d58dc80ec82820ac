#include "core/media/write/pack.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

template <class T>
const T* row_of(const Component& c, std::int32_t y) {
  return reinterpret_cast<const T*>(c.data + y * c.row_bytes);
}
template <class T>
T* writable_row(const Component& c, std::int32_t x, std::int32_t y) {
  return reinterpret_cast<T*>(c.data + y * c.row_bytes + std::ptrdiff_t{x} * c.step);
}
template <class T>
std::ptrdiff_t stride_of(const Component& c) {
  return c.step / static_cast<std::ptrdiff_t>(sizeof(T));
}

template <class T>
T stored(float value, const Component& c) {
  const auto top = static_cast<float>((1U << static_cast<unsigned>(c.depth)) - 1U);
  const auto rounded = static_cast<int>(std::clamp(value, 0.0F, top) + 0.5F);
  return static_cast<T>(rounded << c.shift);
}

}  // namespace

Packer::Packer(const PackedGeometry& geometry, AVChromaLocation chroma)
    : geometry_(geometry), siting_(chroma_offset(chroma)) {}

// Copies a component; the last column and row are repeated over the padding.
template <class T>
void Packer::place(const Component& from, const Component& to, const Region& region) {
  const auto in_step = stride_of<T>(from);
  const auto out_step = stride_of<T>(to);
  const auto copied = std::min(from.width, region.width);
  const bool plain = in_step == 1 && out_step == 1 && from.shift == to.shift;
  for (std::int32_t y = 0; y < region.height; ++y) {
    const auto* in = row_of<T>(from, std::min(y, from.height - 1));
    auto* out = writable_row<T>(to, region.x, region.y + y);
    if (plain) {
      std::memcpy(out, in, static_cast<std::size_t>(copied) * sizeof(T));
    } else {
      for (std::int32_t x = 0; x < copied; ++x)
        out[x * out_step] = static_cast<T>((in[x * in_step] >> from.shift) << to.shift);
    }
    for (std::int32_t x = copied; x < region.width; ++x)
      out[x * out_step] = out[(copied - 1) * out_step];
  }
}

template <class T>
void Packer::place_halved_x(const Component& from, const Component& to, const Region& region,
                            double phase) {
  Halver halver(phase);
  const auto in_step = stride_of<T>(from);
  const auto out_step = stride_of<T>(to);
  line_.resize(static_cast<std::size_t>(region.width) * 2);
  halved_.resize(static_cast<std::size_t>(region.width));
  const auto width = static_cast<std::int32_t>(line_.size());
  const auto known = std::min(from.width, width);
  for (std::int32_t y = 0; y < region.height; ++y) {
    const auto* in = row_of<T>(from, std::min(y, from.height - 1));
    auto* line = line_.data();
    for (std::int32_t x = 0; x < known; ++x)
      line[x] = static_cast<float>(in[x * in_step] >> from.shift);
    std::fill(line + known, line + width, line[known - 1]);
    halver.halve(line_, halved_);
    auto* out = writable_row<T>(to, region.x, region.y + y);
    for (std::int32_t x = 0; x < region.width; ++x)
      out[x * out_step] = stored<T>(halved_[static_cast<std::size_t>(x)], to);
  }
}

template <class T>
void Packer::place_halved_y(const Component& from, const Component& to, const Region& region,
                            double phase) {
  const Halver halver(phase);
  const auto in_step = stride_of<T>(from);
  const auto out_step = stride_of<T>(to);
  const auto known = std::min(from.width, region.width);
  halved_.resize(static_cast<std::size_t>(region.width));
  for (std::int32_t y = 0; y < region.height; ++y) {
    std::fill(halved_.begin(), halved_.end(), 0.0F);
    auto* sum = halved_.data();
    for (int tap = 0; tap < Halver::kTaps; ++tap) {
      const auto* in =
          row_of<T>(from, std::clamp(2 * y - Halver::kBefore + tap, 0, from.height - 1));
      const float w = halver.weight(tap);
      for (std::int32_t x = 0; x < known; ++x)
        sum[x] += w * static_cast<float>(in[x * in_step] >> from.shift);
    }
    std::fill(sum + known, sum + region.width, sum[known - 1]);
    auto* out = writable_row<T>(to, region.x, region.y + y);
    for (std::int32_t x = 0; x < region.width; ++x) out[x * out_step] = stored<T>(sum[x], to);
  }
}

// Rows of both views in turn. Where one chroma row covers two rows of luma, it covers one of each
// view: what it holds is the mean, as if the picture had been sub-sampled after it was put
// together.
template <class T>
void Packer::place_rows(const Component& first, const Component& second, const Component& to,
                        bool blend) {
  const auto a_step = stride_of<T>(first);
  const auto b_step = stride_of<T>(second);
  const auto out_step = stride_of<T>(to);
  for (std::int32_t y = 0; y < to.height; ++y) {
    const auto* a = row_of<T>(first, std::min(y, first.height - 1));
    const auto* b = row_of<T>(second, std::min(y, second.height - 1));
    auto* out = writable_row<T>(to, 0, y);
    for (std::int32_t x = 0; x < to.width; ++x) {
      const auto in = std::min(x, first.width - 1);
      const int va = a[in * a_step] >> first.shift;
      const int vb = b[in * b_step] >> second.shift;
      // Halves go up and down in turn, so that nothing gets brighter.
      const int value = blend ? (va + vb + (x + y) % 2) / 2 : y % 2 == 0 ? va : vb;
      out[x * out_step] = static_cast<T>(value << to.shift);
    }
  }
}

void Packer::place_component(const Component& from, const Component& to, const Region& region,
                             double phase_x, double phase_y) {
  const bool wide = from.is_wide();
  if (geometry_.halve_x) {
    wide ? place_halved_x<std::uint16_t>(from, to, region, phase_x)
         : place_halved_x<std::uint8_t>(from, to, region, phase_x);
  } else if (geometry_.halve_y) {
    wide ? place_halved_y<std::uint16_t>(from, to, region, phase_y)
         : place_halved_y<std::uint8_t>(from, to, region, phase_y);
  } else {
    wide ? place<std::uint16_t>(from, to, region) : place<std::uint8_t>(from, to, region);
  }
}

void Packer::pack(std::span<const AVFrame* const> views, AVFrame& target) {
  const auto format = static_cast<AVPixelFormat>(target.format);
  const auto* descriptor = av_pix_fmt_desc_get(format);
  const int count = std::min(component_count(format),
                             component_count(static_cast<AVPixelFormat>(views[0]->format)));
  for (int c = 0; c < count; ++c) {
    const bool chroma = (c == 1 || c == 2) && (descriptor->flags & AV_PIX_FMT_FLAG_RGB) == 0;
    const int shift_x = chroma ? descriptor->log2_chroma_w : 0;
    const int shift_y = chroma ? descriptor->log2_chroma_h : 0;
    // The siting is stated for 4:2:0; elsewhere chroma that is sub-sampled one way only is
    // co-sited.
    const bool is_420 = shift_x == 1 && shift_y == 1;
    const double phase_x = halving_phase(is_420 ? siting_.x : 0.0, 1 << shift_x);
    const double phase_y = halving_phase(is_420 ? siting_.y : 0.0, 1 << shift_y);
    const auto to = component_of(target, c);
    if (geometry_.interleaved) {
      const auto first = component_of(*views[0], c);
      const auto second = component_of(*views[1], c);
      to.is_wide() ? place_rows<std::uint16_t>(first, second, to, shift_y > 0)
                   : place_rows<std::uint8_t>(first, second, to, shift_y > 0);
      continue;
    }
    for (int v = 0; v < geometry_.views; ++v) {
      const Region region{geometry_.view_x(v) >> shift_x, geometry_.view_y(v) >> shift_y,
                          AV_CEIL_RSHIFT(geometry_.view_width, shift_x),
                          AV_CEIL_RSHIFT(geometry_.view_height, shift_y)};
      place_component(component_of(*views[static_cast<std::size_t>(v)], c), to, region, phase_x,
                      phase_y);
    }
  }
}

}  // namespace relievo::media
