// The pipeline of 'analyse': that of a conversion up to its depth, at a reduced rate and size, with
// a sink that counts.
#pragma once

#include <filesystem>
#include <string>

#include "core/host/config.hpp"
#include "core/host/log.hpp"
#include "core/host/parameters.hpp"
#include "core/host/registry.hpp"

namespace relievo::app {

struct AnalysisPipeline {
  host::Config config;
  std::string view;   // name of the node of type stereo.view
  std::string depth;  // and of the one that its depth comes from
  int every = 1;      // frames of the source to one that is looked at
};

// Names of what it adds.
inline constexpr const char* kAnalysisSink = "analyse";

// [main] config: of a conversion. rate: frames a second of its source, 0 if unknown. every: 0 is
// about six frames a second. Throws Failure(kUsage) if there is no stereo.view to analyse for.
[[nodiscard]] AnalysisPipeline analysis_pipeline(host::Config config, double rate, int every,
                                                 const host::Registry& registry, host::Log& log);

// A parameter of a node as the config writes it; fallback if it does not.
[[nodiscard]] double written_number(const host::Config& config, const std::string& node,
                                    const std::string& parameter, double fallback);

}  // namespace relievo::app
