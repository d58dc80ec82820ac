#include "core/media/change/tone_map.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace relievo::media {
namespace {

// Fine enough that a step is far below one of 8 bits, small enough for the second-level cache.
constexpr int kSteps = 16384;
constexpr float kTop = static_cast<float>(kSteps - 1);

constexpr float kPeak = ToneMap::kBrightest / ToneMap::kWhite;
constexpr float kPeakT = (kPeak - ToneMap::kKnee) / (1.0F - ToneMap::kKnee);
constexpr std::array kLuma709{0.2126F, 0.7152F, 0.0722F};

std::vector<float> table(const std::function<float(float)>& function) {
  std::vector<float> values(kSteps);
  for (int i = 0; i < kSteps; ++i)
    values[static_cast<std::size_t>(i)] = function(static_cast<float>(i) / kTop);
  return values;
}

// From the square root of light, in which code values are nearly even.
const std::vector<float>& srgb_table() {
  static const auto* const values =
      new std::vector<float>(table([](float root) { return srgb_encode(root * root); }));
  return *values;
}
const std::vector<float>& bt1886_table() {
  static const auto* const values = new std::vector<float>(
      table([](float root) { return std::pow(root, 2.0F / ToneMap::kSdrGamma); }));
  return *values;
}

// Index of a value of 0..1; what lies outside comes to the ends.
int step(float value) {
  return static_cast<int>(std::min(std::max(value, 0.0F), 1.0F) * kTop + 0.5F);
}

// row[i] = values[index(row[i])], in parts: the index is worked out many at a time, the look-up one
// by one.
template <class Index>
void look_up(const std::vector<float>& values, float* __restrict row, std::int32_t count,
             Index&& index) {
  constexpr std::int32_t kPart = 256;
  std::array<std::int32_t, kPart> steps;
  const float* const __restrict data = values.data();
  for (std::int32_t begin = 0; begin < count; begin += kPart) {
    float* const __restrict part = row + begin;
    const auto length = std::min(kPart, count - begin);
    for (std::int32_t i = 0; i < length; ++i) steps[static_cast<std::size_t>(i)] = index(part[i]);
    for (std::int32_t i = 0; i < length; ++i) part[i] = data[steps[static_cast<std::size_t>(i)]];
  }
}

// y for x in units of SDR white; no branch, so that loops over it can be vectorised.
inline float rolled(float x) {
  constexpr float k = ToneMap::kKnee;
  const float t = std::max(x - k, 0.0F) / (1.0F - k);
  return std::min(x, k) + (1.0F - k) * t * (1.0F + t / (kPeakT * kPeakT)) / (1.0F + t);
}

void multiply(const RgbRows& rows, std::int32_t count, const Matrix3& m) {
  float* const __restrict r = rows.r;
  float* const __restrict g = rows.g;
  float* const __restrict b = rows.b;
  for (std::int32_t i = 0; i < count; ++i) {
    const float x = r[i];
    const float y = g[i];
    const float z = b[i];
    r[i] = m[0][0] * x + m[0][1] * y + m[0][2] * z;
    g[i] = m[1][0] * x + m[1][1] * y + m[1][2] * z;
    b[i] = m[2][0] * x + m[2][1] * y + m[2][2] * z;
  }
}

// Into the gamut and under the roll-off (or, for SDR, under white).
template <bool kRolls>
void fit(const RgbRows& rows, std::int32_t count) {
  float* const __restrict r = rows.r;
  float* const __restrict g = rows.g;
  float* const __restrict b = rows.b;
  for (std::int32_t i = 0; i < count; ++i) {
    const float luma = kLuma709[0] * r[i] + kLuma709[1] * g[i] + kLuma709[2] * b[i];
    const float least = std::min(std::min(r[i], g[i]), std::min(b[i], 0.0F));
    const float keep = luma / std::max(luma - least, 1e-12F);
    const float x = luma + (r[i] - luma) * keep;
    const float y = luma + (g[i] - luma) * keep;
    const float z = luma + (b[i] - luma) * keep;
    const float most = std::max(std::max(x, y), std::max(z, 1e-12F));
    const float scale = kRolls ? rolled(most) / most : 1.0F / std::max(most, 1.0F);
    r[i] = x * scale;
    g[i] = y * scale;
    b[i] = z * scale;
  }
}

// Transfer characteristics whose code values are shown as they are.
bool is_display_referred(std::uint8_t transfer) {
  switch (transfer) {
    case 5:   // gamma 2.8
    case 8:   // linear
    case 9:   // logarithmic, 100 : 1
    case 10:  // logarithmic, 316 : 1
    case 16:  // PQ
    case 17:  // ST 428-1, gamma 2.6
    case 18:  // HLG
      return false;
    default: return true;
  }
}

float sdr_decode(std::uint8_t transfer, float code) {
  switch (transfer) {
    case 5: return std::pow(code, 2.8F);
    case 8: return code;
    case 9: return code <= 0.0F ? 0.0F : std::pow(10.0F, 2.0F * (code - 1.0F));
    case 10: return code <= 0.0F ? 0.0F : std::pow(10.0F, 2.5F * (code - 1.0F));
    case 17: return std::min(1.0F, std::pow(code, 2.6F) * 52.37F / 48.0F);
    default: return srgb_decode(code);
  }
}

}  // namespace

ToneMap::ToneMap(const rlv_colour& colour) {
  kind_ = colour.transfer == 16 ? Kind::kPq : colour.transfer == 18 ? Kind::kHlg : Kind::kSdr;
  identity_ = is_display_referred(colour.transfer) && colour.primaries == 1;
  if (identity_) return;
  matrix_ = to_bt709(colour.primaries);
  encode_ = kind_ == Kind::kSdr ? &srgb_table() : &bt1886_table();
  if (kind_ == Kind::kPq) {
    decode_ = table([](float code) { return pq_decode(code) / kWhite; });
  } else if (kind_ == Kind::kHlg) {
    decode_ = table(hlg_decode);
    hlg_weights_ = luminance_weights(9);
    const float gamma = 1.2F;  // at kHlgPeak
    ootf_ = table(
        [gamma](float root) { return kHlgPeak / kWhite * std::pow(root, 4.0F * (gamma - 1.0F)); });
  } else {
    decode_ = table([&](float code) { return sdr_decode(colour.transfer, code); });
  }
}

float ToneMap::roll_off(float x) {
  return rolled(x);
}

// Display light from scene light: BT.2100-2 table 5, F = L Y^(gamma - 1) E.
void ToneMap::apply_ootf(const RgbRows& rows, std::int32_t count) const {
  constexpr std::int32_t kPart = 256;
  std::array<float, kPart> factors;
  for (std::int32_t begin = 0; begin < count; begin += kPart) {
    const auto length = std::min(kPart, count - begin);
    float* const __restrict r = rows.r + begin;
    float* const __restrict g = rows.g + begin;
    float* const __restrict b = rows.b + begin;
    for (std::int32_t i = 0; i < length; ++i)
      factors[static_cast<std::size_t>(i)] =
          hlg_weights_[0] * r[i] + hlg_weights_[1] * g[i] + hlg_weights_[2] * b[i];
    look_up(ootf_, factors.data(), length,
            [](float luminance) { return step(std::sqrt(std::sqrt(luminance))); });
    for (std::int32_t i = 0; i < length; ++i) {
      r[i] *= factors[static_cast<std::size_t>(i)];
      g[i] *= factors[static_cast<std::size_t>(i)];
      b[i] *= factors[static_cast<std::size_t>(i)];
    }
  }
}

void ToneMap::map(const RgbRows& rows, std::int32_t count) const {
  if (identity_) return;
  for (float* row : {rows.r, rows.g, rows.b})
    look_up(decode_, row, count, [](float code) { return step(code); });
  if (kind_ == Kind::kHlg) {
    apply_ootf(rows, count);
  }
  multiply(rows, count, matrix_);
  if (kind_ == Kind::kSdr)
    fit<false>(rows, count);
  else
    fit<true>(rows, count);
  for (float* row : {rows.r, rows.g, rows.b})
    look_up(*encode_, row, count, [](float x) { return step(std::sqrt(std::max(x, 0.0F))); });
}

}  // namespace relievo::media
