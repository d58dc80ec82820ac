// Depth, disparity and confidence between 32-bit floats, 16-bit floats and 16-bit integers.
#pragma once

#include <relievo/sdk/host.hpp>

namespace relievo::media {

// True for map_f32, map_f16 and map_u16.
[[nodiscard]] bool is_convertible_map(std::uint32_t pixel_format);

// A frame of to_format that says the same as frame. map_u16 holds 0 to 1 as 0 to 65535: values
// beyond are cut, NaN becomes 0. Throws RLV_E_UNSUPPORTED if a pixel's values do not lie side by
// side.
[[nodiscard]] Frame convert_map(const Host& host, const Frame& frame, std::uint32_t to_format);

}  // namespace relievo::media
