#include "core/media/change/colour_math.hpp"

#include <algorithm>
#include <cmath>

namespace relievo::media {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;

// x and y of red, green, blue and white: H.273 table 2.
struct Chromaticities {
  double rx, ry, gx, gy, bx, by, wx, wy;
};
Chromaticities chromaticities(std::uint8_t primaries) {
  constexpr double kD65x = 0.3127;
  constexpr double kD65y = 0.3290;
  switch (primaries) {
    case 4: return {0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316};
    case 5: return {0.64, 0.33, 0.29, 0.60, 0.15, 0.06, kD65x, kD65y};
    case 6:
    case 7: return {0.630, 0.340, 0.310, 0.595, 0.155, 0.070, kD65x, kD65y};
    case 8: return {0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.310, 0.316};
    case 9: return {0.708, 0.292, 0.170, 0.797, 0.131, 0.046, kD65x, kD65y};
    case 10: return {1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0 / 3, 1.0 / 3};
    case 11: return {0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351};
    case 12: return {0.680, 0.320, 0.265, 0.690, 0.150, 0.060, kD65x, kD65y};
    case 22: return {0.630, 0.340, 0.295, 0.605, 0.155, 0.077, kD65x, kD65y};
    default: return {0.640, 0.330, 0.300, 0.600, 0.150, 0.060, kD65x, kD65y};
  }
}

Matrix inverse(const Matrix& m) {
  const auto minor = [&](std::size_t r, std::size_t c) {
    const auto a = (r + 1) % 3;
    const auto b = (r + 2) % 3;
    const auto d = (c + 1) % 3;
    const auto e = (c + 2) % 3;
    return m[a][d] * m[b][e] - m[a][e] * m[b][d];
  };
  const double determinant = m[0][0] * minor(0, 0) + m[0][1] * minor(0, 1) + m[0][2] * minor(0, 2);
  Matrix result{};
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 3; ++c) result[r][c] = minor(c, r) / determinant;
  return result;
}

// Linear RGB to CIE XYZ with white at Y = 1: SMPTE RP 177.
Matrix to_xyz(std::uint8_t primaries) {
  const auto p = chromaticities(primaries);
  const auto z = [](double x, double y) {
    return 1.0 - x - y;
  };
  const Matrix columns{
      {{p.rx, p.gx, p.bx}, {p.ry, p.gy, p.by}, {z(p.rx, p.ry), z(p.gx, p.gy), z(p.bx, p.by)}}};
  const std::array<double, 3> white{p.wx / p.wy, 1.0, z(p.wx, p.wy) / p.wy};
  const auto solve = inverse(columns);
  Matrix result = columns;
  for (std::size_t c = 0; c < 3; ++c) {
    const double scale = solve[c][0] * white[0] + solve[c][1] * white[1] + solve[c][2] * white[2];
    for (std::size_t r = 0; r < 3; ++r) result[r][c] *= scale;
  }
  return result;
}

}  // namespace

Matrix3 ycbcr_to_rgb(const rlv_colour& colour) {
  double kr = 0.2126;
  double kb = 0.0722;
  switch (colour.matrix) {
    case 0: return {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    case 4:
      kr = 0.30;
      kb = 0.11;
      break;
    case 5:
    case 6:
      kr = 0.299;
      kb = 0.114;
      break;
    case 7:
      kr = 0.212;
      kb = 0.087;
      break;
    case 8: return {{{1, -1, 1}, {1, 1, 0}, {1, -1, -1}}};  // YCgCo: Cb is Cg, Cr is Co
    case 9:
    case 10:
    case 14:
      kr = 0.2627;
      kb = 0.0593;
      break;
    case 12:
    case 13: {
      const auto xyz = to_xyz(colour.primaries);
      kr = xyz[1][0];
      kb = xyz[1][2];
      break;
    }
    default: break;
  }
  const double kg = 1.0 - kr - kb;
  const auto f = [](double value) {
    return static_cast<float>(value);
  };
  return {{{1, 0, f(2 * (1 - kr))},
           {1, f(-2 * (1 - kb) * kb / kg), f(-2 * (1 - kr) * kr / kg)},
           {1, f(2 * (1 - kb)), 0}}};
}

Matrix3 to_bt709(std::uint8_t primaries) {
  const auto from = to_xyz(primaries);
  const auto to = inverse(to_xyz(1));
  Matrix3 result{};
  for (std::size_t r = 0; r < 3; ++r) {
    std::array<double, 3> row{};
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t k = 0; k < 3; ++k) row[c] += to[r][k] * from[k][c];
    const double sum = row[0] + row[1] + row[2];
    for (std::size_t c = 0; c < 3; ++c) result[r][c] = static_cast<float>(row[c] / sum);
  }
  return result;
}

std::array<float, 3> luminance_weights(std::uint8_t primaries) {
  const auto xyz = to_xyz(primaries);
  return {static_cast<float>(xyz[1][0]), static_cast<float>(xyz[1][1]),
          static_cast<float>(xyz[1][2])};
}

float srgb_encode(float linear) {
  const float x = std::clamp(linear, 0.0F, 1.0F);
  return x <= 0.0031308F ? 12.92F * x : 1.055F * std::pow(x, 1.0F / 2.4F) - 0.055F;
}

float srgb_decode(float code) {
  const float x = std::clamp(code, 0.0F, 1.0F);
  return x <= 0.04045F ? x / 12.92F : std::pow((x + 0.055F) / 1.055F, 2.4F);
}

float pq_decode(float code) {
  constexpr double kM1 = 2610.0 / 16384;
  constexpr double kM2 = 2523.0 / 4096 * 128;
  constexpr double kC1 = 3424.0 / 4096;
  constexpr double kC2 = 2413.0 / 4096 * 32;
  constexpr double kC3 = 2392.0 / 4096 * 32;
  const double e = std::pow(std::clamp(static_cast<double>(code), 0.0, 1.0), 1.0 / kM2);
  return static_cast<float>(10000.0 *
                            std::pow(std::max(e - kC1, 0.0) / (kC2 - kC3 * e), 1.0 / kM1));
}

float hlg_decode(float code) {
  constexpr double kA = 0.17883277;
  constexpr double kB = 1.0 - 4.0 * kA;
  const double kC = 0.5 - kA * std::log(4.0 * kA);
  const double e = std::clamp(static_cast<double>(code), 0.0, 1.0);
  return static_cast<float>(e <= 0.5 ? e * e / 3.0 : (std::exp((e - kC) / kA) + kB) / 12.0);
}

}  // namespace relievo::media
