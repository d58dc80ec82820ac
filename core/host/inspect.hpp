// What a film file is, by way of the media library.
#pragma once

#include <filesystem>

#include "core/host/parameters.hpp"
#include "core/host/registry.hpp"
#include "core/host/services.hpp"

namespace relievo::host {

// [main] The JSON object of core/media/read/inspect.hpp. Throws Failure: kRunFailed for a file that
// cannot be read, kPlugin if the media library is not here.
[[nodiscard]] Json inspect_film(const std::filesystem::path& film, const Registry& registry,
                                RunContext& run);

}  // namespace relievo::host
