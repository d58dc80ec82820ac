// depth_refine.edges between depth that another program made and the sink, as a user runs it.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/media/read/pfm.hpp"
#include "tests/e2e/host_run.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/stereo/picture_io.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 162;
constexpr int kHeight = 90;
constexpr int kRight = 87;  // of a dark thing before a bright wall

Picture colours() {
  Picture picture{kWidth, kHeight, 3, {}};
  std::uint32_t noise = 7;
  for (int i = 0; i < kWidth * kHeight * 3; ++i) {
    noise = noise * 1664525U + 1013904223U;
    const bool thing = i / 3 % kWidth < kRight;
    picture.samples.push_back(static_cast<std::uint16_t>((thing ? 40 : 190) + (noise >> 28U)));
  }
  return picture;
}

// Half the picture's size; a soft step one and a half pixels too far to the right.
fs::path write_depth(const fs::path& path) {
  std::ofstream out(path, std::ios::binary);
  out << "P5\n" << kWidth / 2 << " " << kHeight / 2 << "\n65535\n";
  for (int y = 0; y < kHeight / 2; ++y)
    for (int x = 0; x < kWidth / 2; ++x) {
      const double side = (x + 0.5 - kRight / 2.0 - 1.5) / 1.5;
      const auto value = static_cast<int>(30000 - 20000 / (1 + std::exp(-2 * side)));
      out.put(static_cast<char>(value >> 8)).put(static_cast<char>(value & 255));
    }
  return path;
}

struct Files {
  fs::path folder = temporary_dir();
  fs::path left = folder / "left.png";
  fs::path depth = write_depth(folder / "depth.pgm");
  Files() { write_png(left, colours()); }
  [[nodiscard]] ProgramEnd run(const std::string& input_of_sink, const std::string& output) const {
    const auto config = folder / "refine.yaml";
    std::ofstream(config) << "version: 1\n"
                             "nodes:\n"
                             "  source: {type: source}\n"
                             "  depth: {type: depth_source, in: source, params: {kind: inverse}}\n"
                             "  edges: {type: depth_refine.edges, in: {depth: depth, colour: "
                             "source}}\n"
                             "  stereo: {type: stereo.view, in: {colour: source, depth: edges}}\n"
                             "  sink: {type: sink, in: "
                          << input_of_sink << "}\n";
    return run_host({"--config", config.string(), "--input", left.string(), "--set",
                     "nodes.depth.path=" + depth.string(), "--output", (folder / output).string()});
  }
};

TEST(DepthRefineProgram, ASoftEdgeComesOutSharpWhereThePictureHasIt) {
  const Files files;
  expect_success(files.run("edges", "edges.pfm"));
  const auto map = media::read_pfm(files.folder / "edges.pfm");
  ASSERT_EQ(map.width, kWidth);
  ASSERT_EQ(map.height, kHeight);
  for (int y = 5; y < kHeight - 5; ++y) {
    const float* row = map.values.data() + static_cast<std::ptrdiff_t>(y) * kWidth;
    const float near = row[20], far = row[kWidth - 20];
    ASSERT_GT(near, 1.5F * far);
    for (int x = 0; x < kWidth; ++x) {
      if (std::abs(x - kRight) <= 1) continue;
      EXPECT_NEAR(row[x], x < kRight ? near : far, 0.05F * (near - far)) << x << ", " << y;
    }
  }
}

TEST(DepthRefineProgram, ViewsAreMadeOfIt) {
  const Files files;
  expect_success(files.run("stereo", "views.png"));
  EXPECT_EQ(read_rgb8(files.folder / "views.png").width, 2 * kWidth);
}

}  // namespace
}  // namespace relievo::test
