// The vision transformer of DINOv2 (Oquab et al. 2023, https://arxiv.org/abs/2304.07193), which
// Depth Anything and, at another patch and grid, Depth Pro use.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/common/layers.hpp"
#include "plugins/common/sum_norm.hpp"

namespace relievo::nets {

struct VitConfig {
  std::int64_t width = 384;
  std::int64_t depth = 12;  // blocks
  std::int64_t heads = 6;
  std::int64_t patch = 14;  // pixels
  std::int64_t grid = 37;   // patches a side that the position embedding was made for
  double eps = 1e-6;
  // In f16 the sum that runs through the blocks is kept in float32 even where that costs time: what
  // rounding adds up over 24 blocks is more than Video Depth Anything bears.
  bool float_sum = false;

  static VitConfig small() { return {384, 12, 6, 14, 37, 1e-6}; }
  static VitConfig base() { return {768, 12, 12, 14, 37, 1e-6}; }
  static VitConfig large() { return {1024, 24, 16, 14, 37, 1e-6, true}; }
  // Depth Pro's encoders: timm's vit_large_patch14_dinov2 at 384 pixels with patches of 16.
  static VitConfig large_16_384() { return {1024, 24, 16, 16, 24, 1e-6}; }
};

// What to hand out on the way: the output of a block, through the final norm or as it is.
struct VitTap {
  std::int64_t block;
  bool normed;
};

// Thread: the one that owns the node. Input and output lie on the device of the weights.
class Vit {
 public:
  Vit() = default;
  Vit(const VitConfig& config, const NamedWeights& w);

  // pictures [n, 3, rows * patch, columns * patch], normalised. For each tap the patch tokens
  // [n, rows * columns, width], class token dropped, contiguous. Blocks after the last tap are not
  // run.
  [[nodiscard]] std::vector<at::Tensor> operator()(const at::Tensor& pictures,
                                                   const std::vector<VitTap>& taps) const;
  [[nodiscard]] const VitConfig& config() const { return config_; }

 private:
  struct Block {
    LayerNorm norm1;
    Linear qkv;
    Linear proj;  // ls1 folded in
    LayerNorm norm2;
    Linear fc1;
    Linear fc2;  // ls2 folded in
  };

  // [rows * columns + 1, width]: what is added to the tokens; the class token itself is in row 0.
  [[nodiscard]] const at::Tensor& positions(std::int64_t rows, std::int64_t columns) const;
  [[nodiscard]] at::Tensor embed(const at::Tensor& pictures) const;
  // What the attention of a block adds to the sum; x: the sum as its first norm reads it.
  [[nodiscard]] at::Tensor attend(const Block& block, const at::Tensor& x) const;

  VitConfig config_;
  // Of the sum that the blocks add to. Its rounding adds up from block to block: half of all the
  // error after 24 blocks of float16. So it is float32, but for small networks in float16 where
  // float32 would cost time.
  at::ScalarType sum_type_ = at::kFloat;
  SumNorm sum_norm_;
  Linear patch_embed_;
  at::Tensor class_token_;  // float32 on the CPU, like the next
  at::Tensor pos_embed_;
  std::vector<Block> blocks_;
  LayerNorm norm_;
  // Of the last size of picture.
  mutable at::Tensor positions_;
  mutable std::int64_t positions_rows_ = 0;
  mutable std::int64_t positions_columns_ = 0;
};

}  // namespace relievo::nets
