// Depth that another program made, from every kind of file.
#include <bit>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/media/nodes.hpp"
#include "core/media/read/pfm.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/node_run.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kWidth = 4;
constexpr int kHeight = 3;

std::string params(const fs::path& path, const std::string& kind, double scale = 0.0) {
  return nlohmann::json{{"path", path.string()}, {"kind", kind}, {"scale", scale}}.dump();
}

const rlv_node_type& depth_source() {
  static const auto type = media::depth_source_type();
  return type;
}

struct DepthRun : NodeRun {
  explicit DepthRun(const fs::path& path, const std::string& kind = "disparity_px",
                    double scale = 0.0)
      : NodeRun(depth_source(), params(path, kind, scale)) {}
  // The depth of so many frames of colour.
  std::vector<Frame> depth_of(int frames, int width = kWidth, int height = kHeight) {
    const auto colour = colour_format(RLV_PF_GREY8, width, height);
    open(colour);
    std::vector<Frame> in;
    for (int i = 0; i < frames; ++i) in.push_back(new_frame(node, colour, i));
    return give(std::move(in));
  }
};

std::string failure(const fs::path& path, int frames = 1, const std::string& kind = "disparity_px",
                    int width = kWidth) {
  try {
    DepthRun run(path, kind);
    static_cast<void>(run.depth_of(frames, width));
    return "";
  } catch (const std::exception& e) {
    return e.what();
  }
}

// A binary PGM of 16 bits, most significant byte first, whose values are first, first + 1 ...
fs::path write_grey(const fs::path& path, int first, int width = kWidth, int height = kHeight) {
  std::ofstream out(path, std::ios::binary);
  out << "P5\n" << width << " " << height << "\n65535\n";
  for (int i = 0; i < width * height; ++i)
    out.put(static_cast<char>((first + i) >> 8)).put(static_cast<char>(first + i));
  return path;
}

fs::path write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// kWidth x kHeight floats, 0.5, 1.5 ... in the order of the file.
std::string pfm(const std::string& scale, bool little) {
  std::string text = "Pf\n4 3\n" + scale + "\n";
  for (int i = 0; i < kWidth * kHeight; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(0.5F + static_cast<float>(i));
    for (int b = 0; b < 4; ++b)
      text.push_back(static_cast<char>(bits >> (8 * (little ? b : 3 - b))));
  }
  return text;
}

float value(const Frame& frame, int x, int y) {
  return frame.plane<const float>(0).at(x, y);
}

TEST(DepthSource, WholeNumbersAre256thsOfAPixel) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 1000);
  DepthRun run(path);
  const auto depth = run.depth_of(1);
  ASSERT_EQ(depth.size(), 1U);
  EXPECT_EQ(depth[0].info().semantic, RLV_SEM_DISPARITY_PX);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      EXPECT_EQ(value(depth[0], x, y), static_cast<float>(1000 + y * kWidth + x) / 256.0F);
}

TEST(DepthSource, WholeNumbersAreMillimetresForMetricDepth) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 2500);
  DepthRun run(path, "metric");
  const auto depth = run.depth_of(1, 640);
  EXPECT_EQ(depth[0].info().semantic, RLV_SEM_METRES);
  EXPECT_FLOAT_EQ(value(depth[0], 0, 0), 2.5F);
}

TEST(DepthSource, AScaleIsTakenAsGiven) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 100);
  DepthRun run(path, "inverse", 0.25);
  const auto depth = run.depth_of(1);
  EXPECT_EQ(depth[0].info().semantic, RLV_SEM_RELATIVE_INVERSE);
  EXPECT_EQ(value(depth[0], 1, 0), 25.25F);
}

TEST(DepthSource, FloatsAreTakenAsTheyAreTheLastRowFirstInEitherByteOrder) {
  for (const bool little : {true, false}) {
    const auto path = write_text(temporary_dir() / "d.pfm", pfm(little ? "-1.0" : "1.0", little));
    DepthRun run(path);
    const auto depth = run.depth_of(1);
    EXPECT_EQ(value(depth[0], 0, kHeight - 1), 0.5F);
    EXPECT_EQ(value(depth[0], 3, kHeight - 1), 3.5F);
    EXPECT_EQ(value(depth[0], 1, 0), 9.5F);
  }
}

// An EXR of the floats 0.5, 1.5 ..., made by FFmpeg of raw samples in so many planes.
fs::path make_exr(const std::string& name, const std::string& format, int planes,
                  const std::string& options = "") {
  const auto folder = temporary_dir();
  std::ofstream raw(folder / "raw", std::ios::binary);
  for (int plane = 0; plane < planes; ++plane)
    for (int i = 0; i < kWidth * kHeight; ++i) {
      const float value = 0.5F + static_cast<float>(i);
      raw.write(reinterpret_cast<const char*>(&value), sizeof value);
    }
  raw.close();
  ffmpeg("-f rawvideo -pixel_format " + format + " -video_size 4x3 -i " +
         (folder / "raw").string() + " -frames:v 1 " + options + " " + (folder / name).string());
  return folder / name;
}

TEST(DepthSource, ExrFilesOfFloatsAndHalfFloatsKeepTheirNumbers) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto* options : {"", "-compression zip16", "-compression rle", "-format half"}) {
    DepthRun run(make_exr("depth.exr", "grayf32le", 1, options), "metric");
    const auto depth = run.depth_of(1);
    ASSERT_EQ(depth.size(), 1U) << options;
    const auto map = depth[0].plane<const float>(0);
    for (int i = 0; i < kWidth * kHeight; ++i)
      EXPECT_EQ(map.at(i % kWidth, i / kWidth), 0.5F + static_cast<float>(i)) << options;
  }
}

TEST(DepthSource, AnExrOfThreeEqualChannelsIsGrey) {
  RLV_FFMPEG_OR_SKIP();
  DepthRun run(make_exr("depth.exr", "gbrpf32le", 3), "disparity_px");
  const auto depth = run.depth_of(1);
  ASSERT_EQ(depth.size(), 1U);
  EXPECT_EQ(depth[0].plane<const float>(0).at(3, 2), 11.5F);
}

TEST(DepthSource, APngOf16BitsKeepsEveryBit) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto grey = write_grey(folder / "grey.pgm", 51234);
  ffmpeg("-i " + grey.string() + " " + (folder / "grey.png").string());
  DepthRun run(folder / "grey.png");
  const auto depth = run.depth_of(1);
  ASSERT_EQ(depth.size(), 1U);
  for (int i = 0; i < kWidth * kHeight; ++i)
    EXPECT_EQ(depth[0].plane<const float>(0).at(i % kWidth, i / kWidth),
              static_cast<float>(51234 + i) / 256.0F);
}

TEST(DepthSource, AFolderIsReadInTheOrderOfItsNumbers) {
  const auto folder = temporary_dir();
  for (const int i : {10, 9, 2}) write_grey(folder / ("d" + std::to_string(i) + ".pgm"), 256 * i);
  write_text(folder / "notes.txt", "no depth");
  DepthRun run(folder);
  std::vector<float> firsts;
  const auto depth = run.depth_of(3);
  for (const auto& frame : depth) firsts.push_back(value(frame, 0, 0));
  EXPECT_THAT(firsts, ElementsAre(2.0F, 9.0F, 10.0F));
}

TEST(DepthSource, NumberedPicturesBeginAtTheFirstThatIsThere) {
  const auto folder = temporary_dir();
  for (const int i : {1, 2, 3}) write_grey(folder / ("d_00" + std::to_string(i) + ".pgm"), 256 * i);
  DepthRun run(folder / "d_%03d.pgm");
  const auto depth = run.depth_of(3);
  EXPECT_EQ(value(depth[0], 0, 0), 1.0F);
  EXPECT_EQ(value(depth[2], 0, 0), 3.0F);
  EXPECT_EQ(depth[2].info().index, 2);
}

TEST(DepthSource, AFilmOf16BitGreyKeepsEveryBit) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  for (int i = 0; i < 3; ++i)
    write_grey(folder / ("d" + std::to_string(i) + ".pgm"), 4000 * i + 123, 32, 16);
  const auto film = make_film(
      "-i \"" + (folder / "d%d.pgm").string() + "\" -c:v ffv1 -pix_fmt gray16le", "depth.mkv");
  DepthRun run(film);
  const auto depth = run.depth_of(3, 32, 16);
  ASSERT_EQ(depth.size(), 3U);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(value(depth[static_cast<std::size_t>(i)], 5, 2),
              static_cast<float>(4000 * i + 123 + 2 * 32 + 5) / 256.0F);
}

TEST(DepthSource, AfterAResetTheFirstPictureComesAgain) {
  const auto folder = temporary_dir();
  for (int i = 0; i < 2; ++i) write_grey(folder / ("d" + std::to_string(i) + ".pgm"), 256 * i);
  DepthRun run(folder);
  static_cast<void>(run.depth_of(2));
  run.node.reset();
  EXPECT_EQ(value(run.depth_of(1)[0], 0, 0), 0.0F);
}

TEST(DepthSource, AMissingFileIsNamed) {
  const auto folder = temporary_dir();
  EXPECT_THAT(
      failure(folder / "gone.png"),
      AllOf(HasSubstr("gone.png': there is no such file; check the path"), Not(HasSubstr("\n"))));
  EXPECT_THAT(failure(folder / "gone_%03d.png"), HasSubstr("gone_000.png"));
  EXPECT_THAT(failure(folder), HasSubstr("holds no pictures of depth"));
}

TEST(DepthSource, AnUnknownKindIsRefusedWithTheKnownOnes) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 1);
  EXPECT_THAT(failure(path, 1, "metres"),
              HasSubstr("'kind' cannot be 'metres'; it is disparity_px, inverse or metric"));
}

TEST(DepthSource, FewerPicturesThanFramesAreCounted) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 1);
  EXPECT_THAT(failure(path, 2), HasSubstr("has 1 picture of depth and the film has more frames"));
}

TEST(DepthSource, MorePicturesThanFramesAreWarnedOf) {
  const auto folder = temporary_dir();
  for (int i = 0; i < 3; ++i) write_grey(folder / ("d" + std::to_string(i) + ".pgm"), i);
  DepthRun run(folder);
  static_cast<void>(run.depth_of(2));
  EXPECT_THAT(::testing::PrintToString(run.run.lines),
              HasSubstr("more pictures of depth (3) than the film has frames (2)"));
}

TEST(DepthSource, DisparityOfAnotherSizeThanTheColourIsRefused) {
  const auto path = write_grey(temporary_dir() / "d.pgm", 1);
  EXPECT_THAT(failure(path, 1, "disparity_px", 8), AllOf(HasSubstr("is 4x3 and the colour 8x3"),
                                                         HasSubstr("must have the colour's size")));
  EXPECT_EQ(failure(path, 1, "inverse", 8), "");
}

TEST(DepthSource, PicturesOfDifferentSizesAreRefused) {
  const auto folder = temporary_dir();
  write_grey(folder / "d1.pgm", 1);
  write_grey(folder / "d2.pgm", 1, 5);
  EXPECT_THAT(failure(folder, 2, "inverse"),
              AllOf(HasSubstr("d2.pgm' is 5x3"), HasSubstr("give all the same size")));
}

TEST(DepthSource, APictureOfColoursIsNoDepth) {
  const auto path = write_text(temporary_dir() / "d.ppm", "P6\n4 3\n255\n" + std::string(36, 'x'));
  EXPECT_THAT(failure(path), AllOf(HasSubstr("picture of colours"), HasSubstr("16 bits")));
}

std::string pfm_failure(const std::string& text) {
  try {
    static_cast<void>(media::read_pfm(write_text(temporary_dir() / "d.pfm", text)));
    return "";
  } catch (const std::exception& e) {
    return e.what();
  }
}

TEST(Pfm, DamagedFilesAreToldApart) {
  EXPECT_THAT(pfm_failure("PF\n4 3\n-1\n" + std::string(144, 'x')), HasSubstr("three colours"));
  EXPECT_THAT(pfm_failure("P5\n4 3\n255\n"), HasSubstr("does not begin with Pf"));
  EXPECT_THAT(pfm_failure("Pf\n4 x\n-1\n"), HasSubstr("damaged head"));
  EXPECT_THAT(pfm_failure("Pf\n4 3\n0\n" + std::string(48, 'x')), HasSubstr("damaged head"));
  EXPECT_THAT(pfm_failure("Pf\n4 -3\n-1\n"), HasSubstr("4x-3"));
  EXPECT_THAT(pfm_failure("Pf\n4 3\n-1\n" + std::string(47, 'x')), HasSubstr("47 of 48 bytes"));
}

}  // namespace
}  // namespace relievo::test
