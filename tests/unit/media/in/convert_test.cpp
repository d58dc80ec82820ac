#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/change/colour_math.hpp"
#include "core/media/change/tone_map.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/hdr_code.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const rlv_node_type& convert() {
  static const auto type = media::convert_type();
  return type;
}

std::string to(const std::string& format, const char* colour = "any", bool contiguous = false) {
  return "{\"colour\": \"" + std::string(colour) +
         "\", \"contiguous\": " + (contiguous ? "true" : "false") +
         (format.empty() ? "" : ", \"pixel_format\": \"" + format + "\"") + "}";
}

// The formulae of H.273, 8.3, written out once more for the tests: R'G'B' of 0..1 to code values.
struct Coding {
  double kr, kb;
};
Coding coding(std::uint8_t matrix) {
  if (matrix == 9) return {0.2627, 0.0593};
  if (matrix == 5 || matrix == 6) return {0.299, 0.114};
  return {0.2126, 0.0722};
}
Rgb ycbcr(const Rgb& rgb, std::uint8_t matrix) {
  const auto [kr, kb] = coding(matrix);
  const double y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  return {y, (rgb[2] - y) / 2 / (1 - kb), (rgb[0] - y) / 2 / (1 - kr)};
}
int code_of(double value, bool chroma, std::uint32_t format, bool full) {
  const int bits = static_cast<int>(RLV_PIXEL_BITS(format));
  const double unit = 1 << (bits - 8);
  const double top = (1 << bits) - 1;
  const double code = full     ? value * top + (chroma ? 128 * unit : 0)
                      : chroma ? (224 * value + 128) * unit
                               : (219 * value + 16) * unit;
  return static_cast<int>(std::lround(std::clamp(code, 0.0, top)));
}

// Sets one sample of a plane as the format stores it.
void put(const Frame& frame, std::uint32_t plane, int x, int y, int component, int code) {
  const auto format = frame.info().pixel_format;
  const auto shift = RLV_PIXEL_HIGH(format) != 0 ? 16 - RLV_PIXEL_BITS(format) : 0U;
  if (RLV_PIXEL_BITS(format) == 8)
    frame.plane<std::uint8_t>(plane).at(x, y, component) = static_cast<std::uint8_t>(code);
  else
    frame.plane<std::uint16_t>(plane).at(x, y, component) =
        static_cast<std::uint16_t>(code << shift);
}

// A picture whose R'G'B' at the centre of pixel (x, y) is colour(x, y); chroma is sampled where it
// lies.
template <class Colour>
void paint(const Frame& frame, Colour&& colour) {
  const auto info = frame.info();
  const auto format = info.pixel_format;
  const auto layout = picture_layout(format, info.width, info.height);
  const bool full = info.colour.full_range != 0;
  const auto shift = chroma_shift(format);
  for (std::uint32_t p = 0; p < layout.plane_count; ++p)
    for (int y = 0; y < layout.planes.at(p).height; ++y)
      for (int x = 0; x < layout.planes.at(p).width; ++x)
        for (int c = 0; c < layout.planes.at(p).components; ++c) {
          const auto part = static_cast<std::size_t>(static_cast<int>(p) + c);
          if (RLV_PIXEL_MODEL(format) == RLV_MODEL_RGB) {
            const double value = colour(x, y).at(part);
            if (RLV_PIXEL_SAMPLE(format) == RLV_SAMPLE_FLOAT)
              frame.plane<float>(p).at(x, y, c) = static_cast<float>(value);
            else
              put(frame, p, x, y, c, code_of(value, false, format, full));
            continue;
          }
          const bool chroma = part > 0;
          const auto location = info.colour.chroma_location;
          const double right = chroma && location == 1 ? ((1 << shift.x) - 1) / 2.0 : 0.0;
          const double down = chroma && location != 2 ? ((1 << shift.y) - 1) / 2.0 : 0.0;
          const auto rgb =
              chroma ? colour((x << shift.x) + right, (y << shift.y) + down) : colour(x, y);
          put(frame, p, x, y, c,
              code_of(ycbcr(rgb, info.colour.matrix).at(part), chroma, format, full));
        }
}

// ---------------------------------------------------------------- every format

struct ColourCase {
  const char* format;
  std::uint8_t matrix;
  bool full;
};
std::ostream& operator<<(std::ostream& out, const ColourCase& c) {
  return out << c.format << " matrix " << int{c.matrix} << (c.full ? " full" : " limited");
}

class ConvertFormats : public ::testing::TestWithParam<ColourCase> {};

TEST_P(ConvertFormats, GiveTheColoursThatWereMeant) {
  const auto& test = GetParam();
  const auto code = *pixel_format_from_name(test.format);
  // Odd sizes: the last chroma sample covers one pixel only.
  auto in = colour_format(code, 43, 29);
  in.colour = {static_cast<std::uint8_t>(test.matrix == 9 ? 9 : 1), 1, test.matrix,
               static_cast<std::uint8_t>(test.full ? 1 : 0),        0, {0, 0, 0}};
  const bool grey = RLV_PIXEL_MODEL(code) == RLV_MODEL_GREY;
  // Straight lines in every component, which interpolation keeps.
  const auto colour = [&](double x, double y) {
    if (grey) return Rgb{0.1 + 0.02 * x, 0.1 + 0.02 * x, 0.1 + 0.02 * x};
    return Rgb{0.2 + 0.012 * x, 0.7 - 0.01 * y, 0.3 + 0.006 * x + 0.009 * y};
  };
  for (const auto* target : {"rgb24", "rgb48", "rgbf32", "rgbp10"}) {
    NodeRun run(convert(), to(target));
    run.open(in);
    EXPECT_EQ(int{run.format.colour.matrix}, 0);
    EXPECT_EQ(int{run.format.colour.full_range}, 1);
    EXPECT_EQ(int{run.format.colour.primaries}, int{in.colour.primaries});
    auto frame = new_frame(run.node, in, 3);
    paint(frame, colour);
    const auto out = run.give({frame});
    ASSERT_THAT(out, SizeIs(1));
    EXPECT_EQ(out[0].info().index, 3);
    const auto said = out[0].info().colour;
    EXPECT_EQ(std::memcmp(&run.format.colour, &said, sizeof(said)), 0);
    const bool floats = target == std::string("rgbf32");
    const auto bits = RLV_PIXEL_BITS(out[0].info().pixel_format);
    const double top = floats ? 1.0 : (1 << bits) - 1;
    // Half a code of the source's Y', Cb and Cr each, and half a code of the result.
    const double step = 1.0 / (1 << RLV_PIXEL_BITS(code));
    const double allowed = 2.2 * step * (test.full ? 1.0 : 255.0 / 219) + (floats ? 0 : 0.5 / top);
    const bool planar = target == std::string("rgbp10");
    // Chroma beyond its last sample is repeated, so lines end there.
    const auto shift = chroma_shift(code);
    for (int y = (1 << shift.y); y < in.height - (1 << shift.y); ++y)
      for (int x = (1 << shift.x); x < in.width - (1 << shift.x); ++x)
        for (int c = 0; c < 3; ++c) {
          const double got = floats ? double{out[0].plane<const float>(0).at(x, y, c)}
                                    : sample(out[0], planar ? static_cast<std::uint32_t>(c) : 0, x,
                                             y, planar ? 0 : c) /
                                          top;
          ASSERT_NEAR(got, colour(x, y).at(static_cast<std::size_t>(c)), allowed)
              << target << " at " << x << "," << y << " component " << c;
        }
  }
}

TEST_P(ConvertFormats, GiveTheirLuma) {
  const auto& test = GetParam();
  const auto code = *pixel_format_from_name(test.format);
  auto in = colour_format(code, 21, 15);
  in.colour = {1, 1, test.matrix, static_cast<std::uint8_t>(test.full ? 1 : 0), 0, {0, 0, 0}};
  const bool grey = RLV_PIXEL_MODEL(code) == RLV_MODEL_GREY;
  const Rgb rgb = grey ? Rgb{0.6, 0.6, 0.6} : Rgb{0.8, 0.35, 0.1};
  const auto weights = RLV_PIXEL_MODEL(code) == RLV_MODEL_RGB ? std::uint8_t{1} : test.matrix;
  const double luma = ycbcr(rgb, weights)[0];
  for (const auto* target : {"grey8", "grey16"}) {
    NodeRun run(convert(), to(target));
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    paint(frame, [&](double, double) { return rgb; });
    const auto out = run.give({frame});
    const double top = target == std::string("grey8") ? 255 : 65535;
    const double allowed = 0.6 / (1 << RLV_PIXEL_BITS(code)) * 255 / 219 + 0.51 / top;
    EXPECT_NEAR(sample(out[0], 0, 20, 14) / top, luma, allowed) << target;
    EXPECT_EQ(int{out[0].info().colour.full_range}, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ConvertFormats,
    ::testing::Values(
        ColourCase{"yuv420p", 1, false}, ColourCase{"yuv420p", 6, false},
        ColourCase{"yuv420p", 1, true}, ColourCase{"yuv422p", 1, false},
        ColourCase{"yuv444p", 5, true}, ColourCase{"yuv440p", 1, false},
        ColourCase{"yuv411p", 6, false}, ColourCase{"yuv410p", 6, false},
        ColourCase{"yuv420p10", 9, false}, ColourCase{"yuv422p10", 1, true},
        ColourCase{"yuv444p10", 9, false}, ColourCase{"yuv420p12", 9, false},
        ColourCase{"yuv422p12", 1, false}, ColourCase{"yuv444p14", 1, false},
        ColourCase{"yuv420p16", 9, false}, ColourCase{"yuv444p16", 1, true},
        ColourCase{"nv12", 1, false}, ColourCase{"nv12", 6, true}, ColourCase{"nv16", 1, false},
        ColourCase{"nv24", 1, false}, ColourCase{"p010", 9, false}, ColourCase{"p210", 1, false},
        ColourCase{"p410", 9, true}, ColourCase{"p016", 9, false}, ColourCase{"grey8", 1, true},
        ColourCase{"grey8", 1, false}, ColourCase{"grey10", 1, false},
        ColourCase{"grey16", 1, true}, ColourCase{"rgb24", 0, true}, ColourCase{"rgb48", 0, true},
        ColourCase{"rgbp", 0, true}, ColourCase{"rgbp10", 0, true}, ColourCase{"rgbp16", 0, true}));

TEST(Convert, ReadsChromaWhereItLies) {
  for (const std::uint8_t location : {0, 1, 2}) {
    auto in = colour_format(RLV_PF_YUV420P10, 64, 48);
    in.colour.chroma_location = location;
    NodeRun run(convert(), to("rgbf32"));
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    const auto colour = [](double x, double y) {
      return Rgb{0.1 + 0.012 * x, 0.5, 0.1 + 0.016 * y};
    };
    paint(frame, colour);
    const auto out = run.give({frame});
    const auto plane = out[0].plane<const float>(0);
    for (int y = 4; y < 44; ++y)
      for (int x = 4; x < 60; ++x) {
        ASSERT_NEAR(plane.at(x, y, 0), colour(x, y)[0], 0.003) << int{location};
        ASSERT_NEAR(plane.at(x, y, 2), colour(x, y)[2], 0.003) << int{location};
      }
  }
}

// From anything to the formats of films.
TEST(Convert, MakesYcbcrOfRgbAndBack) {
  for (const auto* between : {"yuv420p", "yuv422p10", "yuv444p10", "nv12", "p010", "yuv444p16"}) {
    auto in = colour_format(RLV_PF_RGB48, 50, 38);
    NodeRun there(convert(), to(between));
    there.open(in);
    EXPECT_EQ(int{there.format.colour.matrix}, 1);
    EXPECT_EQ(int{there.format.colour.full_range}, 0);
    NodeRun back(convert(), to("rgbf32"));
    back.open(there.format);
    auto frame = new_frame(there.node, in, 0);
    const Rgb rgb{0.25, 0.6, 0.45};
    paint(frame, [&](double, double) { return rgb; });
    const auto out = back.give(there.give({frame}));
    const double allowed = 2.5 / (1 << RLV_PIXEL_BITS(there.format.pixel_format));
    for (int c = 0; c < 3; ++c)
      EXPECT_NEAR(out[0].plane<const float>(0).at(24, 19, c), rgb.at(static_cast<std::size_t>(c)),
                  allowed)
          << between;
  }
}

// Lines of colour through every sub-sampling and back stay where they are.
TEST(Convert, PutsChromaWhereItSaysThatItLies) {
  for (const auto* between : {"yuv420p10", "yuv422p10", "p010", "yuv411p", "yuv440p", "yuv410p"})
    for (const std::uint8_t location : {0, 1, 2}) {
      auto in = colour_format(RLV_PF_RGBF32, 67, 45);
      in.colour.chroma_location = location;
      NodeRun there(convert(), to(between));
      there.open(in);
      NodeRun back(convert(), to("rgbf32"));
      back.open(there.format);
      auto frame = new_frame(there.node, in, 0);
      const auto colour = [](double x, double y) {
        return Rgb{0.2 + 0.008 * x, 0.5, 0.2 + 0.01 * y};
      };
      paint(frame, colour);
      const auto out = back.give(there.give({frame}));
      const auto plane = out[0].plane<const float>(0);
      const double allowed = 4.0 / (1 << RLV_PIXEL_BITS(there.format.pixel_format)) +
                             // One row stands for two where chroma lies on it.
                             (location == 2 ? 0.004 : 0.0);
      for (int y = 6; y < 36; ++y)
        for (int x = 6; x < 58; ++x)
          for (int c = 0; c < 3; ++c)
            ASSERT_NEAR(plane.at(x, y, c), colour(x, y).at(static_cast<std::size_t>(c)), allowed)
                << between << " location " << int{location} << " at " << x << "," << y;
    }
}

TEST(Convert, MakesFilmFormatsOfFloats) {
  const auto in = colour_format(RLV_PF_RGBF32, 20, 10);
  NodeRun run(convert(), to("yuv420p10"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  paint(frame, [](double, double) { return Rgb{0.5, 0.5, 0.5}; });
  EXPECT_NEAR(sample(run.give({frame})[0], 0, 5, 5), 64 + 876 / 2, 1);
}

TEST(Convert, ChangesDepthAndSamplingOfYcbcr) {
  auto in = colour_format(RLV_PF_YUV420P10, 64, 48);
  in.colour = {9, 16, 9, 0, 2, {0, 0, 0}};
  NodeRun run(convert(), to("yuv422p"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  paint(frame, [](double, double) { return Rgb{0.5, 0.4, 0.3}; });
  const auto out = run.give({frame});
  const auto colour = out[0].info().colour;
  EXPECT_EQ(int{colour.transfer}, 16);
  EXPECT_EQ(int{colour.matrix}, 9);
  for (std::uint32_t p = 0; p < 3; ++p)
    EXPECT_NEAR(sample(out[0], p, 9, 9), sample(frame, p, 9, 9) / 4.0, 1.0);
}

TEST(Convert, HandsOnWhatFits) {
  const auto in = colour_format(RLV_PF_NV12, 20, 10);
  NodeRun run(convert(), to("nv12"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  const auto* same = frame.get();
  EXPECT_EQ(run.give({frame})[0].get(), same);
  // RGB of SDR is sRGB but for its name.
  auto rgb = colour_format(RLV_PF_RGB24, 20, 10);
  rgb.colour.transfer = 1;
  NodeRun name(convert(), to("rgb24", "srgb"));
  name.open(rgb);
  auto picture = new_frame(name.node, rgb, 0);
  const auto* data = picture.tensor(0)->dl_tensor.data;
  const auto out = name.give({picture});
  EXPECT_EQ(out[0].tensor(0)->dl_tensor.data, data);
  EXPECT_EQ(int{out[0].info().colour.transfer}, 13);
}

TEST(Convert, IsTheSameForAnyNumberOfThreads) {
  auto in = colour_format(RLV_PF_P010, 333, 131);
  in.colour = {9, 18, 9, 0, 0, {0, 0, 0}};
  std::vector<std::uint64_t> prints;
  for (const std::uint32_t threads : {1U, 2U, 7U, 200U}) {
    NodeRun run(convert(), to("rgb24", "srgb"));
    run.run.context.cpu_threads = threads;
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    paint(frame, [](double x, double y) {
      return Rgb{std::fmod(x * 0.013 + y * 0.007, 1.0), std::fmod(x * 0.003, 1.0), 0.5};
    });
    prints.push_back(fingerprint(run.give({frame})[0]));
  }
  for (const auto print : prints) EXPECT_EQ(print, prints[0]);
}

std::string refusal(const rlv_format& in, const std::string& params) {
  try {
    NodeRun run(convert(), params);
    run.open(in);
  } catch (const host::NodeFailure& failure) {
    return failure.what();
  }
  return "";
}

TEST(Convert, RefusesWhatHasNoMeaning) {
  EXPECT_THAT(refusal(colour_format(RLV_PF_RGB24, 8, 8), to("rgb25")),
              HasSubstr("'pixel_format' cannot be 'rgb25'; there are rgb24"));
  EXPECT_THAT(refusal(colour_format(RLV_PF_RGB24, 8, 8), to("map_f32")),
              HasSubstr("a picture of rgb24 is no map_f32; ask for"));
  auto depth = colour_format(RLV_PF_MAP_F32, 8, 8);
  depth.semantic = RLV_SEM_METRES;
  EXPECT_THAT(refusal(depth, to("rgb24")), HasSubstr("map_f32 (metres) cannot become rgb24"));
  EXPECT_THAT(refusal(depth, to("map_u16")), HasSubstr("too little for metres; use map_f16"));
}

// ---------------------------------------------------------------- maps

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

// ---------------------------------------------------------------- sRGB

TEST(ToneMap, LeavesSdrAsItIs) {
  for (const std::uint8_t transfer : {1, 4, 6, 11, 13, 14, 15})
    EXPECT_TRUE(media::ToneMap({1, transfer, 1, 0, 0, {0, 0, 0}}).is_identity()) << int{transfer};
  EXPECT_FALSE(media::ToneMap({9, 14, 9, 0, 0, {0, 0, 0}}).is_identity());
  EXPECT_FALSE(media::ToneMap({1, 16, 1, 0, 0, {0, 0, 0}}).is_identity());
}

Rgb mapped(const media::ToneMap& map, const Rgb& rgb) {
  float r = static_cast<float>(rgb[0]);
  float g = static_cast<float>(rgb[1]);
  float b = static_cast<float>(rgb[2]);
  map.map({&r, &g, &b}, 1);
  return {r, g, b};
}

TEST(ToneMap, KeepsGreysOfEveryPrimaries) {
  for (const std::uint8_t primaries : {4, 5, 6, 7, 8, 9, 10, 11, 12, 22}) {
    const media::ToneMap map({primaries, 1, 1, 0, 0, {0, 0, 0}});
    for (double grey = 0.0; grey <= 1.0; grey += 0.05)
      for (const double value : mapped(map, {grey, grey, grey}))
        EXPECT_NEAR(value, grey, 5e-4) << int{primaries};
  }
}

TEST(ToneMap, TakesWiderPrimariesToThoseOfBt709) {
  // P3's red is BT.709's red and more: nothing negative stays, red stays full.
  const auto red = mapped(media::ToneMap({12, 13, 0, 1, 0, {0, 0, 0}}), {1, 0, 0});
  EXPECT_NEAR(red[0], 1.0, 0.02);
  EXPECT_GE(red[1], 0.0);
  EXPECT_LT(red[1], 0.35);
  // A colour of BT.709 written in P3 comes back; figures by the primaries' own chromaticities.
  const auto inside =
      mapped(media::ToneMap({12, 13, 0, 1, 0, {0, 0, 0}}), {0.6030, 0.5170, 0.3420});
  EXPECT_NEAR(inside[0], 0.6195, 0.01);
  EXPECT_NEAR(inside[1], 0.5124, 0.01);
  EXPECT_NEAR(inside[2], 0.3147, 0.015);
}

TEST(ToneMap, RollsOffSmoothlyAndNeverBackwards) {
  float before = -1.0F;
  for (float x = 0.0F; x < 60.0F; x += 0.005F) {
    const float y = media::ToneMap::roll_off(x);
    EXPECT_GE(y, before) << x;
    before = y;
    if (x <= media::ToneMap::kKnee) {
      EXPECT_FLOAT_EQ(y, x);
    }
    if (x <= 10000.0F / 203.0F) {
      EXPECT_LE(y, 1.0001F) << x;
    }
  }
  EXPECT_NEAR(media::ToneMap::roll_off(10000.0F / 203.0F), 1.0, 1e-4);
  EXPECT_GT(std::pow(media::ToneMap::roll_off(1.0F), 1 / 2.4), 0.98);
}

struct Difference {
  double sum = 0.0;
  double most = 0.0;
  std::int64_t count = 0;
  [[nodiscard]] double mean() const {
    return sum / static_cast<double>(std::max<std::int64_t>(1, count));
  }
};

Difference compare(const Frame& a, const Frame& b) {
  Difference difference;
  const auto left = a.plane<const std::uint8_t>(0);
  const auto right = b.plane<const std::uint8_t>(0);
  for (int y = 0; y < left.height; ++y)
    for (int x = 0; x < left.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const double d = std::abs(left.at(x, y, c) - right.at(x, y, c)) / 255.0;
        difference.sum += d;
        difference.most = std::max(difference.most, d);
        ++difference.count;
      }
  return difference;
}

// Frames must not outlive the node that made them: `run` is kept by the caller.
Frame as_srgb(NodeRun& run, const Frame& frame, const rlv_format& format) {
  run.open(format);
  EXPECT_EQ(int{run.format.colour.transfer}, 13);
  EXPECT_EQ(int{run.format.colour.primaries}, 1);
  return run.give({frame}).at(0);
}

TEST(ConvertHdr, SdrInsideAnHdrFilmLooksTheSameToANetwork) {
  for (const auto* name : {"juggle_720p24/juggle.mp4", "flower_540p30/flower.mp4",
                           "golf_walk_1080p30/golf.mov", "paraglide_480p30/paraglide.mp4"}) {
    RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + name);
    FilmRun film(path.string(), R"("start": 0.4)");
    film.read_all(1);
    auto tagged = film.format;
    tagged.colour = {1, 1, 1, 0, 0, {0, 0, 0}};
    NodeRun rgb(convert(), to("rgbf32"));
    rgb.open(tagged);
    const auto picture = rgb.give({film.frames[0]}).at(0);
    const auto floats = picture.plane<const float>(0);
    NodeRun sdr_run(convert(), to("rgb24", "srgb"));
    const auto sdr = as_srgb(sdr_run, film.frames[0], tagged);
    for (const bool pq : {true, false}) {
      auto hdr_format = tagged;
      hdr_format.pixel_format = RLV_PF_YUV444P10;
      hdr_format.colour = {9, static_cast<std::uint8_t>(pq ? 16 : 18), 9, 0, 0, {0, 0, 0}};
      NodeRun run(convert(), to("rgb24", "srgb"));
      auto hdr = new_frame(run.node, hdr_format, 0);
      paint(hdr, [&](double x, double y) {
        const auto at = [&](int c) {
          return double{floats.at(static_cast<int>(x), static_cast<int>(y), c)};
        };
        return hdr_code({at(0), at(1), at(2)}, pq);
      });
      const auto difference = compare(sdr, as_srgb(run, hdr, hdr_format));
      std::printf("  %s as %s: mean %.3f %%, most %.1f %%\n", name, pq ? "PQ" : "HLG",
                  100 * difference.mean(), 100 * difference.most);
      EXPECT_LT(difference.mean(), 0.02) << name;
      EXPECT_LT(difference.most, 0.06) << name;
    }
  }
}

// For screens without HDR: what a player of SDR shows of the result is what was meant.
TEST(ConvertHdr, SdrIsMadeOfHdrFilmsInTheirOwnSamples) {
  const auto meant = [](double x, double y) {
    return Rgb{0.2 + 0.008 * x, 0.6 - 0.008 * y, 0.3 + 0.004 * x};
  };
  for (const bool pq : {true, false}) {
    auto in = colour_format(RLV_PF_YUV420P10, 64, 36);
    in.colour = {9, static_cast<std::uint8_t>(pq ? 16 : 18), 9, 0, 0, {0, 0, 0}};
    NodeRun run(convert(), to("", "sdr"));
    run.open(in);
    EXPECT_EQ(run.format.pixel_format, RLV_PF_YUV420P10);
    const auto& colour = run.format.colour;
    EXPECT_EQ(int{colour.primaries}, 1);
    EXPECT_EQ(int{colour.transfer}, 1);
    EXPECT_EQ(int{colour.matrix}, 1);
    EXPECT_EQ(int{colour.full_range}, 0);
    auto hdr = new_frame(run.node, in, 0);
    paint(hdr, [&](double x, double y) { return hdr_code(meant(x, y), pq); });
    const auto sdr = run.give({hdr}).at(0);
    auto wanted_format = in;
    wanted_format.colour = colour;
    auto wanted = new_frame(run.node, wanted_format, 1);
    paint(wanted, meant);
    for (std::uint32_t plane = 0; plane < 3; ++plane) {
      const auto a = sdr.plane<const std::uint16_t>(plane);
      const auto b = wanted.plane<const std::uint16_t>(plane);
      for (int y = 1; y + 1 < a.height; ++y)
        for (int x = 1; x + 1 < a.width; ++x)
          ASSERT_NEAR(a.at(x, y), b.at(x, y), 12)  // of 1023
              << (pq ? "PQ" : "HLG") << " plane " << plane << " at " << x << ", " << y;
    }
  }
}

TEST(ConvertHdr, SdrLeavesFilmsOfStandardRangeAlone) {
  auto in = colour_format(RLV_PF_YUV420P, 20, 10);
  in.colour = {5, 6, 5, 0, 0, {0, 0, 0}};
  NodeRun run(convert(), to("", "sdr"));
  run.open(in);
  EXPECT_EQ(int{run.format.colour.primaries}, 5);
  auto frame = new_frame(run.node, in, 0);
  const auto* same = frame.get();
  EXPECT_EQ(run.give({frame})[0].get(), same);
}

// White, the worst that can happen.
TEST(ConvertHdr, EvenWhiteStaysWithinTwoPercent) {
  for (const bool pq : {true, false}) {
    auto format = colour_format(RLV_PF_YUV420P10, 16, 16);
    format.colour = {9, static_cast<std::uint8_t>(pq ? 16 : 18), 9, 0, 0, {0, 0, 0}};
    NodeRun run(convert(), to("rgbf32", "srgb"));
    run.open(format);
    auto frame = new_frame(run.node, format, 0);
    paint(frame, [&](double, double) { return hdr_code({1, 1, 1}, pq); });
    const float white = run.give({frame})[0].plane<const float>(0).at(8, 8, 1);
    EXPECT_GT(white, 0.98F);
    EXPECT_LT(white, 1.0F);
  }
}

// Films made by libzimg, as FFmpeg's users make them.
TEST(ConvertHdr, FilmsMadeByLibzimgLookLikeTheirSource) {
  RLV_FFMPEG_OR_SKIP();
  const auto filters = run_program({"ffmpeg", "-hide_banner", "-filters"});
  if (!filters || filters->find(" zscale ") == std::string::npos)
    GTEST_SKIP() << "this ffmpeg has no libzimg";
  RLV_SHARED_DATA_OR_SKIP(path, "video/juggle_720p24/juggle.mp4");
  const std::string input = "-ss 1 -i " + path.string() + " -frames:v 1 -vf ";
  const std::string small =
      "scale=640:360,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709";
  const auto plain = make_film(input + small + " -c:v ffv1", "sdr.mkv");
  FilmRun sdr(plain.string());
  sdr.read_all(1);
  for (const auto* transfer : {"smpte2084", "arib-std-b67"}) {
    const auto made = make_film(
        input + small + ",zscale=p=2020:t=" + transfer +
            ":m=2020_ncl:r=tv:npl=203,format=yuv444p10le -c:v ffv1 -color_primaries bt2020 "
            "-colorspace bt2020nc -color_trc " +
            transfer,
        std::string(transfer) + ".mkv");
    FilmRun hdr(made.string());
    hdr.read_all(1);
    ASSERT_EQ(int{hdr.format.colour.transfer}, transfer == std::string("smpte2084") ? 16 : 18);
    NodeRun sdr_run(convert(), to("rgb24", "srgb"));
    NodeRun hdr_run(convert(), to("rgb24", "srgb"));
    const auto difference = compare(as_srgb(sdr_run, sdr.frames[0], sdr.format),
                                    as_srgb(hdr_run, hdr.frames[0], hdr.format));
    std::printf("  %s: mean %.3f %%, most %.1f %%\n", transfer, 100 * difference.mean(),
                100 * difference.most);
    EXPECT_LT(difference.mean(), 0.02);
  }
}

TEST(ConvertHdr, HighlightsKeepTheirOrder) {
  auto format = colour_format(RLV_PF_YUV444P10, 64, 2);
  format.colour = {9, 16, 9, 0, 0, {0, 0, 0}};
  NodeRun run(convert(), to("rgb48", "srgb"));
  run.open(format);
  auto frame = new_frame(run.node, format, 0);
  paint(frame, [](double x, double) {
    const double code = 0.4 + 0.35 * x / 63;  // up to 1000 cd/m2
    return Rgb{code, code, code};
  });
  const auto out = run.give({frame});
  for (int x = 1; x < 64; ++x)
    EXPECT_GT(sample(out[0], 0, x, 0, 1), sample(out[0], 0, x - 1, 0, 1));
}

TEST(ConvertHdr, AFilmThatDoesNotSayIsReadAsPlayersDo) {
  for (const bool small : {true, false}) {
    auto in = colour_format(RLV_PF_YUV444P, small ? 720 : 1280, small ? 480 : 720);
    in.colour = {2, 2, 2, 0, 255, {0, 0, 0}};
    NodeRun run(convert(), to("rgb24"));
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    for (std::uint32_t p = 0; p < 3; ++p) {
      const auto plane = frame.plane<std::uint8_t>(p);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) plane.at(x, y) = p == 0 ? 126 : p == 1 ? 100 : 180;
    }
    const auto out = run.give({frame});
    // Red is 1.164 (Y - 16) + {1.596 BT.601, 1.793 BT.709} (Cr - 128).
    EXPECT_NEAR(sample(out[0], 0, 9, 9, 0), 1.1644 * 110 + (small ? 1.596 : 1.7927) * 52, 1.0);
  }
}

TEST(ConvertHdr, CostsLittle) {
#ifdef RLV_SANITIZED
  GTEST_SKIP() << "sanitizers are slow";
#endif
  auto in = colour_format(RLV_PF_YUV420P10, 1920, 1080);
  in.colour = {9, 18, 9, 0, 0, {0, 0, 0}};
  NodeRun run(convert(), to("rgb24", "srgb"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  paint(frame, [](double x, double y) {
    return Rgb{0.3 + 0.3 * std::sin(x * 0.02), 0.4 + 0.3 * std::sin(y * 0.03), 0.5};
  });
  double best = 1e9;
  for (int round = 0; round < 8; ++round) {
    const auto begin = std::clock();
    static_cast<void>(run.give({frame}));
    best = std::min(best, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    run.node.reset();
    run.node.open();
  }
  std::printf("  %.1f ms of CPU time for 1080p of HLG\n", best);
  // Twice 25 ms on two threads, and as much again for slow machines.
  EXPECT_LT(best, 100.0);
}

// ---------------------------------------------------------------- contiguous

TEST(Convert, ContiguousPlanesHaveNeitherPaddingNorGaps) {
  // Lines of 50 pixels are no multiple of what allocators align to.
  for (const auto* name : {"rgb24", "yuv420p10", "nv12", "map_f32"}) {
    NodeRun run(convert(), to("", "any", true));
    auto in = colour_format(*pixel_format_from_name(name), 50, 38);
    if (name == std::string("map_f32")) in.semantic = RLV_SEM_METRES;
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    const auto& first = frame.tensor(0)->dl_tensor;
    ASSERT_NE(first.strides[0], first.shape[1] * (first.ndim > 2 ? first.shape[2] : 1))
        << "lines are not padded: nothing is tested";
    const auto bytes = [](const Frame& f, std::uint32_t p, std::int64_t y) {
      const auto& tensor = f.tensor(p)->dl_tensor;
      const auto sample = tensor.dtype.bits / 8;
      return static_cast<std::uint8_t*>(tensor.data) + tensor.byte_offset +
             y * tensor.strides[0] * sample;
    };
    const auto line_bytes = [](const DLTensor& tensor) {
      return tensor.shape[1] * (tensor.ndim > 2 ? tensor.shape[2] : 1) * (tensor.dtype.bits / 8);
    };
    std::uint8_t value = 0;
    for (std::uint32_t p = 0; p < frame.plane_count(); ++p)
      for (std::int64_t y = 0; y < frame.tensor(p)->dl_tensor.shape[0]; ++y)
        for (std::int64_t x = 0; x < line_bytes(frame.tensor(p)->dl_tensor); ++x)
          bytes(frame, p, y)[x] = value += 7;

    const auto out = run.give({frame}).at(0);
    for (std::uint32_t p = 0; p < out.plane_count(); ++p) {
      const auto& tensor = out.tensor(p)->dl_tensor;
      std::int64_t expected = 1;
      for (int d = tensor.ndim - 1; d >= 0; --d) {
        EXPECT_EQ(tensor.strides[d], expected) << name << ", dimension " << d << " of plane " << p;
        expected *= tensor.shape[d];
      }
      for (std::int64_t y = 0; y < tensor.shape[0]; ++y)
        EXPECT_EQ(std::memcmp(bytes(out, p, y), bytes(frame, p, y),
                              static_cast<std::size_t>(line_bytes(tensor))),
                  0)
            << name << ", row " << y << " of plane " << p;
    }
  }
}

}  // namespace
}  // namespace relievo::test
