#include <cmath>
#include <limits>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <relievo/sdk/host.hpp>

#include "tests/support/harness.hpp"

namespace relievo::temporal {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Moment {
  cv::Mat1f depth;
  cv::Mat3b picture;
  std::int64_t shot = 0;
  std::uint32_t transition = RLV_TRANSITION_NONE;
};

struct StabiliseNode {
  explicit StabiliseNode(std::uint32_t semantic = RLV_SEM_METRES, int look_ahead = 8)
      : colour(test::colour_format(RLV_PF_RGB24, 160, 96)), depth(colour) {
    depth.semantic = semantic;
    depth.pixel_format = RLV_PF_MAP_F32;
    node = std::make_unique<host::NodeInstance>(
        *test::loaded_plugin(RLV_TEMPORAL_PLUGIN).node_types[0], run_context.context, "steady",
        "temporal",
        test::config_json(R"({"strength": 0.85, "edge": 10.0, "follow": 0.001, "look_ahead": )" +
                          std::to_string(look_ahead) + "}"));
    const rlv_format* const inputs[] = {&depth, &colour};
    planned = node->plan(inputs, {depth});
    node->open();
  }

  [[nodiscard]] std::vector<Frame> frames(std::int64_t index, const Moment& moment) const {
    const auto make = [&](rlv_format format, cv::Size size) {
      auto info = test::frame_info(format, index);
      info.width = size.width;
      info.height = size.height;
      info.shot_id = moment.shot;
      info.transition = moment.transition;
      return Host(node->host()).new_frame(info);
    };
    std::vector<Frame> in;
    in.push_back(make(depth, moment.depth.size()));
    const auto map = in[0].plane<float>(0);
    for (int y = 0; y < moment.depth.rows; ++y)
      std::copy_n(moment.depth[y], moment.depth.cols, map.row(y));
    in.push_back(make(colour, moment.picture.size()));
    const auto plane = in[1].plane<std::uint8_t>(0);
    for (int y = 0; y < moment.picture.rows; ++y)
      std::copy_n(moment.picture.ptr(y), 3 * moment.picture.cols, plane.row(y));
    return in;
  }

  [[nodiscard]] std::vector<cv::Mat1f> run(const std::vector<Moment>& moments) const {
    std::vector<std::vector<Frame>> inputs;
    for (std::size_t i = 0; i < moments.size(); ++i)
      inputs.push_back(frames(static_cast<std::int64_t>(i), moments[i]));
    std::vector<cv::Mat1f> maps;
    for (const auto& out : test::run_node(*node, std::move(inputs))) {
      const auto plane = out[0].plane<const float>(0);
      cv::Mat1f map(plane.height, plane.width);
      for (int y = 0; y < map.rows; ++y) std::copy_n(plane.row(y), map.cols, map[y]);
      maps.push_back(map);
    }
    return maps;
  }

  test::TestRun run_context;
  rlv_format colour;
  rlv_format depth;
  std::unique_ptr<host::NodeInstance> node;
  host::PlannedNode planned;
};

// A random picture and depth from 2 to 6 metres whose scale wobbles.
std::vector<Moment> wobbling(int count, std::uint64_t seed, cv::Size map = {160, 96}) {
  cv::RNG random(seed);
  cv::Mat3b picture(96, 160);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  cv::Mat1f depth(map);
  for (int y = 0; y < map.height; ++y)
    depth.row(y).setTo(2 + 4.0 * y / std::max(1, map.height - 1));
  std::vector<Moment> moments;
  for (int i = 0; i < count; ++i)
    moments.push_back({depth * random.uniform(0.9, 1.1), picture, 0, RLV_TRANSITION_NONE});
  return moments;
}

double difference(const cv::Mat1f& a, const cv::Mat1f& b) {
  return cv::norm(a, b, cv::NORM_INF);
}

TEST(TemporalNode, PlansTheLatencyThatItKeeps) {
  StabiliseNode node(RLV_SEM_METRES, 5);
  EXPECT_EQ(node.planned.needs.max_latency, 5U);
  EXPECT_EQ(node.planned.outputs[0].semantic, std::uint32_t{RLV_SEM_METRES});
  const auto moments = wobbling(12, 1);
  int pulled = 0;
  for (int i = 0; i < 12; ++i) {
    auto in = node.frames(i, moments[static_cast<std::size_t>(i)]);
    ASSERT_EQ(node.node->push(in), Flow::kDone);
    std::vector<Frame> out(1);
    while (node.node->pull(out) == Flow::kDone) EXPECT_EQ(out[0].info().index, pulled++);
    EXPECT_GE(pulled, i + 1 - 5);
  }
}

TEST(TemporalNode, AStillShotGetsTheMeanScaleOfItsFirstFramesNotThatOfItsFirst) {
  const auto moments = wobbling(20, 2);
  const auto maps = StabiliseNode().run(moments);
  ASSERT_EQ(maps.size(), 20U);
  double mean = 0;
  for (int i = 0; i < 9; ++i) mean += std::log(moments[static_cast<std::size_t>(i)].depth(50, 80));
  for (const auto& map : maps) EXPECT_NEAR(std::log(map(50, 80)), mean / 9, 0.004);
}

TEST(TemporalNode, WhatIsNoDepthPassesAsItCameAndHarmsNothingElse) {
  for (const auto semantic : {RLV_SEM_METRES, RLV_SEM_INVERSE_METRES, RLV_SEM_RELATIVE_INVERSE}) {
    auto moments = wobbling(12, 3);
    const auto clean = StabiliseNode(semantic).run(moments);
    for (auto& moment : moments) {
      moment.depth = moment.depth.clone();
      moment.depth(10, 10) = kNaN;
      moment.depth(10, 40) = kInfinity;
      moment.depth(40, 10) = -kInfinity;
    }
    const auto maps = StabiliseNode(semantic).run(moments);
    ASSERT_EQ(maps.size(), 12U);
    for (std::size_t i = 0; i < maps.size(); ++i) {
      EXPECT_TRUE(std::isnan(maps[i](10, 10)));
      EXPECT_EQ(maps[i](10, 40), kInfinity);
      EXPECT_EQ(maps[i](40, 10), -kInfinity);
      EXPECT_NEAR(maps[i](70, 100), clean[i](70, 100), 0.01) << "frame " << i;
      EXPECT_TRUE(std::isfinite(maps[i](12, 12)));
    }
  }
}

TEST(TemporalNode, MapsOfNothingStayNothing) {
  for (const float value : {0.0F, -1.0F, kNaN, kInfinity}) {
    auto moments = wobbling(10, 4);
    for (auto& moment : moments) moment.depth = cv::Mat1f(96, 160, value);
    for (const auto semantic : {RLV_SEM_METRES, RLV_SEM_RELATIVE_INVERSE})
      for (const auto& map : StabiliseNode(semantic).run(moments)) {
        if (std::isnan(value))
          EXPECT_TRUE(std::isnan(map(50, 50)));
        else
          EXPECT_EQ(map(50, 50), value);
      }
  }
}

TEST(TemporalNode, DepthMayBeOfAnySizeAndChangeItInAShot) {
  for (const auto size : {cv::Size{1, 1}, {3, 2}, {33, 200}, {161, 97}, {400, 250}}) {
    auto moments = wobbling(4, 5, size);
    const auto others = wobbling(4, 6);
    moments.insert(moments.end(), others.begin(), others.end());
    const auto maps = StabiliseNode().run(moments);
    ASSERT_EQ(maps.size(), 8U);
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(maps[i].size(), moments[i].depth.size());
      EXPECT_TRUE(cv::checkRange(maps[i], true, nullptr, 1.7, 6.7));
    }
  }
}

TEST(TemporalNode, ANewShotForgetsTheOneBefore) {
  auto first = wobbling(11, 7);
  auto second = wobbling(11, 8);
  for (auto& moment : second) moment.depth *= 1.2;
  const auto alone = StabiliseNode().run(second);
  for (auto& moment : second) moment.shot = 1;
  first.insert(first.end(), second.begin(), second.end());
  const auto joined = StabiliseNode().run(first);
  ASSERT_EQ(joined.size(), 22U);
  for (std::size_t i = 0; i < 11; ++i) EXPECT_EQ(difference(joined[11 + i], alone[i]), 0);
}

TEST(TemporalNode, AFrameOfATransitionStandsAlone) {
  auto moments = wobbling(12, 9);
  moments[6].transition = RLV_TRANSITION_DISSOLVE;
  const auto maps = StabiliseNode().run(moments);
  const auto rest = StabiliseNode().run({moments.begin() + 6, moments.end()});
  for (std::size_t i = 6; i < 12; ++i) EXPECT_EQ(difference(maps[i], rest[i - 6]), 0);
}

TEST(TemporalNode, ResetForgetsEverything) {
  const auto moments = wobbling(10, 10);
  StabiliseNode node;
  const auto once = node.run(moments);
  node.node->reset();
  node.node->open();
  const auto again = node.run(moments);
  for (std::size_t i = 0; i < once.size(); ++i) EXPECT_EQ(difference(once[i], again[i]), 0);
}

TEST(TemporalNode, SaysThatColourIsNoDepth) {
  EXPECT_THAT([] { StabiliseNode node(RLV_SEM_COLOUR); },
              testing::ThrowsMessage<host::NodeFailure>(
                  testing::HasSubstr("input 'depth' carries colour; connect a node that gives")));
}

}  // namespace
}  // namespace relievo::temporal
