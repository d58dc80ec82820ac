// Whether what flows along an edge is what an input takes, and which format it has to become if
// not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <relievo/plugin.h>

#include "core/host/manifest.hpp"

namespace relievo::host {

// What a converter has to make of a format.
struct Conversion {
  std::uint32_t pixel_format = RLV_PF_NONE;
  bool srgb = false;
  bool contiguous = false;
};

// Nothing if the format fits as it is.
[[nodiscard]] std::optional<Conversion> conversion_for(const rlv_format& format,
                                                       const InputSpec& input);

// The accepted format that loses least: same model, then no fewer bits, then the same sub-sampling,
// then the author's order.
[[nodiscard]] std::uint32_t best_pixel_format(std::uint32_t from,
                                              const std::vector<std::uint32_t>& accepted);

// "cpu", "cuda", "mps" of an RLV_DEV_*.
[[nodiscard]] std::string device_name(std::int32_t device_type);

}  // namespace relievo::host
