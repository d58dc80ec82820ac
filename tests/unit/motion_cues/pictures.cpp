#include "tests/unit/motion_cues/pictures.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <relievo/sdk/host.hpp>

namespace relievo::test {

MotionNode::MotionNode(int width, int height, std::uint32_t pixel_format)
    : format(colour_format(pixel_format, width, height)) {
  node = std::make_unique<host::NodeInstance>(
      *loaded_plugin(RLV_MOTION_CUES_PLUGIN).node_types[0], run_context.context, "depth",
      "motion_cues", config_json(R"({"working_pixels": 102400, "look_ahead": 8, "cues": 1.0})"));
  const rlv_format* const inputs[] = {&format};
  planned = node->plan(inputs, {format});
  node->open();
}

Frame MotionNode::frame(std::int64_t index, std::int64_t shot, const cv::Mat3b& rgb) const {
  auto info = frame_info(format, index);
  info.shot_id = shot;
  auto result = Host(node->host()).new_frame(info);
  const auto plane = result.plane<std::uint8_t>(0);
  for (int y = 0; y < rgb.rows; ++y)
    std::copy_n(rgb.ptr<std::uint8_t>(y), 3 * rgb.cols, plane.row(y));
  return result;
}

cv::Mat1f map_of(const Frame& frame) {
  const auto plane = frame.plane<const float>(0);
  cv::Mat1f map(plane.height, plane.width);
  for (int y = 0; y < map.rows; ++y) std::copy_n(plane.row(y), map.cols, map[y]);
  return map;
}

std::vector<cv::Mat1f> drain_all(host::NodeInstance& node) {
  std::vector<cv::Mat1f> maps;
  std::vector<Frame> out(1);
  while (node.pull(out) == Flow::kDone) maps.push_back(map_of(out[0]));
  node.drain();
  while (node.pull(out) == Flow::kDone) maps.push_back(map_of(out[0]));
  return maps;
}

std::vector<cv::Mat1f> MotionNode::run(const std::vector<cv::Mat3b>& pictures, const Shots& shots) {
  std::vector<std::vector<Frame>> inputs;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    inputs.emplace_back();
    inputs.back().push_back(frame(static_cast<std::int64_t>(i), shots.at(i), pictures[i]));
  }
  std::vector<cv::Mat1f> maps;
  for (const auto& out : run_node(*node, std::move(inputs))) maps.push_back(map_of(out[0]));
  return maps;
}

std::vector<cv::Mat1f> depth_of(const std::vector<cv::Mat3b>& pictures, const Shots& shots) {
  return MotionNode(pictures.at(0).cols, pictures.at(0).rows).run(pictures, shots);
}

void expect_valid(const cv::Mat1f& map) {
  EXPECT_TRUE(cv::checkRange(map, true, nullptr, 0, 1.0000001));
}

}  // namespace relievo::test
