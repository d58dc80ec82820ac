// What 'analyse' tells, as a table and as JSON.
#pragma once

#include <string>
#include <vector>

#include <relievo/sdk/comfort_budget.hpp>

#include "core/analysis/depths.hpp"
#include "core/analysis/proposal.hpp"
#include "core/host/parameters.hpp"

namespace relievo::app {

struct Analysis {
  std::string film;
  std::string approach;           // type of the node that made the depth
  std::string view;               // name of the node that the settings are for
  std::string config;             // of --config; empty: the default
  std::vector<std::string> more;  // words of the command line that shaped the pipeline
  int every = 1;
  ComfortBudget budget;
  std::string screen_name;  // empty: none
  Screen screen;
  analysis::Setting now;  // of the pipeline
  analysis::Depths depths;
  analysis::Proposal proposal;
  std::string plot;  // path; empty: none was written
};

// Words for a shell that convert the film with the proposal.
[[nodiscard]] std::string command_line(const Analysis& analysis, const std::string& program);
[[nodiscard]] host::Json analysis_json(const Analysis& analysis, const std::string& program);
// Lines for people.
[[nodiscard]] std::string analysis_text(const Analysis& analysis, const std::string& program);

}  // namespace relievo::app
