// Pictures for tests of stereo.view: painted by a formula, compared sample by sample.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::test {

// Value 0 to 1 of component c (0 luma or grey, 1 and 2 chroma; or red, green, blue) at a place in
// the picture, in luma pixels from the centre of the first.
using Scene = std::function<double(double x, double y, int c)>;

// Component c of a frame; T as for Frame::plane.
template <class T>
[[nodiscard]] Plane<T> component(const Frame& frame, int c) {
  if (frame.plane_count() == 3) return frame.plane<T>(static_cast<std::uint32_t>(c));
  const bool semiplanar = frame.plane_count() == 2;
  auto plane = frame.plane<T>(semiplanar && c > 0 ? 1U : 0U);
  plane.data += semiplanar && c > 0 ? c - 1 : c;
  plane.components = 1;
  return plane;
}

[[nodiscard]] int component_count(std::uint32_t pixel_format);
// Samples of chroma are taken where chroma lies: left of a block, between its rows.
void paint(const Frame& frame, const Scene& scene);
// Every sample, without the unused low bits of P010.
[[nodiscard]] std::vector<int> samples(const Frame& frame, int c);
// Samples of a row, as above.
[[nodiscard]] std::vector<int> row(const Frame& frame, int c, int y);
[[nodiscard]] std::vector<int> all_samples(const Frame& frame);

// A scene without symmetry, with detail down to a few pixels.
[[nodiscard]] double pattern(double x, double y, int c);

}  // namespace relievo::test
