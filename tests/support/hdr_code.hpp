// SDR as HDR films hold it, by the formulas of the standards and the other way round than the
// product has them.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace relievo::test {

using Rgb = std::array<double, 3>;

// BT.2100's curves.
inline double pq_code(double nits) {
  const double y = std::pow(std::max(nits, 0.0) / 10000, 2610.0 / 16384);
  return std::pow((3424.0 / 4096 + 2413.0 / 128 * y) / (1 + 2392.0 / 128 * y), 2523.0 / 32);
}
inline double hlg_code(double scene) {
  const double a = 0.17883277;
  return scene <= 1.0 / 12 ? std::sqrt(3 * scene)
                           : a * std::log(12 * scene - (1 - 4 * a)) + 0.5 - a * std::log(4 * a);
}

// BT.709 to BT.2020 in linear light: ITU-R BT.2087, 2.
inline Rgb to_2020(const Rgb& c) {
  return {0.6274 * c[0] + 0.3293 * c[1] + 0.0433 * c[2],
          0.0691 * c[0] + 0.9195 * c[1] + 0.0114 * c[2],
          0.0164 * c[0] + 0.0880 * c[1] + 0.8956 * c[2]};
}

// ITU-R BT.2408: SDR (0 to 1) as its BT.1886 display shows it, white at 203 cd/m2; HLG for a
// display of 1000 cd/m2 (BT.2100 table 5, inverse).
inline Rgb hdr_code(const Rgb& sdr, bool is_pq) {
  Rgb light;
  for (std::size_t c = 0; c < 3; ++c) light.at(c) = std::pow(std::clamp(sdr.at(c), 0.0, 1.0), 2.4);
  light = to_2020(light);
  const double display = 0.203 * (0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2]);
  const double factor = display > 0 ? 0.203 * std::pow(display, (1 - 1.2) / 1.2) : 0;
  Rgb code;
  for (std::size_t c = 0; c < 3; ++c)
    code.at(c) = is_pq ? pq_code(203 * light.at(c)) : hlg_code(light.at(c) * factor);
  return code;
}

}  // namespace relievo::test
