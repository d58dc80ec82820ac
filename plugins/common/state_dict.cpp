#include "plugins/common/state_dict.hpp"

#include <relievo/sdk/error.hpp>

#include "core/weights/checkpoint.hpp"
#include "plugins/common/load_weights.hpp"

namespace relievo::nets {

StateDict read_state_dict(const std::string& path) {
  try {
    const auto checkpoint = weights::Checkpoint::open(path);
    StateDict tensors;
    for (const auto& tensor : checkpoint.tensors()) {
      const auto type = scalar_type_of(tensor.dtype);
      if (!type || !at::isFloatingType(*type)) continue;  // counters and the like
      tensors.emplace(tensor.name, view_of(checkpoint, tensor));
    }
    return tensors;
  } catch (const weights::WeightsError& e) {
    fail(RLV_E_WEIGHTS, e.what());
  }
}

}  // namespace relievo::nets
