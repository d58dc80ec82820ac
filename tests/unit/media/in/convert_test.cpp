// The node `convert`: every format, chroma where it lies, threads, refusals.
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/change/colour_math.hpp"
#include "tests/unit/media/in/convert_pictures.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

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
