// Which files a run writes, which it never touches, and what it prints meanwhile.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Outputs, AnExistingFileIsLeftAloneUnlessAsked) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto out = folder / "out.mp4";
  std::ofstream(out) << "precious";
  const auto refused = run_host(convert(small_film(12), out));
  expect_refusal(refused, 2, "exists already");
  EXPECT_THAT(refused.err, HasSubstr("--overwrite"));
  EXPECT_EQ(bytes_of(out), "precious");
  EXPECT_THAT(names_in(folder), ElementsAre("out.mp4"));
  expect_success(run_host(convert(small_film(12), out, {"--overwrite"})));
  EXPECT_THAT(names_in(folder), ElementsAre("out.mp4"));
  EXPECT_EQ(read_file(out).video().times().size(), 12U);
}

// One of several outputs is enough: none is begun.
TEST(Outputs, NothingIsWrittenIfAnyOfThemExists) {
  const auto folder = temporary_dir();
  std::ofstream(folder / "sheet.png") << "precious";
  const auto end = run_host({"--config", (source_dir() / "configs/demo.yaml").string(), "--output",
                             (folder / "film.mp4").string(), "--set",
                             "nodes.depth_video.path=" + (folder / "depth.mp4").string(), "--set",
                             "nodes.sheet.path=" + (folder / "sheet.png").string()});
  expect_refusal(end, 2, "sheet.png' exists already");
  EXPECT_THAT(names_in(folder), ElementsAre("sheet.png"));
  EXPECT_EQ(bytes_of(folder / "sheet.png"), "precious");
}

TEST(Outputs, TheInputIsNeverOverwritten) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto film = folder / "film.mp4";
  fs::copy_file(small_film(12), film);
  fs::create_symlink(film, folder / "link.mp4");
  fs::create_hard_link(film, folder / "hard.mp4");
  fs::copy_file(film, folder / "other.partial.mp4");
  const auto before = bytes_of(film);
  for (const auto* name : {"film.mp4", "link.mp4", "hard.mp4"})
    expect_refusal(run_host(convert(film, folder / name, {"--overwrite"})), 2,
                   "which node 'source' reads; choose another output");
  expect_refusal(
      run_host(convert(folder / "other.partial.mp4", folder / "other.mp4", {"--overwrite"})), 2,
      "which is the source");
  EXPECT_EQ(bytes_of(film), before);
  EXPECT_EQ(bytes_of(folder / "other.partial.mp4"), before);
  EXPECT_EQ(names_in(folder).size(), 4U);
}

TEST(Outputs, TwoSinksCannotWriteTheSameFile) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto film = (folder / "film.mp4").string();
  const auto end = run_host({"--config", (source_dir() / "configs/demo.yaml").string(), "--input",
                             small_film(12).string(), "--output", film, "--set",
                             "nodes.depth_video.path=" + film, "--set",
                             "nodes.sheet.path=" + (folder / "sheet.png").string()});
  expect_refusal(end, 2, "film.mp4");
  EXPECT_THAT(names_in(folder), ::testing::IsEmpty());
}

TEST(Outputs, ABareFilmGetsA3dFilmBesideIt) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  fs::copy_file(small_film(12), folder / "my holiday.mp4");
  auto setup = host_setup();
  setup.folder = folder;
  const auto end = run_host({"my holiday.mp4"}, setup);
  expect_success(end);
  const auto made = folder / "my holiday_LRF_Full_SBS.mp4";
  EXPECT_EQ(end.out, made.string() + "\n");
  EXPECT_THAT(names_in(folder), ElementsAre("my holiday.mp4", "my holiday_LRF_Full_SBS.mp4"));
  EXPECT_EQ(read_file(made).video().width, 2 * 160);
  EXPECT_EQ(read_file(made).video().times().size(), 12U);
  // Which approach, and why not a better one.
  EXPECT_THAT(end.err, HasSubstr("node 'depth': takes "));
  expect_refusal(run_host({"my holiday.mp4"}, setup), 2, "exists already");
}

TEST(Outputs, APhotoGivesAPicture) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  auto setup = host_setup();
  setup.folder = folder;
  for (const auto* name : {"photo.jpg", "drawing.png"}) {
    ffmpeg("-f lavfi -i testsrc2=s=160x90 -frames:v 1 " + (folder / name).string());
    const auto end = run_host({name}, setup);
    expect_success(end);
    const auto made = folder / (fs::path(name).stem().string() + "_LRF_Full_SBS.png");
    EXPECT_EQ(end.out, made.string() + "\n");
    const auto pictures = decode_pictures(made);
    ASSERT_EQ(pictures.size(), 1U);
    EXPECT_EQ(pictures[0].width, 320);
    EXPECT_EQ(pictures[0].height, 90);
    expect_sound_file(made);
  }
  const auto again = run_host(convert(folder / "photo.jpg", folder / "out.jpg"), setup);
  expect_success(again);
  EXPECT_EQ(decode_pictures(folder / "out.jpg").at(0).width, 320);
  EXPECT_EQ(names_in(folder).size(), 5U);
}

TEST(Outputs, TheResultIsJsonWhenAskedForAndNothingElse) {
  RLV_FFMPEG_OR_SKIP();
  const auto out = temporary_dir() / "out.mp4";
  const auto end = run_host(convert(small_film(12), out, {"--json"}));
  expect_success(end);
  const auto report = json::parse(end.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << end.out;
  EXPECT_EQ(report["status"], "done");
  EXPECT_EQ(report["frames"], 12);
  ASSERT_EQ(report["outputs"].size(), 1U);
  EXPECT_EQ(report["outputs"][0]["path"], out.string());
  EXPECT_EQ(report["outputs"][0]["frames"], 12);
  EXPECT_EQ(report["outputs"][0]["bytes"], fs::file_size(out));
  EXPECT_EQ(report["outputs"][0]["complete"], true);
}

TEST(Outputs, AFailedRunGivesJsonToo) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto film = folder / "cut.mkv";
  ffmpeg("-f lavfi -i testsrc2=s=96x64:d=2 -c:v libx264 -preset ultrafast " + film.string());
  auto setup = host_setup();
  setup.largest_file = 2000;
  const auto end = run_host(convert(film, folder / "out.mp4", {"--json"}), setup);
  EXPECT_EQ(end.exit_code, 1) << end.text();
  const auto report = json::parse(end.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << end.text();
  EXPECT_EQ(report["status"], "failed") << end.out;
}

TEST(Outputs, SettingsReachTheirNode) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  expect_success(run_host(convert(
      small_film(12), folder / "tb.mp4",
      {"--set", "nodes.sink.params.layout=full_tb", "--set", "nodes.sink.params.codec=h264"})));
  const auto out = read_file(folder / "tb.mp4").video();
  EXPECT_EQ(out.width, 160);
  EXPECT_EQ(out.height, 180);
  EXPECT_EQ(out.codec, AV_CODEC_ID_H264);
}

TEST(Outputs, NullWritesNothing) {
  RLV_FFMPEG_OR_SKIP();
  auto setup = host_setup();
  setup.folder = temporary_dir();
  const auto end = run_host(convert(small_film(12), "null"), setup);
  expect_success(end);
  EXPECT_EQ(end.out, "");
  EXPECT_THAT(end.err, HasSubstr("host: 12 frames in "));
  EXPECT_THAT(names_in(setup.folder), ::testing::IsEmpty());
}

TEST(Outputs, AFolderThatIsNotThereIsMade) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  expect_success(run_host(convert(small_film(12), folder / "a/b/out.mp4")));
  EXPECT_THAT(names_in(folder / "a/b"), ElementsAre("out.mp4"));
}

}  // namespace
}  // namespace relievo::test
