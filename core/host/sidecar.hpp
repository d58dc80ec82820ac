// FILM.json beside a film: what it was made of and how, for whoever finds it later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/host/parameters.hpp"
#include "core/host/resolve.hpp"

namespace relievo::host {

// "film.mp4" -> "film.mp4.json"
[[nodiscard]] std::filesystem::path sidecar_of_film(const std::filesystem::path& film);

// {"program", "version", "source": {"path", "bytes", "sha256"}, "nodes": [{"name", "type",
// "plugin", "plugin_version", "device", "params", "weights": [{"name", "path", "bytes", "sha256",
// "repo", "revision", "file", "licence"}]}]}: the part that all films of a run share. Hashes are of
// whole files, read here; a source that is no file (a pipe, a URL, numbered pictures) has null.
// on_bytes is called while they are read; what it throws comes out. Throws Failure(kRunFailed) for
// a file that cannot be read any more.
[[nodiscard]] Json sidecar_of_run(const ResolvedGraph& graph, const std::string& version,
                                  const std::function<void(std::uint64_t)>& on_bytes);

// Replaces what is there. Throws Failure(kRunFailed).
void write_sidecar(const std::filesystem::path& film, const Json& content);

}  // namespace relievo::host
