#include "core/media/change/ycbcr_rows.hpp"

#include <algorithm>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/change/colour_math.hpp"

namespace relievo::media {
namespace {

template <class T>
void store_row(const Plane<T>& plane, std::int32_t y, int component, const float* __restrict row,
               std::int32_t count, float scale, float offset, float top, int lift) {
  T* const __restrict out = plane.row(y) + component;
  const auto step = plane.pixel_stride;
  for (std::int32_t x = 0; x < count; ++x) {
    const float value = std::min(std::max(row[x] * scale + offset, 0.0F), top);
    out[x * step] = static_cast<T>(static_cast<std::uint32_t>(value + 0.5F) << lift);
  }
}

// Every 2^shift-th value, smoothed: around the pixel that chroma lies on, or over all that share
// it.
void shrink_row(const float* __restrict row, std::int32_t width, int shift, bool left,
                float* __restrict out) {
  const std::int32_t step = 1 << shift;
  const auto count = (width + step - 1) >> shift;
  const auto at = [&](std::int32_t x) {
    return row[std::clamp(x, 0, width - 1)];
  };
  for (std::int32_t i = 0; i < count; ++i) {
    const auto x = i * step;
    float sum = 0.0F;
    if (left) {
      const auto half = step / 2;
      sum = 0.5F * (at(x - half) + at(x + half));
      for (std::int32_t k = 1 - half; k < half; ++k) sum += at(x + k);
    } else {
      for (std::int32_t k = 0; k < step; ++k) sum += at(x + k);
    }
    out[i] = sum / static_cast<float>(step);
  }
}

}  // namespace

bool can_write_ycbcr(std::uint32_t format) {
  return is_valid_pixel_format(format) && RLV_PIXEL_MODEL(format) == RLV_MODEL_YCBCR &&
         RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_UINT && RLV_PIXEL_ALPHA(format) == 0 &&
         RLV_PIXEL_LAYOUT(format) != RLV_LAYOUT_INTERLEAVED;
}

YcbcrWriter::YcbcrWriter(const Frame& frame, const rlv_colour& colour)
    : frame_(frame), info_(frame.info()) {
  const auto format = info_.pixel_format;
  if (!can_write_ycbcr(format))
    fail(RLV_E_UNSUPPORTED, pixel_format_name(format), " is no YCbCr that can be written");
  // R' = Y' + 2 (1 - kr) Cr and B' = Y' + 2 (1 - kb) Cb.
  const auto matrix = ycbcr_to_rgb(colour);
  kr_ = 1.0F - matrix[0][2] / 2.0F;
  kb_ = 1.0F - matrix[2][1] / 2.0F;
  const auto shift = chroma_shift(format);
  shift_x_ = shift.x;
  shift_y_ = shift.y;
  const auto location = colour.chroma_location;
  left_ = !(location == 1 || location == 3 || location == 5);
  vertical_ = location == 2 || location == 3   ? 0
              : location == 4 || location == 5 ? rows_at_once() - 1
                                               : -1;
  const auto bits = RLV_PIXEL_BITS(format);
  const float unit = static_cast<float>(1U << (bits - 8));
  top_ = static_cast<float>((1U << bits) - 1);
  const bool full = colour.full_range != 0;
  luma_ = full ? Scaling{top_, 0.0F} : Scaling{219.0F * unit, 16.0F * unit};
  chroma_ = full ? Scaling{top_, 128.0F * unit} : Scaling{224.0F * unit, 128.0F * unit};
  lift_ = RLV_PIXEL_HIGH(format) != 0 ? static_cast<int>(16 - bits) : 0;
}

void YcbcrWriter::store(std::uint32_t plane, std::int32_t y, int component, const float* row,
                        std::int32_t count, const Scaling& scaling) const {
  if (RLV_PIXEL_BITS(info_.pixel_format) == 8)
    store_row(frame_.plane<std::uint8_t>(plane), y, component, row, count, scaling.scale,
              scaling.offset, top_, lift_);
  else
    store_row(frame_.plane<std::uint16_t>(plane), y, component, row, count, scaling.scale,
              scaling.offset, top_, lift_);
}

void YcbcrWriter::write(std::int32_t y, const RgbRows* rows, std::int32_t count,
                        Scratch& scratch) const {
  const auto width = info_.width;
  const auto size = static_cast<std::size_t>(width);
  scratch.rows.assign(size * 4, 0.0F);
  float* const __restrict luma = scratch.rows.data();
  float* const __restrict cb = luma + size;
  float* const __restrict cr = cb + size;
  float* const small = cr + size;
  const float kg = 1.0F - kr_ - kb_;
  const auto only = vertical_ < 0 ? -1 : std::min(vertical_, count - 1);
  const float share = only < 0 ? 1.0F / static_cast<float>(count) : 1.0F;
  const float to_cb = share * 0.5F / (1.0F - kb_);
  const float to_cr = share * 0.5F / (1.0F - kr_);
  for (std::int32_t i = 0; i < count; ++i) {
    const float* const __restrict r = rows[i].r;
    const float* const __restrict g = rows[i].g;
    const float* const __restrict b = rows[i].b;
    for (std::int32_t x = 0; x < width; ++x) luma[x] = kr_ * r[x] + kg * g[x] + kb_ * b[x];
    store(0, y + i, 0, luma, width, luma_);
    if (only >= 0 && only != i) continue;
    for (std::int32_t x = 0; x < width; ++x) {
      cb[x] += to_cb * (b[x] - luma[x]);
      cr[x] += to_cr * (r[x] - luma[x]);
    }
  }
  const bool semiplanar = RLV_PIXEL_LAYOUT(info_.pixel_format) == RLV_LAYOUT_SEMIPLANAR;
  const auto columns = (width + (1 << shift_x_) - 1) >> shift_x_;
  int component = 0;
  for (const float* row : {cb, cr}) {
    if (shift_x_ > 0) {
      shrink_row(row, width, shift_x_, left_, small);
      row = small;
    }
    store(semiplanar ? 1U : static_cast<std::uint32_t>(1 + component), y >> shift_y_,
          semiplanar ? component : 0, row, columns, chroma_);
    ++component;
  }
}

}  // namespace relievo::media
