// Formats, time, plan and errors of the node.
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "tests/unit/depth_refine/refine_run.hpp"

namespace relievo::depth_refine::test {
namespace {

const cv::Size kPicture{240, 136};
const cv::Size kMap{115, 65};

// A disc before a wall; its depth is soft and a little too large.
cv::Mat1f disc_depth(double radius = 40) {
  cv::Mat1f full(kPicture, 0.2F), small;
  cv::circle(full, {120, 68}, cvRound(radius), 0.8F, cv::FILLED);
  cv::resize(full, small, kMap, 0, 0, cv::INTER_AREA);
  cv::GaussianBlur(small, small, {}, 1.2, 1.2, cv::BORDER_REPLICATE);
  return small;
}
cv::Mat3b disc_picture(std::uint64_t seed = 1) {
  auto picture = textured(kPicture, {150, 140, 70}, 15, seed);
  cv::Mat1b inside(kPicture, std::uint8_t{0});
  cv::circle(inside, {120, 68}, 38, 255, cv::FILLED);
  textured(kPicture, {60, 90, 160}, 15, seed + 1).copyTo(picture, inside);
  return picture;
}
cv::Mat3b with_noise(const cv::Mat3b& picture, double grain, std::uint64_t seed) {
  cv::RNG random(seed);
  cv::Mat noise(picture.size(), CV_16SC3), sum;
  random.fill(noise, cv::RNG::NORMAL, 0, grain);
  cv::add(picture, noise, sum, cv::noArray(), CV_8UC3);
  return sum;
}

double difference(const cv::Mat1f& a, const cv::Mat1f& b) {
  return cv::norm(a, b, cv::NORM_INF);
}

TEST(DepthRefineNode, SaysThePicturesSizeAndHoldsNothingBack) {
  const RefineRun run(RLV_SEM_METRES);
  EXPECT_EQ(run.planned().outputs[0].width, 240);
  EXPECT_EQ(run.planned().outputs[0].height, 136);
  EXPECT_EQ(run.planned().outputs[0].semantic, std::uint32_t{RLV_SEM_METRES});
  EXPECT_NEAR(run.planned().outputs[0].focal_px, 100 * 240.0 / 115.0, 0.01);
  EXPECT_EQ(run.planned().needs.max_latency, 0U);
  auto in = run.frames(7, disc_depth(), kPicture, [](const Frame&) {});
  std::vector<Frame> out(1);
  ASSERT_EQ(run.node().push(in), Flow::kDone);
  ASSERT_EQ(run.node().pull(out), Flow::kDone);
  EXPECT_EQ(out[0].info().index, 7);
  EXPECT_NEAR(out[0].info().focal_px, 100 * 240.0 / 115.0, 0.01);
}

TEST(DepthRefineNode, AStillPictureGivesTheSameDepthToTheBit) {
  const std::vector<Moment> moments(5, {disc_depth(), disc_picture(), 0, 0});
  const auto maps = RefineRun(RLV_SEM_METRES).run(moments);
  for (const auto& map : maps) EXPECT_EQ(difference(map, maps[0]), 0);
}

// Depth stands still and only the grain of the picture changes: its edge hardly does.
TEST(DepthRefineNode, GrainDoesNotMakeEdgesFlicker) {
  const auto changed = [](bool with_past) {
    std::vector<Moment> moments;
    for (std::uint64_t i = 0; i < 12; ++i)
      moments.push_back({disc_depth(), with_noise(disc_picture(), 8, 50 + i),
                         with_past ? 0 : static_cast<std::int64_t>(i), 0});
    const auto maps = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(moments);
    int count = 0;
    for (std::size_t i = 1; i < maps.size(); ++i)
      count += cv::countNonZero(cv::abs(maps[i] - maps[i - 1]) > 0.2);
    return static_cast<double>(count) / 11;
  };
  // The disc's edge is 239 pixels long.
  EXPECT_LT(changed(true), 12);
  EXPECT_LT(changed(true), 0.5 * changed(false));
}

TEST(DepthRefineNode, AMovingThingLeavesNoTrail) {
  std::vector<Moment> moments;
  const auto moved = [](const cv::Mat& from, double x, int border) {
    const cv::Mat1d move = (cv::Mat1d(2, 3) << 1, 0, x, 0, 1, 0);
    cv::Mat to;
    cv::warpAffine(from, to, move, from.size(), cv::INTER_LINEAR, border);
    return to;
  };
  for (int i = 0; i < 6; ++i)
    moments.push_back({cv::Mat1f(moved(disc_depth(), 4 * i * 115.0 / 240.0, cv::BORDER_REPLICATE)),
                       cv::Mat3b(moved(disc_picture(), 4 * i, cv::BORDER_REPLICATE)), 0, 0});
  const auto maps = RefineRun(RLV_SEM_RELATIVE_INVERSE).run(moments);
  const auto alone = RefineRun(RLV_SEM_RELATIVE_INVERSE).run({moments.back()});
  EXPECT_LT(cv::countNonZero(cv::abs(maps.back() - alone[0]) > 0.1), 24);
}

TEST(DepthRefineNode, ACutATransitionAndResetForgetThePast) {
  std::vector<Moment> moments;
  for (std::uint64_t i = 0; i < 6; ++i)
    moments.push_back({disc_depth(), with_noise(disc_picture(i < 3 ? 1 : 7), 8, i), 0, 0});
  const auto rest = RefineRun(RLV_SEM_METRES).run({moments.begin() + 3, moments.end()});
  auto cut = moments;
  for (std::size_t i = 3; i < 6; ++i) cut[i].shot = 1;
  auto dissolve = moments;
  dissolve[3].transition = RLV_TRANSITION_DISSOLVE;
  for (const auto& film : {cut, dissolve}) {
    const auto maps = RefineRun(RLV_SEM_METRES).run(film);
    for (std::size_t i = 3; i < 6; ++i) EXPECT_EQ(difference(maps[i], rest[i - 3]), 0);
  }
  const RefineRun run(RLV_SEM_METRES);
  static_cast<void>(run.run({moments.begin(), moments.begin() + 3}));
  run.node().reset();
  run.node().open();
  const auto again = run.run({moments.begin() + 3, moments.end()});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(difference(again[i], rest[i]), 0);
}

TEST(DepthRefineNode, AnyNumberOfThreadsGivesTheSameBits) {
  const auto one = RefineRun(RLV_SEM_METRES, "{}", 1).run(disc_depth(), disc_picture());
  for (const std::uint32_t threads : {2U, 3U, 7U})
    EXPECT_EQ(
        difference(RefineRun(RLV_SEM_METRES, "{}", threads).run(disc_depth(), disc_picture()), one),
        0);
}

// One picture in 4:2:0: samples by a formula, in each format's own storage.
cv::Mat1f refined_in(std::uint32_t pixel_format) {
  const RefineRun run(RLV_SEM_RELATIVE_INVERSE, "{}", 2, pixel_format);
  const auto bits = RLV_PIXEL_BITS(pixel_format);
  const auto shift = RLV_PIXEL_HIGH(pixel_format) != 0 ? 8U : bits - 8U;
  const auto value = [](int x, int y, int c, bool half) {
    const double px = half ? 2 * x + 0.5 : x, py = half ? 2 * y + 0.5 : y;
    const bool inside = std::hypot(px - 120, py - 68) < 38;
    const int grain = (x * 37 + y * 91 + c * 11) % 13;
    return (inside ? 90 + 30 * c : 160 - 40 * c) + grain;
  };
  const auto paint = [&](const Frame& frame) {
    const int planes = static_cast<int>(frame.plane_count());
    for (int p = 0; p < planes; ++p) {
      const auto fill = [&](const auto& plane) {
        using Sample = std::remove_reference_t<decltype(plane.at(0, 0))>;
        for (int y = 0; y < plane.height; ++y)
          for (int x = 0; x < plane.width; ++x)
            for (int c = 0; c < plane.components; ++c)
              plane.at(x, y, c) = static_cast<Sample>(value(x, y, p + c, p > 0) << shift);
      };
      if (bits == 8)
        fill(frame.plane<std::uint8_t>(static_cast<std::uint32_t>(p)));
      else
        fill(frame.plane<std::uint16_t>(static_cast<std::uint32_t>(p)));
    }
  };
  std::vector<std::vector<Frame>> in;
  in.push_back(run.frames(0, disc_depth(), kPicture, paint));
  return map_of(relievo::test::run_node(run.node(), std::move(in)).at(0).at(0));
}

TEST(DepthRefineNode, TenBitsGiveWhatEightBitsGive) {
  const auto eight = refined_in(RLV_PF_YUV420P);
  EXPECT_EQ(difference(refined_in(RLV_PF_NV12), eight), 0);
  EXPECT_EQ(difference(refined_in(RLV_PF_YUV420P10), eight), 0);
  EXPECT_EQ(difference(refined_in(RLV_PF_P010), eight), 0);
  EXPECT_EQ(difference(refined_in(RLV_PF_YUV444P10), refined_in(RLV_PF_YUV444P)), 0);
  // And all of them see the disc, which is smaller than its depth.
  EXPECT_NEAR(eight(68, 120 - 36), 0.8, 0.03);
  EXPECT_NEAR(eight(68, 120 - 40), 0.2, 0.03);
  EXPECT_NEAR(refined_in(RLV_PF_GREY8)(68, 120 - 40), 0.2, 0.03);
}

TEST(DepthRefineNode, SaysThatColourIsNoDepth) {
  EXPECT_THAT([] { RefineRun run(RLV_SEM_COLOUR); },
              testing::ThrowsMessage<host::NodeFailure>(
                  testing::HasSubstr("input 'depth' carries colour; connect a node that gives")));
}

TEST(DepthRefineNode, SaysWhichFormatItCannotLookAt) {
  const RefineRun run(RLV_SEM_METRES, "{}", 2, RLV_PF_RGBF32);
  auto in = run.frames(0, disc_depth(), kPicture, [](const Frame&) {});
  EXPECT_THAT([&] { static_cast<void>(run.node().push(in)); },
              testing::ThrowsMessage<host::NodeFailure>(testing::HasSubstr("convert it to")));
}

}  // namespace
}  // namespace relievo::depth_refine::test
