// Weights whose numbers are too large for half precision: the film goes on in a safer one, told
// once, and nothing is lost.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randint.h>

#include "plugins/common/device.hpp"
#include "plugins/common/state_dict.hpp"
#include "plugins/video_depth_anything/film.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::test {
namespace {

using namespace relievo::video_depth_anything;
using testing::HasSubstr;

// The small network with one bias that float16 does not have; the layer norms after it take its
// size out again, so that other precisions give finite depth.
nets::StateDict overflowing(const std::string& checkpoint) {
  auto state = nets::read_state_dict(checkpoint);
  auto& bias = state.at("pretrained.blocks.3.mlp.fc1.bias");
  bias = bias.clone();
  bias[5] = 1e6F;
  return state;
}

struct Result {
  at::Tensor depth;
  std::vector<std::string> warnings;
};

template <class AnyFilm>
Result film_of(const nets::StateDict& state, const at::Tensor& frames, at::ScalarType precision,
               at::Device device) {
  const c10::InferenceMode guard;
  FilmOptions options;
  options.source = {frames.size(2), frames.size(1)};
  options.input_size = 70;
  options.device = device;
  options.precision = precision;
  std::vector<at::Tensor> depth;
  Result result;
  FilmEvents events;
  events.depth = [&](const at::Tensor& map) {
    depth.push_back(map.clone());
  };
  events.progress = [](double) {
  };
  events.warn = [&](const std::string& line) {
    result.warnings.push_back(line);
  };
  AnyFilm film(
      options,
      [&](at::ScalarType type) {
        const NamedWeights weights(state, "the test's weights", device, type);
        return std::make_unique<DepthNetwork>(ModelConfig::named("small", true), weights);
      },
      events);
  for (std::int64_t i = 0; i < frames.size(0); ++i) film.push(frames.select(0, i), 0);
  film.finish();
  result.depth = at::stack(depth);
  return result;
}

template <class AnyFilm>
void expect_safer_precision(std::int64_t count) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto device = golden_run().at_device();
  const auto state = overflowing(checkpoint.string());
  auto generator = at::detail::createCPUGenerator(4);
  const auto frames =
      at::randint(0, 256, {count, 70, 126, 3}, generator, at::TensorOptions(at::kByte));
  const auto got = film_of<AnyFilm>(state, frames, at::kHalf, device);
  ASSERT_EQ(got.depth.size(0), count);
  EXPECT_TRUE(std::isfinite(got.depth.max().template item<float>()));
  const auto safer = nets::safer_precision(at::kHalf, device).value();
  ASSERT_EQ(got.warnings.size(), 1U);
  EXPECT_THAT(got.warnings.front(), HasSubstr("numbers were too large for f16; going on in " +
                                              nets::precision_name(safer)));
  const auto reference = film_of<AnyFilm>(state, frames, safer, device);
  EXPECT_TRUE(reference.warnings.empty());
  // What the network sees has been rounded to float16 before.
  EXPECT_LT(difference(got.depth, reference.depth).mean, 0.03);
}

TEST(NumbersTooLargeForHalf, AreComputedAgainMorePreciselyInWindows) {
  expect_safer_precision<WindowedFilm>(36);
}

TEST(NumbersTooLargeForHalf, AreComputedAgainMorePreciselyInAStream) {
  expect_safer_precision<StreamedFilm>(3);
}

}  // namespace
}  // namespace relievo::test
