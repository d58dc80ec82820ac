// Weights whose numbers are too large for half precision: the film goes on in a safer one, told
// once, and nothing is lost.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randint.h>

#include "plugins/common/device.hpp"
#include "tests/golden/film_run.hpp"
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

template <class AnyFilm>
void expect_safer_precision(std::int64_t count, bool gives_late = false) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto device = golden_run().at_device();
  const auto state = overflowing(checkpoint.string());
  auto generator = at::detail::createCPUGenerator(4);
  const auto frames =
      at::randint(0, 256, {count, 70, 126, 3}, generator, at::TensorOptions(at::kByte));
  FilmOptions options;
  options.device = device;
  options.precision = at::kHalf;
  options.gives_late = gives_late;
  const auto got = film_of<AnyFilm>(state, frames, options);
  ASSERT_EQ(got.depth.size(0), count);
  EXPECT_TRUE(std::isfinite(got.depth.max().template item<float>()));
  const auto safer = nets::safer_precision(at::kHalf, device).value();
  ASSERT_EQ(got.warnings.size(), 1U);
  EXPECT_THAT(got.warnings.front(), HasSubstr("numbers were too large for f16; going on in " +
                                              nets::precision_name(safer)));
  options.precision = safer;
  options.gives_late = false;
  const auto reference = film_of<AnyFilm>(state, frames, options);
  EXPECT_TRUE(reference.warnings.empty());
  // What the network sees has been rounded to float16 before.
  EXPECT_LT(difference(got.depth, reference.depth).mean, 0.03);
}

TEST(NumbersTooLargeForHalf, AreComputedAgainMorePreciselyInWindows) {
  expect_safer_precision<WindowedFilm>(36);
}

#if RLV_FULL
TEST(NumbersTooLargeForHalf, AreComputedAgainMorePreciselyWhereDepthIsGivenLate) {
  expect_safer_precision<WindowedFilm>(36, /*gives_late=*/true);
}
#endif

TEST(NumbersTooLargeForHalf, AreComputedAgainMorePreciselyInAStream) {
  expect_safer_precision<StreamedFilm>(3);
}

}  // namespace
}  // namespace relievo::test
