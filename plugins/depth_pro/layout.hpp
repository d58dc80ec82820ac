// The two layouts in which Depth Pro's checkpoints are published, told apart by their names.
#pragma once

#include <string>

#include "plugins/common/named_weights.hpp"

namespace relievo::depth_pro {

// The tensors under the names of Apple's code (depth_pro.pt), whatever the layout of the file:
// those of the transformers library (model.safetensors of apple/DepthPro-hf) are renamed by rules,
// and its queries, keys and values are put together into the fused matrices they were cut from.
// what: how messages call the file. Throws RLV_E_WEIGHTS for a file of another model.
[[nodiscard]] nets::StateDict official_names(nets::StateDict tensors, const std::string& what);

}  // namespace relievo::depth_pro
