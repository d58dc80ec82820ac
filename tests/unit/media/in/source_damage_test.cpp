// Damaged, cut-off and senseless files: frames or one clear line, never a crash and never a hang.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

void read_damaged(unsigned seed, int count) {
  const auto films = sound_films();
  ASSERT_FALSE(films.empty());
  const auto folder = temporary_dir();
  int failed = 0;
  std::size_t frames = 0;
  for (int i = 0; i < count; ++i) {
    std::mt19937 random(seed * 1000003U + static_cast<unsigned>(i));
    const auto& film = films[static_cast<std::size_t>(i) % films.size()];
    const auto path = folder / (std::to_string(i) + film.name);
    std::ofstream(path, std::ios::binary) << damaged(film.bytes, random);
    SCOPED_TRACE(film.name + " number " + std::to_string(i));
    // Some are read from the middle.
    const char* part = i % 5 == 4 ? R"("start": 0.5, "seconds": 0.3)" : "";
    const auto begin = std::chrono::steady_clock::now();
    try {
      FilmRun run(path.string(), part);
      run.read_all(2000);
      frames += run.frames.size();
      EXPECT_FALSE(run.frames.empty());
      // A damaged film of one second must not become an endless one.
      EXPECT_LT(run.frames.size(), 2000U);
      for (const auto& frame : run.frames) {
        EXPECT_EQ(frame.info().width, run.format.width);
        EXPECT_EQ(frame.info().height, run.format.height);
        static_cast<void>(fingerprint(frame));
      }
      const auto times = run.times();
      EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
      EXPECT_TRUE(std::adjacent_find(times.begin(), times.end()) == times.end());
      for (const auto& line : run.run.lines) EXPECT_LT(line.size(), 600U);
    } catch (const host::NodeFailure& failure) {
      ++failed;
      const std::string message = failure.what();
      EXPECT_EQ(message.find('\n'), std::string::npos);
      EXPECT_NE(message.find(';'), std::string::npos) << "no way out: " << message;
      EXPECT_NE(failure.code(), host::ExitCode::kPlugin) << message;
    }
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin);
    EXPECT_LT(seconds.count(), 30.0);
    std::filesystem::remove(path);
  }
  std::printf("  %d damaged files: %d refused, %zu frames read from the others\n", count, failed,
              frames);
  EXPECT_LT(failed, count) << "nothing at all could be read";
}

// The quick program reads 20 as SourceDamage, the long one 200 as SourceDamageFull.
TEST(RLV_SUITE, GivesFramesOrOneClearLine) {
  RLV_FFMPEG_OR_SKIP();
  const char* set = std::getenv("RELIEVO_TEST_SEED");
  const unsigned seed = set == nullptr ? 1U : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
  read_damaged(seed, RLV_DAMAGED_FILES);
}

}  // namespace
}  // namespace relievo::test
