// Every part of the large network matters, on what it really gets: encoder blocks by their effect
// on their own encoding, the rest on the inverse depth of a window of the golden picture, or on the
// field of view. The official code's effects are in sensitivity.json.
#include <fnmatch.h>

#include <gtest/gtest.h>

#include "plugins/common/state_dict.hpp"
#include "plugins/depth_pro/model.hpp"
#include "plugins/depth_pro/pre_post.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::test {
namespace {

using namespace relievo::depth_pro;

struct Effect {
  std::string pattern;
  double mean;
  double largest;
};

// Of all lines "PATTERN -> outcome".
std::vector<Effect> effects_on(const std::string& outcome) {
  std::vector<Effect> effects;
  const auto all = golden_json("sensitivity.json");
  for (const auto& [line, effect] : all.at("depth_pro").items()) {
    const auto arrow = line.find(" -> ");
    if (line.starts_with("(") || line.substr(arrow + 4) != outcome) continue;
    effects.push_back({line.substr(0, arrow), effect[0], effect[1]});
  }
  return effects;
}

nets::NamedWeights without(nets::StateDict state, const std::string& pattern) {
  int matched = 0;
  for (auto& [name, tensor] : state) {
    if (fnmatch(pattern.c_str(), name.c_str(), 0) != 0) continue;
    tensor = at::zeros(tensor.sizes(), tensor.options());
    ++matched;
  }
  EXPECT_GT(matched, 0) << pattern;
  return {std::move(state), "'" + pattern + " zeroed'", at::kCPU, at::kFloat};
}

class LargeDepthPro : public testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    const auto checkpoint = golden_checkpoint("depth_pro", 1, why, "f16");
    if (!checkpoint) GTEST_SKIP() << why;
    state_ = nets::read_state_dict(checkpoint->string());
    pictures_ = preprocess({golden_tensor(golden_cases("depth_pro").at(0).at("picture"))}, 1536,
                           at::kCPU, at::kFloat);
  }

  const c10::InferenceMode guard_;
  const ModelConfig config_;
  nets::StateDict state_;
  at::Tensor pictures_;
};

class LargeEncoder : public LargeDepthPro, public testing::WithParamInterface<const char*> {};

TEST_P(LargeEncoder, EveryBlockMovesItsEncoding) {
  const std::string prefix = GetParam();
  const auto picture = shrunk(pictures_, 384);
  const auto encoding = [&](const nets::NamedWeights& w) {
    auto folder = w;
    std::size_t from = 0;
    for (auto dot = prefix.find('.'); dot != std::string::npos; dot = prefix.find('.', from)) {
      folder = folder[prefix.substr(from, dot - from)];
      from = dot + 1;
    }
    return nets::Vit(config_.vit, folder)(picture, {{config_.vit.depth - 1, true}})[0];
  };
  const auto reference = encoding({state_, "'whole'", at::kCPU, at::kFloat});
  int blocks = 0;
  for (const auto& effect : effects_on("its encoding")) {
    if (!effect.pattern.starts_with(prefix)) continue;
    const auto moved = difference(encoding(without(state_, effect.pattern)), reference);
    EXPECT_GT(moved.mean, 0.5 * effect.mean) << effect.pattern;
    EXPECT_LT(moved.mean, 2.0 * effect.mean) << effect.pattern;
    ++blocks;
  }
  EXPECT_GE(blocks, 24);
}

INSTANTIATE_TEST_SUITE_P(All, LargeEncoder,
                         testing::Values("encoder.patch_encoder.", "encoder.image_encoder.",
                                         "fov.encoder.0."),
                         [](const auto& parameter) {
                           const std::string name = parameter.param;
                           return name.starts_with("fov")                   ? "FieldOfView"
                                  : name.find("patch") != std::string::npos ? "Patch"
                                                                            : "Image";
                         });

TEST_F(LargeDepthPro, EveryPartOfTheDecoderMovesDepth) {
  Encodings window;
  {
    const nets::NamedWeights w(state_, "'whole'", at::kCPU, at::kFloat);
    RunOptions options;
    options.windows_at_once = 2;
    window = Encoder(config_, w["encoder"])(pictures_, options);
  }
  // A quarter of each side, from the same place.
  for (auto* map : {&window.latent0, &window.latent1, &window.level0, &window.level1,
                    &window.level2, &window.image}) {
    const auto side = map->size(2) / 4;
    const auto first = map->size(2) * 3 / 8;
    *map = map->narrow(2, first, side)
               .narrow(3, first, side)
               .contiguous(at::MemoryFormat::ChannelsLast);
  }
  const auto depth = [&](const nets::NamedWeights& w) {
    const auto maps = Decoder(config_, w)(window, {});
    return DepthHead(config_, w)(maps.features, {});
  };
  const auto reference = depth({state_, "'whole'", at::kCPU, at::kFloat});
  int parts = 0;
  for (const auto& effect : effects_on("inverse depth")) {
    const auto moved = difference(depth(without(state_, effect.pattern)), reference);
    if (effect.largest == 0.0)
      EXPECT_EQ(moved.largest, 0.0) << effect.pattern;
    else
      EXPECT_GT(moved.mean, 0.3 * effect.mean) << effect.pattern;
    ++parts;
  }
  EXPECT_GE(parts, 35);
}

TEST_F(LargeDepthPro, EveryPartOfTheFieldOfViewMovesIt) {
  // Something of the right shape for what the decoder hands over: here only the parts after it
  // count.
  const auto small = pictures_.slice(2, 0, {}, 32).slice(3, 0, {}, 32);
  const auto lowest = small.repeat({1, (config_.features + 2) / 3, 1, 1})
                          .narrow(1, 0, config_.features)
                          .contiguous(at::MemoryFormat::ChannelsLast);
  const auto view = [&](const nets::NamedWeights& w) {
    return FieldOfView(config_, w["fov"])(pictures_, lowest, {}).item<double>();
  };
  const auto reference = view({state_, "'whole'", at::kCPU, at::kFloat});
  for (const auto& effect : effects_on("field of view, degrees"))
    EXPECT_GT(std::abs(view(without(state_, effect.pattern)) - reference), 0.02) << effect.pattern;
}

}  // namespace
}  // namespace relievo::test
