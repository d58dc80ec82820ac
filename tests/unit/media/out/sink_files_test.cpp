// Names, folders, full disks, and runs that end early.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "core/media/write/output_file.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

#if defined(__linux__)
#include <sys/mount.h>
#endif
#if !defined(_WIN32)
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using media::sink_type;
using ::testing::HasSubstr;

void put(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}
std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What plan() says of an output.
std::string refusal(const fs::path& path, const Film& film, const std::string& extra = "") {
  SinkDriver sink(sink_type(), quick(path, extra));
  try {
    static_cast<void>(sink.plan(ports_of(film, true)));
    return "not refused";
  } catch (const NodeError& e) {
    return e.what();
  }
}

TEST(SinkFiles, AnExistingOutputIsRefusedUntouchedUnlessOverwriteIsGiven) {
  const auto path = temporary_dir() / "film.mp4";
  put(path, "precious");
  EXPECT_THAT(refusal(path, small_film(1)), HasSubstr("exists already"));
  EXPECT_THAT(refusal(path, small_film(1)), HasSubstr("--overwrite"));
  EXPECT_EQ(content(path), "precious");
  static_cast<void>(write_film(quick(path, R"({"overwrite": true})"), small_film(3)));
  EXPECT_EQ(read_file(path).video().packets.size(), 3U);
}

TEST(SinkFiles, WithOverwriteTheOldFileStaysUntilTheNewOneIsWhole) {
  const auto path = temporary_dir() / "film.mp4";
  put(path, "precious");
  const auto film = small_film(3);
  SinkDriver sink(sink_type(), quick(path, R"({"overwrite": true})"));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true);
  static_cast<void>(sink.finish(false));
  EXPECT_EQ(content(path), "precious");
}

TEST(SinkFiles, AFileThatAppearsDuringTheRunIsNotReplaced) {
  const auto path = temporary_dir() / "film.mp4";
  const auto film = small_film(3);
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true);
  sink.drain();
  put(path, "precious");
  try {
    static_cast<void>(sink.finish(true));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CONFIG);
    EXPECT_THAT(e.what(), HasSubstr("exists already"));
    EXPECT_THAT(e.what(), HasSubstr("complete, as"));
    EXPECT_THAT(e.what(), HasSubstr("film.partial.mp4"));
  }
  EXPECT_EQ(content(path), "precious");
  EXPECT_EQ(read_file(path.parent_path() / "film.partial.mp4").video().packets.size(), 3U);
}

TEST(SinkFiles, TheSourceIsNeverWrittenTo) {
  const auto dir = temporary_dir();
  put(dir / "in.mp4", "the source");
  auto film = small_film(1);
  media::SourceFile source;
  source.path = (dir / "in.mp4").string();
  register_source(film, source);
  EXPECT_THAT(refusal(dir / "in.mp4", film, R"({"overwrite": true})"),
              HasSubstr("is the source itself"));
  EXPECT_THAT(refusal(dir / "." / "in.mp4", film, R"({"overwrite": true})"),
              HasSubstr("is the source itself"));
  fs::create_symlink(dir / "in.mp4", dir / "link.mp4");
  EXPECT_THAT(refusal(dir / "link.mp4", film, R"({"overwrite": true})"),
              HasSubstr("is the source itself"));
  put(dir / "x.partial.mp4", "a cancelled film");
  source.path = (dir / "x.partial.mp4").string();
  register_source(film, source);
  EXPECT_THAT(refusal(dir / "x.mp4", film, R"({"overwrite": true})"),
              HasSubstr("which is the source"));
  EXPECT_EQ(refusal(dir / "x.mp4", film), "not refused") << "x.partial-2.mp4 is free";
}

TEST(SinkFiles, WhatAnEarlierRunLeftIsKept) {
  for (const char* name : {"film.mp4", "film.png"}) {
    const auto path = temporary_dir() / name;
    const auto partial = [&](const std::string& number) {
      return path.parent_path() / ("film.partial" + number + path.extension().string());
    };
    put(partial(""), "hours of work");
    put(partial("-2"), "more of it");
    const auto film = small_film(1);
    SinkDriver sink(sink_type(), quick(path));
    static_cast<void>(sink.plan(ports_of(film, true)));
    sink.open();
    push_film(sink, film, true);
    const auto report = sink.finish(false);
    EXPECT_EQ(report["path"], partial("-3").string());
    EXPECT_EQ(decode_pictures(partial("-3")).size(), 1U);
    EXPECT_EQ(content(partial("")), "hours of work");
    EXPECT_EQ(content(partial("-2")), "more of it");

    static_cast<void>(write_film(quick(path), film));
    EXPECT_EQ(decode_pictures(path).size(), 1U);
    EXPECT_TRUE(fs::exists(partial("-3")));
    EXPECT_FALSE(fs::exists(partial("-4"))) << "it got the film's name";
  }
}

TEST(SinkFiles, ARunThatWritesNothingTakesNothingOfAnEarlierOneAway) {
  const auto path = temporary_dir() / "film.mp4";
  put(path.parent_path() / "film.partial.mp4", "hours of work");
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(small_film(1), true)));
  sink.open();
  static_cast<void>(sink.finish(false));
  EXPECT_EQ(content(path.parent_path() / "film.partial.mp4"), "hours of work");
  EXPECT_FALSE(fs::exists(path.parent_path() / "film.partial-2.mp4"));
}

TEST(SinkFiles, TooManyFilesOfEarlierRunsAreTold) {
  const auto dir = temporary_dir();
  put(dir / "film.partial.mp4", "1");
  for (int i = 2; i <= 99; ++i) put(dir / ("film.partial-" + std::to_string(i) + ".mp4"), "x");
  media::OutputFile file(dir / "film.mp4", false);
  try {
    static_cast<void>(file.claim());
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), RLV_E_IO);
    EXPECT_THAT(e.what(), HasSubstr("film.partial-99.mp4' are there already"));
    EXPECT_THAT(e.what(), HasSubstr("remove some"));
  }
  file.discard();
  EXPECT_EQ(content(dir / "film.partial.mp4"), "1") << "only its own is removed";
  EXPECT_EQ(media::OutputFile(dir / "film.mp4", true).claim(), dir / "film.partial.mp4");
}

TEST(SinkFiles, ALinkThatLeadsNowhereIsAnOutputThatExists) {
  const auto dir = temporary_dir();
  fs::create_symlink(dir / "gone.mp4", dir / "film.mp4");
  EXPECT_THAT(refusal(dir / "film.mp4", small_film(1)), HasSubstr("exists already"));
}

TEST(SinkFiles, FoldersAreMadeWithTheirParents) {
  const auto path = temporary_dir() / "a" / "b" / "film.mp4";
  static_cast<void>(write_film(quick(path), small_film(2)));
  EXPECT_TRUE(fs::exists(path));
}

TEST(SinkFiles, ADryRunMakesNoFolder) {
  const auto dir = temporary_dir();
  EXPECT_EQ(refusal(dir / "a" / "film.mp4", small_film(1)), "not refused");
  EXPECT_TRUE(fs::is_empty(dir));
}

TEST(SinkFiles, PlacesThatCannotBeWrittenAreToldBeforeTheFirstFrame) {
  const auto dir = temporary_dir();
  put(dir / "file", "not a folder");
  EXPECT_THAT(refusal(dir / "file" / "film.mp4", small_film(1)), HasSubstr("is not a folder"));
  fs::create_directory(dir / "folder.mp4");
  EXPECT_THAT(refusal(dir / "folder.mp4", small_film(1)), HasSubstr("is a folder"));
  EXPECT_THAT(refusal(dir / "film", small_film(1)), HasSubstr("has no ending"));
  EXPECT_THAT(refusal(dir / "film", small_film(1)), HasSubstr(".mkv"));
  EXPECT_THAT(refusal(dir / "film.avi", small_film(1)), HasSubstr("'.avi' cannot be written"));
}

#if !defined(_WIN32)
TEST(SinkFiles, AFolderWithoutPermissionIsTold) {
  const auto dir = temporary_dir() / "locked";
  fs::create_directory(dir);
  fs::permissions(dir, fs::perms::owner_read | fs::perms::owner_exec);
  if (access(dir.c_str(), W_OK) == 0) {
    // The super-user may write anywhere, except where the kernel itself says no.
    if (!fs::exists("/proc/self")) GTEST_SKIP() << "nothing is forbidden here";
    SinkDriver sink(sink_type(), quick("/proc/film.mp4"));
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    try {
      sink.open();
      FAIL();
    } catch (const NodeError& e) {
      EXPECT_EQ(e.status, RLV_E_IO);
      EXPECT_THAT(e.what(), HasSubstr("/proc/film.partial.mp4' cannot be written"));
    }
    return;
  }
  EXPECT_THAT(refusal(dir / "film.mp4", small_film(1)), HasSubstr("no permission"));
}
#endif

TEST(SinkFiles, ACancelledFilmPlaysUnderItsPartialName) {
  for (const char* name : {"film.mp4", "film.mov", "film.mkv"}) {
    const auto path = temporary_dir() / name;
    const auto film = small_film(60);
    SinkDriver sink(sink_type(), quick(path));
    static_cast<void>(sink.plan(ports_of(film, true)));
    sink.open();
    push_film(sink, film, true, 0, 35);
    const auto begin = std::chrono::steady_clock::now();
    const auto report = sink.finish(false);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(1500));
    EXPECT_FALSE(report["complete"]);
    EXPECT_FALSE(fs::exists(path));
    const auto partial =
        path.parent_path() / (std::string("film.partial") + path.extension().string());
    EXPECT_EQ(report["path"], partial.string());
    EXPECT_EQ(report["bytes"], fs::file_size(partial));
    EXPECT_EQ(decode_pictures(partial).size(), 35U) << name;
    EXPECT_EQ(report["frames"], 35);
  }
}

// Slow settings: nothing has come out of the look-ahead yet, and the first packet takes a while.
TEST(SinkFiles, ACancelledFilmKeepsTheFramesThatTheEncoderHolds) {
  const auto path = temporary_dir() / "film.mp4";
  const auto film = small_film(10, RLV_PF_YUV420P, 320, 180);
  SinkDriver sink(sink_type(), quick(path, R"({"encoder": "libx265"})", "veryslow"));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true);
  EXPECT_FALSE(sink.run().logged("finishing"));
  const auto report = sink.finish(false);
  EXPECT_GT(report["frames"], 0);
  EXPECT_TRUE(sink.run().logged("finishing the frames under way (10, "));
  EXPECT_EQ(decode_pictures(path.parent_path() / "film.partial.mp4").size(), report["frames"]);
}

TEST(SinkFiles, ACancelledFilmOfUnknownLengthPlaysToo) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(30);
  film.format.frame_count = 0;
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true, 0, 20);
  static_cast<void>(sink.finish(false));
  EXPECT_EQ(decode_pictures(path.parent_path() / "film.partial.mp4").size(), 20U);
}

TEST(SinkFiles, ACancelledFilmKeepsItsSound) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  ffmpeg(
      "-f lavfi -i color=black:size=64x48:rate=24:duration=4 -f lavfi -i sine=duration=4 "
      "-c:v libx264 -preset ultrafast -c:a aac " +
      (dir / "in.mp4").string());
  const auto film = film_of(dir / "in.mp4");
  SinkDriver sink(sink_type(), quick(dir / "out.mp4", R"({"codec": "h264"})"));
  static_cast<void>(sink.plan(ports_of(film, false)));
  sink.open();
  push_film(sink, film, false, 0, 48);
  sink.run().context.cancelled = true;  // the sound of the frames under way is read all the same
  static_cast<void>(sink.finish(false));
  const auto sound = decode_sound(dir / "out.partial.mp4");
  EXPECT_NEAR(static_cast<double>(sound.samples.size()) / 48000, 2.0, 0.15);
}

TEST(SinkFiles, WithoutAFrameNothingStaysBehind) {
  const auto dir = temporary_dir();
  {
    SinkDriver sink(sink_type(), quick(dir / "film.mp4"));
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    sink.open();
    const auto report = sink.finish(false);
    EXPECT_EQ(report["path"], "");
    EXPECT_EQ(report["frames"], 0);
  }
  EXPECT_TRUE(fs::is_empty(dir));
  {
    SinkDriver sink(sink_type(), quick(dir / "film.mp4"));
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    sink.open();
    sink.drain();
    try {
      static_cast<void>(sink.finish(true));
      FAIL();
    } catch (const NodeError& e) {
      EXPECT_THAT(e.what(), HasSubstr("no frame arrived"));
    }
  }
  EXPECT_TRUE(fs::is_empty(dir));
}

TEST(SinkFiles, ARunThatEndsWithoutAWordLeavesAPlayablePartialFile) {
  const auto path = temporary_dir() / "film.mp4";
  const auto film = small_film(8);
  {
    SinkDriver sink(sink_type(), quick(path));
    static_cast<void>(sink.plan(ports_of(film, true)));
    sink.open();
    push_film(sink, film, true);
  }
  EXPECT_EQ(decode_pictures(path.parent_path() / "film.partial.mp4").size(), 8U);
}

TEST(SinkFiles, ANodeCanWriteAgainAfterReset) {
  const auto path = temporary_dir() / "film.mp4";
  const auto film = small_film(4);
  SinkDriver sink(sink_type(), quick(path, R"({"overwrite": true})"));
  static_cast<void>(write_film(sink, film));
  sink.reset();
  const auto report = write_film(sink, film);
  EXPECT_EQ(report["frames"], 4);
}

TEST(SinkFiles, StrangeNamesAreOnlyNames) {
  const auto dir = temporary_dir();
  for (const char* name : {"a:b %03d.mp4", "\xC3\xA9t\xC3\xA9 'x' \"y\".mkv", "-o.mov"}) {
    static_cast<void>(write_film(quick(dir / name), small_film(2)));
    EXPECT_EQ(read_file(dir / name).video().packets.size(), 2U) << name;
  }
}

#if !defined(_WIN32)
// Files larger than the limit cannot be written while this lives, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit now{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

// Noise, so that the file grows quickly.
Film noisy_film(int frames) {
  auto film = small_film(frames, RLV_PF_YUV420P, 128, 96);
  film.paint = [](int view, std::int64_t frame, int c, int x, int y) {
    auto h = static_cast<std::uint32_t>(x) * 374761393U +
             static_cast<std::uint32_t>(y) * 668265263U +
             static_cast<std::uint32_t>(frame) * 2147483U +
             static_cast<std::uint32_t>(c * 97 + view * 13);
    h = (h ^ (h >> 13)) * 1274126177U;
    return static_cast<int>(16 + (h >> 24) % 200);
  };
  return film;
}

// Writes film until something gives way; returns the message and the report of what was saved.
std::pair<std::string, nlohmann::json> write_until_full(const fs::path& path, const Film& film,
                                                        const std::function<void()>& begin,
                                                        const std::function<void()>& end) {
  SinkDriver sink(sink_type(), quick(path, R"({"codec": "h264", "quality": 10})"));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  begin();
  std::string message = "the disk did not get full";
  try {
    push_film(sink, film, true);
    sink.drain();
    static_cast<void>(sink.finish(true));
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_IO);
    message = e.what();
  }
  const auto report = sink.finish(false);
  end();
  return {message, report};
}

// Of MP4 the last picture or two are cut off by the end of the disk, of Matroska the last cluster,
// which is a second long.
void expect_plays(const nlohmann::json& report) {
  EXPECT_FALSE(report["complete"]);
  const auto partial = fs::path(report["path"].get<std::string>());
  const auto pictures = decode_pictures(partial);
  EXPECT_GT(pictures.size(), 10U) << partial;
  const int cut = partial.extension() == ".mkv" ? 24 : 3;
  EXPECT_GE(static_cast<int>(pictures.size()) + cut, report["frames"].get<int>()) << partial;
}

#if defined(__linux__)
TEST(SinkFiles, AFullDiskIsToldAndWhatIsThereStillPlays) {
  for (const char* name : {"film.mp4", "film.mkv"}) {
    const auto disk = temporary_dir();
    if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=1m") != 0)
      GTEST_SKIP() << "no right to mount a small disk";
    const auto path = disk / name;
    const auto [message, report] = write_until_full(
        path, noisy_film(120), [] {}, [] {});
    EXPECT_THAT(message, HasSubstr("No space left on device; free some space"));
    EXPECT_FALSE(fs::exists(path));
    expect_plays(report);
    umount(disk.c_str());
  }
}
#endif

TEST(SinkFiles, AFileThatGrowsTooLargeIsToldAndStillPlays) {
  for (const char* name : {"film.mp4", "film.mkv"}) {
    const auto path = temporary_dir() / name;
    std::optional<FileSizeLimit> limit;
    const auto [message, report] = write_until_full(
        path, noisy_film(120), [&] { limit.emplace(1'000'000); }, [&] { limit.reset(); });
    EXPECT_THAT(message, HasSubstr(std::string("film.partial") + path.extension().string()));
    EXPECT_THAT(message, HasSubstr("File too large"));
    EXPECT_THAT(message, HasSubstr("write to another disk"));
    EXPECT_FALSE(fs::exists(path));
    EXPECT_LE(report["bytes"].get<int>(), 1'000'000);
    expect_plays(report);
  }
}

TEST(SinkFiles, AFullDiskAtTheVeryEndIsNotedToo) {
  const auto path = temporary_dir() / "sheet.png";
  auto film = noisy_film(1);
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  const FileSizeLimit limit(10'000);
  try {
    push_film(sink, film, true);
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_IO);
    EXPECT_THAT(e.what(), HasSubstr("sheet.partial.png' cannot be written"));
  }
  EXPECT_FALSE(sink.finish(false)["complete"]);
  EXPECT_TRUE(fs::is_empty(path.parent_path()));
}
#endif

TEST(HumanSize, IsShort) {
  EXPECT_EQ(media::human_size(999), "999 bytes");
  EXPECT_EQ(media::human_size(1500), "1.5 kB");
  EXPECT_EQ(media::human_size(21'400'000'000), "21.4 GB");
}

}  // namespace
}  // namespace relievo::test
