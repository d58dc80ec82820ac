// Every layout that two views, or a picture and its depth, can be written in.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/stereo_boxes.hpp"
#include "core/media/nodes.hpp"
#include "core/media/write/anaglyph.hpp"
#include "core/media/write/frame_packing.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

extern "C" {
#include <libavutil/stereo3d.h>
}

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using media::sink_type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string lossless(const fs::path& path, const std::string& more) {
  return quick(path, R"({"codec": "ffv1", )" + more + "}", "");
}

// Sample of component c of a view of the film's first frame.
int view_at(const Film& film, int view, int c, int x, int y) {
  return film.paint(view, 0, c, x, y);
}

TEST(SinkLayouts, TheRightViewComesFirstWhereThatIsAsked) {
  const auto film = small_film(1);
  for (const char* more :
       {R"("layout": "full_sbs", "view_order": "right_first")", R"("layout": "cross_eyed")"}) {
    const auto path = temporary_dir() / "film.mkv";
    static_cast<void>(write_film(lossless(path, more), film));
    const auto picture = decode_pictures(path).at(0);
    ASSERT_EQ(picture.width, 128);
    for (int x = 0; x < 64; x += 7)
      for (int y = 0; y < 48; y += 5) {
        EXPECT_EQ(picture.at(0, x, y), view_at(film, 1, 0, x, y));
        EXPECT_EQ(picture.at(0, 64 + x, y), view_at(film, 0, 0, x, y));
      }
    EXPECT_EQ(read_file(path).video().metadata.at("stereo_mode"), "right_left");
  }
  const auto path = temporary_dir() / "film.mkv";
  static_cast<void>(
      write_film(lossless(path, R"("layout": "full_tb", "view_order": "right_first")"), film));
  EXPECT_EQ(decode_pictures(path).at(0).at(0, 5, 5), view_at(film, 1, 0, 5, 5));
  EXPECT_EQ(read_file(path).video().metadata.at("stereo_mode"), "bottom_top");
}

TEST(SinkLayouts, SwappedViewsAreSaidWhereTheFileCan) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = temporary_dir() / "film.mp4";
  const auto report = write_film(quick(path, R"({"layout": "cross_eyed"})"), small_film(3));
  const auto facts = media::read_stereo_facts(path);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].eyes, 0x0B);
  EXPECT_FALSE(facts[0].st3d);
  EXPECT_THAT(report["notes"].dump(), HasSubstr("which vexu says and st3d cannot"));
  const auto raw = path.parent_path() / "raw.hevc";
  ffmpeg("-i \"" + path.string() + "\" -c copy \"" + raw.string() + "\"");
  const auto picture = decode_pictures(raw, 1).at(0);
  EXPECT_EQ(picture.stereo, AV_STEREO3D_SIDEBYSIDE);
  EXPECT_TRUE(picture.stereo_inverted);
}

TEST(SinkLayouts, TwoFilesHoldOneViewEachAndTheLeftOneTheSound) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source = make_film(
      "-f lavfi -i testsrc=s=64x48:r=24:d=1 -f lavfi -i sine=d=1 -c:v libx264 -preset ultrafast "
      "-c:a "
      "aac",
      "source.mp4");
  const auto film = film_of(source);
  const auto report = write_film(lossless(dir / "film.mkv", R"("layout": "two_files")"), film);
  EXPECT_EQ(report["path"], (dir / "film_left.mkv").string());
  EXPECT_THAT(report["more_paths"], ElementsAre((dir / "film_right.mkv").string()));
  EXPECT_EQ(report["frames"], 24);
  EXPECT_EQ(report["bytes"],
            fs::file_size(dir / "film_left.mkv") + fs::file_size(dir / "film_right.mkv"));
  EXPECT_FALSE(fs::exists(dir / "film.mkv"));
  int view = 0;
  for (const char* name : {"film_left.mkv", "film_right.mkv"}) {
    const auto file = read_file(dir / name);
    EXPECT_EQ(file.of(AVMEDIA_TYPE_AUDIO).size(), view == 0 ? 1U : 0U);
    EXPECT_EQ(file.video().metadata.count("stereo_mode"), 0U);
    const auto pictures = decode_pictures(dir / name);
    ASSERT_EQ(pictures.size(), 24U);
    EXPECT_EQ(pictures[3].at(0, 17, 9), film.paint(view, 3, 0, 17, 9));
    ++view;
  }
  // Both are written to the end before one is named; one that is there already is no victim.
  SinkDriver again(sink_type(), lossless(dir / "film.mkv", R"("layout": "two_files")"));
  fs::remove(dir / "film_left.mkv");
  try {
    static_cast<void>(again.plan(ports_of(film, true)));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("film_right.mkv' exists already"));
  }
}

TEST(SinkLayouts, RowsOfBothViewsComeInTurn) {
  for (const bool right_first : {false, true}) {
    const auto film = small_film(1);
    const auto path = temporary_dir() / "film.mkv";
    static_cast<void>(
        write_film(lossless(path, std::string(R"("layout": "row_interlaced")") +
                                      (right_first ? R"(, "view_order": "right_first")" : "")),
                   film));
    const auto picture = decode_pictures(path).at(0);
    ASSERT_EQ(picture.width, 64);
    ASSERT_EQ(picture.height, 48);
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 64; x += 5)
        EXPECT_EQ(picture.at(0, x, y), view_at(film, (y % 2 == 0) == right_first ? 1 : 0, 0, x, y));
    // Chroma covers a row of each view.
    for (int y = 0; y < 24; ++y)
      EXPECT_NEAR(picture.at(1, 9, y),
                  (view_at(film, 0, 1, 9, y) + view_at(film, 1, 1, 9, y)) / 2.0, 0.5);
    EXPECT_EQ(read_file(path).video().metadata.at("stereo_mode"),
              right_first ? "row_interleaved_rl" : "row_interleaved_lr");
  }
}

TEST(SinkLayouts, RowsAreSaidByH264AndANoteTellsWhatMp4Cannot) {
  const auto path = temporary_dir() / "film.mp4";
  const auto report =
      write_film(quick(path, R"({"layout": "row_interlaced", "codec": "h264"})"), small_film(3));
  EXPECT_THAT(report["notes"].dump(), HasSubstr("no word for rows of both views in turn"));
  EXPECT_EQ(decode_pictures(path, 1).at(0).stereo, AV_STEREO3D_LINES);
  EXPECT_FALSE(media::read_stereo_facts(path).at(0).is_stereo());
}

// ---------------------------------------------------------------- anaglyphs

double to_linear(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}
double to_srgb(double v) {
  v = std::clamp(v, 0.0, 1.0);
  return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

using Rgb = std::array<double, 3>;

// The matrices as E. Dubois published them.
Rgb dubois(const Rgb& left, const Rgb& right) {
  static constexpr double kMatrix[3][6] = {
      {0.4561, 0.500484, 0.176381, -0.0434706, -0.0879388, -0.00155529},
      {-0.0400822, -0.0378246, -0.0157589, 0.378476, 0.73364, -0.0184503},
      {-0.0152161, -0.0205971, -0.00546856, -0.0721527, -0.112961, 1.2264}};
  Rgb out{};
  for (std::size_t c = 0; c < 3; ++c) {
    double sum = 0;
    for (std::size_t k = 0; k < 3; ++k)
      sum += kMatrix[c][k] * to_linear(left[k]) + kMatrix[c][k + 3] * to_linear(right[k]);
    out[c] = to_srgb(sum);
  }
  return out;
}
Rgb half_colour(const Rgb& left, const Rgb& right) {
  return {0.299 * left[0] + 0.587 * left[1] + 0.114 * left[2], right[1], right[2]};
}
Rgb grey(const Rgb& left, const Rgb& right) {
  const double y = 0.299 * right[0] + 0.587 * right[1] + 0.114 * right[2];
  return {0.299 * left[0] + 0.587 * left[1] + 0.114 * left[2], y, y};
}

const Rgb kOrange{0.9, 0.5, 0.1};
const Rgb kAzure{0.2, 0.4, 0.8};

struct Mixture {
  const char* name;
  Rgb (*mix)(const Rgb&, const Rgb&);
};

class Anaglyph : public ::testing::TestWithParam<Mixture> {};

TEST_P(Anaglyph, OfAPictureHasTheColoursOfTheFormula) {
  auto film = small_film(1, RLV_PF_RGB24, 31, 15);  // odd: a picture file is not padded
  film.paint = [](int view, std::int64_t, int c, int, int) {
    return static_cast<int>(
        std::lround(255 * (view == 0 ? kOrange : kAzure).at(static_cast<std::size_t>(c))));
  };
  const auto path = temporary_dir() / "picture.png";
  static_cast<void>(write_film(
      quick(path, std::string(R"({"layout": "anaglyph", "anaglyph": ")") + GetParam().name + "\"}",
            ""),
      film));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.width, 31);
  EXPECT_EQ(picture.height, 15);
  const auto wanted = GetParam().mix(kOrange, kAzure);
  for (int c = 0; c < 3; ++c)
    EXPECT_NEAR(picture.at(c, 16, 7), 255 * wanted.at(static_cast<std::size_t>(c)), 1.0) << c;
}

// Y'CbCr of BT.709, ten bits.
int bt709(const Rgb& rgb, int component) {
  const double y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
  const double value = component == 0   ? 16 + 219 * y
                       : component == 1 ? 128 + 224 * (rgb[2] - y) / 1.8556
                                        : 128 + 224 * (rgb[0] - y) / 1.5748;
  return static_cast<int>(std::lround(4 * value));
}

TEST_P(Anaglyph, OfATenBitFilmKeepsItsDepthAndColourDescription) {
  auto film = small_film(2, RLV_PF_YUV420P10, 32, 16);
  film.format.colour = {1, 1, 1, 0, 0, {}};
  film.paint = [](int view, std::int64_t, int c, int, int) {
    return bt709(view == 0 ? kOrange : kAzure, c);
  };
  const auto path = temporary_dir() / "film.mkv";
  static_cast<void>(write_film(
      lossless(path,
               std::string(R"("layout": "anaglyph", "anaglyph": ")") + GetParam().name + "\""),
      film));
  const auto file = read_file(path);
  EXPECT_EQ(file.video().width, 32);
  EXPECT_EQ(file.video().metadata.count("stereo_mode"), 0U) << "one picture for both eyes";
  const auto picture = decode_pictures(path).at(1);
  EXPECT_EQ(picture.format, AV_PIX_FMT_YUV420P10LE);
  EXPECT_EQ(int{picture.colour.matrix}, 1);
  const auto wanted = GetParam().mix(kOrange, kAzure);
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(picture.at(c, 8, 4), bt709(wanted, c), 6) << c;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Anaglyph,
                         ::testing::Values(Mixture{"dubois", dubois},
                                           Mixture{"half_colour", half_colour},
                                           Mixture{"grey", grey}),
                         [](const auto& mixture) { return std::string(mixture.param.name); });

// White stays white and black black, whatever the depth; no mixture of equal views is tinted but by
// its own rule.
TEST(Anaglyphs, KeepWhiteAndBlack) {
  using media::AnaglyphKind;
  for (const auto kind : {AnaglyphKind::kDubois, AnaglyphKind::kHalfColour, AnaglyphKind::kGrey}) {
    const media::AnaglyphMixer mixer(kind, 16, true);
    for (const std::uint16_t value : {0, 65535}) {
      const std::vector<std::uint16_t> view(3, value);
      std::vector<std::uint16_t> out(3, 1234);
      mixer.mix(view, view, out);
      for (const auto sample : out) EXPECT_NEAR(sample, value, 8);
    }
  }
}

// ---------------------------------------------------------------- depth

// A ramp from far (left) to near (right).
Frame ramp(const rlv_host* host, const rlv_format& format, std::int64_t index) {
  return depth_frame(host, format, index, [&](int x, int) {
    return static_cast<float>(x) / static_cast<float>(format.width - 1);
  });
}

nlohmann::json write_rgbd(const std::string& params, const Film& film, int depth_width,
                          int depth_height) {
  SinkDriver sink(sink_type(), params);
  auto depth = depth_format(depth_width, depth_height, RLV_SEM_RELATIVE_INVERSE);
  depth.clock = film.format.clock;
  static_cast<void>(sink.plan({std::nullopt, std::nullopt, film.format, depth}));
  sink.open();
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(film.times.size()); ++i) {
    std::vector<Frame> frames(4);
    auto info = frame_info(film.format, i);
    frames[2] = painted_frame(sink.host(), info,
                              [&](int c, int x, int y) { return film.paint(0, i, c, x, y); });
    frames[3] = ramp(sink.host(), depth, i);
    sink.push(std::move(frames));
  }
  sink.drain();
  return sink.finish(true);
}

TEST(SinkRgbd, ShowsThePictureAndItsDepthSideBySide) {
  const auto film = small_film(2);
  const auto path = temporary_dir() / "film.mkv";
  // Depth of half the size, as networks give it.
  static_cast<void>(write_rgbd(lossless(path, R"("layout": "rgbd")"), film, 32, 24));
  const auto picture = decode_pictures(path).at(0);
  ASSERT_EQ(picture.width, 128);
  ASSERT_EQ(picture.height, 48);
  EXPECT_EQ(picture.at(0, 20, 30), view_at(film, 0, 0, 20, 30));
  EXPECT_EQ(picture.at(1, 10, 15), view_at(film, 0, 1, 10, 15));
  EXPECT_EQ(picture.at(0, 64, 24), 16) << "far";
  EXPECT_EQ(picture.at(0, 127, 24), 235) << "near";
  for (int x = 2; x < 62; ++x) {
    EXPECT_NEAR(picture.at(0, 64 + x, 24), 16 + 219 * ((x - 0.5) / 2) / 31.0, 3.5) << x;
    EXPECT_LE(picture.at(0, 64 + x, 24), picture.at(0, 65 + x, 24));
  }
  EXPECT_EQ(picture.at(1, 50, 10), 128);
  EXPECT_EQ(read_file(path).video().metadata.count("stereo_mode"), 0U);
}

TEST(SinkRgbd, InRgbAndFullRangeUsesThemToTheirEnds) {
  auto rgb = small_film(1, RLV_PF_RGB24);
  const auto path = temporary_dir() / "film.png";
  static_cast<void>(write_rgbd(quick(path, R"({"layout": "rgbd"})", ""), rgb, 64, 48));
  const auto picture = decode_pictures(path).at(0);
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(picture.at(c, 64, 5), 0);
    EXPECT_EQ(picture.at(c, 127, 5), 255);
  }
  auto full = small_film(1);
  full.format.colour = {1, 1, 1, 1, 0, {}};
  const auto film_path = path.parent_path() / "film.mkv";
  static_cast<void>(write_rgbd(lossless(film_path, R"("layout": "rgbd")"), full, 64, 48));
  EXPECT_EQ(decode_pictures(film_path).at(0).at(0, 127, 5), 255);
}

std::string refusal(const std::string& layout, bool left, bool picture, bool depth) {
  const auto film = small_film(1);
  const auto maps = depth_format(64, 48, RLV_SEM_METRES);
  SinkDriver sink(sink_type(),
                  quick(temporary_dir() / "x.mkv", R"({"layout": ")" + layout + "\"}"));
  const auto maybe = [](bool is_there, const rlv_format& format) {
    return is_there ? std::optional<rlv_format>(format) : std::nullopt;
  };
  try {
    static_cast<void>(sink.plan({maybe(left, film.format), maybe(left, film.format),
                                 maybe(picture, film.format), maybe(depth, maps)}));
    return "not refused";
  } catch (const NodeError& e) {
    return e.what();
  }
}

TEST(SinkRgbd, WhatDoesNotFitTheLayoutIsRefusedWithTheWayOut) {
  EXPECT_THAT(refusal("full_sbs", false, true, true), HasSubstr("need layout: rgbd"));
  EXPECT_THAT(refusal("rgbd", false, true, false), HasSubstr("in: {picture: some_node, depth"));
  EXPECT_THAT(refusal("rgbd", true, false, false), HasSubstr("in: {picture: some_node, depth"));
  EXPECT_THAT(refusal("full_sbs", true, false, true), HasSubstr("not both"));
  EXPECT_EQ(refusal("full_sbs", false, false, true), "not refused") << "depth alone";
}

// Depth alone: as exact as each file can have it.
TEST(SinkDepthFiles, AreOf16BitsInFfv1AndPngAndOfTenInHevc) {
  const auto format = depth_format(256, 16, RLV_SEM_RELATIVE_INVERSE);
  const auto write = [&](const std::string& name, const std::string& codec) {
    const auto path = temporary_dir() / name;
    SinkDriver sink(sink_type(), quick(path, R"({"codec": ")" + codec + "\"}",
                                       codec == "hevc" ? "ultrafast" : ""));
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, std::nullopt, format}));
    sink.open();
    std::vector<Frame> frames(4);
    frames[3] = ramp(sink.host(), format, 0);
    sink.push(std::move(frames));
    sink.drain();
    static_cast<void>(sink.finish(true));
    return decode_pictures(path).at(0);
  };
  const auto ffv1 = write("depth.mkv", "ffv1");
  EXPECT_EQ(ffv1.format, AV_PIX_FMT_GRAY16LE);
  const auto png = write("depth.png", "ffv1");
  EXPECT_EQ(png.format, AV_PIX_FMT_GRAY16BE);
  const auto hevc = write("depth.mp4", "hevc");
  EXPECT_EQ(hevc.format, AV_PIX_FMT_YUV420P10LE);
  // The hundredth parts at both ends are cut off; between them it is straight.
  for (int x = 16; x < 240; ++x) {
    EXPECT_EQ(ffv1.at(0, x, 8), png.at(0, x, 8));
    EXPECT_NEAR(ffv1.at(0, x, 8), 65535 * ((x / 255.0) * 1.02 - 0.01), 300) << x;
    EXPECT_NEAR(hevc.at(0, x, 8), 64 + 876 * ffv1.at(0, x, 8) / 65535.0, 12) << x;
  }
}

}  // namespace
}  // namespace relievo::test
