// Limits of players: bit rate, pictures a second, kinds of sound.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {
namespace {

using media::sink_type;
using ::testing::HasSubstr;

// Noise, which no encoder makes small at a good quality.
Film noisy_film(int frames) {
  auto film = small_film(frames, RLV_PF_YUV420P, 96, 96);
  film.paint = [](int, std::int64_t frame, int component, int x, int y) {
    std::minstd_rand random(static_cast<unsigned>(((frame * 3 + component) * 96 + y) * 96 + x + 1));
    random.discard(3);
    return static_cast<int>(random() % 200) + 20;
  };
  return film;
}

std::size_t picture_bytes(const std::string& more) {
  const auto path = temporary_dir() / "film.mp4";
  static_cast<void>(write_film(quick(path, R"({"codec": "h264", "layout": "left")" + more + "}"),
                               noisy_film(72)));
  const auto film = read_file(path);
  std::size_t sum = 0;
  for (const auto& packet : film.video().packets) sum += packet.size;
  return sum;
}

TEST(SinkLimits, TheBitRateStaysBelowWhatIsAllowed) {
  const auto free = picture_bytes("");
  const auto held = picture_bytes(R"(, "max_bitrate": 0.4)");
  std::printf("  3 s: %zu bytes, %zu with max_bitrate 0.4\n", free, held);
  // Three seconds and the one that the player has in store.
  EXPECT_GT(free, 4 * 400000 / 8);
  EXPECT_LE(held, 4 * 400000 / 8);
}

TEST(SinkLimits, AnEncoderWithoutRateControlIsNamed) {
  const auto report =
      write_film(quick(temporary_dir() / "film.mkv", R"({"codec": "ffv1", "max_bitrate": 5})", ""),
                 small_film(2));
  EXPECT_THAT(report["notes"].dump(), HasSubstr("ffv1 cannot be held to a bitrate"));
}

TEST(SinkLimits, AFilmOfTooManyPicturesASecondIsRefusedWithOneThatFits) {
  auto film = small_film(1);
  const auto plan = [&](int num, int den) -> std::string {
    film.format.rate_num = num;
    film.format.rate_den = den;
    SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4", R"({"max_fps": 60})"));
    try {
      static_cast<void>(sink.plan(ports_of(film, true)));
      return "";
    } catch (const NodeError& e) {
      return e.what();
    }
  };
  EXPECT_EQ(plan(60, 1), "");
  EXPECT_EQ(plan(60000, 1001), "");
  EXPECT_EQ(plan(0, 1), "") << "unknown";
  EXPECT_THAT(plan(90, 1), HasSubstr("90 pictures a second, and max_fps is 60"));
  EXPECT_THAT(plan(90, 1), HasSubstr("parameter fps, such as 45"));
}

TEST(SinkLimits, SoundBecomesAacWhereNothingElseIsPlayed) {
  RLV_FFMPEG_OR_SKIP();
  const auto source = make_film(
      "-f lavfi -i testsrc=s=64x48:r=24:d=1 -f lavfi -i sine=d=1 -f lavfi -i sine=d=1 -map 0 -map "
      "1 "
      "-map 2 -c:v libx264 -preset ultrafast -c:a:0 ac3 -c:a:1 aac",
      "source.mp4");
  const auto sound_of = [&](const std::string& more, nlohmann::json* report) {
    const auto path = temporary_dir() / "film.mp4";
    *report = write_film(quick(path, R"({"codec": "h264")" + more + "}"), film_of(source));
    std::vector<AVCodecID> codecs;
    const auto film = read_file(path);
    for (const auto* stream : film.of(AVMEDIA_TYPE_AUDIO)) codecs.push_back(stream->codec);
    return codecs;
  };
  nlohmann::json report;
  using Codecs = std::vector<AVCodecID>;
  EXPECT_EQ(sound_of("", &report), (Codecs{AV_CODEC_ID_AC3, AV_CODEC_ID_AAC}));
  EXPECT_EQ(sound_of(R"(, "audio": "aac")", &report), (Codecs{AV_CODEC_ID_AAC, AV_CODEC_ID_AAC}));
  EXPECT_THAT(report["notes"].dump(), HasSubstr("(ac3, und) becomes aac, as audio: aac asks"));
}

}  // namespace
}  // namespace relievo::test
