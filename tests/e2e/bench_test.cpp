// The benchmark as a user runs it: a small config, with a plugin that crashes in the middle.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

fs::path write_config(const fs::path& folder, const std::string& block) {
  fs::create_directories(folder);
  const auto file = folder / "bench.yaml";
  std::ofstream(file) << "version: 1\noutput: report\nplugins: {path: " << RLV_PROBE_FOLDER
                      << "}\nbench:\n"
                      << block;
  return file;
}

json read_json(const fs::path& file) {
  std::ifstream in(file);
  return json::parse(in);
}

const json& cell_of(const json& report, const std::string& approach, const std::string& kind) {
  for (const auto& cell : report.at("cells"))
    if (cell.at("approach") == approach && cell.at("kind") == kind) return cell;
  throw std::runtime_error("no " + kind + " cell of " + approach);
}

TEST(Bench, MeasuresWhatRunsAndSaysWhyTheRestDoesNot) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir() / "bench";
  const auto config = write_config(
      folder, "  seconds: 0.5\n  repetitions: 2\n  samples: " + small_film(24).string() +
                  "\n  approaches:\n"
                  "    - {name: crash, type: probe.depth, params: {crash_at: 3}}\n"
                  "    - {name: hang, type: probe.depth, params: {hang_at: 3}}\n"
                  "    - motion_cues\n    - video_depth_anything:small\n"
                  "  stereo: {methods: [quality], on: [crash, motion_cues]}\n  time_limit: 20s\n");
  const auto end = run_host({"--config", config.string()});
  EXPECT_EQ(end.exit_code, 0) << end.text();
  EXPECT_THAT(end.out, HasSubstr((folder / "report").string()));
  const auto report = read_json(folder / "report/report.json");

  const auto& crashed = cell_of(report, "crash", "depth");
  EXPECT_EQ(crashed.at("status"), "failed");
  EXPECT_THAT(crashed.at("reason").get<std::string>(), HasSubstr("crash"));
  EXPECT_EQ(cell_of(report, "crash", "stereo").at("status"), "failed");
  EXPECT_THAT(cell_of(report, "crash", "stereo").at("reason").get<std::string>(),
              HasSubstr("the depth that it takes is not there"));
  EXPECT_THAT(cell_of(report, "hang", "depth").at("reason").get<std::string>(),
              HasSubstr("bench.time_limit"));

  for (const char* kind : {"depth", "stereo"}) {
    SCOPED_TRACE(kind);
    const auto& cell = cell_of(report, "motion_cues", kind);
    ASSERT_EQ(cell.at("status"), "measured") << cell.at("reason");
    EXPECT_EQ(cell.at("repetitions"), 2);
    EXPECT_EQ(cell.at("time").at("frames"), 12);
    EXPECT_GT(cell.at("time").at("steady_ms_per_frame"), 0);
    EXPECT_GT(cell.at("time").at("first_frame_s"), cell.at("time").at("load_s"));
    EXPECT_GT(cell.at("memory").at("host_peak_bytes"), 10'000'000);
    EXPECT_GT(cell.at("quality").at("flicker"), 0);
    EXPECT_GT(cell.at("quality").at("comfort").at("bins").size(), 10U);
    for (const auto& [name, file] : cell.at("files").items())
      EXPECT_TRUE(fs::exists(folder / "report" / file.get<std::string>())) << name;
    expect_sound_file(folder / "report" / cell.at("files").at("sbs").get<std::string>());
  }
  const auto& network = cell_of(report, "video_depth_anything:small", "depth");
  EXPECT_EQ(network.at("status"), "skipped");
  EXPECT_THAT(network.at("remedy").get<std::string>(),
              HasSubstr("models fetch video_depth_anything.depth:small"));

  // A second run does not take the first one's place unasked.
  expect_refusal(run_host({"--config", config.string()}), 2, "--overwrite replaces it");
  // Two repetitions are too few to tell anything, which is said.
  const auto compared = run_host(
      {"bench", "compare", (folder / "report").string(), (folder / "report/report.json").string()});
  expect_success(compared);
  EXPECT_THAT(compared.out, HasSubstr("too few repetitions"));
}

TEST(Bench, BringsALargerFilmTo1080p24First) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir() / "large";
  fs::create_directories(folder);
  const auto film = make_film(
      "-f lavfi -i testsrc2=r=48:s=2048x1152 -frames:v 24 -c:v libx264 "
      "-preset ultrafast -pix_fmt yuv420p",
      "large.mp4");
  const auto config =
      write_config(folder, "  seconds: 0.5\n  repetitions: 1\n  samples: " + film.string() +
                               "\n  approaches: [{name: flat, type: probe.depth}]\n");
  auto setup = host_setup();
  setup.folder = folder;
  const auto end = run_host({"--config", config.string()}, setup);
  EXPECT_EQ(end.exit_code, 0) << end.text();
  const auto report = read_json(folder / "report/report.json");
  const auto& sample = report.at("samples").at(0);
  EXPECT_EQ(sample.at("prepare").at("file"), "samples/1080p24fps/large_0s_0.5s.mp4");
  EXPECT_GT(sample.at("prepare").at("ms_per_frame"), 0);
  EXPECT_EQ(sample.at("width"), 1920);
  EXPECT_EQ(sample.at("fps"), 24);
  EXPECT_EQ(report.at("cells").at(0).at("time").at("frames"), 12);
}

TEST(Bench, WithNothingToMeasureFails) {
  const auto folder = temporary_dir() / "nothing";
  const auto config =
      write_config(folder, "  samples: /nowhere/film.mp4\n  approaches: [motion_cues]\n");
  const auto end = run_host({"--config", config.string()});
  EXPECT_EQ(end.exit_code, 1) << end.text();
  EXPECT_THAT(end.err, HasSubstr("the sample cannot be used"));
  EXPECT_THAT(end.err, HasSubstr("no cell could be measured; the report says why"));
}

TEST(Bench, RefusesWhatIsNoReport) {
  expect_refusal(run_host({"bench", "compare", "/nowhere", "/nowhere"}), 2, "cannot be read");
}

TEST(Bench, IsOnlyThereForItsConfigs) {
  const auto film = temporary_dir() / "film.mp4";
  expect_refusal(run_host({film.string(), "--seconds", "3"}), 2,
                 "--seconds is for the config of a benchmark");
}

}  // namespace
}  // namespace relievo::test
