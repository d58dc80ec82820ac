// configs/stereo_from_depth.yaml as a user runs it, against the renderer called directly.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/stereo/picture_io.hpp"
#include "tests/unit/stereo/right_view.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 161;
constexpr int kHeight = 90;

// Stripes with noise: any shift of a sample shows.
Picture colours() {
  Picture picture{kWidth, kHeight, 3, {}};
  std::uint32_t noise = 7;
  for (int i = 0; i < kWidth * kHeight * 3; ++i) {
    noise = noise * 1664525U + 1013904223U;
    picture.samples.push_back(static_cast<std::uint16_t>((i * 5 % 180) + (noise >> 26U)));
  }
  return picture;
}

// A slanted ground, a disc and a bar in front, in 1/256 px.
Picture disparity() {
  Picture picture{kWidth, kHeight, 1, {}};
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const bool disc = std::hypot(x - 60, y - 40) < 22;
      const bool bar = x >= 110 && x < 114;
      const int ground = 256 + 9 * y + 3 * x;
      picture.samples.push_back(static_cast<std::uint16_t>(bar ? 3500 : disc ? 2345 : ground));
    }
  return picture;
}

fs::path write_grey16(const fs::path& path, const Picture& picture) {
  std::ofstream out(path, std::ios::binary);
  out << "P5\n" << picture.width << " " << picture.height << "\n65535\n";
  for (const auto value : picture.samples)
    out.put(static_cast<char>(value >> 8)).put(static_cast<char>(value & 255));
  return path;
}

struct Files {
  fs::path folder = temporary_dir();
  fs::path left = folder / "left.png";
  fs::path depth = write_grey16(folder / "disparity.pgm", disparity());
  Files() { write_png(left, colours()); }
  [[nodiscard]] ProgramEnd run(const std::string& output, const std::string& layout) const {
    return run_host({"--config", (source_dir() / "configs/stereo_from_depth.yaml").string(),
                     "--input", left.string(), "--set", "nodes.depth.path=" + depth.string(),
                     "--set", "nodes.sink.params.layout=" + layout, "--output",
                     (folder / output).string()});
  }
};

TEST(StereoFromDepth, TheRightViewIsTheRenderersBitForBit) {
  const Files files;
  expect_success(files.run("right.png", "right"));
  const auto made = read_rgb8(files.folder / "right.png");
  const auto expected = right_view(colours(), disparity());
  ASSERT_EQ(made.width, kWidth);
  ASSERT_EQ(made.height, kHeight);
  EXPECT_EQ(made.samples, expected.samples);
  EXPECT_NE(made.samples, colours().samples);
}

TEST(StereoFromDepth, TheLeftEyeIsUntouched) {
  const Files files;
  expect_success(files.run("left_view.png", "left"));
  EXPECT_EQ(read_rgb8(files.folder / "left_view.png").samples, colours().samples);
}

TEST(StereoFromDepth, AMissingDepthEndsBeforeAnythingIsWritten) {
  Files files;
  files.depth = files.folder / "gone.png";
  expect_refusal(files.run("right.png", "right"), 1, "gone.png': there is no such file");
  EXPECT_FALSE(fs::exists(files.folder / "right.png"));
}

TEST(StereoFromDepth, WithoutDepthItIsSaidHowToNameIt) {
  const Files files;
  expect_refusal(
      run_host({"--config", (source_dir() / "configs/stereo_from_depth.yaml").string(), "--input",
                files.left.string()}),
      2, "node 'depth' has no path; give it one with 'path', or use --set nodes.depth.path=FILE");
}

}  // namespace
}  // namespace relievo::test
