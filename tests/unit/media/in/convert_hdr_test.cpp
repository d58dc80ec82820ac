// The node `convert`: HDR films as screens and networks without HDR take them.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <string>

#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/change/colour_math.hpp"
#include "core/media/change/tone_map.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/hdr_code.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/convert_pictures.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

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

}  // namespace
}  // namespace relievo::test
