// Damaged, senseless and missing inputs through the real program: one clear line and a code, or a
// film of what could be read. RELIEVO_TEST_SEED chooses other damage.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

#if defined(RLV_FULL_TESTS)
#define RLV_DAMAGE_SUITE DamageFull
constexpr int kInputs = 200;
#else
#define RLV_DAMAGE_SUITE Damage
constexpr int kInputs = 20;
#endif

struct Input {
  std::string what;
  fs::path path;
};

// Inputs that are no damaged film but no film either.
std::vector<Input> senseless_inputs(const fs::path& folder) {
  const auto file = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
  };
  fs::create_directory(folder / "folder.mp4");
  fs::create_symlink(folder / "nowhere", folder / "dangling.mp4");
  std::mt19937 random(7);
  std::string noise(20000, '\0');
  for (auto& byte : noise) byte = static_cast<char>(random());
  std::vector<Input> inputs{
      {"an empty file", file("empty.mp4", "")},
      {"a folder", folder / "folder.mp4"},
      {"a text", file("letter.mp4", "Dear reader,\n\nthis is no film.\n")},
      {"noise", file("noise.mkv", noise)},
      {"zeros", file("zeros.mp4", std::string(20000, '\0'))},
      {"a link to nothing", folder / "dangling.mp4"},
      {"a program", RLV_HOST},
  };
  for (const auto* name : {"sound.mp3", "sound.m4a", "sound.wav", "sound.flac"}) {
    ffmpeg("-f lavfi -i sine=d=0.3 " + (folder / name).string());
    inputs.push_back({"sound only", folder / name});
  }
  return inputs;
}

// True if a film came out of it.
bool check_one(const Input& input, const fs::path& folder) {
  SCOPED_TRACE(input.what + ": " + input.path.filename().string());
  const auto out = folder / "out.mp4";
  auto setup = host_setup();
  setup.limit = std::chrono::seconds(kSanitized ? 240 : 60);
  const auto end = run_host(convert(input.path, out), setup);
  EXPECT_FALSE(end.timed_out) << end.text();
  EXPECT_EQ(end.signal, 0) << end.text();
  EXPECT_THAT(end.err, Not(HasSubstr("internal fault")));
  EXPECT_THAT(end.err, Not(HasSubstr("Sanitizer")));
  EXPECT_THAT(end.err, Not(HasSubstr("crashed")));
  bool made = false;
  if (end.exit_code == 0) {
    expect_success(end);
    EXPECT_THAT(names_in(folder), ::testing::ElementsAre("out.mp4"));
    if (fs::exists(out)) {
      EXPECT_GT(decode_pictures(out).size(), 0U);
      // Sound is copied as it is, with its damage.
      expect_sound_file(out, false);
      made = true;
    }
  } else {
    EXPECT_THAT(end.exit_code, ::testing::AnyOf(1, 2)) << end.text();
    const auto errors = error_lines(end);
    EXPECT_EQ(errors.size(), 1U) << end.text();
    // What failed, and what to do.
    if (!errors.empty()) {
      EXPECT_THAT(errors[0], HasSubstr(";")) << end.text();
      EXPECT_LT(errors[0].size(), 600U);
    }
    // What was done until then may stay, under the name that says so, and plays.
    EXPECT_FALSE(fs::exists(out));
    if (fs::exists(folder / "out.partial.mp4"))
      expect_sound_file(folder / "out.partial.mp4", false);
  }
  for (const auto& name : names_in(folder)) fs::remove_all(folder / name);
  return made;
}

TEST(RLV_DAMAGE_SUITE, GivesAFilmOrOneClearLine) {
  RLV_FFMPEG_OR_SKIP();
  const char* set = std::getenv("RELIEVO_TEST_SEED");
  const unsigned seed = set == nullptr ? 1U : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
  const auto source_folder = temporary_dir();
  const auto folder = temporary_dir();
  const auto films = sound_films();
  ASSERT_FALSE(films.empty());
  auto inputs = senseless_inputs(source_folder);
  // All of them would leave few of the short run's inputs to the damaged films.
  if (kInputs < 50) inputs.resize(6);
  for (std::size_t i = 0; inputs.size() < kInputs; ++i) {
    std::mt19937 random(seed * 1000003U + static_cast<unsigned>(i));
    const auto& film = films[i % films.size()];
    const auto path = source_folder / (std::to_string(i) + film.name);
    std::ofstream(path, std::ios::binary) << damaged(film.bytes, random);
    inputs.push_back({"damaged film " + std::to_string(i), path});
  }
  const auto made = std::count_if(inputs.begin(), inputs.end(),
                                  [&](const Input& input) { return check_one(input, folder); });
  std::printf("  %d inputs: %d films, the others refused\n", kInputs, static_cast<int>(made));
  EXPECT_GT(made, kInputs / 10) << "hardly anything could be read";
  EXPECT_LT(made, kInputs);
}

TEST(RLV_DAMAGE_SUITE, SoundAloneIsToldToBeNoFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  ffmpeg("-f lavfi -i sine=d=0.3 " + (folder / "sound.mp3").string());
  expect_refusal(run_host(convert(folder / "sound.mp3", folder / "out.mp4")), 1, "audio only");
}

}  // namespace
}  // namespace relievo::test
