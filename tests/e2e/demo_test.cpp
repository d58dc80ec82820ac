// The demo as scripts/demo runs it: three outputs of one pass.
#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/packet_checks.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kRate = 24;
constexpr int kWidth = 1280;
constexpr int kHeight = 720;

// seconds: of the clip's ten; 0 is all, as the file says.
void check_demo(double seconds) {
  const auto clip = source_dir() / "tests/data/big_buck_bunny.mp4";
  const auto folder = temporary_dir();
  const auto film = folder / "film.mp4";
  const auto depth = folder / "depth.mp4";
  const auto sheet = folder / "sheet.png";
  const auto end = run_host({"--config", (source_dir() / "configs/demo.yaml").string(), "--output",
                             film.string(), "--set", "nodes.depth_video.path=" + depth.string(),
                             "--set", "nodes.sheet.path=" + sheet.string(), "--set",
                             "nodes.source.params.seconds=" + std::to_string(seconds)});
  expect_success(end);
  // Results on standard output, one path a line, and nothing else.
  EXPECT_THAT(end.out, HasSubstr(film.string() + "\n"));
  EXPECT_THAT(end.out, HasSubstr(depth.string() + "\n"));
  EXPECT_THAT(end.out, HasSubstr(sheet.string() + "\n"));
  EXPECT_EQ(std::count(end.out.begin(), end.out.end(), '\n'), 3) << end.out;
  EXPECT_THAT(end.err, HasSubstr(" frames in "));
  ASSERT_THAT(names_in(folder), ElementsAre("depth.mp4", "film.mp4", "sheet.png"));

  const auto source = read_file(clip);
  const auto out = read_file(film);
  auto times = source.video().times();
  if (seconds > 0) times.resize(static_cast<std::size_t>(std::lround(seconds * kRate)));
  EXPECT_EQ(out.video().width, 2 * kWidth);
  EXPECT_EQ(out.video().height, kHeight);
  EXPECT_EQ(out.video().codec, AV_CODEC_ID_HEVC);
  ASSERT_EQ(out.video().times().size(), times.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    EXPECT_NEAR(out.video().times()[i] - out.video().times()[0], times[i] - times[0], 1e-6);
  EXPECT_EQ(out.video().colour.primaries, source.video().colour.primaries);
  EXPECT_EQ(out.video().colour.transfer, source.video().colour.transfer);
  EXPECT_EQ(out.video().colour.matrix, source.video().colour.matrix);

  ASSERT_EQ(out.of(AVMEDIA_TYPE_AUDIO).size(), 1U);
  auto sound = *source.of(AVMEDIA_TYPE_AUDIO)[0];
  const auto& kept = *out.of(AVMEDIA_TYPE_AUDIO)[0];
  if (seconds > 0) {
    // A cut film takes the packets that its time touches.
    ASSERT_GE(sound.packets.size(), kept.packets.size());
    const double heard = static_cast<double>(kept.packets.size()) * 1024 / kept.sample_rate;
    EXPECT_NEAR(heard, seconds, 0.1);
    sound.packets.resize(kept.packets.size());
  }
  expect_same_packets(kept, sound, out.video().times()[0] - times[0], blur(kept, sound));

  const auto depth_file = read_file(depth);
  // As large as the estimator works, in the film's shape.
  EXPECT_GE(depth_file.video().width, kWidth / 4);
  EXPECT_NEAR(static_cast<double>(depth_file.video().width) / depth_file.video().height,
              static_cast<double>(kWidth) / kHeight, 0.02);
  EXPECT_EQ(depth_file.video().times().size(), times.size());
  EXPECT_EQ(depth_file.streams.size(), 1U);
  const auto picture = decode_pictures(sheet);
  ASSERT_EQ(picture.size(), 1U);
  EXPECT_GT(picture[0].width, 1000);
  for (const auto& file : {film, depth, sheet}) expect_sound_file(file);
}

#if defined(RLV_FULL_TESTS)
TEST(DemoFull, GivesTheWholeFilmItsDepthAndASheet) {
  RLV_FFMPEG_OR_SKIP();
  check_demo(0);
}
#else
TEST(Demo, GivesAFilmItsDepthAndASheetInOnePass) {
  RLV_FFMPEG_OR_SKIP();
  check_demo(1);
}
#endif

}  // namespace
}  // namespace relievo::test
