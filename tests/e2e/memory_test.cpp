// Memory does not grow with the film: the short form of bench/constant_memory.sh.
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

#if defined(RLV_FULL_TESTS)
constexpr const char* kSize = "640x360";
constexpr int kShortLoops = 10;
constexpr int kLongLoops = 80;
#else
constexpr const char* kSize = "160x90";
constexpr int kShortLoops = 10;
constexpr int kLongLoops = 50;
#endif
constexpr int kFrames = 24;  // of one loop

ProgramEnd run_loops(int loops, const std::filesystem::path& folder) {
  const auto film = folder / (std::to_string(loops) + ".mp4");
  ffmpeg("-stream_loop " + std::to_string(loops - 1) + " -i " +
         small_film(kFrames, kSize).string() + " -map 0 -c copy " + film.string());
  return run_host(convert(film, "null"));
}

#if defined(RLV_FULL_TESTS)
TEST(MemoryFull, DoesNotGrowWithTheFilm) {
#else
TEST(Memory, DoesNotGrowWithTheFilm) {
#endif
  RLV_FFMPEG_OR_SKIP();
  if (kSanitized) GTEST_SKIP() << "sanitizers keep freed memory";
  const auto folder = temporary_dir();
  const auto few = run_loops(kShortLoops, folder);
  const auto many = run_loops(kLongLoops, folder);
  expect_success(few);
  expect_success(many);
  EXPECT_THAT(many.err, ::testing::HasSubstr(std::to_string(kLongLoops * kFrames) + " frames in"));
  const double ratio = static_cast<double>(many.peak_memory) / static_cast<double>(few.peak_memory);
  std::printf("  %d frames: %.1f MiB; %d frames: %.1f MiB; ratio %.4f\n", kShortLoops * kFrames,
              static_cast<double>(few.peak_memory) / (1 << 20), kLongLoops * kFrames,
              static_cast<double>(many.peak_memory) / (1 << 20), ratio);
  EXPECT_LE(ratio, 1.05);
}

}  // namespace
}  // namespace relievo::test
