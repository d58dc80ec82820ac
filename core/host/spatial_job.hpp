// One call of 'spatial make', decided before the first frame: which film, in which form, to where.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/host/resolve.hpp"
#include "core/host/spatial_config.hpp"

namespace relievo::host {

struct SpatialJob {
  SpatialConfig config;
  std::string node;              // the sink that writes the film
  std::filesystem::path film;    // what it writes
  std::string format;            // of the film, the tool's word: sbs, hsbs, ou, hou
  std::filesystem::path output;  // the finished spatial film
};

// The job for a pipeline. overwrite: as on the command line. Throws Failure(kUsage), at the block's
// place: no sink or several that fit, a film that the tool cannot read, an output that is there,
// has a wrong ending, or is another's.
[[nodiscard]] SpatialJob plan_spatial(const SpatialConfig& config, const ResolvedGraph& graph,
                                      bool overwrite);

// The words behind the program's name. may_replace: the tool writes over what is there instead of
// asking.
[[nodiscard]] std::vector<std::string> spatial_arguments(const SpatialJob& job,
                                                         const std::filesystem::path& output,
                                                         bool may_replace);

// What a person types to do the job by hand.
[[nodiscard]] std::string spatial_command(const SpatialJob& job);

// The program: the one that the config names, or 'spatial' of PATH; nothing if it is not there or
// may not be run.
[[nodiscard]] std::optional<std::filesystem::path> find_spatial(const SpatialJob& job);

}  // namespace relievo::host
