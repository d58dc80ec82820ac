// Colours for depth: grey, inferno, turbo.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace relievo::media {

// 256 entries of R, G, B from far (0) to near (255).
using Colormap = std::array<std::array<std::uint8_t, 3>, 256>;

// Throws RLV_E_CONFIG for another name.
[[nodiscard]] Colormap make_colormap(const std::string& name);

}  // namespace relievo::media
