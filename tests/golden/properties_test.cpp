// What must hold of the networks beside their numbers: every weight matters, and results depend on
// the film alone.
#include <fnmatch.h>

#include <random>

#include <gtest/gtest.h>

#include <relievo/sdk/node_type.hpp>

#include "plugins/common/state_dict.hpp"
#include "plugins/video_depth_anything/model.hpp"
#include "plugins/video_depth_anything/video_node.hpp"
#include "tests/golden/golden_data.hpp"
#include "tests/golden/node_run.hpp"

namespace relievo::test {
namespace {

using nlohmann::json;
using namespace relievo::video_depth_anything;

at::Tensor noise(std::int64_t frames, std::int64_t rows, std::int64_t columns) {
  std::mt19937 random(3);
  auto tensor = at::empty({frames, rows, columns, 3}, at::TensorOptions(at::kByte));
  auto* data = tensor.data_ptr<std::uint8_t>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) data[i] = static_cast<std::uint8_t>(random());
  return tensor;
}

at::Tensor depth_with(const nets::StateDict& state, const std::string& model,
                      const at::Tensor& pictures) {
  const c10::InferenceMode guard;
  const NamedWeights weights(state, model, at::kCPU, at::kFloat);
  return DepthNetwork(ModelConfig::named("small", model.starts_with("video")), weights)(pictures);
}

// Zeroing any block's weights moves the output, by about as much as it moved the official code's;
// zeroing what the official code never reads moves nothing.
TEST(EveryBlock, OfTheSmallNetworksMatters) {
  if (!golden_dir()) GTEST_SKIP() << "the golden files are not here";
  const auto sensitivity = golden_json("sensitivity.json");
  for (const std::string model : {"video_depth_anything_vits", "depth_anything_v2_vits"}) {
    RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, model, 1);
    const auto state = nets::read_state_dict(checkpoint.string());
    const auto pictures = noise(4, 56, 70).to(at::kFloat).div(64.0).sub(2.0).permute({0, 3, 1, 2});
    const auto reference = depth_with(state, model, pictures);
    int blocks = 0;
    for (const auto& [pattern, effect] : sensitivity.at(model).items()) {
      if (pattern.starts_with("(")) continue;
      auto changed = state;
      int matched = 0;
      for (auto& [name, tensor] : changed) {
        if (fnmatch(pattern.c_str(), name.c_str(), 0) != 0) continue;
        tensor = at::zeros(tensor.sizes(), tensor.options());
        ++matched;
      }
      ASSERT_GT(matched, 0) << pattern;
      ++blocks;
      const auto moved = difference(depth_with(changed, model, pictures), reference);
      if (effect[1].get<double>() == 0.0)
        EXPECT_EQ(moved.largest, 0.0) << pattern;
      else
        EXPECT_GT(moved.mean, 1e-3) << pattern;
    }
    EXPECT_GT(blocks, 40) << model;
  }
}

json small_video() {
  return {
      {"model", "small"},   {"mode", "windowed"},    {"input_size", 70}, {"output_size", "network"},
      {"precision", "f32"}, {"reset_at_cuts", true}, {"batch", 0}};
}

TEST(AFilm, GivesTheSameBitsHoweverItIsPushedAndPulled) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto type = make_node_type<VideoNode>("video_depth_anything.depth", "depth");
  const auto frames = noise(45, 70, 126);
  const auto shot = [](std::int64_t i) {
    return i < 7 ? 0 : 1;
  };
  NetworkRun run(type, small_video(), checkpoint.string());
  const auto reference = run.depth_of(frames, shot);
  std::mt19937 random(11);
  for (int round = 0; round < RLV_ROUNDS; ++round) {
    const auto share = std::uniform_real_distribution<double>(0.0, 1.0)(random);
    const auto depth = run.depth_of(frames, shot, [&] {
      return std::uniform_real_distribution<double>(0.0, 1.0)(random) < share;
    });
    EXPECT_TRUE(depth.equal(reference)) << "round " << round;
  }
}

TEST(AShot, HasTheDepthThatItHasAlone) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto type = make_node_type<VideoNode>("video_depth_anything.depth", "depth");
  const auto frames = noise(12, 70, 126);
  NetworkRun run(type, small_video(), checkpoint.string());
  const auto both = run.depth_of(frames, [](std::int64_t i) { return i < 5 ? 3 : 4; });
  EXPECT_TRUE(both.narrow(0, 0, 5).equal(run.depth_of(frames.narrow(0, 0, 5))));
  EXPECT_TRUE(both.narrow(0, 5, 7).equal(run.depth_of(frames.narrow(0, 5, 7))));
}

TEST(WrongWeights, AreNamed) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  auto params = small_video();
  params["model"] = "base";
  const auto type = make_node_type<VideoNode>("video_depth_anything.depth", "depth");
  NetworkRun run(type, params, checkpoint.string());
  try {
    static_cast<void>(run.depth_of(noise(1, 70, 126)));
    FAIL() << "a small checkpoint was taken for a base one";
  } catch (const host::NodeFailure& e) {
    EXPECT_EQ(e.status(), RLV_E_WEIGHTS);
    EXPECT_NE(std::string(e.what()).find("of another size of the model"), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace relievo::test
