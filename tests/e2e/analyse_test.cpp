// host analyse: what a film's depths ask for.
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

std::vector<std::string> words(const fs::path& film, const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{"analyse", film.string(), "--set",
                               "nodes.depth.type=motion_cues.depth"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// Two shots: testsrc moving, then a mandelbrot.
fs::path two_shots() {
  static const auto film = make_film(
      "-f lavfi -i testsrc2=s=320x180:r=24:d=1.5 -f lavfi -i mandelbrot=s=320x180:r=24 "
      "-filter_complex \"[1:v]trim=duration=1.5,setsar=1[b];[0:v]setsar=1[a];[a][b]concat=n=2\" "
      "-pix_fmt yuv420p -c:v libx264 -preset ultrafast",
      "two_shots.mp4");
  return film;
}

TEST(Analyse, ProposesStrengthAndConvergenceForAFilmAndItsShotsAsJson) {
  RLV_FFMPEG_OR_SKIP();
  const auto plot = temporary_dir() / "plot.svg";
  const auto end = run_host(words(
      two_shots(), {"--json", "--every", "2", "--screen", "1.4x2.5", "--output", plot.string()}));
  expect_success(end);
  const auto json = Json::parse(end.out);
  EXPECT_EQ(json["status"], "done");
  EXPECT_EQ(json["depth"], "motion_cues.depth");
  EXPECT_EQ(json["every"], 2);
  EXPECT_NEAR(json["frames"].get<int>(), 36, 2);
  EXPECT_EQ(json["screen"]["width_m"], 1.4);
  EXPECT_EQ(json["budget"]["behind"], 1.2);
  EXPECT_EQ(json["now"], Json::parse(R"({"strength": 2.0, "convergence": 0.5})"));
  const auto& film = json["proposal"];
  EXPECT_GE(film["strength"].get<double>(), 0.5);
  EXPECT_LE(film["strength"].get<double>(), 4.0);
  EXPECT_GT(film["convergence"].get<double>(), 0.2);
  EXPECT_LT(film["convergence"].get<double>(), 0.7);
  EXPECT_GE(film["reasons"].size(), 2U);
  EXPECT_THAT(film["command"].get<std::string>(), HasSubstr("nodes.stereo.params.strength="));
  EXPECT_THAT(film["yaml"].get<std::string>(), HasSubstr("params: {strength: "));
  ASSERT_EQ(json["shots"].size(), 2U);
  EXPECT_NEAR(json["shots"][1]["begin_s"].get<double>(), 1.5, 0.1);
  EXPECT_EQ(json["shots"][1]["transition"], "hard");
  for (const auto& shot : json["shots"]) {
    EXPECT_EQ(shot["inside_now"], true);
    EXPECT_GE(shot["proposal"]["reasons"].size(), 2U);
    for (const auto* key : {"parallax_now", "parallax_proposed"}) {
      const auto& parallax = shot[key];
      EXPECT_LT(parallax["nearest"].get<double>(), parallax["farthest"].get<double>());
      EXPECT_LT(parallax["degrees"]["nearest"].get<double>(), 0);
      double sum = 0;
      for (const auto& bin : parallax["bins"]) sum += bin["share"].get<double>();
      EXPECT_NEAR(sum, 1, 0.01);
    }
  }
  EXPECT_EQ(json["plot"], plot.string());
  EXPECT_THAT(bytes_of(plot), ::testing::StartsWith("<svg "));
}

TEST(Analyse, TheProposedCommandRuns) {
  RLV_FFMPEG_OR_SKIP();
  const auto end = run_host(words(two_shots(), {"--json", "--output", "null"}));
  expect_success(end);
  std::istringstream in(Json::parse(end.out)["proposal"]["command"].get<std::string>());
  std::vector<std::string> command;
  for (std::string word; in >> word;) command.push_back(word);
  ASSERT_EQ(command.front(), "host");
  command.erase(command.begin());
  // What shaped the pipeline is in it.
  EXPECT_THAT(command, ::testing::Contains("nodes.depth.type=motion_cues.depth"));
  command.insert(command.end(), {"--output", "null", "--set", "nodes.source.params.seconds=0.2"});
  expect_success(run_host(command));
}

TEST(Analyse, TellsPeopleInLinesAndWritesThePlotBesideTheFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = temporary_dir() / "holiday.mp4";
  fs::copy_file(two_shots(), film);
  const auto end = run_host(words(film));
  expect_success(end);
  EXPECT_THAT(end.out, HasSubstr("2 shots"));
  EXPECT_THAT(end.out, HasSubstr("budget: 1.20 % of the width behind the screen, 1.50 % in front"));
  EXPECT_THAT(end.out, HasSubstr("proposal for the whole film: strength "));
  EXPECT_TRUE(fs::exists(film.parent_path() / "holiday_comfort.svg"));
  // And does not replace it unasked.
  expect_refusal(run_host(words(film)), 2, "holiday_comfort.svg' exists");
  expect_success(run_host(words(film, {"--overwrite"})));
}

TEST(Analyse, TakesThePipelineThatIsNamed) {
  RLV_FFMPEG_OR_SKIP();
  const auto end = run_host({"analyse", two_shots().string(), "--config",
                             (source_dir() / "configs/demo.yaml").string(), "--json", "--output",
                             "null", "--set", "nodes.stereo.params.strength=4"});
  expect_success(end);
  const auto json = Json::parse(end.out);
  EXPECT_EQ(json["now"]["strength"], 4.0);
  EXPECT_EQ(json["shots"][0]["inside_now"], false);
  EXPECT_TRUE(json["plot"].is_null());
  EXPECT_THAT(json["proposal"]["command"].get<std::string>(), HasSubstr("demo.yaml --input "));
}

TEST(Analyse, APresetOfAHeadsetSaysWhereTheFilmIsWatched) {
  RLV_FFMPEG_OR_SKIP();
  const auto end =
      run_host(words(two_shots(), {"--json", "--output", "null", "--preset", "quest3"}));
  expect_success(end);
  const auto json = Json::parse(end.out);
  EXPECT_EQ(json["screen"]["name"], "quest3");
  EXPECT_TRUE(json["shots"][0]["parallax_now"].contains("degrees"));
}

TEST(Analyse, AStillPictureIsAShotOfOneFrame) {
  RLV_FFMPEG_OR_SKIP();
  const auto picture =
      make_film("-f lavfi -i testsrc2=s=320x180:d=1 -frames:v 1 -update 1", "still.png");
  const auto end = run_host(words(picture, {"--json", "--output", "null"}));
  expect_success(end);
  EXPECT_EQ(Json::parse(end.out)["frames"], 1);
}

TEST(Analyse, WhatIsNoFilmIsRefused) {
  expect_refusal(run_host({"analyse"}), 2, "film is required");
  expect_refusal(run_host({"analyse", "/nowhere/film.mp4"}), 1,
                 "cannot read '/nowhere/film.mp4': there is no such file");
  const auto text = temporary_dir() / "notes.mp4";
  std::ofstream(text) << "not a film";
  expect_refusal(run_host({"analyse", text.string()}), 1, text.string());
}

TEST(Analyse, AFilmWithoutFramesIsNamed) {
  RLV_FFMPEG_OR_SKIP();
  const auto sound = make_film("-f lavfi -i sine=d=1 -c:a aac", "sound.m4a");
  expect_refusal(run_host(words(sound, {"--output", "null"})), 1, "sound.m4a' is audio only");
  const auto empty = make_film("-f lavfi -i testsrc2=s=64x64:d=1 -vf select=0 -c:v ffv1", "no.mkv");
  expect_refusal(run_host(words(empty, {"--output", "null"})), 1, "no.mkv");
  const auto beyond =
      words(two_shots(), {"--output", "null", "--set", "nodes.source.params.start=60"});
  expect_refusal(run_host(beyond), 2, "choose an earlier start");
}

TEST(Analyse, WhatCannotBeDoneIsSaidBeforeAnythingRuns) {
  RLV_FFMPEG_OR_SKIP();
  expect_refusal(run_host(words(two_shots(), {"--output", "plot.png"})), 2, "must end in .svg");
  expect_refusal(run_host(words(two_shots(), {"--output", "null", "--screen", "garage"})), 2,
                 "--screen garage: is neither one of tv, cinema, headset");
  expect_refusal(run_host({"analyse", two_shots().string(), "--output", "null", "--set",
                           "nodes.depth.type=seer.depth"}),
                 3, "seer.depth");
  const auto config = temporary_dir() / "flat.yaml";
  std::ofstream(config) << "version: 1\nnodes:\n  source: {type: source}\n"
                           "  sink: {type: sink, in: source, path: out.mp4}\n";
  expect_refusal(
      run_host({"analyse", two_shots().string(), "--output", "null", "--config", config.string()}),
      2, "has no node of type 'stereo.view'");
}

}  // namespace
}  // namespace relievo::test
