// What a config's block 'bench' asks for, the faults in it, and the cells that it becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/bench/child_run.hpp"
#include "core/bench/matrix.hpp"
#include "tests/unit/bench/bench_registry.hpp"

namespace relievo::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

BenchConfig parsed(const std::string& block) {
  return parse_bench(host::read_yaml("version: 1\nbench:\n" + block, "b.yaml", "/films"));
}

std::string fault(const std::string& block) {
  try {
    static_cast<void>(parsed(block));
  } catch (const host::Failure& failure) {
    EXPECT_EQ(failure.code(), host::ExitCode::kUsage);
    return failure.what();
  }
  return "";
}

std::vector<Cell> cells_of(const BenchConfig& config, Devices devices = {}) {
  static const auto registry = test::described_plugins();
  std::vector<Sample> samples(1);
  samples[0].name = "golf";
  return make_cells(config, samples, registry, devices);
}

std::vector<std::string> names_of(const std::vector<Cell>& cells) {
  std::vector<std::string> names;
  for (const auto& cell : cells) names.push_back(cell.name);
  return names;
}

TEST(BenchConfig, NamesPlaceAndNearestWordOfAFault) {
  EXPECT_EQ(fault("  approaches: [motion_ceus]\n"),
            "b.yaml:3:16: unknown approach 'motion_ceus' (did you mean 'motion_cues'?)");
  EXPECT_EQ(fault("  approaches: [motion_cues]\n  secnods: 3\n"),
            "b.yaml:4:3: 'bench': unknown key 'secnods' (did you mean 'seconds'?)");
  EXPECT_EQ(fault("  approaches: [motion_cues]\n  precisions: [f61]\n"),
            "b.yaml:4:16: unknown precision 'f61' (did you mean 'f16'?)");
  EXPECT_THAT(fault("  approaches: [motion_cues]\n  seconds: soon\n"),
              HasSubstr("b.yaml:4:12: 'bench.seconds' must be a number, not 'soon'"));
  EXPECT_THAT(fault("  approaches: [motion_cues]\n  repetitions: 0\n"),
              HasSubstr("b.yaml:4:16: 'bench.repetitions' must be at least 1"));
  EXPECT_THAT(fault("  approaches: [motion_cues, motion_cues]\n"),
              HasSubstr("there are two approaches called 'motion_cues'"));
  EXPECT_THAT(fault("  approaches: [{params: {a: 1}}]\n"), HasSubstr("either a 'type' or 'nodes'"));
  EXPECT_THAT(fault("  seconds: 3\n"), HasSubstr("'bench' has no 'approaches'; there are"));
  EXPECT_EQ(
      fault("  approaches: [motion_cues]\n  stereo: {methods: [quality], on: [motion_cue]}\n"),
      "b.yaml:4:37: unknown approach 'motion_cue' (did you mean 'motion_cues'?)");
}

TEST(BenchConfig, ReadsSamplesWithTruthRelativeToItsFolder) {
  const auto config = parsed(
      "  approaches: [motion_cues]\n"
      "  samples: [a.mp4, {file: b.mp4, name: bee, start: 2.5, truth: {path: t, kind: metric}}]\n");
  ASSERT_EQ(config.samples.size(), 2U);
  EXPECT_EQ(config.samples[0].path, "/films/a.mp4");
  EXPECT_EQ(config.samples[1].name, "bee");
  EXPECT_DOUBLE_EQ(config.samples[1].start_s, 2.5);
  EXPECT_EQ(config.samples[1].truth.value(), "/films/t");
  EXPECT_EQ(config.samples[1].truth_params.at("kind"), "metric");
}

TEST(BenchMatrix, HasOneCellForEachThatDiffers) {
  const auto cells =
      cells_of(parsed("  seconds: [1, 0.5]\n  approaches: [motion_cues, net.depth]\n"
                      "  precisions: [f32, f16]\n  stereo: [quality, simple]\n"));
  // motion_cues has no precisions; the stereo methods take its depth.
  EXPECT_THAT(names_of(cells),
              ElementsAre("depth/motion_cues/f32/cpu/golf/1s", "depth/net.depth/f32/cpu/golf/1s",
                          "depth/net.depth/f16/cpu/golf/1s", "depth/motion_cues/f32/cpu/golf/0.5s",
                          "depth/net.depth/f32/cpu/golf/0.5s", "depth/net.depth/f16/cpu/golf/0.5s",
                          "stereo/quality/motion_cues/f32/cpu/golf/1s",
                          "stereo/simple/motion_cues/f32/cpu/golf/1s",
                          "stereo/quality/motion_cues/f32/cpu/golf/0.5s",
                          "stereo/simple/motion_cues/f32/cpu/golf/0.5s"));
  EXPECT_EQ(cells[2].slug, "depth-net.depth-f16-cpu-golf-1s");
  EXPECT_EQ(cells[2].nodes.at("depth").at("params").at("precision"), "f16");
  EXPECT_EQ(cells[2].nodes.at("depth").at("device"), "cpu");
}

TEST(BenchMatrix, TakesTheDeviceThatIsThereAndItsUsualPrecision) {
  const auto config = parsed("  approaches: [motion_cues, net.depth]\n");
  EXPECT_THAT(names_of(cells_of(config, {true, false})),
              ElementsAre("depth/motion_cues/f32/cpu/golf/3s", "depth/net.depth/f16/cuda/golf/3s"));
}

TEST(BenchMatrix, SkipsVisiblyWhatCannotRunHere) {
  const auto cells =
      cells_of(parsed("  approaches: [depth_pro, other.depth, net.depth]\n  devices: [cuda]\n  "
                      "stereo: [quality]\n"));
  ASSERT_EQ(cells.size(), 4U);
  for (const auto& cell : cells) EXPECT_EQ(cell.status, CellStatus::kSkipped) << cell.name;
  EXPECT_THAT(cells[0].reason, HasSubstr("the plugin of 'depth_pro.depth' is not installed"));
  EXPECT_THAT(cells[0].remedy, HasSubstr("models fetch depth_pro.depth:official"));
  EXPECT_THAT(cells[1].reason, HasSubstr("no installed plugin has the node 'other.depth'"));
  EXPECT_THAT(cells[2].reason, HasSubstr("no NVIDIA device"));
  EXPECT_EQ(cells[3].reason, cells[0].reason);  // its depth comes from there
}

TEST(BenchMatrix, FindsTheDepthNodesThatNothingNames) {
  EXPECT_THAT(names_of(cells_of(parsed("  approaches: [motion_cues, found]\n"))),
              ElementsAre("depth/motion_cues/f32/cpu/golf/3s", "depth/net.depth/f32/cpu/golf/3s"));
}

TEST(BenchMatrix, TakesSeveralNodesAsOneApproach) {
  const auto cells =
      cells_of(parsed("  approaches:\n    - name: two\n      nodes:\n"
                      "        raw: {type: net.depth, in: colour}\n"
                      "        depth: {type: motion_cues.depth, in: raw}\n"));
  ASSERT_EQ(cells.size(), 1U);
  EXPECT_EQ(cells[0].name, "depth/two/f32/cpu/golf/3s");
  EXPECT_EQ(cells[0].nodes.at("raw").at("in"), "colour");
}

TEST(BenchMatrix, AFilterThatCannotComputeOnADeviceKeepsNoNetworkFromIt) {
  const auto config = parsed(
      "  approaches:\n    - name: two\n      nodes:\n"
      "        raw: {type: net.depth, in: colour}\n"
      "        depth: {type: steady.filter, in: raw}\n");
  const auto on_metal = cells_of(config, {false, true});
  ASSERT_EQ(on_metal.size(), 1U);
  EXPECT_EQ(on_metal[0].nodes.at("raw").at("device"), "mps");
  EXPECT_FALSE(on_metal[0].nodes.at("depth").contains("device"));
  const auto on_cuda = cells_of(config, {true, false});
  EXPECT_EQ(on_cuda[0].nodes.at("depth").at("device"), "cuda");
}

TEST(BenchMatrix, MakesFoldersOutOfAnyName) {
  EXPECT_EQ(slug_of("depth/a:b/f32/\"x y\"/3s"), "depth-a-b-f32--x-y--3s");
}

TEST(BenchChild, SplitsWhatIsMissingFromTheWayToGetIt) {
  std::string reason, remedy;
  split_remedy(
      "node 'depth' needs a/b/c.pth: its weights are not on this machine; to fetch them (licence "
      "MIT), run: host models fetch x.depth:small",
      reason, remedy);
  EXPECT_EQ(reason, "node 'depth' needs a/b/c.pth: its weights are not on this machine");
  EXPECT_EQ(remedy, "host models fetch x.depth:small");
}

}  // namespace
}  // namespace relievo::bench
