// Random weights for parts of networks, by the names that checkpoints give them.
#pragma once

#include <string>
#include <vector>

#include "plugins/common/named_weights.hpp"
#include "plugins/common/vit.hpp"

namespace relievo::bench {

class RandomWeights {
 public:
  // Values of a size that keeps what passes through at about its scale.
  void add(const std::string& name, std::vector<std::int64_t> shape);
  // NAME.weight [out, in, ...] and NAME.bias [out].
  void layer(const std::string& name, std::vector<std::int64_t> shape, bool with_bias = true);
  // What Vit asks for, of its first `blocks` blocks, under `prefix` ("" or ending in a dot).
  void vit(const std::string& prefix, const nets::VitConfig& config, std::int64_t blocks);
  // What DepthNetwork asks for under `prefix`: the DPT head without motion modules.
  void dpt_head(const std::string& prefix, std::int64_t width, std::int64_t features,
                const std::vector<std::int64_t>& channels);

  [[nodiscard]] nets::NamedWeights named(at::Device device, at::ScalarType precision) {
    return {std::move(tensors_), "random weights", device, precision};
  }

 private:
  nets::StateDict tensors_;
};

}  // namespace relievo::bench
