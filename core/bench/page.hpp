// The benchmark's report as a page for people.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace relievo::bench {

// The whole of index.html for a report as docs/benchmark.md describes it: scripts, styles, the
// chart library and the report itself are inside; films and pictures are named by their paths
// relative to the folder that the page is written to. Whatever the report's texts hold stays text.
// What is not UTF-8 in them is shown as U+FFFD. An empty object gives a page that says that there
// is nothing to see. Throws std::invalid_argument if the report is no JSON object. [any]
[[nodiscard]] std::string page_of(const nlohmann::json& report);

}  // namespace relievo::bench
