// The parallax of one row, and where it is torn into surfaces.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// Neighbours of about the same disparity (kTear) are one surface; between surfaces the row is torn.
class RowShape {
 public:
  explicit RowShape(int width);

  [[nodiscard]] int width() const { return width_; }
  // In pixels. Written from outside, then find_tears().
  [[nodiscard]] float* disparity() { return disparity_.data(); }
  [[nodiscard]] float disparity(int x) const { return disparity_[static_cast<std::size_t>(x)]; }
  [[nodiscard]] const float* disparities() const { return disparity_.data(); }
  // The columns x, ascending, that are torn from x + 1.
  [[nodiscard]] const std::vector<std::int32_t>& tears() const { return tears_; }
  // x from -1 to width - 1; the borders are no tears.
  [[nodiscard]] bool is_torn(int x) const { return torn_.data()[x + 1] != 0; }

  void find_tears();
  // Forgets the tears: one surface, whatever the disparity.
  void mend();
  void copy(const RowShape& other);
  void mirror(const RowShape& other);

  // A depth map of low resolution has ramps where objects end. Stretched over a hole, a ramp is
  // neither near nor far: its pixels would float in between. Three or more tears in a row that rise
  // or fall together become one tear at half height. Two are left alone: that is how a thin object
  // looks.
  void sharpen_ramps();
  // Things in front grow by so many pixels on their right: the side where a hole opens in the right
  // view. Their blurred edge stays with them then.
  void grow_foreground(int pixels);

 private:
  void list_tears();
  // Looks again at columns begin .. end - 1, and lists those that are torn; calls go from left to
  // right, and may overlap.
  void check_and_list(int begin, int end, std::vector<std::int32_t>& list);

  int width_;
  std::vector<float> disparity_;
  std::vector<std::uint8_t> torn_;  // of column x at x + 1, zeros around
  std::vector<std::int32_t> tears_;
  std::vector<std::int32_t> new_tears_;
};

}  // namespace relievo::stereo
