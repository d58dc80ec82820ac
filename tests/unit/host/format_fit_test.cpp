// What flows along an edge, and what an input takes.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "core/host/format_fit.hpp"
#include "core/host/node_instance.hpp"

namespace relievo::test {
namespace {

using host::conversion_for;
using host::InputSpec;

constexpr std::uint8_t kBt709 = 1;
constexpr std::uint8_t kBt2020 = 9;
constexpr std::uint8_t kPq = 16;
constexpr std::uint8_t kHlg = 18;

rlv_format film(std::uint32_t pixel_format, std::uint8_t primaries, std::uint8_t transfer) {
  auto format = host::make_format();
  format.semantic = RLV_SEM_COLOUR;
  format.pixel_format = pixel_format;
  format.colour.primaries = primaries;
  format.colour.transfer = transfer;
  return format;
}

InputSpec input(std::vector<std::uint32_t> formats, bool srgb = false) {
  InputSpec spec;
  spec.pixel_formats = std::move(formats);
  spec.srgb = srgb;
  return spec;
}

TEST(FormatFit, WhatIsListedNeedsNoConversion) {
  const auto ten_bit = film(RLV_PF_YUV420P10, kBt2020, kPq);
  EXPECT_FALSE(conversion_for(ten_bit, input({})));
  EXPECT_FALSE(conversion_for(ten_bit, input({RLV_PF_YUV420P, RLV_PF_YUV420P10})));
}

TEST(FormatFit, AnotherFormatIsTheOneThatLosesLeast) {
  const auto ten_bit = film(RLV_PF_YUV420P10, kBt709, kBt709);
  const auto conversion =
      conversion_for(ten_bit, input({RLV_PF_RGB24, RLV_PF_YUV420P, RLV_PF_YUV420P16}));
  ASSERT_TRUE(conversion);
  EXPECT_EQ(pixel_format_name(conversion->pixel_format), "yuv420p16");
  EXPECT_FALSE(conversion->srgb);
}

TEST(FormatFit, AnSrgbInputReadsAnSdrFilmAsItIsWhereItListsItsFormat) {
  const auto wants = input({RLV_PF_YUV420P, RLV_PF_RGB24}, true);
  EXPECT_FALSE(conversion_for(film(RLV_PF_YUV420P, kBt709, kBt709), wants));
  const auto rgb_only =
      conversion_for(film(RLV_PF_YUV420P, kBt709, kBt709), input({RLV_PF_RGB24}, true));
  ASSERT_TRUE(rgb_only);
  EXPECT_TRUE(rgb_only->srgb);
}

TEST(FormatFit, HdrAndWideGamutBecomeSrgbInTheFirstRgbFormatListed) {
  for (const auto& [primaries, transfer] :
       {std::pair{kBt2020, kPq}, std::pair{kBt709, kHlg}, std::pair{kBt2020, kBt709}}) {
    const auto conversion = conversion_for(film(RLV_PF_YUV420P, primaries, transfer),
                                           input({RLV_PF_YUV420P, RLV_PF_RGB24}, true));
    ASSERT_TRUE(conversion) << int{primaries} << " " << int{transfer};
    EXPECT_EQ(pixel_format_name(conversion->pixel_format), "rgb24");
    EXPECT_TRUE(conversion->srgb);
  }
}

TEST(FormatFit, DepthIsNeverTurnedIntoColour) {
  auto depth = film(RLV_PF_MAP_F16, 2, 2);
  depth.semantic = RLV_SEM_METRES;
  const auto conversion = conversion_for(depth, input({RLV_PF_MAP_F32}, true));
  ASSERT_TRUE(conversion);
  EXPECT_EQ(pixel_format_name(conversion->pixel_format), "map_f32");
  EXPECT_FALSE(conversion->srgb);
}

TEST(FormatFit, GapsAreClosedForWhoAsks) {
  auto dense = input({RLV_PF_RGB24});
  dense.contiguous = true;
  const auto conversion = conversion_for(film(RLV_PF_RGB24, kBt709, kBt709), dense);
  ASSERT_TRUE(conversion);
  EXPECT_TRUE(conversion->contiguous);
  EXPECT_EQ(pixel_format_name(conversion->pixel_format), "rgb24");
}

}  // namespace
}  // namespace relievo::test
