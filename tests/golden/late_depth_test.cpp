// Depth that is given out late, so that a device need not wait for frames, is the same depth.
#include <gtest/gtest.h>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/randint.h>

#include "tests/golden/film_run.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::test {
namespace {

using namespace relievo::video_depth_anything;

TEST(DepthGivenLate, IsTheSameToTheBitOverShotsOfAllLengths) {
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, "video_depth_anything_vits", 1);
  const auto state = nets::read_state_dict(checkpoint.string());
  // Shots of 1, 36 and 3 frames: none, several and one window full of repetitions.
  constexpr std::int64_t kFrames = 40;
  const auto shot = [](std::int64_t i) -> std::int64_t {
    return i < 1 ? 0 : i < 37 ? 1 : 2;
  };
  auto generator = at::detail::createCPUGenerator(5);
  const auto frames =
      at::randint(0, 256, {kFrames, 70, 126, 3}, generator, at::TensorOptions(at::kByte));
  FilmOptions options;
  options.device = golden_run().at_device();
  options.batch = 11;
  const auto at_once = film_of<WindowedFilm>(state, frames, options, shot);
  options.gives_late = true;
  const auto late = film_of<WindowedFilm>(state, frames, options, shot);
  ASSERT_EQ(late.depth.size(0), kFrames);
  EXPECT_TRUE(late.depth.equal(at_once.depth));
}

}  // namespace
}  // namespace relievo::test
