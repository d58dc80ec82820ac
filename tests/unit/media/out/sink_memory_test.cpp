// The memory that plan() states is what the encoder takes at most, and not a multiple of it.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace relievo::test {
namespace {

#if defined(__linux__) && !defined(RLV_SANITIZED)
struct Memory {
  std::uint64_t stated = 0;
  std::uint64_t taken = 0;
};

std::uint64_t resident_now() {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Memory write_and_measure(const std::string& params, const Film& film) {
  SinkDriver sink(media::sink_type(), params);
  Memory memory;
  memory.stated = sink.plan(ports_of(film, true)).host_bytes;
  const auto before = resident_now();
  sink.open();
  push_film(sink, film, true);
  sink.drain();
  static_cast<void>(sink.finish(true));
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  memory.taken = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024 - before;
  return memory;
}

// In a process of its own: peaks of other tests do not count.
Memory measure(const std::string& params, const Film& film) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  const auto child = fork();
  if (child == 0) {
    Memory memory;
    try {
      memory = write_and_measure(params, film);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    _exit(write(ends[1], &memory, sizeof(memory)) == sizeof(memory) ? 0 : 1);
  }
  close(ends[1]);
  Memory memory;
  if (read(ends[0], &memory, sizeof(memory)) != sizeof(memory)) memory = {};
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return memory;
}

void check(const std::string& extra, const std::string& preset) {
  const auto film = small_film(48, RLV_PF_YUV420P, 320, 360);
  const auto memory = measure(quick(temporary_dir() / "film.mkv", extra, preset), film);
  std::printf("  %s %s: stated %.1f MiB, taken %.1f MiB\n", extra.c_str(), preset.c_str(),
              static_cast<double>(memory.stated) / (1 << 20),
              static_cast<double>(memory.taken) / (1 << 20));
  ASSERT_GT(memory.taken, 0U);
  EXPECT_LE(memory.taken, memory.stated);
  EXPECT_LE(memory.stated, 8 * memory.taken);
}

TEST(SinkMemory, IsWhatPlanStatesAtMost) {
  check(R"({"encoder": "libx265"})", "ultrafast");
  check(R"({"encoder": "libx265"})", "medium");
  check(R"({"codec": "h264", "encoder": "libx264"})", "medium");
  check(R"({"codec": "ffv1"})", "");
}
#endif

TEST(SinkMemory, GrowsWithThePictureItsDepthAndThePreset) {
  const auto stated = [](const std::string& extra, const std::string& preset, const Film& film) {
    SinkDriver sink(media::sink_type(), quick(temporary_dir() / "film.mkv", extra, preset));
    return sink.plan(ports_of(film, true)).host_bytes;
  };
  const std::string x265 = R"({"encoder": "libx265"})";
  const auto film = small_film(1, RLV_PF_YUV420P, 640, 360);
  const auto usual = stated(x265, "medium", film);
  EXPECT_EQ(stated(x265, "", film), usual);
  EXPECT_LT(stated(x265, "ultrafast", film), usual);
  EXPECT_GT(stated(x265, "veryslow", film), usual);
  EXPECT_GT(stated(x265, "medium", small_film(1, RLV_PF_YUV420P10, 640, 360)), usual);
  EXPECT_GT(stated(R"({"encoder": "libx265", "bit_depth": 10})", "medium", film), usual);
  EXPECT_GT(stated(x265, "medium", small_film(1, RLV_PF_YUV420P, 1280, 720)), 2 * usual);
  EXPECT_LT(stated(R"({"encoder": "libx265", "layout": "half_sbs"})", "medium", film), usual);
}

}  // namespace
}  // namespace relievo::test
