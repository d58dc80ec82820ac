// A checkpoint file as tensors by name.
#pragma once

#include <string>

#include "plugins/common/named_weights.hpp"

namespace relievo::nets {

// Maps the file; tensors lie in it, and the mapping lives as long as any of them. They are read
// from disk as they are used. Formats as core/weights has them. Throws RLV_E_WEIGHTS.
[[nodiscard]] StateDict read_state_dict(const std::string& path);

}  // namespace relievo::nets
