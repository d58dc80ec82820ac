// depth_refine.edges in a test: depth and pictures in, depth out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <relievo/sdk/host.hpp>

#include "tests/support/harness.hpp"

namespace relievo::depth_refine::test {

using relievo::test::TestRun;

struct Moment {
  cv::Mat1f depth;
  cv::Mat3b picture;  // red, green, blue
  std::int64_t shot = 0;
  std::uint32_t transition = 0;
};

// The node as the plugin exports it, open, for RGB pictures.
class RefineRun {
 public:
  // params: JSON text that overrides the manifest's defaults.
  explicit RefineRun(std::uint32_t semantic, const std::string& params = "{}",
                     std::uint32_t threads = 2, std::uint32_t pixel_format = RLV_PF_RGB24);

  // Fills an empty frame of the colour's format.
  using Painter = std::function<void(const Frame&)>;
  [[nodiscard]] std::vector<Frame> frames(std::int64_t index, const cv::Mat1f& depth,
                                          cv::Size picture, const Painter& paint,
                                          std::int64_t shot = 0,
                                          std::uint32_t transition = 0) const;
  [[nodiscard]] std::vector<cv::Mat1f> run(const std::vector<Moment>& moments) const;
  [[nodiscard]] cv::Mat1f run(const cv::Mat1f& depth, const cv::Mat3b& picture) const;
  [[nodiscard]] host::NodeInstance& node() const { return *node_; }
  [[nodiscard]] const host::PlannedNode& planned() const { return planned_; }

 private:
  TestRun context_;
  rlv_format colour_;
  rlv_format depth_;
  std::unique_ptr<host::NodeInstance> node_;
  host::PlannedNode planned_;
};

[[nodiscard]] cv::Mat1f map_of(const Frame& frame);

// A picture by a formula, 0 to 255.
[[nodiscard]] cv::Mat3b painted(cv::Size size,
                                const std::function<cv::Vec3d(int x, int y)>& colour);
// A smooth random texture around a colour.
[[nodiscard]] cv::Mat3b textured(cv::Size size, cv::Scalar colour, double contrast,
                                 std::uint64_t seed);

}  // namespace relievo::depth_refine::test
