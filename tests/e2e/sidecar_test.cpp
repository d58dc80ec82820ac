// Every film is looked at once more after it was written; --sidecar keeps what was found.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST(Sidecar, TellsWhatAFilmWasMadeOfAndHow) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto source = small_film(12);
  expect_success(run_host(convert(source, folder / "out.mp4", {"--sidecar"})));
  EXPECT_THAT(names_in(folder), ElementsAre("out.mp4", "out.mp4.json"));
  std::ifstream in(folder / "out.mp4.json");
  const auto content = Json::parse(in);
  EXPECT_EQ(content["program"], "relievo");
  EXPECT_EQ(content["source"]["path"], source.string());
  EXPECT_EQ(content["source"]["bytes"], fs::file_size(source));
  EXPECT_EQ(content["source"]["sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(content["frames"], 12);
  std::vector<std::string> types;
  for (const auto& node : content["nodes"]) types.push_back(node["type"]);
  EXPECT_THAT(types, ElementsAre("source", "cuts", "motion_cues.depth", "stereo.view", "sink"));
  EXPECT_TRUE(content["check"]["faults"].empty());
  EXPECT_TRUE(content["check"]["doubts"].empty());
  EXPECT_EQ(content["check"]["film"]["tracks"][0]["width"], 320);
}

TEST(Sidecar, IsWrittenForEachFilmAndByTheKeyOfAPipeline) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  expect_success(
      run_host(convert(small_film(12), folder / "out.mkv",
                       {"--set", "sidecar=true", "--set", "nodes.sink.params.layout=two_files"})));
  EXPECT_THAT(names_in(folder), ElementsAre("out_left.mkv", "out_left.mkv.json", "out_right.mkv",
                                            "out_right.mkv.json"));
  expect_refusal(run_host(convert(small_film(12), folder / "b.mp4", {"--set", "sidecar=maybe"})), 2,
                 "'sidecar' must be true or false, not 'maybe'");
}

TEST(Sidecar, OfAnotherFilmIsKept) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  std::ofstream(folder / "out.mp4.json") << "mine";
  expect_refusal(run_host(convert(small_film(12), folder / "out.mp4", {"--sidecar"})), 2,
                 "out.mp4.json' exists already; move it away, or use --overwrite");
  expect_success(
      run_host(convert(small_film(12), folder / "out.mp4", {"--sidecar", "--overwrite"})));
  EXPECT_GT(fs::file_size(folder / "out.mp4.json"), 100U);
}

// No layout's film is found wanting by the check that follows it.
class Checked : public ::testing::TestWithParam<const char*> {};

TEST_P(Checked, FindsNothingWrong) {
  RLV_FFMPEG_OR_SKIP();
  for (const char* name : {"out.mp4", "out.mkv"})
    for (const char* order : {"left_first", "right_first"}) {
      const auto end = run_host(
          convert(small_film(6), temporary_dir() / name,
                  {"--json", "--set", std::string("nodes.sink.params.layout=") + GetParam(),
                   "--set", std::string("nodes.sink.params.view_order=") + order}));
      expect_success(end);
      EXPECT_THAT(end.err, ::testing::Not(HasSubstr("warning: "))) << name << ", " << order;
      const auto check = Json::parse(end.out)["outputs"][0]["check"][0];
      EXPECT_TRUE(check["faults"].empty()) << check.dump();
      EXPECT_TRUE(check["doubts"].empty()) << check.dump();
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, Checked,
                         ::testing::Values("full_sbs", "half_sbs", "full_tb", "half_tb",
                                           "cross_eyed", "row_interlaced", "anaglyph", "two_files",
                                           "left"),
                         [](const auto& layout) { return std::string(layout.param); });

}  // namespace
}  // namespace relievo::test
