// Any colour picture, row by row, as R'G'B' of full range; and back into RGB and grey pictures.
#pragma once

#include <cstdint>
#include <vector>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>

#include "core/media/change/colour_math.hpp"
#include "core/media/change/tone_map.hpp"

namespace relievo::media {

// Reads frames of every carried colour format: YCbCr (chroma interpolated to every pixel, by its
// location), RGB and grey of 8 to 16 bits, and RGB of floats.
class RgbReader {
 public:
  // Room for one thread's rows.
  struct Scratch {
    std::vector<float> luma;
    std::vector<float> chroma;
    std::vector<float> full;
  };

  // frame must outlive the reader. colour: complete, see assumed_colour(). Throws
  // RLV_E_UNSUPPORTED for frames that are no pictures in CPU memory.
  RgbReader(const Frame& frame, const rlv_colour& colour);

  // Row y, width values each; nominal range 0..1, beyond it where the film goes beyond.
  void read(std::int32_t y, const RgbRows& rows, Scratch& scratch) const;
  // Only Y' of YCbCr and grey; luma of BT.709's weights for RGB.
  void read_luma(std::int32_t y, float* row, Scratch& scratch) const;

 private:
  // value = (stored - offset) * scale
  struct Scaling {
    float offset;
    float scale;
  };
  void load(std::uint32_t plane, std::int32_t y, int component, std::int32_t count,
            const Scaling& scaling, float* row) const;
  void load_chroma(int which, std::int32_t y, float* row, Scratch& scratch) const;

  const Frame& frame_;
  rlv_frame_info info_;
  Matrix3 matrix_;
  Scaling luma_{};
  Scaling chroma_{};
  int shift_x_ = 0;
  int shift_y_ = 0;
  // Of chroma sample 0, in luma samples from the first one.
  float chroma_x_ = 0.0F;
  float chroma_y_ = 0.0F;
};

// Whether write_rgb() can write the format: RGB of 8 to 16 bits or interleaved floats, grey of 8 to
// 16 bits.
[[nodiscard]] bool can_write_rgb(std::uint32_t pixel_format);
// R'G'B' of 0..1 into row y of a frame of such a format, full range. Integers are rounded and cut
// to their range, grey is luma of BT.709's weights. rows are overwritten.
void write_rgb(const RgbRows& rows, const Frame& frame, std::int32_t y, std::int32_t width);
// The same into a frame of grey, from luma.
void write_luma(const float* row, const Frame& frame, std::int32_t y, std::int32_t width);

}  // namespace relievo::media
