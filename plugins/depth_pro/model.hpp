// Depth Pro (Bochkovskii et al. 2024, https://arxiv.org/abs/2410.02073): sharp canonical inverse
// depth of one picture, and its camera's field of view.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "plugins/depth_pro/head.hpp"

namespace relievo::depth_pro {

// Thread: the one that owns the node. Nothing in a run waits for a device.
class DepthPro {
 public:
  // w: the root of the official names. Without field of view its tensors are left where they are.
  // Throws RLV_E_WEIGHTS if one is missing or of another shape.
  DepthPro(const ModelConfig& config, const nets::NamedWeights& w, bool field_of_view);

  struct Result {
    at::Tensor canonical;  // inverse depth [n, side, side], float32: times width / focal, 1 / metre
    at::Tensor view;  // horizontal field of view [n] in degrees, float32; undefined if not asked
  };
  // pictures [n, 3, side, side], (x - 0.5) / 0.5, in the weights' precision and on their device;
  // side is config().picture_side() of a multiple of 4 cells.
  [[nodiscard]] Result operator()(const at::Tensor& pictures, const RunOptions& options) const;

  [[nodiscard]] const ModelConfig& config() const { return config_; }
  [[nodiscard]] bool has_field_of_view() const { return field_of_view_.has_value(); }
  [[nodiscard]] const Encoder& encoder() const { return encoder_; }
  [[nodiscard]] const Decoder& decoder() const { return decoder_; }
  [[nodiscard]] const DepthHead& head() const { return head_; }

 private:
  ModelConfig config_;
  Encoder encoder_;
  Decoder decoder_;
  DepthHead head_;
  std::optional<FieldOfView> field_of_view_;
};

// The checkpoint, in either layout, as a network on the device. field_of_view: load that part, too;
// throws RLV_E_WEIGHTS, saying what to do, if it is asked for and not in the file.
[[nodiscard]] std::unique_ptr<DepthPro> load_network(const std::string& path, at::Device device,
                                                     at::ScalarType precision, bool field_of_view);

// Bytes that a network and a run over n pictures of windows of `cells` cells need on the device,
// roughly (30 %).
[[nodiscard]] std::uint64_t needed_bytes(const ModelConfig& config, std::int64_t cells,
                                         at::ScalarType precision, std::int64_t n,
                                         std::int64_t windows_at_once, bool field_of_view);

}  // namespace relievo::depth_pro
