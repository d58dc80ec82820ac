// The manifest of a library: from the file beside it, or, for a lone library, from a child process
// that loads it, since a library that nobody has vouched for may crash.
#pragma once

#include <filesystem>
#include <string>

#include "core/host/manifest.hpp"

namespace relievo::host {

// <name>.json beside <name>.so.
[[nodiscard]] std::filesystem::path sidecar_of(const std::filesystem::path& library);

// The manifest's text. Descriptions of lone libraries are kept below cache_root by the hash of the
// library. Throws Failure(kPlugin) with the child's own reason.
[[nodiscard]] std::string manifest_text(const std::filesystem::path& library,
                                        const std::filesystem::path& cache_root);

// The same, parsed; messages name the file that was read.
[[nodiscard]] Manifest read_manifest(const std::filesystem::path& library,
                                     const std::filesystem::path& cache_root);

// What the child process does: loads the library and prints its manifest on stdout.
void print_manifest(const std::filesystem::path& library);
inline constexpr const char* kPrintManifestOption = "--print-manifest";

}  // namespace relievo::host
