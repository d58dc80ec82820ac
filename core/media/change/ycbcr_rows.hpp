// R'G'B' rows into YCbCr pictures.
#pragma once

#include <cstdint>
#include <vector>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>

#include "core/media/change/tone_map.hpp"

namespace relievo::media {

// Writes frames of integer YCbCr: planar or semiplanar, every sub-sampling, 8 to 16 bits. Chroma is
// averaged over the pixels that it stands for, where its location says that it lies.
class YcbcrWriter {
 public:
  struct Scratch {
    std::vector<float> rows;
  };

  // frame must outlive the writer. colour: complete, of matrix 1 to 13. Throws RLV_E_UNSUPPORTED
  // for other frames.
  YcbcrWriter(const Frame& frame, const rlv_colour& colour);

  // Rows that share a row of chroma: 1, 2 or 4.
  [[nodiscard]] std::int32_t rows_at_once() const { return 1 << shift_y_; }
  // Writes rows y, y + 1 ... of the picture, y a multiple of rows_at_once(); rows[i] holds row
  // y + i, count is rows_at_once() or, at the bottom, what is left.
  void write(std::int32_t y, const RgbRows* rows, std::int32_t count, Scratch& scratch) const;

 private:
  // stored = value * scale + offset, times 2 ^ lift
  struct Scaling {
    float scale;
    float offset;
  };
  void store(std::uint32_t plane, std::int32_t y, int component, const float* row,
             std::int32_t count, const Scaling& scaling) const;

  const Frame& frame_;
  rlv_frame_info info_;
  float kr_;
  float kb_;
  int shift_x_;
  int shift_y_;
  bool left_;         // chroma lies on the first pixel of a pair, not between
  int vertical_ = 0;  // the row that chroma lies on, -1: between all of them
  Scaling luma_{};
  Scaling chroma_{};
  float top_ = 255.0F;
  int lift_ = 0;
};

// Whether YcbcrWriter can write the format.
[[nodiscard]] bool can_write_ycbcr(std::uint32_t pixel_format);

}  // namespace relievo::media
