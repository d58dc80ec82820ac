// A node with one input and one output, run by hand.
#pragma once

#include <string>
#include <vector>

#include <relievo/sdk/frame.hpp>

#include "core/host/node_instance.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

struct NodeRun {
  NodeRun(const rlv_node_type& type, const std::string& params)
      : node(type, run.context, "node", "media", config_json(params)) {}

  // Plans for `in`, the output on clock `out_clock`, and opens.
  void open(const rlv_format& in, std::uint64_t out_clock = 0) {
    auto preset = in;
    if (out_clock != 0) preset.clock = out_clock;
    const rlv_format* const inputs[] = {&in};
    const auto planned = node.plan(inputs, {preset});
    format = planned.outputs.at(0);
    needs = planned.needs;
    node.open();
  }
  std::vector<Frame> give(std::vector<Frame> frames) {
    std::vector<std::vector<Frame>> inputs;
    for (auto& frame : frames) inputs.push_back({std::move(frame)});
    std::vector<Frame> results;
    for (auto& moment : run_node(node, std::move(inputs))) results.push_back(std::move(moment[0]));
    return results;
  }

  TestRun run;
  host::NodeInstance node;
  rlv_format format{};
  NodePlan needs;
};

}  // namespace relievo::test
