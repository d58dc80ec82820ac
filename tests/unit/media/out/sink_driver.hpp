// Drives a node without outputs, sink or contact sheet, as the runner does: formats, frames, drain,
// finish. Failures of the node come out as NodeError.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <relievo/sdk/frame.hpp>

#include "core/host/services.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

struct NodeError : std::runtime_error {
  NodeError(rlv_status s, const std::string& message) : std::runtime_error(message), status(s) {}
  rlv_status status;
};

class SinkDriver {
 public:
  // params: JSON text of an object; what it does not name has the manifest's default.
  explicit SinkDriver(const rlv_node_type& type, const std::string& params);
  SinkDriver(const SinkDriver&) = delete;
  SinkDriver& operator=(const SinkDriver&) = delete;
  ~SinkDriver();

  // One format per port of the manifest, nullopt where nothing is connected; the last ones may be
  // left out.
  rlv_plan plan(const std::vector<std::optional<rlv_format>>& inputs);
  void open();
  // One frame per port; an empty one where nothing is connected, or left out at the end.
  void push(std::vector<Frame> frames);
  void drain();
  void reset();
  nlohmann::json finish(bool complete);

  [[nodiscard]] const rlv_host* host() const { return services_.host(); }
  [[nodiscard]] TestRun& run() { return run_; }

 private:
  void check(rlv_status status, const rlv_error& error) const;

  TestRun run_;
  host::NodeServices services_;
  rlv_node_type type_;
  std::size_t ports_;
  rlv_node* node_ = nullptr;
};

// The manifest's defaults of a node of media's, changed by params.
[[nodiscard]] std::string media_params(const std::string& node, const std::string& params);

// Writes a sample of component plane of a picture at x, y.
using Painting = std::function<int(int plane, int x, int y)>;
// A frame whose samples come from paint (in their own bits, right-aligned).
[[nodiscard]] Frame painted_frame(const rlv_host* host, const rlv_frame_info& info,
                                  const Painting& paint);
// A depth map whose values come from value(x, y).
[[nodiscard]] Frame depth_frame(const rlv_host* host, const rlv_format& format, std::int64_t index,
                                const std::function<float(int x, int y)>& value);
[[nodiscard]] rlv_format depth_format(std::int32_t width, std::int32_t height,
                                      std::uint32_t semantic);

}  // namespace relievo::test
