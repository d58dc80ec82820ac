// The node `convert` on maps of numbers.
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "tests/unit/media/in/convert_pictures.hpp"
#include "tests/unit/media/in/node_run.hpp"

namespace relievo::test {
namespace {

TEST(ConvertMaps, GoesThroughHalfFloatsAndBack) {
  auto in = colour_format(RLV_PF_MAP_F32, 33, 7);
  in.semantic = RLV_SEM_METRES;
  NodeRun there(convert(), to("map_f16"));
  there.open(in);
  NodeRun back(convert(), to("map_f32"));
  back.open(there.format);
  auto frame = new_frame(there.node, in, 4);
  const auto plane = frame.plane<float>(0);
  for (int y = 0; y < 7; ++y)
    for (int x = 0; x < 33; ++x)
      plane.at(x, y) =
          std::ldexp(1.0F + static_cast<float>(x) / 33, y - 3) * (x % 2 != 0 ? -1.0F : 1.0F);
  plane.at(0, 0) = std::numeric_limits<float>::infinity();
  plane.at(1, 0) = std::numeric_limits<float>::quiet_NaN();
  plane.at(2, 0) = 1e6F;
  const auto halves = there.give({frame});
  EXPECT_EQ(halves[0].tensor(0)->dl_tensor.dtype.bits, 16);
  const auto out = back.give(halves);
  const auto got = out[0].plane<const float>(0);
  EXPECT_TRUE(std::isinf(got.at(0, 0)));
  EXPECT_TRUE(std::isnan(got.at(1, 0)));
  EXPECT_TRUE(std::isinf(got.at(2, 0)));
  for (int y = 1; y < 7; ++y)
    for (int x = 0; x < 33; ++x)
      EXPECT_NEAR(got.at(x, y), plane.at(x, y), std::abs(plane.at(x, y)) / 2048);
  EXPECT_EQ(out[0].info().index, 4);
  EXPECT_EQ(out[0].info().semantic, std::uint32_t{RLV_SEM_METRES});
}

TEST(ConvertMaps, HoldsZeroToOneIn16Bits) {
  auto in = colour_format(RLV_PF_MAP_F32, 8, 1);
  in.semantic = RLV_SEM_RELATIVE_INVERSE;
  NodeRun there(convert(), to("map_u16"));
  there.open(in);
  auto frame = new_frame(there.node, in, 0);
  const float values[] = {0.0F,
                          1.0F,
                          0.5F,
                          -3.0F,
                          7.0F,
                          std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(),
                          0.25F};
  const int wanted[] = {0, 65535, 32768, 0, 65535, 0, 65535, 16384};
  for (int x = 0; x < 8; ++x) frame.plane<float>(0).at(x, 0) = values[x];
  const auto out = there.give({frame});
  for (int x = 0; x < 8; ++x)
    EXPECT_EQ(int{out[0].plane<const std::uint16_t>(0).at(x, 0)}, wanted[x]) << values[x];
  for (const auto* target : {"map_f32", "map_f16"}) {
    NodeRun back(convert(), to(target));
    back.open(there.format);
    NodeRun floats(convert(), to("map_f32"));
    floats.open(back.format);
    const auto again = floats.give(back.give({out[0]}));
    EXPECT_NEAR(again[0].plane<const float>(0).at(7, 0), 0.25F, 1e-4F) << target;
    EXPECT_EQ(again[0].plane<const float>(0).at(1, 0), 1.0F) << target;
  }
}

}  // namespace
}  // namespace relievo::test
