#include <relievo/sdk/pixel_format.hpp>

#include <gtest/gtest.h>

#include <relievo/sdk/error.hpp>

namespace relievo {
namespace {

TEST(PixelFormat, NamesGoBothWays) {
  for (const std::uint32_t format :
       {RLV_PF_GREY8, RLV_PF_GREY16, RLV_PF_YUV420P, RLV_PF_YUV422P, RLV_PF_YUV444P,
        RLV_PF_YUV420P10, RLV_PF_YUV422P10, RLV_PF_YUV444P10, RLV_PF_YUV420P12, RLV_PF_YUV420P16,
        RLV_PF_NV12, RLV_PF_P010, RLV_PF_RGB24, RLV_PF_RGB48, RLV_PF_RGBF32, RLV_PF_MAP_F32,
        RLV_PF_MAP_F16, RLV_PF_MAP_U16, RLV_PF_FLOW_F32})
    EXPECT_EQ(pixel_format_from_name(pixel_format_name(format)), format)
        << pixel_format_name(format);
  EXPECT_EQ(pixel_format_name(RLV_PF_YUV420P10), "yuv420p10");
  EXPECT_EQ(pixel_format_name(RLV_PF_NV12), "nv12");
  EXPECT_EQ(pixel_format_name(RLV_PF_P010), "p010");
  EXPECT_EQ(pixel_format_name(RLV_PF_RGB24), "rgb24");
  EXPECT_EQ(pixel_format_from_name("yuv421p"), std::nullopt);
}

TEST(PixelFormat, ChromaOfOddSizesIsRoundedUp) {
  const auto layout = picture_layout(RLV_PF_YUV420P, 5, 3);
  ASSERT_EQ(layout.plane_count, 3U);
  EXPECT_EQ(layout.planes[1].width, 3);
  EXPECT_EQ(layout.planes[1].height, 2);
  EXPECT_EQ(layout.bytes(), 5 * 3 + 2 * 3 * 2);
}

TEST(PixelFormat, SemiplanarChromaHasTwoComponentsOfSixteenBits) {
  const auto layout = picture_layout(RLV_PF_P010, 8, 4);
  ASSERT_EQ(layout.plane_count, 2U);
  EXPECT_EQ(layout.planes[1].width, 4);
  EXPECT_EQ(layout.planes[1].components, 2);
  EXPECT_EQ(layout.planes[1].type.bits, 16);
}

TEST(PixelFormat, AnEmptySizeIsRefused) {
  try {
    static_cast<void>(picture_layout(RLV_PF_RGB24, 0, 4));
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), RLV_E_ARGUMENT);
    EXPECT_STREQ(e.what(), "picture size 0x4 is empty");
  }
}

}  // namespace
}  // namespace relievo
