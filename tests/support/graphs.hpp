// Graphs of testkit nodes from a few lines of YAML.
#pragma once

#include <string>

#include "core/host/graph.hpp"
#include "core/host/registry.hpp"
#include "core/host/resolve.hpp"
#include "core/host/runner.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

// A registry that has the testkit, as if it came with the host, and no other plugin.
[[nodiscard]] const host::Registry& testkit_registry();

// yaml: the text of 'nodes:' and what stands beside it; version is added. Named "test.yaml" in
// messages.
[[nodiscard]] host::ResolvedGraph resolve_yaml(const std::string& yaml,
                                               const host::ResolveOptions& options = {});

// What resolving the text fails with; empty if it does not.
[[nodiscard]] std::string resolve_error(const std::string& yaml);

struct TestOutcome {
  host::RunReport report;
  host::Graph graph;  // still there, so that frames can be counted after the run
};

// Builds and runs.
[[nodiscard]] TestOutcome run_yaml(const std::string& yaml, TestRun& run,
                                   const host::RunOptions& options = {});

}  // namespace relievo::test
