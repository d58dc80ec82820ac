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

#include "tests/support/paths.hpp"
#include "tests/unit/media/in/film_tools.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Sound {
  std::string name;
  std::string bytes;
};

// Small sound films of the containers and codecs that users bring.
std::vector<Sound> sound_films() {
  const std::string film = "-f lavfi -i testsrc2=s=96x64:d=1:r=25 ";
  const std::string with_sound = film + "-f lavfi -i sine=d=1 -shortest ";
  std::vector<Sound> films;
  const auto add = [&](const std::string& arguments, const std::string& name) {
    try {
      films.push_back({name, bytes_of(make_film(arguments, name))});
    } catch (const std::runtime_error&) {
      // This ffmpeg does not write it.
    }
  };
  add(with_sound + "-c:v libx264 -g 12", "h264.mp4");
  add(with_sound + "-c:v libx264 -g 12 -movflags +faststart", "faststart.mp4");
  add(film + "-c:v libx264 -movflags frag_keyframe+empty_moov -g 10", "fragments.mp4");
  add(film + "-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=none", "hevc.mp4");
  add(film + "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime", "vp9.webm");
  add(film + "-c:v ffv1 -pix_fmt yuv422p10le", "ffv1.mkv");
  add(film + "-c:v mpeg2video -g 10", "mpeg2.ts");
  add(film + "-c:v mjpeg", "mjpeg.avi");
  add(film + "-c:v prores", "prores.mov");
  add("-f lavfi -i testsrc2=s=96x64:d=1:r=10", "film.gif");
  add(film + "-frames:v 1", "still.png");
  add(film + "-frames:v 1", "still.jpg");
  add(film + "-frames:v 1", "still.tiff");
  add(film + "-frames:v 1", "still.webp");
  return films;
}

std::string damaged(const std::string& bytes, std::mt19937& random) {
  const auto draw = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  auto text = bytes;
  const auto flips = [&](std::size_t count, std::size_t within) {
    for (std::size_t i = 0; i < count; ++i) text[draw(within)] ^= static_cast<char>(1U << draw(8));
  };
  switch (draw(7)) {
    case 0: text.resize(draw(text.size())); break;                               // cut off
    case 1: flips(1 + draw(20), text.size()); break;                             // a few bits
    case 2: flips(1 + draw(8), std::min<std::size_t>(text.size(), 600)); break;  // in the headers
    case 3: flips(text.size() / 50 + 1, text.size()); break;                     // many bits
    case 4: {                                                                    // a hole
      const auto at = draw(text.size());
      const auto count = std::min(text.size() - at, 1 + draw(4000));
      std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, '\0');
      break;
    }
    case 5: {  // a piece missing
      const auto at = draw(text.size());
      text.erase(at, 1 + draw(2000));
      break;
    }
    default: {  // large numbers where sizes and counts stand
      const auto at = draw(std::min<std::size_t>(text.size(), 3000));
      for (std::size_t i = at; i < std::min(text.size(), at + 4); ++i) text[i] = '\xFF';
      break;
    }
  }
  return text;
}

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
