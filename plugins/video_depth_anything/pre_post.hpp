// From frames to what the networks see, and from their depth to maps of a film: pure functions of
// tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/common/enlarge.hpp"
#include "plugins/common/picture_size.hpp"
#include "plugins/common/resample.hpp"

namespace relievo::video_depth_anything {

using nets::PictureSize;

// The size at which a network sees a picture: the shorter side about input_size, both sides
// multiples of 14. wide_rule: of pictures wider (or taller) than 1.78 the network sees
// proportionally less, so that the number of tokens stays bounded; the video network has it.
[[nodiscard]] PictureSize network_size(PictureSize source, std::int64_t input_size, bool wide_rule);

// Frames of one size to network input, on the device, all at once.
class Preprocess {
 public:
  Preprocess() = default;
  // dtype: precision of the result; in half precision on CUDA the library's own resizing, whose
  // positions are less exact than ours and still within the rounding of the result. exact: as the
  // original resizes still pictures, in double (on a GPU its sums are float32 all the same).
  Preprocess(PictureSize source, PictureSize network, at::Device device, at::ScalarType dtype,
             bool exact);

  // frames: uint8 RGB [rows, columns, 3], any strides, any device. Returns [frames, 3, rows,
  // columns], normalised with ImageNet's mean and deviation.
  [[nodiscard]] at::Tensor operator()(const std::vector<at::Tensor>& frames) const;

 private:
  nets::AxisTaps rows_;
  nets::AxisTaps columns_;
  at::Tensor factor_;  // [3]
  at::Tensor offset_;
  PictureSize network_;
  at::Device device_ = at::kCPU;
  at::ScalarType dtype_ = at::kFloat;
  at::ScalarType sum_dtype_ = at::kFloat;
};

// Depth at network size to the map that is given out.
class Postprocess {
 public:
  Postprocess() = default;
  // At source size as the original does it: bilinear, corners on corners. At network size the same
  // surface is sampled at the centres of the map's own pixels.
  Postprocess(PictureSize source, PictureSize network, bool at_source_size, at::Device device);

  [[nodiscard]] PictureSize size() const { return size_; }
  // [frames, rows, columns] float32 to [frames, size().height, size().width].
  [[nodiscard]] at::Tensor operator()(const at::Tensor& depth) const;

 private:
  PictureSize size_;
  bool at_source_size_ = true;
  nets::AxisTaps rows_;
  nets::AxisTaps columns_;
};

}  // namespace relievo::video_depth_anything
