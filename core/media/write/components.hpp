// One colour component of a libav picture, wherever its samples lie: planar, semi-planar or
// interleaved; at the bottom (yuv420p10) or the top (P010) of their storage.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/media/av.hpp"

namespace relievo::media {

struct Component {
  std::uint8_t* data = nullptr;  // sample 0 of row 0
  std::ptrdiff_t row_bytes = 0;
  int step = 1;  // bytes from one sample to the next
  int shift = 0;
  int depth = 8;
  std::int32_t width = 0;
  std::int32_t height = 0;

  [[nodiscard]] bool is_wide() const { return depth > 8; }  // 16-bit storage
};

// Where chroma lies in a 4:2:0 picture: the first sample, in luma samples right and down of the
// first one's. Unspecified counts as left, video's own.
struct ChromaOffset {
  double x = 0.0;
  double y = 0.5;
};
[[nodiscard]] ChromaOffset chroma_offset(AVChromaLocation location);

// index counts Y, Cb, Cr or R, G, B.
[[nodiscard]] Component component_of(const AVFrame& picture, int index);
[[nodiscard]] int component_count(AVPixelFormat format);

// Sets every sample to value.
void fill_component(const Component& component, int value);

// True if the formats hold the same samples (model, sub-sampling, depth) and differ at most in
// where they put them, so that going from one to the other loses nothing.
[[nodiscard]] bool same_samples(AVPixelFormat a, AVPixelFormat b);

}  // namespace relievo::media
