// The temporal transformer of Video Depth Anything (Chen et al. 2025,
// https://arxiv.org/abs/2501.12375): each place of a map looks at the same place in the other
// frames of the window.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plugins/common/layers.hpp"
#include "plugins/common/sum_norm.hpp"

namespace relievo::video_depth_anything {

using nets::LayerNorm;
using nets::Linear;
using nets::NamedWeights;

inline constexpr std::int64_t kWindow = 32;  // frames that the positional encoding knows

// Keys and values of one attention for the frames seen so far, before their positions are added:
// [slots, places, 2 * channels]. Which frame lies in which slot is the caller's business.
struct AttentionMemory {
  at::Tensor keys_values;
};

// What a stream remembers for one motion module: one memory per attention.
struct MotionMemory {
  std::array<AttentionMemory, 2> attentions;
};

// How one frame of a stream reads and writes its memory.
struct MemoryAccess {
  at::Tensor seen;         // int64 on the device: slots of the frames at positions 0 .. n - 1
  std::int64_t slot = 0;   // where the new frame is stored
  std::int64_t slots = 0;  // size of the memory
};

class MotionModule {
 public:
  MotionModule() = default;
  MotionModule(const NamedWeights& w, std::int64_t channels);

  // map [frames <= 32, channels, rows, columns] of consecutive frames, in any precision: the same
  // shape and precision, map itself untouched.
  [[nodiscard]] at::Tensor operator()(const at::Tensor& map) const;

  // map [1, channels, rows, columns]: the newest frame after those that access.seen names.
  [[nodiscard]] at::Tensor step(const at::Tensor& map, MotionMemory& memory,
                                const MemoryAccess& access) const;

 private:
  struct Attention {
    LayerNorm norm;
    Linear qkv;  // of one matrix; no biases
    Linear out;
    at::Tensor positions;     // [32, channels], added to what q, k and v are made of
    at::Tensor position_qkv;  // [32, 3 * channels]: the same after the matrix
  };

  // Tokens [places, frames, channels] through the transformer's block, in place.
  void transform(at::Tensor& x) const;
  // What it adds to the sum; h: the sum as its norm reads it.
  [[nodiscard]] at::Tensor feed_forward(const at::Tensor& h) const;
  [[nodiscard]] at::Tensor normed(const at::Tensor& map) const;
  // Normed tokens [frames, places, channels] through proj_in: [places, frames, channels].
  [[nodiscard]] at::Tensor project(const at::Tensor& tokens) const;
  // To the precision of the products.
  [[nodiscard]] at::Tensor rounded(const at::Tensor& x) const;
  [[nodiscard]] at::Tensor attend(const at::Tensor& q, const at::Tensor& k,
                                  const at::Tensor& v) const;
  [[nodiscard]] at::Tensor recall(const Attention& attention, const at::Tensor& x,
                                  AttentionMemory& memory, const MemoryAccess& access) const;

  std::int64_t channels_ = 0;
  at::ScalarType sum_type_ = at::kFloat;  // of what the transformer's layers add to; see Vit
  nets::SumNorm sum_norm_;
  at::Tensor norm_weight_;
  at::Tensor norm_bias_;
  Linear proj_in_;
  std::array<Attention, 2> attentions_;
  LayerNorm ff_norm_;
  Linear ff_value_;
  Linear ff_gate_;
  Linear ff_out_;
  Linear proj_out_;
};

}  // namespace relievo::video_depth_anything
