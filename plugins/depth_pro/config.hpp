// The sizes of a Depth Pro network, and what is asked of one run of it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "plugins/common/vit.hpp"

namespace relievo::depth_pro {

// As published by default; of() reads them off a checkpoint.
struct ModelConfig {
  nets::VitConfig vit = nets::VitConfig::large_16_384();  // of all three encoders
  std::array<std::int64_t, 2> taps{5, 11};  // blocks whose raw outputs are the finest features
  // Channels of what the encoder hands out: finest features (also inside the first chain), then the
  // three scales from fine to coarse.
  std::array<std::int64_t, 4> dims{256, 512, 1024, 1024};
  std::int64_t features = 256;  // channels of the decoder
  std::int64_t last = 32;       // channels of the head's last map
  bool has_field_of_view = true;

  // From the shapes under the official names. Throws RLV_E_WEIGHTS, naming `what`, if a tensor that
  // tells a size is missing or there cannot be such a network.
  static ModelConfig of(const nets::StateDict& official, const std::string& what);

  // Cells (encoder patches) a side of a window when the network works at this share of its size:
  // 24 at 1 (1536 pixels), 16 at 2/3 (1024), 12 at 1/2 (768). A multiple of 4, as the windows'
  // overlap needs.
  [[nodiscard]] std::int64_t window_cells(double share) const;
  // Pixels a side of the picture that is seen through windows of so many cells.
  [[nodiscard]] std::int64_t picture_side(std::int64_t cells) const {
    return 4 * cells * vit.patch;
  }
  // Tensors' numbers altogether, roughly.
  [[nodiscard]] double parameters(bool with_field_of_view) const;
};

struct RunOptions {
  std::int64_t windows_at_once = 35;  // that go through an encoder together
  bool field_of_view = true;
  // Told a share from 0 to 1 between the parts of a run; may throw to end it.
  std::function<void(double)> progress;
  // Shown what the official modules of these names put out (tokens without the class token), where
  // that is computed at all. For tests.
  std::function<void(const std::string&, const at::Tensor&)> look;

  void tell(double share) const {
    if (progress) progress(share);
  }
  void show(const std::string& module, const at::Tensor& output) const {
    if (look) look(module, output);
  }
};

// Share of a run's work that is done when the encoders are.
inline constexpr double kEncoderShare = 0.75;

}  // namespace relievo::depth_pro
