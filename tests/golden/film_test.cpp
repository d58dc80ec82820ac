// Whole films through the nodes, against what the official code computed.
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include <relievo/sdk/node_type.hpp>

#include "plugins/common/frame_tensor.hpp"
#include "plugins/video_depth_anything/image_node.hpp"
#include "plugins/video_depth_anything/stitch.hpp"
#include "plugins/video_depth_anything/video_node.hpp"
#include "tests/golden/golden_data.hpp"
#include "tests/golden/node_run.hpp"

namespace relievo::test {
namespace {

using nlohmann::json;
using namespace relievo::video_depth_anything;

std::string case_name(const testing::TestParamInfo<json>& info) {
  return "case_" + std::to_string(info.index);
}

class Stitching : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Stitching);

// Goes over given window depths as a film does.
at::Tensor stitched(const at::Tensor& windows, std::int64_t frames, bool fitted,
                    std::vector<Affine>& affines) {
  Stitcher stitcher(fitted, [](const at::Tensor& depth) { return depth; });
  std::vector<at::Tensor> parts;
  std::int64_t given = 0;
  for (std::int64_t w = 0; w < windows.size(0) && given < frames; ++w) {
    stitcher.add(windows.select(0, w));
    if (w > 0) affines.push_back(stitcher.affine());
    const int first = w == 0 ? 0 : kKeep;
    const auto count = std::min<std::int64_t>(kWindowFrames - kBlend - first, frames - given);
    parts.push_back(stitcher.frames(first, static_cast<int>(count)));
    given += count;
  }
  return at::cat(parts);
}

TEST_P(Stitching, GivesTheOfficialDepthFromTheOfficialWindows) {
  const auto& entry = GetParam();
  auto run = golden_run();
  run.accepted = {1e-4, 1e-5};  // windows are fitted in float32 whatever the network's precision
  const auto windows = golden_tensor(entry.at("windows")).to(run.at_device());
  const auto frames = entry.at("frames").get<std::int64_t>();
  for (const bool fitted : {true, false}) {
    std::vector<Affine> affines;
    const auto depth = stitched(windows, frames, fitted, affines);
    const auto apart = difference(depth, golden_tensor(entry.at(fitted ? "relative" : "metric")));
    EXPECT_LT(apart.largest, run.accepted.largest) << (fitted ? "relative" : "metric");
    EXPECT_LT(apart.mean, run.accepted.mean);
    if (!fitted) continue;
    const auto official = golden_json(entry.at("fit")).at(std::to_string(frames)).at("scale_shift");
    for (std::size_t i = 0; i < affines.size(); ++i) {
      EXPECT_NEAR(affines[i].scale, official[i][0].get<double>(), 1e-4);
      EXPECT_NEAR(affines[i].shift, official[i][1].get<double>(), 1e-4);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, Stitching, testing::ValuesIn(golden_cases("vda_stitch")),
                         case_name);

json video_params(const json& entry, const std::string& mode, const GoldenRun& run) {
  return {{"model", size_of_model(entry.at("model"))},
          {"mode", mode},
          {"input_size", entry.at("input_size")},
          {"output_size", "source"},
          {"precision", run.precision},
          {"reset_at_cuts", true},
          {"batch", 0}};
}

void expect_official_film(const json& entry, const std::string& mode) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, entry.at("model"), entry.at("seed"));
  const auto type = make_node_type<VideoNode>("video_depth_anything.depth", "depth");
  const auto run = golden_run();
  NetworkRun node(type, video_params(entry, mode, run), checkpoint.string(), run.device);
  const auto depth = node.depth_of(golden_tensor(entry.at("frames")));
  const auto apart = difference(depth, golden_tensor(entry.at("depth")));
  std::cout << mode << ": largest " << apart.largest << ", mean " << apart.mean << "\n";
  EXPECT_LT(apart.largest, run.accepted.largest);
  EXPECT_LT(apart.mean, run.accepted.mean);
}

class Clip : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Clip);
TEST_P(Clip, GivesTheOfficialDepthOfAWholeFilm) {
  expect_official_film(GetParam(), "windowed");
}
INSTANTIATE_TEST_SUITE_P(Golden, Clip, testing::ValuesIn(golden_cases("vda_clip")), case_name);

class Stream : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Stream);
TEST_P(Stream, GivesTheOfficialDepthFrameByFrame) {
  expect_official_film(GetParam(), "streaming");
}
INSTANTIATE_TEST_SUITE_P(Golden, Stream, testing::ValuesIn(golden_cases("vda_stream")), case_name);

class ImageFilm : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ImageFilm);
TEST_P(ImageFilm, GivesTheOfficialDepthOfAPicture) {
  const auto& entry = GetParam();
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, entry.at("model"), entry.at("seed"));
  const auto type = make_node_type<ImageNode>("video_depth_anything.image", "depth");
  const auto run = golden_run();
  NetworkRun node(type,
                  {{"model", size_of_model(entry.at("model"))},
                   {"input_size", entry.at("input_size")},
                   {"output_size", "source"},
                   {"precision", run.precision},
                   {"batch", 2}},
                  checkpoint.string(), run.device);
  const auto depth = node.depth_of(golden_tensor(entry.at("picture")).unsqueeze(0));
  const auto apart = difference(depth.squeeze(0), golden_tensor(entry.at("depth")));
  std::cout << "picture: largest " << apart.largest << ", mean " << apart.mean << "\n";
  EXPECT_LT(apart.largest, run.accepted.largest);
  EXPECT_LT(apart.mean, run.accepted.mean);
}
INSTANTIATE_TEST_SUITE_P(Golden, ImageFilm, testing::ValuesIn(golden_cases("dav2_image")),
                         case_name);

}  // namespace
}  // namespace relievo::test
