// What the program says to wrong and to right command lines, before any frame.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kDemo = (source_dir() / "configs/demo.yaml").string();
const std::string kClip = (source_dir() / "tests/data/big_buck_bunny.mp4").string();

std::string yaml_file(const std::string& text) {
  const auto path = temporary_dir() / "pipeline.yaml";
  std::ofstream(path) << text;
  return path.string();
}

// Every output of the demo into a folder of the test.
std::vector<std::string> demo_in(const std::filesystem::path& folder) {
  return {"--config", kDemo,
          "--output", (folder / "film.mp4").string(),
          "--set",    "nodes.depth_video.path=" + (folder / "depth.mp4").string(),
          "--set",    "nodes.sheet.path=" + (folder / "sheet.png").string()};
}

TEST(CommandLine, AnUnknownOptionIsNamed) {
  expect_refusal(run_host({"--bogus"}), 2, "--bogus");
  expect_refusal(run_host({"--strength", "3", kClip}), 2, "--strength");
}

TEST(CommandLine, WithoutAnythingToDoItSaysWhatIsMissing) {
  expect_refusal(run_host({}), 2, "name a film, or a pipeline with --config");
}

TEST(CommandLine, HelpAndVersionGoToStandardOutput) {
  const auto help = run_host({"--help"});
  expect_success(help);
  for (const auto* word : {"--config", "--set", "--input", "--output", "--overwrite", "--dry-run",
                           "--json", "--list-plugins", "130"})
    EXPECT_THAT(help.out, HasSubstr(word));
  EXPECT_EQ(help.err, "");
  const auto version = run_host({"--version"});
  expect_success(version);
  EXPECT_THAT(version.out, ::testing::MatchesRegex("host [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_EQ(version.err, "");
}

TEST(CommandLine, AMissingFilmIsNamed) {
  const auto folder = temporary_dir();
  const auto end = run_host(convert(folder / "nowhere.mp4", folder / "out.mp4"));
  EXPECT_NE(end.exit_code, 0);
  expect_refusal(end, end.exit_code, "nowhere.mp4': there is no such file");
  EXPECT_THAT(names_in(folder), IsEmpty());
}

TEST(CommandLine, AMissingConfigIsNamed) {
  expect_refusal(run_host({"--config", "nowhere.yaml"}), 2, "nowhere.yaml");
  expect_refusal(run_host({"--config", temporary_dir().string()}), 2, "is a folder");
}

TEST(CommandLine, BadYamlIsToldWithItsPlace) {
  expect_refusal(run_host({"--config", yaml_file("version: 1\nnodes:\n  a: {type: source\n")}), 2,
                 "pipeline.yaml:");
  expect_refusal(run_host({"--config", yaml_file("")}), 2, "is empty");
  expect_refusal(run_host({"--config", yaml_file("version: 99\nnodes: {a: {type: source}}\n")}), 2,
                 "99");
  expect_refusal(run_host({"--config", yaml_file("version: 1\n")}), 2, "no 'nodes'");
}

TEST(CommandLine, AnUnknownNodeGetsASuggestion) {
  const auto end = run_host({"--config", kDemo, "--set", "nodes.depth.type=motion_cue.depth"});
  expect_refusal(end, 3, "did you mean 'motion_cues.depth'?");
}

TEST(CommandLine, WrongWordsInAConfigGetTheRightOnes) {
  const auto folder = temporary_dir();
  const auto with = [&](const std::string& setting) {
    auto arguments = demo_in(folder);
    arguments.insert(arguments.end(), {"--set", setting});
    return run_host(arguments);
  };
  expect_refusal(with("nodes.sink.params.presett=fast"), 2, "did you mean 'preset'?");
  expect_refusal(with("nodes.sink.params.preset=bogus"), 2, "no preset 'bogus' for hevc");
  expect_refusal(with("nodes.sink.params.preset=bogus"), 2, "superfast");
  expect_refusal(with("nodes.sink.params.quality=99"), 2, "libx265 takes up to 51");
  expect_refusal(with("nodes.stereo.params.strength=much"), 2, "strength");
  expect_refusal(with("nodes.stereo.params.strength=1e9"), 2, "strength");
  expect_refusal(with("nodes.sink.params.layout=sbs"), 2, "full_sbs");
  expect_refusal(with("nodes.stereo.in.depth=dept"), 2, "did you mean 'depth'?");
  expect_refusal(with("node.sink.path=x.mp4"), 2, "did you mean 'nodes'?");
  expect_refusal(with("nodes"), 2, "write it as path=value");
  EXPECT_THAT(names_in(folder), IsEmpty());
}

TEST(CommandLine, NullWithoutQuotesInAConfigIsExplained) {
  auto arguments = demo_in(temporary_dir());
  arguments.insert(arguments.end(), {"--set", "nodes.depth_video.path=null"});
  expect_refusal(run_host(arguments), 2, "\"null\"");
}

TEST(CommandLine, TheFilmIsNamedOnlyOnce) {
  expect_refusal(run_host({kClip, "--input", kClip}), 2, "given twice");
}

TEST(CommandLine, AContainerThatCannotBeIsRefusedBeforeTheFirstFrame) {
  const auto folder = temporary_dir();
  expect_refusal(run_host(convert(kClip, folder / "film.xyz")), 2, "xyz");
  EXPECT_THAT(names_in(folder), IsEmpty());
}

TEST(CommandLine, ADryRunPrintsThePlanAndWritesNothing) {
  const auto folder = temporary_dir();
  auto arguments = demo_in(folder);
  arguments.emplace_back("--dry-run");
  const auto end = run_host(arguments);
  expect_success(end);
  for (const auto* word : {"source", "cuts", "depth", "stereo", "sink", "depth_video", "sheet"})
    EXPECT_THAT(end.out, HasSubstr(word));
  EXPECT_THAT(names_in(folder), IsEmpty());
  arguments.emplace_back("--json");
  const auto plan = json::parse(run_host(arguments).out, nullptr, false);
  ASSERT_TRUE(plan.is_object());
  const auto inserted = std::count_if(plan["nodes"].begin(), plan["nodes"].end(),
                                      [](const json& node) { return node["inserted"] == true; });
  EXPECT_EQ(static_cast<std::ptrdiff_t>(plan["nodes"].size()) - inserted, 7) << plan.dump(1);
  EXPECT_THAT(names_in(folder), IsEmpty());
}

// The bound holds for a film of any length.
TEST(CommandLine, ThePlannedMemoryDoesNotDependOnTheFilmsLength) {
  const auto folder = temporary_dir();
  const auto plan_of = [&](const std::string& seconds) {
    auto arguments = demo_in(folder);
    arguments.insert(arguments.end(),
                     {"--dry-run", "--json", "--set", "nodes.source.params.seconds=" + seconds});
    auto plan = json::parse(run_host(arguments).out, nullptr, false);
    return plan;
  };
  const auto one = plan_of("1");
  const auto ten = plan_of("10");
  ASSERT_TRUE(one.is_object());
  ASSERT_TRUE(ten.is_object());
  EXPECT_EQ(one["host_bytes"], ten["host_bytes"]);
  EXPECT_GT(one["host_bytes"].get<double>(), 1e6) << one.dump(1);
}

TEST(CommandLine, ListsAndDescriptionsAreJsonWhenAskedFor) {
  const auto list = run_host({"--list-plugins", "--json"});
  expect_success(list);
  const auto plugins = json::parse(list.out, nullptr, false);
  ASSERT_TRUE(plugins.is_object());
  std::vector<std::string> names;
  for (const auto& plugin : plugins["plugins"]) names.push_back(plugin["plugin"]);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"media", "motion_cues", "stereo"}));
  EXPECT_THAT(plugins["broken"], IsEmpty());
  const auto stereo = run_host({"--describe", "stereo.view", "--json"});
  expect_success(stereo);
  EXPECT_TRUE(json::parse(stereo.out, nullptr, false).is_object()) << stereo.out;
  EXPECT_THAT(run_host({"--describe", "stereo.view"}).out, HasSubstr("strength"));
}

}  // namespace
}  // namespace relievo::test
