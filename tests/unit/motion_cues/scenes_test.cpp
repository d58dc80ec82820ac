#include <cmath>
#include <fstream>
#include <set>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/paths.hpp"
#include "tools/scenes/npy.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::scenes {
namespace {

constexpr SceneOptions kSmall{320, 180, 24, 0.0};  // no grain

double bilinear(const std::vector<std::uint8_t>& picture, int width, int height, double x, double y,
                int channel) {
  const double fx = std::min(std::max(x, 0.0), width - 1.001);
  const double fy = std::min(std::max(y, 0.0), height - 1.001);
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  const auto at = [&](int row, int column) {
    const auto pixel = static_cast<std::size_t>(row) * static_cast<std::size_t>(width) +
                       static_cast<std::size_t>(column);
    return static_cast<double>(picture[3 * pixel + static_cast<std::size_t>(channel)]);
  };
  const double top = std::lerp(at(y0, x0), at(y0, x0 + 1), fx - x0);
  const double bottom = std::lerp(at(y0 + 1, x0), at(y0 + 1, x0 + 1), fx - x0);
  return std::lerp(top, bottom, fy - y0);
}

// Mean absolute difference between the left picture and what `where` fetches from another one, over
// the pixels that `seen` allows; edges of surfaces blend two colours and are left to the median.
template <class Where>
double typical_difference(const RenderedFrame& frame, const std::vector<std::uint8_t>& other,
                          const std::vector<std::uint8_t>& seen, Where where) {
  double sum = 0;
  std::size_t count = 0;
  for (int y = 2; y < frame.height - 2; ++y) {
    for (int x = 2; x < frame.width - 2; ++x) {
      const auto i = static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) +
                     static_cast<std::size_t>(x);
      if (seen[i] == 0) continue;
      const auto [to_x, to_y] = where(x, y, i);
      sum += std::abs(bilinear(other, frame.width, frame.height, to_x, to_y, 1) -
                      frame.left[3 * i + 1]);
      ++count;
    }
  }
  return count == 0 ? 255 : sum / static_cast<double>(count);
}

class EveryScene : public testing::TestWithParam<std::string> {};

TEST_P(EveryScene, FlowFetchesTheNextFrame) {
  const auto scene = make_scene(GetParam(), 101, kSmall);
  const auto now = render(scene, 2);
  const auto next = render(scene, 3);
  const double exact =
      typical_difference(now, next.left, now.flow_seen, [&](int x, int y, std::size_t i) {
        return std::pair{x + double{now.flow[2 * i]}, y + double{now.flow[2 * i + 1]}};
      });
  const double wrong =
      typical_difference(now, next.left, now.flow_seen, [&](int x, int y, std::size_t i) {
        return std::pair{x - double{now.flow[2 * i]}, y - double{now.flow[2 * i + 1]}};
      });
  EXPECT_LT(exact, 3.5);
  EXPECT_LE(exact, wrong);
}

TEST_P(EveryScene, TheSecondEyeSeesTheDisparityOfTheDepth) {
  const auto scene = make_scene(GetParam(), 102, kSmall);
  const auto frame = render(scene, 5, kRight);
  const auto shifted = [&](double factor) {
    return typical_difference(
        frame, frame.right, frame.right_seen, [&](int x, int y, std::size_t i) {
          return std::pair{x - factor * frame.focal_px() * scene.baseline / frame.depth[i],
                           double(y)};
        });
  };
  EXPECT_LT(shifted(1), 3.0);
  EXPECT_LT(shifted(1), shifted(0));
  EXPECT_LT(shifted(1), shifted(2));
}

TEST_P(EveryScene, DepthIsPositiveAndMostOfThePictureStaysInSight) {
  const auto scene = make_scene(GetParam(), 103, kSmall);
  const auto frame = render(scene, 0);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < frame.depth.size(); ++i) {
    ASSERT_GT(frame.depth[i], 0.0F);
    seen += frame.flow_seen[i];
  }
  EXPECT_GT(seen, frame.depth.size() * 8 / 10);
}

INSTANTIATE_TEST_SUITE_P(Scenes, EveryScene, testing::ValuesIn(scene_names()),
                         [](const auto& chosen) { return chosen.param; });

TEST(Scenes, AreTheSameForASeedAndOthersForAnother) {
  const auto first = render(make_scene("pan", 7, kSmall), 4, kLeftAndDepth, 1);
  const auto again = render(make_scene("pan", 7, kSmall), 4, kLeftAndDepth, 3);
  const auto other = render(make_scene("pan", 8, kSmall), 4, kLeftAndDepth, 1);
  EXPECT_EQ(first.left, again.left);  // whatever the number of threads
  EXPECT_EQ(first.depth, again.depth);
  EXPECT_NE(first.depth, other.depth);
}

TEST(Scenes, TheCameraOfTheTripodStaysAndThatOfTheDollyAdvances) {
  const auto fixed = make_scene("static", 5, kSmall);
  EXPECT_FALSE(fixed.shots[0].translates);
  EXPECT_DOUBLE_EQ(fixed.shots[0].camera(0).position.z, fixed.shots[0].camera(20).position.z);
  const auto dolly = make_scene("dolly", 5, kSmall);
  EXPECT_TRUE(dolly.shots[0].translates);
  EXPECT_GT(dolly.shots[0].camera(20).position.z, 0.3);
}

TEST(Scenes, FlowEndsAtACut) {
  auto options = kSmall;
  options.frames = 60;
  const auto scene = make_scene("cuts", 3, options);
  ASSERT_THAT(scene.cuts(), testing::ElementsAre(12, 24, 36, 48));
  const auto last = render(scene, 11, kFlow);
  EXPECT_EQ(last.shot, 0);
  EXPECT_TRUE(std::isnan(last.flow[0]));
  EXPECT_EQ(std::set<int>(last.flow_seen.begin(), last.flow_seen.end()), std::set<int>{0});
  EXPECT_EQ(render(scene, 12, kLeftAndDepth).shot, 1);
  EXPECT_THROW(static_cast<void>(scene.place(60)), std::out_of_range);
}

TEST(Scenes, AnUnknownKindIsNamed) {
  try {
    static_cast<void>(make_scene("submarine", 1));
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "there is no kind of scene 'submarine'");
  }
}

TEST(Npy, HasTheHeaderThatNumpyReads) {
  const auto path = test::temporary_dir() / "a.npy";
  NpyWriter writer(path, "<f4", {2, 3});
  const float values[6] = {0, 1, 2, 3, 4, 5};
  writer.append(values, sizeof values);
  writer.finish();
  std::ifstream file(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  ASSERT_EQ(all.size(), 128 + sizeof values);
  EXPECT_EQ(all.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  EXPECT_THAT(all.substr(10, 118),
              testing::StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, ), }"));
  EXPECT_EQ(all[127], '\n');
}

TEST(Npy, SaysWhichFileIsNotComplete) {
  const auto path = test::temporary_dir() / "short.npy";
  NpyWriter writer(path, "|u1", {4});
  writer.append("ab", 2);
  EXPECT_THAT([&] { writer.finish(); },
              testing::ThrowsMessage<std::runtime_error>(testing::HasSubstr("short.npy")));
}

}  // namespace
}  // namespace relievo::scenes
