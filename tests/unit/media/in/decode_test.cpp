#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/read/decode.hpp"
#include "core/media/read/packets.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Decoded {
  std::vector<std::int64_t> times;
  std::vector<std::string> told;
  bool in_hardware = false;
};

// Decodes a film whose pictures count as fetched from hardware; fetching number `broken` fails.
Decoded decode(const std::string& path, int broken) {
  media::PacketReader reader(media::open_input(path, -1, [] { return false; }));
  Decoded result;
  media::DecoderOptions options;
  options.threads = 2;
  options.info = [&](const std::string& line) {
    result.told.push_back(line);
  };
  options.pretend_hardware = true;
  int fetched = 0;
  options.fetch = [&](media::AvFramePtr&) {
    return fetched++ != broken;
  };
  media::Decoder decoder(reader.stream(), options, [&] { return reader.read(); });
  while (const auto picture = decoder.next())
    result.times.push_back(picture->best_effort_timestamp);
  result.in_hardware = decoder.uses_hardware();
  EXPECT_EQ(decoder.damage().pictures, 0);
  return result;
}

TEST(Decoder, GoesOnInSoftwareWhereHardwareFailsAndLosesNoPicture) {
  RLV_FFMPEG_OR_SKIP();
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=4:r=25 -c:v libx264 -g 30 -bf 3", "hardware.mp4");
  const auto times = probed_times(path);
  ASSERT_THAT(times, SizeIs(100));
  const auto sound = decode(path.string(), -1);
  EXPECT_EQ(sound.times, times);
  EXPECT_TRUE(sound.in_hardware);
  EXPECT_THAT(sound.told, SizeIs(0));
  for (const int broken : {0, 1, 5, 40, 99}) {
    const auto result = decode(path.string(), broken);
    EXPECT_EQ(result.times, times) << "broken at " << broken;
    EXPECT_FALSE(result.in_hardware);
    ASSERT_THAT(result.told, SizeIs(1));
    EXPECT_THAT(result.told[0], HasSubstr("going on in software"));
  }
}

TEST(Decoder, AWishForHardwareThatIsNotHereIsAnsweredInSoftwareWithOneLine) {
  RLV_FFMPEG_OR_SKIP();
  if (media::is_plausible(AV_HWDEVICE_TYPE_CUDA)) GTEST_SKIP() << "there may be CUDA here";
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=1:r=25 -c:v libx264", "no_cuda.mp4").string();
  FilmRun film(path, R"("hwaccel": "cuda")");
  film.read_all();
  EXPECT_THAT(film.frames, SizeIs(25));
  EXPECT_EQ(film.format.pixel_format, RLV_PF_YUV420P);
  EXPECT_TRUE(film.run.logged("hardware decoding with cuda is not to be had here"));
  EXPECT_THAT(film.run.lines, SizeIs(1));
}

TEST(Decoder, AutoTriesOnlyWhatMayBeHereAndSaysNothing) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto type : media::hardware_candidates("auto")) EXPECT_TRUE(media::is_plausible(type));
  if (!media::hardware_candidates("auto").empty()) GTEST_SKIP() << "there may be hardware here";
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=1:r=25 -c:v libx264", "auto.mp4").string();
  FilmRun film(path, R"("hwaccel": "auto")");
  film.read_all();
  EXPECT_THAT(film.frames, SizeIs(25));
  EXPECT_THAT(film.run.lines, SizeIs(0));
}

TEST(Decoder, KnowsWhatHardwareHandsOver) {
  EXPECT_EQ(media::downloaded_format(AV_PIX_FMT_YUV420P), AV_PIX_FMT_NV12);
  EXPECT_EQ(media::downloaded_format(AV_PIX_FMT_YUV420P10LE), AV_PIX_FMT_P010LE);
  EXPECT_EQ(media::downloaded_format(AV_PIX_FMT_YUV444P), AV_PIX_FMT_YUV444P);
  EXPECT_EQ(media::downloaded_format(AV_PIX_FMT_GBRP), AV_PIX_FMT_GBRP);
}

}  // namespace
}  // namespace relievo::test
