// The node as a node: shots, parameters, bad input.
#include "plugins/stereo/view_node.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>

#include "plugins/stereo/options.hpp"
#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

using testing::HasSubstr;

DepthMap ramp_map(double low, double high) {
  return {64, 32, [=](int, int y) {
            return static_cast<float>(low + (high - low) * y / 31.0);
          }};
}

// The parallax of the last row, in pixels.
double last_shift(ViewRun& run, const DepthMap& depth, std::int64_t index, std::int64_t shot_id) {
  auto info = frame_info(colour_format(RLV_PF_GREY16, 200, 32), index);
  info.shot_id = shot_id;
  const auto colour = Host(run.node().host()).new_frame(info);
  paint(colour, [](double x, double, int) { return x / 200; });
  const auto views = run.views(colour, depth);
  return 200.0 / 65535 * (row(views[0], 0, 31)[100] - row(views[1], 0, 31)[100]);
}

TEST(ViewNode, TheRangeMovesSlowlyWithinAShotAndStartsAfreshAtACut) {
  ViewRun run(R"({"convergence": 0.0, "cut_easing": 0})", colour_format(RLV_PF_GREY16, 200, 32),
              RLV_SEM_RELATIVE_INVERSE);
  EXPECT_NEAR(last_shift(run, ramp_map(0, 1), 0, 0), -4, 0.05);
  // The scene flattens: at first it looks flat.
  EXPECT_NEAR(last_shift(run, ramp_map(0, 0.5), 1, 0), -2, 0.15);
  EXPECT_NEAR(last_shift(run, ramp_map(0, 0.5), 2, 1), -4, 0.05);
}

TEST(ViewNode, ARangeThatMayMoveFreelyFollowsAtOnce) {
  ViewRun run(R"({"convergence": 0.0, "range_rate": 100.0, "range_tolerance": 0.0})",
              colour_format(RLV_PF_GREY16, 200, 32), RLV_SEM_RELATIVE_INVERSE);
  EXPECT_NEAR(last_shift(run, ramp_map(0, 1), 0, 0), -4, 0.05);
  EXPECT_NEAR(last_shift(run, ramp_map(0, 0.5), 1, 0), -4, 0.05);
}

TEST(ViewNode, ACutKeepsTheMiddlesParallaxAndEasesToTheNewOne) {
  ViewRun run(R"({"convergence": 0.0, "cut_easing": 4})", colour_format(RLV_PF_GREY16, 200, 32),
              RLV_SEM_RELATIVE_INVERSE);
  // The middle lies at 0.5; in the new shot, most of which is near, at about 0.84.
  const DepthMap near_shot(
      64, 32, [](int, int y) { return std::sqrt(std::sqrt(static_cast<float>(y) / 31.0F)); });
  EXPECT_NEAR(last_shift(run, ramp_map(0, 1), 0, 0), -4, 0.05);
  const double first = last_shift(run, near_shot, 1, 1);
  EXPECT_NEAR(first, -4 + 4 * 0.25, 0.1);  // carried on by at most a quarter of the range
  double last = first;
  for (int i = 2; i < 5; ++i) {
    const double now = last_shift(run, near_shot, i, 1);
    EXPECT_LT(now, last);
    last = now;
  }
  EXPECT_NEAR(last_shift(run, near_shot, 5, 1), -4, 0.05);
}

TEST(ViewNode, WaitsForTheFramesThatSayTheRange) {
  ViewRun run(R"({"range_look_ahead": 3})", colour_format(RLV_PF_GREY16, 200, 32),
              RLV_SEM_RELATIVE_INVERSE);
  int pulled = 0;
  const auto pull = [&] {
    for (std::vector<Frame> out(2); run.node().pull(out) == Flow::kDone; ++pulled)
      EXPECT_EQ(out[0].info().index, pulled);
  };
  for (int i = 0; i < 8; ++i) {
    std::vector<Frame> in{run.colour_frame(i), run.depth_frame(ramp_map(0, 1), i)};
    paint(in[0], pattern);
    ASSERT_EQ(run.node().push(in), Flow::kDone);
    pull();
    EXPECT_EQ(pulled, std::max(0, i + 1 - 3));
  }
  run.node().drain();
  pull();
  EXPECT_EQ(pulled, 8);
}

TEST(ViewNode, ACameraGivesMetresTheParallaxOfItsBaseline) {
  // 100 px * 0.06 m = 6 px at a metre, less 6 px / 4 m for the screen.
  ViewRun run(R"({"camera_baseline_mm": 60.0, "camera_focal_px": 100.0, "camera_screen_m": 4.0})",
              colour_format(RLV_PF_GREY16, 200, 32), RLV_SEM_METRES);
  const auto flat = [](float metres) {
    return DepthMap(64, 32, [=](int, int) { return metres; });
  };
  EXPECT_NEAR(last_shift(run, flat(2), 0, 0), -1.5, 0.02);
  EXPECT_NEAR(last_shift(run, flat(4), 1, 0), 0, 0.02);
  EXPECT_NEAR(last_shift(run, flat(12), 2, 1), 1, 0.02);
}

TEST(ViewNode, ACameraWithoutMetresOrFocalLengthIsNamed) {
  try {
    ViewRun run(R"({"camera_baseline_mm": 60.0})", colour_format(RLV_PF_GREY8, 64, 32),
                RLV_SEM_RELATIVE_INVERSE);
    FAIL() << "relative depth was accepted";
  } catch (const host::NodeFailure& e) {
    EXPECT_THAT(e.what(), HasSubstr("camera_baseline_mm needs metric depth"));
  }
  ViewRun run(R"({"camera_baseline_mm": 60.0})", colour_format(RLV_PF_GREY8, 64, 32),
              RLV_SEM_METRES);
  try {
    static_cast<void>(run.views(run.colour_frame(), ramp_map(1, 2)));
    FAIL() << "a missing focal length was accepted";
  } catch (const host::NodeFailure& e) {
    EXPECT_THAT(e.what(), HasSubstr("set camera_focal_px"));
  }
}

TEST(ViewNode, ResetForgetsTheRange) {
  ViewRun run(R"({"convergence": 0.0})", colour_format(RLV_PF_GREY16, 200, 32),
              RLV_SEM_RELATIVE_INVERSE);
  EXPECT_NEAR(last_shift(run, ramp_map(0, 1), 0, 0), -4, 0.05);
  run.node().drain();
  std::vector<Frame> out(2);
  EXPECT_EQ(run.node().pull(out), Flow::kEnd);
  run.node().reset();
  run.node().open();
  EXPECT_NEAR(last_shift(run, ramp_map(0, 0.5), 0, 0), -4, 0.05);
}

TEST(ViewNode, TheOriginalEyeIsTheSameFrame) {
  for (const bool left : {true, false}) {
    ViewRun run(left ? R"({"views": "left_original"})" : R"({"views": "right_original"})",
                colour_format(RLV_PF_YUV420P, 64, 32), RLV_SEM_RELATIVE_INVERSE);
    const auto colour = run.colour_frame();
    paint(colour, pattern);
    const auto views = run.views(colour, ramp_map(0, 1));
    EXPECT_EQ(views[left ? 0 : 1].get(), colour.get());
    EXPECT_NE(views[left ? 1 : 0].get(), colour.get());
  }
}

TEST(ViewNode, NoStrengthChangesNothing) {
  ViewRun run(R"({"strength": 0.0})", colour_format(RLV_PF_YUV420P10, 64, 32),
              RLV_SEM_RELATIVE_INVERSE);
  const auto colour = run.colour_frame();
  paint(colour, pattern);
  for (const auto& view : run.views(colour, ramp_map(0, 1)))
    EXPECT_EQ(all_samples(view), all_samples(colour));
}

TEST(ViewNode, DepthThatIsNotANumberIsHarmless) {
  for (const auto semantic :
       {RLV_SEM_RELATIVE_INVERSE, RLV_SEM_METRES, RLV_SEM_INVERSE_METRES, RLV_SEM_DISPARITY_PX}) {
    ViewRun run("{}", colour_format(RLV_PF_YUV420P, 64, 32), static_cast<std::uint32_t>(semantic));
    const auto colour = run.colour_frame();
    paint(colour, [](double, double, int) { return 0.5; });
    const DepthMap broken(64, 32, [](int x, int y) {
      switch ((x + 3 * y) % 7) {
        case 0: return std::numeric_limits<float>::quiet_NaN();
        case 1: return std::numeric_limits<float>::infinity();
        case 2: return -std::numeric_limits<float>::infinity();
        case 3: return std::numeric_limits<float>::denorm_min();
        default: return static_cast<float>(x);
      }
    });
    for (const auto& view : run.views(colour, broken))
      for (const int value : samples(view, 0)) ASSERT_NEAR(value, 128, 1);
    const DepthMap nothing(64, 32,
                           [](int, int) { return std::numeric_limits<float>::quiet_NaN(); });
    for (const auto& view : run.views(colour, nothing))
      for (const int value : samples(view, 0)) ASSERT_NEAR(value, 128, 1);
  }
}

TEST(ViewNode, FramesMayChangeTheirSize) {
  ViewRun run("{}", colour_format(RLV_PF_GREY16, 200, 32), RLV_SEM_RELATIVE_INVERSE);
  static_cast<void>(last_shift(run, ramp_map(0, 1), 0, 0));
  const auto colour =
      Host(run.node().host()).new_frame(frame_info(colour_format(RLV_PF_YUV420P, 34, 18), 1));
  paint(colour, pattern);
  const auto views = run.views(colour, ramp_map(0, 1));
  EXPECT_EQ(views[0].info().width, 34);
}

TEST(ViewNode, AFormatThatItCannotWarpIsNamed) {
  try {
    ViewRun run("{}", colour_format(RLV_PF_RGBF32, 64, 32), RLV_SEM_RELATIVE_INVERSE);
    FAIL() << "rgbf32 was accepted";
  } catch (const host::NodeFailure& e) {
    EXPECT_EQ(e.status(), RLV_E_UNSUPPORTED);
    EXPECT_THAT(e.what(), HasSubstr("rgbf32 cannot be warped"));
    EXPECT_THAT(e.what(), HasSubstr("manifest"));
  }
}

TEST(ViewNode, DepthThatIsNoDepthIsNamed) {
  try {
    ViewRun run("{}", colour_format(RLV_PF_GREY8, 64, 32), RLV_SEM_CONFIDENCE);
    FAIL() << "confidence was accepted";
  } catch (const host::NodeFailure& e) {
    EXPECT_EQ(e.status(), RLV_E_UNSUPPORTED);
    EXPECT_THAT(e.what(), HasSubstr("'depth' carries confidence"));
  }
}

TEST(ViewNode, APictureTooWideIsRefused) {
  try {
    ViewRun run("{}", colour_format(RLV_PF_GREY8, 40000, 2), RLV_SEM_RELATIVE_INVERSE);
    FAIL() << "40000 columns were accepted";
  } catch (const host::NodeFailure& e) {
    EXPECT_THAT(e.what(), HasSubstr("40000 pixels wide"));
    EXPECT_THAT(e.what(), HasSubstr("32768"));
  }
}

TEST(ViewOptions, GrowthIsAtLeastOnePixelUnlessItIsNone) {
  EXPECT_EQ(stereo::growth_px(1.0, 320), 1);
  EXPECT_EQ(stereo::growth_px(1.0, 640), 1);
  EXPECT_EQ(stereo::growth_px(1.0, 1920), 3);
  EXPECT_EQ(stereo::growth_px(2.0, 1280), 4);
  EXPECT_EQ(stereo::growth_px(0.0, 1920), 0);
}

}  // namespace
}  // namespace relievo::test
