// A run without a graph: enough of the host to create a node, feed it frames by hand and look at
// what comes out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/node.hpp>

#include "core/host/node_instance.hpp"

namespace relievo::test {

// A RunContext whose log is kept instead of printed.
struct TestRun {
  TestRun();
  [[nodiscard]] bool logged(const std::string& part) const;

  std::vector<std::string> lines;
  host::Log log;
  host::RunContext context;
};

// The plugin in a file, which stays loaded. Throws std::runtime_error if there is none.
[[nodiscard]] const rlv_plugin& loaded_plugin(const char* file);

// A folder for what the host keeps, apart from the user's.
[[nodiscard]] std::filesystem::path temporary_cache();

// The JSON text that create() gets; params is JSON text of an object.
[[nodiscard]] std::string config_json(const std::string& params = "{}",
                                      const std::string& node_name = "node");

// A format of colour frames on clock 1 at 24 frames a second, timebase 1/24.
[[nodiscard]] rlv_format colour_format(std::uint32_t pixel_format, std::int32_t width,
                                       std::int32_t height);
// An info that fits the format: index, pts = index, duration 1.
[[nodiscard]] rlv_frame_info frame_info(const rlv_format& format, std::int64_t index);
// A frame with undefined samples; fill it through plane<T>().
[[nodiscard]] Frame new_frame(const host::NodeInstance& node, const rlv_format& format,
                              std::int64_t index);

// Pushes inputs[i] (one vector of frames per moment) and pulls as the runner does, drains, and
// returns every result in order. The node must be open.
[[nodiscard]] std::vector<std::vector<Frame>> run_node(host::NodeInstance& node,
                                                       std::vector<std::vector<Frame>> inputs,
                                                       std::size_t outputs = 1);

}  // namespace relievo::test
