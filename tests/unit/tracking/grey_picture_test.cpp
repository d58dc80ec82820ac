#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "plugins/common/tracking/grey_picture.hpp"
#include "tests/support/harness.hpp"

namespace relievo::tracking {
namespace {

constexpr int kWidth = 8;
constexpr int kHeight = 6;

// A host to have frames from.
struct Frames {
  Frames()
      : node(*test::loaded_plugin(RLV_EXAMPLE_PLUGIN).node_types[0], run.context, "any", "example",
             test::config_json(R"({"near": 0.5})")) {}
  // Filled by sample(component, x, y) in all planes.
  template <class T, class Sample>
  [[nodiscard]] Frame frame(std::uint32_t pixel_format, Sample&& sample) const {
    const auto frame = test::new_frame(node, test::colour_format(pixel_format, kWidth, kHeight), 0);
    for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
      const auto plane = frame.plane<T>(p);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          for (int c = 0; c < plane.components; ++c)
            plane.at(x, y, c) = static_cast<T>(sample(static_cast<int>(p) + c, x, y));
    }
    return frame;
  }

  test::TestRun run;
  host::NodeInstance node;
};

TEST(GreyPicture, IsTheLumaAveragedOverWhatAPixelCovers) {
  const Frames frames;
  const auto steps = [](int component, int x, int y) {
    return component == 0 ? 10 * x + 40 * (y / 2) : 200;
  };
  for (const auto format : {RLV_PF_YUV420P, RLV_PF_NV12, RLV_PF_YUV444P, RLV_PF_GREY8}) {
    const auto grey = grey_picture(frames.frame<std::uint8_t>(format, steps), {4, 3});
    ASSERT_EQ(grey.size(), cv::Size(4, 3));
    EXPECT_EQ(grey(0, 0), 5) << pixel_format_name(format);
    EXPECT_EQ(grey(2, 3), 65 + 80) << pixel_format_name(format);
  }
}

TEST(GreyPicture, OfRgbIsItsLuma) {
  const Frames frames;
  const auto picture = frames.frame<std::uint8_t>(
      RLV_PF_RGB24, [](int component, int, int) { return component == 1 ? 200 : 0; });
  EXPECT_EQ(grey_picture(picture, {4, 3})(1, 1), 117);  // 0.587 of it
  const auto deep = frames.frame<std::uint16_t>(
      RLV_PF_RGB48, [](int component, int, int) { return component == 1 ? 200 << 8 : 0; });
  EXPECT_EQ(grey_picture(deep, {4, 3})(1, 1), 117);
}

TEST(GreyPicture, OfMoreBitsIsThatOfEight) {
  const Frames frames;
  const auto deep = [&](std::uint32_t format, int shift) {
    const auto picture = frames.frame<std::uint16_t>(format, [&](int component, int x, int) {
      return (component == 0 ? 16 + x : 128) << shift;
    });
    return grey_picture(picture, {kWidth, kHeight});
  };
  for (int x = 0; x < kWidth; ++x) {
    EXPECT_EQ(deep(RLV_PF_YUV420P10, 2)(3, x), 16 + x);
    EXPECT_EQ(deep(RLV_PF_P010, 8)(3, x), 16 + x);
    EXPECT_EQ(deep(RLV_PF_GREY16, 8)(3, x), 16 + x);
  }
}

TEST(GreyPicture, OfAnythingElseIsRefusedByName) {
  const Frames frames;
  const auto map = frames.frame<float>(RLV_PF_MAP_F32, [](int, int, int) { return 1; });
  try {
    static_cast<void>(grey_picture(map, {4, 3}));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("motion cannot be looked for in map_f32"));
  }
}

}  // namespace
}  // namespace relievo::tracking
