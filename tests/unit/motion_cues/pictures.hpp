// Feeds pictures to a motion_cues.depth node.
#pragma once

#include <memory>
#include <vector>

#include <opencv2/core.hpp>

#include "tests/support/harness.hpp"

namespace relievo::test {

using Shots = std::vector<std::int64_t>;  // shot_id of each picture

struct MotionNode {
  MotionNode(int width, int height, std::uint32_t pixel_format = RLV_PF_RGB24);
  [[nodiscard]] Frame frame(std::int64_t index, std::int64_t shot, const cv::Mat3b& rgb) const;
  [[nodiscard]] std::vector<cv::Mat1f> run(const std::vector<cv::Mat3b>& pictures,
                                           const Shots& shots);

  TestRun run_context;
  rlv_format format;
  std::unique_ptr<host::NodeInstance> node;  // open
  host::PlannedNode planned;
};

[[nodiscard]] cv::Mat1f map_of(const Frame& frame);
// Drains and pulls everything that is left.
std::vector<cv::Mat1f> drain_all(host::NodeInstance& node);
[[nodiscard]] std::vector<cv::Mat1f> depth_of(const std::vector<cv::Mat3b>& pictures,
                                              const Shots& shots);
// Finite and 0 to 1.
void expect_valid(const cv::Mat1f& map);

}  // namespace relievo::test
