// Linear layers in a row as one. Depth Pro's upsampling is a chain of bias-free 1x1, transposed and
// 3x3 convolutions without anything between them; composed, they cost a fraction, and the largest
// map of the network (1536 x 1536 of 128 channels) is never made. Composing happens once, when the
// weights are loaded, in float32 on the CPU.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plugins/common/layers.hpp"

namespace relievo::depth_pro {

// Two transposed convolutions whose strides are their kernels, one after the other:
// first [in, middle, k, k], second [middle, out, l, l] to [in, out, k * l, k * l].
[[nodiscard]] at::Tensor chain(const at::Tensor& first, const at::Tensor& second);
// A 1x1 convolution [out, in, 1, 1] as such a transposed convolution [in, out, 1, 1].
[[nodiscard]] at::Tensor as_transposed(const at::Tensor& pointwise);
// The layer for a transposed convolution [in, out, k, k], on w's device. bias [out] or undefined.
[[nodiscard]] nets::CellUpsample cell_upsample(const nets::NamedWeights& w,
                                               const at::Tensor& weight, const at::Tensor& bias);

// What a constant under a 3x3 convolution with zero padding adds: the same to every pixel but those
// at the edges, where some taps see the padding.
class EdgeBias {
 public:
  EdgeBias() = default;
  // weight [out, in, 3, 3], constant [in].
  EdgeBias(const nets::NamedWeights& w, const at::Tensor& weight, const at::Tensor& constant);

  struct Sides {
    bool top = true, bottom = true, left = true, right = true;
  };
  // [out], float32 on the CPU: what every pixel gets, to be put into a bias.
  [[nodiscard]] const at::Tensor& inner() const { return inner_; }
  // map [n, out, rows, columns]: corrects its outermost rows and columns in place, where these lie
  // on the picture's edge.
  void correct(at::Tensor& map, Sides sides) const;
  void correct(at::Tensor& map) const { correct(map, {}); }

 private:
  at::Tensor inner_;
  // [1, out, 1, 1] each.
  at::Tensor top_, bottom_, left_, right_;
  at::Tensor top_left_, top_right_, bottom_left_, bottom_right_;
};

// A transposed convolution (stride = kernel = factor) and a 3x3 convolution (padding 1) after it:
// of each enlarged pixel the nine taps lie in at most 2 x 2 cells, so the pixels of a cell fall
// into groups with kernels of one or two cells a side, on the small map.
class UpsampleConv {
 public:
  // Pixels of every cell that share a kernel: rows first_row .. first_row + rows of the cell, and
  // so on.
  struct Group {
    std::int64_t first_row, rows, first_column, columns;
    bool sees_above, sees_below, sees_left,
        sees_right;     // which neighbouring cells its kernel reads
    at::Tensor weight;  // [rows * columns * out, in, 1 or 2, 1 or 2]
  };

  UpsampleConv() = default;
  // up [in, middle, factor, factor], conv [out, middle, 3, 3]; factor at least 2.
  UpsampleConv(const nets::NamedWeights& w, const at::Tensor& up, const at::Tensor& conv);

  [[nodiscard]] std::int64_t factor() const { return factor_; }
  [[nodiscard]] std::int64_t out() const { return out_; }
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  // x [n, in, rows, columns] to this group's pixels [n, rows * columns * out, rows, columns], which
  // may be a view with gaps. bias: [rows * columns * out] or undefined.
  [[nodiscard]] at::Tensor compute(const Group& group, const at::Tensor& x,
                                   const at::Tensor& bias) const;
  // The whole enlarged map [n, out, rows * factor, columns * factor], channels last.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& x) const;

 private:
  std::int64_t factor_ = 2;
  std::int64_t out_ = 0;
  std::vector<Group> groups_;
};

}  // namespace relievo::depth_pro
