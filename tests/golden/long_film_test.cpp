// Video Depth Anything on a long film: memory stays what it was after the first windows.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

#include <unistd.h>

#include <gtest/gtest.h>

#include <relievo/sdk/node_type.hpp>

#include "plugins/video_depth_anything/video_node.hpp"
#include "tests/golden/golden_data.hpp"
#include "tests/golden/node_run.hpp"

namespace relievo::test {
namespace {

constexpr std::int64_t kFrames = 10000;
constexpr std::int64_t kRows = 70;
constexpr std::int64_t kColumns = 126;
// Two windows of a film end here: 32 frames, then 22 new ones.
constexpr std::int64_t kTwoWindows = 54;
constexpr std::int64_t kWindow = 22;

// Resident memory of this process, MiB (Linux: proc(5), statm).
double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

at::Tensor picture(std::int64_t index) {
  std::mt19937 random(static_cast<std::uint32_t>(index));
  auto pixels = at::empty({kRows, kColumns, 3}, at::TensorOptions(at::kByte));
  auto* data = pixels.data_ptr<std::uint8_t>();
  for (std::int64_t i = 0; i < pixels.numel(); ++i) data[i] = static_cast<std::uint8_t>(random());
  return pixels;
}

TEST(ALongFilm, NeedsNoMoreMemoryThanItsFirstWindows) {
  if (resident_mib() == 0.0) GTEST_SKIP() << "this system does not tell its resident memory";
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto type =
      make_node_type<video_depth_anything::VideoNode>("video_depth_anything.depth", "depth");
  NetworkRun run(type,
                 {{"model", "small"},
                  {"mode", "windowed"},
                  {"input_size", kRows},
                  {"output_size", "network"},
                  {"precision", "f32"},
                  {"reset_at_cuts", true},
                  {"batch", 0}},
                 checkpoint.string());
  // The most of any window: the allocator gives back and takes again inside each, and takes some
  // hundred frames until its free pieces suffice.
  double first = 0.0;
  double early = 0.0;
  double late = 0.0;
  std::int64_t index = 0;
  run.each_depth(kFrames, picture, [&](const at::Tensor&) {
    const auto now = resident_mib();
    if (index < kTwoWindows + kWindow) first = std::max(first, now);
    if (index < 50 * kWindow) early = std::max(early, now);
    if (index >= kFrames - 20 * kWindow) late = std::max(late, now);
    if (index % 1000 == 0) std::printf("  frame %5d: %.1f MiB\n", static_cast<int>(index), now);
    ++index;
  });
  std::printf("  first windows at most %.1f MiB, first fifty %.1f MiB, last twenty %.1f MiB\n",
              first, early, late);
  // Memory comes in pieces of up to 2 MiB, Linux's huge pages, and one more may be touched late.
  // 4 MiB in 9,000 frames are 470 bytes each; a frame has 26,460.
  EXPECT_LE(late, early + 4.0);
  EXPECT_LE(late, first * 1.02);
}

}  // namespace
}  // namespace relievo::test
