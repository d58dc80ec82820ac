// Depth Pro's composed layers, windows and weights on a tiny network: against the same network in
// plain calls, layer by layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include <relievo/sdk/error.hpp>

#include "plugins/depth_pro/layout.hpp"
#include "plugins/depth_pro/recorded.hpp"
#include "tests/golden/golden_data.hpp"
#include "tests/golden/tiny_depth_pro.hpp"

namespace relievo::test {
namespace {

using namespace relievo::depth_pro;
using ::testing::AllOf;
using ::testing::HasSubstr;

at::Tensor noise(const std::vector<std::int64_t>& shape, std::uint32_t seed = 3) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  auto tensor = at::empty(shape, at::TensorOptions(at::kFloat));
  auto* data = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) data[i] = normal(random);
  return tensor;
}

DepthPro network_of(const nets::StateDict& state, bool view = true) {
  const nets::NamedWeights weights(state, "'tiny'", at::kCPU, at::kFloat);
  DepthPro network(ModelConfig::of(state, "'tiny'"), weights, view);
  weights.expect_all_used();
  return network;
}

TEST(TinyDepthPro, ComputesWhatThePlainLayersDo) {
  const at::InferenceMode guard;
  const auto state = tiny_depth_pro();
  const auto pictures = noise({2, 3, 512, 512});
  const auto plain = plain_depth_pro(state, pictures);
  const auto network = network_of(state);
  EXPECT_EQ(network.config().vit.depth, 4);
  EXPECT_EQ(network.config().picture_side(network.config().window_cells(1.0)), 512);
  // All windows at once, a few, and batches that end in the middle of a scale.
  for (const std::int64_t at_once : {70, 4, 7}) {
    RunOptions options;
    options.windows_at_once = at_once;
    const auto result = network(pictures, options);
    const auto depth = difference(result.canonical, plain.canonical);
    EXPECT_LT(depth.largest, 5e-5) << at_once;
    EXPECT_LT(depth.mean, 5e-6) << at_once;
    EXPECT_LT(result.view.sub(plain.view).abs().max().item<double>(), 1e-4) << at_once;
  }
  EXPECT_GT(plain.canonical.std().item<double>(), 0.02);
  EXPECT_GT(plain.view.sub(plain.view.mean()).abs().max().item<double>(), 1e-3);
}

// On a CPU every run calls the network; on an NVIDIA card (RELIEVO_GOLDEN_DEVICE) the later ones of
// a kind are replayed.
TEST(RecordedDepthPro, GivesWhatTheNetworkGivesAtEveryRun) {
  const at::InferenceMode guard;
  const auto where = golden_run();
  const auto state = tiny_depth_pro();
  const nets::NamedWeights weights(state, "'tiny'", where.at_device(), where.dtype());
  const DepthPro network(ModelConfig::of(state, "'tiny'"), weights, true);
  Recorded recorded(network);
  at::Tensor kept;
  at::Tensor kept_as_it_was;
  std::uint32_t seed = 1;
  for (const auto& [count, view] : {std::pair<std::int64_t, bool>{1, true}, {1, false}, {2, false}})
    for (int run = 0; run < 4; ++run) {
      RunOptions options;
      options.field_of_view = view;
      const auto pictures =
          noise({count, 3, 512, 512}, seed++).to(where.at_device(), where.dtype());
      const auto ours = recorded(pictures, options);
      EXPECT_EQ(recorded.replays(), run > 0 && nets::CudaGraph::possible(where.at_device()));
      const auto direct = network(pictures, options);
      EXPECT_LT(difference(ours.canonical, direct.canonical.to(at::kCPU)).largest,
                where.accepted.largest)
          << count << " pictures, run " << run;
      ASSERT_EQ(ours.view.defined(), view);
      if (view) {
        EXPECT_LT(ours.view.sub(direct.view).abs().max().item<double>(), where.accepted.largest);
      }
      // What a run gave stays what it was.
      if (kept.defined()) {
        EXPECT_TRUE(kept.equal(kept_as_it_was));
      }
      kept = ours.canonical;
      kept_as_it_was = kept.clone();
    }
}

TEST(TinyDepthPro, NeedsEveryTensorItHas) {
  const at::InferenceMode guard;
  const auto state = tiny_depth_pro();
  const auto picture = noise({1, 3, 512, 512});
  // Of the field of view's encoder what it hands on is compared: the one number at the end goes
  // through few and hard ReLUs.
  at::Tensor encoding;
  RunOptions options;
  options.look = [&](const std::string& module, const at::Tensor& output) {
    if (module == "fov.encoder.1") encoding = output;
  };
  const auto reference = network_of(state)(picture, options);
  const auto reference_encoding = encoding;
  int tensors = 0;
  for (const auto& [name, tensor] : state) {
    auto changed = state;
    changed[name] = at::zeros(tensor.sizes(), tensor.options());
    const auto result = network_of(changed)(picture, options);
    const auto depth = difference(result.canonical, reference.canonical).mean;
    const auto view = result.view.sub(reference.view).abs().item<double>();
    if (name.starts_with("decoder.fusions.4.resnet1.")) {
      EXPECT_EQ(depth, 0.0) << name;
      EXPECT_EQ(view, 0.0) << name;
    } else if (name.starts_with("fov.encoder.")) {
      EXPECT_EQ(depth, 0.0) << name;
      EXPECT_GT(difference(encoding, reference_encoding).mean, 1e-4) << name;
    } else if (name.starts_with("fov.")) {
      EXPECT_EQ(depth, 0.0) << name;
      EXPECT_GT(view, 1e-4) << name;
    } else {
      EXPECT_GT(depth, 1e-4) << name;
    }
    ++tensors;
  }
  EXPECT_GT(tensors, 230);
}

TEST(TinyDepthPro, WorksAtSmallerSizesThanItsOwn) {
  const at::InferenceMode guard;
  const auto network = network_of(tiny_depth_pro());
  const auto cells = network.config().window_cells(0.5);
  const auto side = network.config().picture_side(cells);
  EXPECT_EQ(side, 256);
  const auto result = network(noise({1, 3, side, side}), {});
  EXPECT_EQ(result.canonical.sizes(), (std::vector<std::int64_t>{1, side, side}));
  EXPECT_TRUE(std::isfinite(result.canonical.max().item<float>()));
  const auto degrees = result.view.item<double>();
  EXPECT_GT(degrees, 5.0);
  EXPECT_LT(degrees, 120.0);
}

TEST(PublishedSizes, AreThoseOfTheThreeResolutions) {
  const ModelConfig published;
  EXPECT_EQ(published.picture_side(published.window_cells(1.0)), 1536);
  EXPECT_EQ(published.picture_side(published.window_cells(2.0 / 3.0)), 1024);
  EXPECT_EQ(published.picture_side(published.window_cells(0.5)), 768);
  // 952 million numbers are published, 10 more come of composing layers.
  EXPECT_NEAR(published.parameters(true), 960e6, 20e6);
}

TEST(Windows, ShareTheCellsOfASeamInHalves) {
  for (const auto& grid :
       {WindowGrid::finest(24), WindowGrid::middle(24), WindowGrid::finest(12)}) {
    const auto kept = kept_cells(grid, 1);
    ASSERT_EQ(kept.size(), static_cast<std::size_t>(grid.side() * grid.side()));
    // Along the first row: which window, and which of its cells, under each cell of the map.
    for (std::int64_t x = 0; x < grid.side(); ++x) {
      const auto row = kept[static_cast<std::size_t>(x)];
      const auto window = row / (grid.cells * grid.cells);
      const auto cell = row % grid.cells;
      EXPECT_EQ(window * grid.stride + cell, x);
      // Never nearer to a window's inner border than half of the overlap.
      const auto overlap = grid.cells - grid.stride;
      const bool first = window == 0;
      const bool last = window + 1 == grid.steps;
      EXPECT_TRUE(first || cell >= overlap - overlap / 2) << x;
      EXPECT_TRUE(last || cell < grid.cells - overlap / 2) << x;
    }
  }
}

TEST(Composing, AConstantUnderAConvolutionIsExactAtEveryEdge) {
  const at::InferenceMode guard;
  const nets::NamedWeights w({}, "none", at::kCPU, at::kFloat);
  const auto weight = noise({5, 3, 3, 3});
  const auto constant = noise({3});
  const EdgeBias bias(w, weight, constant);
  for (const auto& [rows, columns] :
       {std::pair{6, 7}, std::pair{1, 4}, std::pair{1, 1}, std::pair{2, 1}}) {
    auto ours = bias.inner().view({1, 5, 1, 1}).expand({1, 5, rows, columns}).clone();
    bias.correct(ours);
    const auto wanted = at::conv2d(constant.view({1, 3, 1, 1}).expand({1, 3, rows, columns}),
                                   weight, {}, {1, 1}, {1, 1});
    EXPECT_LT(ours.sub(wanted).abs().max().item<double>(), 1e-5) << rows << "x" << columns;
  }
}

std::string error_with(const nets::StateDict& state, bool view = true) {
  try {
    static_cast<void>(network_of(state, view));
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), RLV_E_WEIGHTS);
    return e.what();
  }
  return "";
}

TEST(WrongDepthPro, IsNamed) {
  auto state = tiny_depth_pro();
  state.erase("encoder.image_encoder.blocks.2.mlp.fc1.bias");
  EXPECT_THAT(error_with(state), AllOf(HasSubstr("'tiny' lack"),
                                       HasSubstr("'encoder.image_encoder.blocks.2.mlp.fc1.bias'")));
  state = tiny_depth_pro();
  state["head.0.weight"] = at::zeros({8, 15, 3, 3});
  EXPECT_THAT(error_with(state), AllOf(HasSubstr("'head.0.weight' of shape [8, 15, 3, 3]"),
                                       HasSubstr("[8, 16, 3, 3]")));
  state = tiny_depth_pro();
  state["head.6.weight"] = at::zeros({1});
  EXPECT_THAT(error_with(state), HasSubstr("'head.6.weight' first"));
  state = tiny_depth_pro();
  for (const char* part : {"norm1.weight", "norm1.bias"})
    state.erase(std::string("encoder.patch_encoder.blocks.3.") + part);
  EXPECT_THAT(error_with(state), HasSubstr("an encoder of 3 blocks"));
}

}  // namespace
}  // namespace relievo::test
