// stereo.view in a test: frames in, frames out, parameters as JSON over the manifest's defaults.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/node_type.hpp>

#include "plugins/stereo/view_node.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

// A map of depth, row by row.
struct DepthMap {
  int width;
  int height;
  std::vector<float> values;
  DepthMap(int w, int h, const std::function<float(int x, int y)>& value);
  [[nodiscard]] DepthMap mirrored() const;
};

// A node, open, for one kind of colour and depth.
class ViewRun {
 public:
  // params: JSON text of an object that overrides the manifest's defaults.
  ViewRun(const std::string& params, const rlv_format& colour, std::uint32_t semantic,
          std::uint32_t threads = 2);

  // A frame to fill in.
  [[nodiscard]] Frame colour_frame(std::int64_t index = 0) const;
  [[nodiscard]] Frame depth_frame(const DepthMap& depth, std::int64_t index = 0) const;
  // left, right.
  [[nodiscard]] std::vector<Frame> views(const Frame& colour, const Frame& depth);
  [[nodiscard]] std::vector<Frame> views(const Frame& colour, const DepthMap& depth);
  [[nodiscard]] host::NodeInstance& node() { return node_; }

 private:
  static const rlv_node_type& type();

  TestRun run_;
  rlv_format colour_;
  std::uint32_t semantic_;
  host::NodeInstance node_;
};

// Views together with the node that made them, which frames need as long as they live.
struct MadeViews {
  std::unique_ptr<ViewRun> run;
  std::vector<Frame> views;
  [[nodiscard]] const Frame& operator[](std::size_t eye) const { return views[eye]; }
  [[nodiscard]] auto begin() const { return views.begin(); }
  [[nodiscard]] auto end() const { return views.end(); }
};

// Every parameter of stereo.view with its default, but no look-ahead and no budget; overridden.
[[nodiscard]] std::string view_params(const std::string& overrides);
// Names of the colour input's pixel formats.
[[nodiscard]] std::vector<std::string> colour_formats_of_manifest();

}  // namespace relievo::test
