#include "core/media/change/rgb_rows.hpp"

#include <algorithm>
#include <cmath>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::media {
namespace {

constexpr float kLuma709[] = {0.2126F, 0.7152F, 0.0722F};

template <class T>
void load_row(const Plane<const T>& plane, std::int32_t y, int component, std::int32_t count,
              float offset, float scale, float* __restrict row) {
  const T* const __restrict from = plane.row(y) + component;
  const auto step = plane.pixel_stride;
  if (step == 1) {
    for (std::int32_t x = 0; x < count; ++x)
      row[x] = (static_cast<float>(from[x]) - offset) * scale;
  } else {
    for (std::int32_t x = 0; x < count; ++x)
      row[x] = (static_cast<float>(from[x * step]) - offset) * scale;
  }
}

// Chroma of one row at every pixel: linear between its samples. from has `count` samples with a
// copy of the first before and of the last behind.
void spread_row(const float* __restrict from, std::int32_t count, int shift, float first,
                std::int32_t width, float* __restrict row) {
  const int step = 1 << shift;
  for (int phase = 0; phase < step; ++phase) {
    const float at = (static_cast<float>(phase) - first) / static_cast<float>(step);
    const float below = std::floor(at);
    const float share = at - below;
    const float* const __restrict left = from + static_cast<int>(below);
    const auto last = std::min(count, (width - phase + step - 1) / step);
    for (std::int32_t i = 0; i < last; ++i)
      row[i * step + phase] = left[i] + share * (left[i + 1] - left[i]);
  }
}

template <class T>
void to_integers(const float* __restrict row, float top, std::int32_t count, T* __restrict out) {
  for (std::int32_t x = 0; x < count; ++x) {
    const float value = row[x] * top + 0.5F;
    out[x] = static_cast<T>(static_cast<std::int32_t>(std::min(std::max(value, 0.0F), top)));
  }
}

template <class T>
void write_row(const float* row, const Plane<T>& plane, std::int32_t y, float top,
               std::int32_t width) {
  to_integers(row, top, width, plane.row(y));
}

// Through rows of integers in place of the floats: conversion is vectorised, interleaving is not.
template <class T>
void write_interleaved(const RgbRows& rows, T* __restrict out, float top, std::int32_t width) {
  constexpr std::int32_t kPart = 256;
  T r[kPart];
  T g[kPart];
  T b[kPart];
  for (std::int32_t x = 0; x < width; x += kPart) {
    const auto count = std::min(kPart, width - x);
    to_integers(rows.r + x, top, count, r);
    to_integers(rows.g + x, top, count, g);
    to_integers(rows.b + x, top, count, b);
    T* const to = out + std::ptrdiff_t{3} * x;
    for (std::int32_t i = 0; i < count; ++i) {
      to[3 * i] = r[i];
      to[3 * i + 1] = g[i];
      to[3 * i + 2] = b[i];
    }
  }
}

}  // namespace

RgbReader::RgbReader(const Frame& frame, const rlv_colour& colour)
    : frame_(frame), info_(frame.info()), matrix_(ycbcr_to_rgb(colour)) {
  const auto format = info_.pixel_format;
  const auto model = RLV_PIXEL_MODEL(format);
  if (model != RLV_MODEL_YCBCR && model != RLV_MODEL_RGB && model != RLV_MODEL_GREY)
    fail(RLV_E_UNSUPPORTED, pixel_format_name(format), " has no colours to convert");
  const auto bits = RLV_PIXEL_BITS(format);
  const auto shift = chroma_shift(format);
  shift_x_ = shift.x;
  shift_y_ = shift.y;
  if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT) {
    luma_ = {0.0F, 1.0F};
    return;
  }
  // Rec. ITU-T H.273, 8.3: quantisation of both ranges.
  const float unit = static_cast<float>(1U << (bits - 8));
  const float top = static_cast<float>((1U << bits) - 1);
  const bool full = colour.full_range != 0;
  luma_ = full ? Scaling{0.0F, 1.0F / top} : Scaling{16.0F * unit, 1.0F / (219.0F * unit)};
  chroma_ =
      full ? Scaling{128.0F * unit, 1.0F / top} : Scaling{128.0F * unit, 1.0F / (224.0F * unit)};
  if (RLV_PIXEL_HIGH(format) != 0) {
    const float lift = static_cast<float>(1U << (16 - bits));
    for (auto* scaling : {&luma_, &chroma_}) {
      scaling->offset *= lift;
      scaling->scale /= lift;
    }
  }
  // H.273 figure for ChromaLocType; unspecified counts as "left". 4:1:1 and 4:1:0 follow suit.
  const auto location = colour.chroma_location;
  const float middle_x = static_cast<float>((1 << shift_x_) - 1) / 2.0F;
  const float middle_y = static_cast<float>((1 << shift_y_) - 1) / 2.0F;
  const bool centred = location == 1 || location == 3 || location == 5;
  chroma_x_ = centred ? middle_x : 0.0F;
  chroma_y_ = location == 2 || location == 3   ? 0.0F
              : location == 4 || location == 5 ? 2.0F * middle_y
                                               : middle_y;
}

void RgbReader::load(std::uint32_t plane, std::int32_t y, int component, std::int32_t count,
                     const Scaling& scaling, float* row) const {
  const auto& type = frame_.tensor(plane)->dl_tensor.dtype;
  if (type.code == kDLFloat)
    load_row(frame_.plane<const float>(plane), y, component, count, scaling.offset, scaling.scale,
             row);
  else if (type.bits == 8)
    load_row(frame_.plane<const std::uint8_t>(plane), y, component, count, scaling.offset,
             scaling.scale, row);
  else
    load_row(frame_.plane<const std::uint16_t>(plane), y, component, count, scaling.offset,
             scaling.scale, row);
}

void RgbReader::load_chroma(int which, std::int32_t y, float* row, Scratch& scratch) const {
  const bool semiplanar = RLV_PIXEL_LAYOUT(info_.pixel_format) == RLV_LAYOUT_SEMIPLANAR;
  const auto plane = semiplanar ? 1U : static_cast<std::uint32_t>(1 + which);
  const int component = semiplanar ? which : 0;
  const auto count = (info_.width + (1 << shift_x_) - 1) >> shift_x_;
  const auto lines = (info_.height + (1 << shift_y_) - 1) >> shift_y_;
  if (shift_x_ == 0 && shift_y_ == 0) return load(plane, y, component, count, chroma_, row);

  auto& samples = scratch.chroma;
  samples.resize(static_cast<std::size_t>(count) * 2 + 2);
  float* const upper = samples.data() + 1;
  const float at = (static_cast<float>(y) - chroma_y_) / static_cast<float>(1 << shift_y_);
  const float below = std::floor(at);
  const float share = shift_y_ == 0 ? 0.0F : at - below;
  const auto line = std::clamp(static_cast<std::int32_t>(below), 0, lines - 1);
  const auto next = std::clamp(static_cast<std::int32_t>(below) + 1, 0, lines - 1);
  load(plane, shift_y_ == 0 ? y : line, component, count, chroma_, upper);
  if (share > 0.0F && next != line) {
    float* const __restrict lower = samples.data() + count + 2;
    load(plane, next, component, count, chroma_, lower);
    for (std::int32_t i = 0; i < count; ++i) upper[i] += share * (lower[i] - upper[i]);
  }
  upper[-1] = upper[0];
  upper[count] = upper[count - 1];
  if (shift_x_ == 0)
    std::copy_n(upper, count, row);
  else
    spread_row(upper, count, shift_x_, chroma_x_, info_.width, row);
}

void RgbReader::read(std::int32_t y, const RgbRows& rows, Scratch& scratch) const {
  const auto width = info_.width;
  const auto format = info_.pixel_format;
  switch (RLV_PIXEL_MODEL(format)) {
    case RLV_MODEL_RGB: {
      const bool planar = RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_PLANAR;
      int component = 0;
      for (float* row : {rows.r, rows.g, rows.b}) {
        load(planar ? static_cast<std::uint32_t>(component) : 0U, y, planar ? 0 : component, width,
             luma_, row);
        ++component;
      }
      return;
    }
    case RLV_MODEL_GREY:
      load(0, y, 0, width, luma_, rows.r);
      std::copy_n(rows.r, width, rows.g);
      std::copy_n(rows.r, width, rows.b);
      return;
    default: break;
  }
  scratch.luma.resize(static_cast<std::size_t>(width));
  scratch.full.resize(static_cast<std::size_t>(width) * 2);
  float* const __restrict luma = scratch.luma.data();
  float* const __restrict cb = scratch.full.data();
  float* const __restrict cr = cb + width;
  load(0, y, 0, width, luma_, luma);
  load_chroma(0, y, cb, scratch);
  load_chroma(1, y, cr, scratch);
  const auto& m = matrix_;
  float* const __restrict r = rows.r;
  float* const __restrict g = rows.g;
  float* const __restrict b = rows.b;
  for (std::int32_t x = 0; x < width; ++x) {
    r[x] = m[0][0] * luma[x] + m[0][1] * cb[x] + m[0][2] * cr[x];
    g[x] = m[1][0] * luma[x] + m[1][1] * cb[x] + m[1][2] * cr[x];
    b[x] = m[2][0] * luma[x] + m[2][1] * cb[x] + m[2][2] * cr[x];
  }
}

void RgbReader::read_luma(std::int32_t y, float* row, Scratch& scratch) const {
  if (RLV_PIXEL_MODEL(info_.pixel_format) != RLV_MODEL_RGB)
    return load(0, y, 0, info_.width, luma_, row);
  const auto width = static_cast<std::size_t>(info_.width);
  scratch.full.resize(width * 2);
  const RgbRows rows{row, scratch.full.data(), scratch.full.data() + width};
  read(y, rows, scratch);
  for (std::size_t x = 0; x < width; ++x)
    row[x] = kLuma709[0] * rows.r[x] + kLuma709[1] * rows.g[x] + kLuma709[2] * rows.b[x];
}

bool can_write_rgb(std::uint32_t format) {
  const auto model = RLV_PIXEL_MODEL(format);
  if (RLV_PIXEL_ALPHA(format) != 0) return false;
  if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT) return format == RLV_PF_RGBF32;
  return model == RLV_MODEL_RGB || model == RLV_MODEL_GREY;
}

void write_luma(const float* row, const Frame& frame, std::int32_t y, std::int32_t width) {
  const auto bits = RLV_PIXEL_BITS(frame.info().pixel_format);
  const float top = static_cast<float>((1U << bits) - 1);
  if (bits == 8)
    write_row(row, frame.plane<std::uint8_t>(0), y, top, width);
  else
    write_row(row, frame.plane<std::uint16_t>(0), y, top, width);
}

void write_rgb(const RgbRows& rows, const Frame& frame, std::int32_t y, std::int32_t width) {
  const auto format = frame.info().pixel_format;
  const auto bits = RLV_PIXEL_BITS(format);
  if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT) {
    float* const __restrict out = frame.plane<float>(0).row(y);
    for (std::int32_t x = 0; x < width; ++x) {
      out[3 * x] = rows.r[x];
      out[3 * x + 1] = rows.g[x];
      out[3 * x + 2] = rows.b[x];
    }
    return;
  }
  const float top = static_cast<float>((1U << bits) - 1);
  if (RLV_PIXEL_MODEL(format) == RLV_MODEL_GREY) {
    for (std::int32_t x = 0; x < width; ++x)
      rows.r[x] = kLuma709[0] * rows.r[x] + kLuma709[1] * rows.g[x] + kLuma709[2] * rows.b[x];
    return write_luma(rows.r, frame, y, width);
  }
  if (RLV_PIXEL_LAYOUT(format) == RLV_LAYOUT_INTERLEAVED) {
    if (bits == 8) return write_interleaved(rows, frame.plane<std::uint8_t>(0).row(y), top, width);
    return write_interleaved(rows, frame.plane<std::uint16_t>(0).row(y), top, width);
  }
  std::uint32_t plane = 0;
  for (const float* row : {rows.r, rows.g, rows.b}) {
    if (bits == 8)
      write_row(row, frame.plane<std::uint8_t>(plane), y, top, width);
    else
      write_row(row, frame.plane<std::uint16_t>(plane), y, top, width);
    ++plane;
  }
}

}  // namespace relievo::media
