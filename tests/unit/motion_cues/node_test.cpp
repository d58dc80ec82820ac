#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <relievo/sdk/host.hpp>

#include "estimator.hpp"
#include "tests/support/harness.hpp"
#include "tests/unit/motion_cues/pictures.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::motion_cues {
namespace {

using test::depth_of;
using test::expect_valid;
using test::MotionNode;
using test::Shots;

TEST(MotionCues, GivesOneMapPerFrameWithItsTimesInTheWorkingSize) {
  MotionNode node(1280, 720);
  EXPECT_EQ(node.planned.outputs[0].semantic, std::uint32_t{RLV_SEM_RELATIVE_INVERSE});
  EXPECT_EQ(node.planned.outputs[0].width, 427);
  EXPECT_EQ(node.planned.outputs[0].height, 240);
  EXPECT_EQ(node.planned.needs.look_ahead, 8U);
  EXPECT_EQ(node.planned.needs.max_latency, 8U);
  std::vector<std::vector<Frame>> inputs;
  for (int i = 0; i < 3; ++i)
    inputs.push_back({node.frame(i, 0, cv::Mat3b(720, 1280, {40, 50, 60}))});
  const auto results = test::run_node(*node.node, std::move(inputs));
  ASSERT_EQ(results.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const auto info = results[static_cast<std::size_t>(i)][0].info();
    EXPECT_EQ(info.index, i);
    EXPECT_EQ(info.pts, i);
    EXPECT_EQ(info.width, 427);
  }
}

TEST(MotionCues, HoldsNoMoreFramesThanItPromises) {
  MotionNode node(160, 96);
  int pulled = 0;
  for (int i = 0; i < 20; ++i) {
    std::vector<Frame> in{node.frame(i, 0, cv::Mat3b(96, 160, {9, 9, 9}))};
    ASSERT_EQ(node.node->push(in), Flow::kDone);
    std::vector<Frame> out(1);
    while (node.node->pull(out) == Flow::kDone) ++pulled;
    EXPECT_GE(pulled, i + 1 - 8);
  }
}

struct Size {
  int width, height;
};
class EverySize : public testing::TestWithParam<Size> {};

TEST_P(EverySize, GivesFiniteDepthInRange) {
  const auto [width, height] = GetParam();
  cv::RNG random(5);
  std::vector<cv::Mat3b> pictures;
  cv::Mat3b base(height + 8, width + 8);
  random.fill(base, cv::RNG::UNIFORM, 0, 256);
  for (int i = 0; i < 4; ++i) pictures.push_back(base(cv::Rect(2 * i, i, width, height)).clone());
  const auto maps = depth_of(pictures, Shots(4, 0));
  ASSERT_EQ(maps.size(), 4U);
  for (const auto& map : maps) expect_valid(map);
}

INSTANTIATE_TEST_SUITE_P(Sizes, EverySize,
                         testing::Values(Size{1, 1}, Size{2, 3}, Size{7, 200}, Size{47, 49},
                                         Size{48, 48}, Size{49, 51}, Size{161, 91}, Size{90, 160},
                                         Size{1079, 607}, Size{2000, 12}, Size{4096, 2304}),
                         [](const auto& chosen) {
                           return std::to_string(chosen.param.width) + "x" +
                                  std::to_string(chosen.param.height);
                         });

TEST(MotionCues, AStillPictureGetsTheHeightCue) {
  const auto maps = depth_of({cv::Mat3b(200, 300, {120, 120, 120})}, {0});
  ASSERT_EQ(maps.size(), 1U);
  expect_valid(maps[0]);
  EXPECT_LT(maps[0](10, 150) + 0.3, maps[0](190, 150));
  // One row, one depth: nothing in the picture says otherwise.
  EXPECT_NEAR(maps[0](100, 10), maps[0](100, 290), 1e-3);
}

TEST(MotionCues, BlackFramesAndGrainAreNoMotion) {
  cv::RNG random(7);
  std::vector<cv::Mat3b> black, grain;
  for (int i = 0; i < 12; ++i) {
    black.emplace_back(180, 320, cv::Vec3b(0, 0, 0));
    cv::Mat3b noisy(180, 320);
    random.fill(noisy, cv::RNG::NORMAL, cv::Scalar::all(100), cv::Scalar::all(6));
    grain.push_back(noisy);
  }
  for (const auto& pictures : {black, grain}) {
    const auto maps = depth_of(pictures, Shots(12, 0));
    for (const auto& map : maps) {
      expect_valid(map);
      EXPECT_LT(cv::mean(map.rowRange(0, 60))[0] + 0.2, cv::mean(map.rowRange(120, 180))[0]);
    }
    EXPECT_LT(cv::norm(maps.front(), maps.back(), cv::NORM_INF), 0.1);
  }
}

TEST(MotionCues, TakesThePlanesOfAVideoAndAgreesWithItsRgb) {
  const auto scene = scenes::make_scene("static", 31, {240, 136, 3, 0.0});
  const auto frame = scenes::render(scene, 0, scenes::kLeftAndDepth);
  cv::Mat3b rgb(136, 240);
  std::copy(frame.left.begin(), frame.left.end(), rgb.data);
  const auto from_rgb = depth_of({rgb}, {0});

  MotionNode node(240, 136, RLV_PF_YUV444P);
  auto yuv = test::new_frame(*node.node, node.format, 0);
  for (int y = 0; y < 136; ++y) {
    for (int x = 0; x < 240; ++x) {
      const auto& p = rgb(y, x);
      const double l = 0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2];
      yuv.plane<std::uint8_t>(0).at(x, y) = cv::saturate_cast<uchar>(16 + l * 219 / 255);
      yuv.plane<std::uint8_t>(1).at(x, y) =
          cv::saturate_cast<uchar>(128 + (p[2] - l) / 1.8556 * 224 / 255);
      yuv.plane<std::uint8_t>(2).at(x, y) =
          cv::saturate_cast<uchar>(128 + (p[0] - l) / 1.5748 * 224 / 255);
    }
  }
  std::vector<std::vector<Frame>> inputs;
  inputs.emplace_back();
  inputs.back().push_back(std::move(yuv));
  const auto results = test::run_node(*node.node, std::move(inputs));
  const auto from_yuv = test::map_of(results.at(0).at(0));
  EXPECT_LT(cv::norm(from_rgb[0], from_yuv, cv::NORM_L1) / from_yuv.total(), 0.01);
}

TEST(MotionCues, SaysWhichFormatItCannotRead) {
  MotionNode node(64, 64, RLV_PF_RGB48);
  std::vector<Frame> in;
  in.push_back(test::new_frame(*node.node, node.format, 0));
  EXPECT_THAT(
      [&] {
        static_cast<void>(node.node->push(in));
        test::drain_all(*node.node);
      },
      testing::ThrowsMessage<host::NodeFailure>(testing::HasSubstr(
          "cannot read pixel format 'rgb48'; convert to rgb24 or yuv420p first")));
}

std::vector<cv::Mat3b> scene_pictures(const std::string& name, std::uint64_t seed, int frames,
                                      int width = 320, int height = 180) {
  const auto scene = scenes::make_scene(name, seed, {width, height, frames, 1.5});
  std::vector<cv::Mat3b> pictures;
  for (int i = 0; i < frames; ++i) {
    const auto frame = scenes::render(scene, i, scenes::kLeftAndDepth);
    cv::Mat3b picture(height, width);
    std::copy(frame.left.begin(), frame.left.end(), picture.data);
    pictures.push_back(picture);
  }
  return pictures;
}

TEST(MotionCues, ACutForgetsEverything) {
  auto first = scene_pictures("pan", 41, 14);
  const auto second = scene_pictures("room", 42, 14);
  const auto alone = depth_of(second, Shots(14, 0));
  first.insert(first.end(), second.begin(), second.end());
  Shots shots(14, 3);
  shots.insert(shots.end(), 14, 4);
  const auto joined = depth_of(first, shots);
  ASSERT_EQ(joined.size(), 28U);
  for (std::size_t i = 0; i < 14; ++i)
    EXPECT_EQ(cv::norm(joined[14 + i], alone[i], cv::NORM_INF), 0) << "frame " << i;
}

TEST(MotionCues, ResetForgetsEverythingToo) {
  const auto pictures = scene_pictures("pan", 43, 10);
  MotionNode node(320, 180);
  const auto once = node.run(pictures, Shots(10, 0));
  node.node->reset();
  node.node->open();
  const auto again = node.run(pictures, Shots(10, 0));
  for (std::size_t i = 0; i < once.size(); ++i)
    EXPECT_EQ(cv::norm(once[i], again[i], cv::NORM_INF), 0);
}

TEST(MotionCues, TheResultDoesNotDependOnTheNumberOfThreads) {
  const auto pictures = scene_pictures("walkers", 44, 14);
  const int before = cv::getNumThreads();
  cv::setNumThreads(1);
  const auto one = depth_of(pictures, Shots(14, 0));
  cv::setNumThreads(4);
  const auto four = depth_of(pictures, Shots(14, 0));
  cv::setNumThreads(before);
  for (std::size_t i = 0; i < one.size(); ++i)
    EXPECT_EQ(cv::norm(one[i], four[i], cv::NORM_INF), 0) << "frame " << i;
}

TEST(MotionCues, TheResultDoesNotDependOnWhenFramesAreAskedFor) {
  const auto pictures = scene_pictures("pan", 45, 16);
  const auto steady = depth_of(pictures, Shots(16, 0));
  MotionNode node(320, 180);
  std::vector<cv::Mat1f> lazy;
  for (int i = 0; i < 16; ++i) {  // pulls only when the node insists
    std::vector<Frame> in;
    in.push_back(node.frame(i, 0, pictures[static_cast<std::size_t>(i)]));
    while (node.node->push(in) == Flow::kAgain) {
      std::vector<Frame> out(1);
      ASSERT_EQ(node.node->pull(out), Flow::kDone);
      lazy.push_back(test::map_of(out[0]));
    }
  }
  for (auto& map : test::drain_all(*node.node)) lazy.push_back(map);
  ASSERT_EQ(lazy.size(), steady.size());
  for (std::size_t i = 0; i < lazy.size(); ++i)
    EXPECT_EQ(cv::norm(lazy[i], steady[i], cv::NORM_INF), 0) << "frame " << i;
}

TEST(MotionCues, AStillCameraGivesSteadyDepth) {
  const auto scene = scenes::make_scene("static", 46, {320, 180, 1, 0.0});
  const auto frame = scenes::render(scene, 0, scenes::kLeftAndDepth);
  cv::Mat3b clean(180, 320);
  std::copy(frame.left.begin(), frame.left.end(), clean.data);
  cv::RNG random(3);
  std::vector<cv::Mat3b> pictures;
  for (int i = 0; i < 16; ++i) {
    cv::Mat noise(180, 320, CV_16SC3), noisy;
    random.fill(noise, cv::RNG::NORMAL, cv::Scalar::all(0), cv::Scalar::all(2));
    cv::add(clean, noise, noisy, cv::noArray(), CV_8UC3);
    pictures.emplace_back(noisy);
  }
  const auto maps = depth_of(pictures, Shots(16, 0));
  for (std::size_t i = 1; i < maps.size(); ++i)
    EXPECT_LT(cv::norm(maps[i], maps[i - 1], cv::NORM_L1) / maps[i].total(), 0.004);
}

}  // namespace
}  // namespace relievo::motion_cues
