#include <relievo/sdk/error.hpp>

#include "tensor_frames.hpp"

namespace relievo::temporal {

std::string tensor_device(const std::string& wish) {
  if (wish != "auto" && wish != "cpu")
    fail(RLV_E_DEVICE, "device '", wish,
         "' needs libtorch, without which this program was built; use device cpu");
  return "";
}

std::unique_ptr<FrameFilter> make_tensor_filter(const Host& /*host*/,
                                                const FilterOptions& /*options*/,
                                                int /*look_ahead*/, const std::string& device) {
  fail(RLV_E_INTERNAL, "there are no tensors in this build to filter on ", device);
}

}  // namespace relievo::temporal
