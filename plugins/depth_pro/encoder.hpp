// The two encoders: windows of three scales through one, the whole picture through the other.
#pragma once

#include <vector>

#include "plugins/depth_pro/config.hpp"
#include "plugins/depth_pro/windows.hpp"

namespace relievo::depth_pro {

// Maps [n, width, rows, columns], channels last, of a picture seen through windows of c cells.
struct Encodings {
  at::Tensor latent0;  // 4c x 4c: the finest windows after a quarter of the encoder, raw
  at::Tensor latent1;  // 4c x 4c: after half of it, raw
  at::Tensor level0;   // 4c x 4c: after all of it, normed
  at::Tensor level1;   // 2c x 2c: the windows of the middle scale
  at::Tensor level2;   // c x c: the whole picture
  at::Tensor image;    // c x c: the whole picture through the other encoder
};

// Thread: the one that owns the node.
class Encoder {
 public:
  Encoder() = default;
  // w: "encoder" of the official names.
  Encoder(const ModelConfig& config, const nets::NamedWeights& w);

  // pictures [n, 3, side, side] normalised, in the weights' precision and on their device, where
  // side is picture_side() of some number of cells.
  [[nodiscard]] Encodings operator()(const at::Tensor& pictures, const RunOptions& options) const;

 private:
  struct Tokens {
    at::Tensor tap0, tap1;  // of the finest windows
    at::Tensor last;        // of all
  };
  [[nodiscard]] Tokens run_windows(const at::Tensor& windows, std::int64_t finest,
                                   const RunOptions& options) const;
  [[nodiscard]] at::Tensor merged(const at::Tensor& tokens, const WindowGrid& grid, std::int64_t n,
                                  at::ScalarType precision) const;

  ModelConfig config_;
  nets::Vit patch_encoder_;
  nets::Vit image_encoder_;
  // kept_cells() on the device, of the last size of picture and batch.
  struct Kept {
    std::int64_t cells = 0, steps = 0, n = 0;
    at::Tensor rows;
  };
  mutable std::vector<Kept> kept_;
};

// Pictures at a smaller size as the original makes them: bilinear, pixel centres, no low-pass.
[[nodiscard]] at::Tensor shrunk(const at::Tensor& pictures, std::int64_t side);

}  // namespace relievo::depth_pro
