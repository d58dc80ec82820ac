// --preset from outside: names, sizes, codecs and marks of the films, and the limits of the
// players.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/packet_checks.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// The default pipeline without weights, its film beside the source.
std::vector<std::string> words(const fs::path& film, const std::string& preset,
                               const std::vector<std::string>& more = {}) {
  std::vector<std::string> all{film.string(),
                               "--preset",
                               preset,
                               "--set",
                               "nodes.depth.type=motion_cues.depth",
                               "--set",
                               "nodes.sink.params.preset=ultrafast"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// Two languages of subtitles and two chapters.
fs::path film_with_texts() {
  const auto folder = temporary_dir();
  std::ofstream(folder / "lines.srt") << "1\n00:00:00,100 --> 00:00:00,400\nHello.\n";
  std::ofstream(folder / "chapters.txt")
      << ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=250\ntitle=One\n"
         "[CHAPTER]\nTIMEBASE=1/1000\nSTART=250\nEND=500\ntitle=Two\n";
  const auto lines = (folder / "lines.srt").string();
  const auto film = folder / "film.mp4";
  ffmpeg("-f lavfi -i testsrc2=s=160x90:r=24:d=0.5 -i " + lines + " -i " + lines + " -i " +
         (folder / "chapters.txt").string() +
         " -map 0 -map 1 -map 2 -map_chapters 3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p "
         "-c:s mov_text -metadata:s:s:0 language=eng -metadata:s:s:1 language=deu " +
         film.string());
  return film;
}

// In a folder of its own, since what is made of it lies beside it.
fs::path film_with_sound() {
  const auto made = make_film(
      "-f lavfi -i testsrc2=s=160x90:r=24:d=0.5 -f lavfi -i sine=d=0.5 -c:v libx264 -preset "
      "ultrafast -pix_fmt yuv420p -c:a ac3",
      "film.mp4");
  const auto film = temporary_dir() / "film.mp4";
  fs::copy_file(made, film);
  return film;
}

struct Wanted {
  const char* preset;
  const char* name;
  int width;
  int height;
  AVCodecID codec;
  AVCodecID sound;
  bool is_stereo;
};

class EveryPreset : public ::testing::TestWithParam<Wanted> {};

TEST_P(EveryPreset, MakesTheFilmThatItsPlayerKnows) {
  RLV_FFMPEG_OR_SKIP();
  const auto& wanted = GetParam();
  const auto source = film_with_sound();
  const auto end = run_host(words(source, wanted.preset));
  expect_success(end);
  const auto film = source.parent_path() / (std::string("film") + wanted.name + ".mp4");
  EXPECT_EQ(end.out, film.string() + "\n");
  const auto file = read_file(film);
  EXPECT_EQ(file.video().codec, wanted.codec);
  EXPECT_EQ(file.video().width, wanted.width);
  EXPECT_EQ(file.video().height, wanted.height);
  EXPECT_EQ(file.video().packets.size(), 12U);
  ASSERT_EQ(file.of(AVMEDIA_TYPE_AUDIO).size(), 1U);
  EXPECT_EQ(file.of(AVMEDIA_TYPE_AUDIO)[0]->codec, wanted.sound);
  EXPECT_EQ(media::read_stereo_facts(film).at(0).is_stereo(), wanted.is_stereo);
  expect_sound_file(film);
}

TEST_P(EveryPreset, KeepsChaptersAndSubtitles) {
  RLV_FFMPEG_OR_SKIP();
  const auto& wanted = GetParam();
  const auto source = film_with_texts();
  expect_success(run_host(words(source, wanted.preset)));
  const auto file = read_file(source.parent_path() / (std::string("film") + wanted.name + ".mp4"));
  const auto texts = file.of(AVMEDIA_TYPE_SUBTITLE);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(language(*texts[0]), "eng");
  EXPECT_EQ(language(*texts[1]), "deu");
  ASSERT_EQ(file.chapters.size(), 2U);
  EXPECT_EQ(file.chapters[1].title, "Two");
  EXPECT_NEAR(file.chapters[1].start, 0.25, 0.01);
}

INSTANTIATE_TEST_SUITE_P(
    Presets, EveryPreset,
    ::testing::Values(
        Wanted{"vision_pro", "_LRF_Full_SBS", 320, 90, AV_CODEC_ID_HEVC, AV_CODEC_ID_AC3, true},
        Wanted{"quest3", "_LRF_Full_SBS", 320, 90, AV_CODEC_ID_HEVC, AV_CODEC_ID_AAC, true},
        Wanted{"quest2", "_LRF_Full_SBS", 320, 90, AV_CODEC_ID_HEVC, AV_CODEC_ID_AAC, true},
        Wanted{"youtube", "_LR", 320, 90, AV_CODEC_ID_HEVC, AV_CODEC_ID_AC3, true},
        Wanted{"vr180", "_180_LR", 5760, 2880, AV_CODEC_ID_HEVC, AV_CODEC_ID_AAC, true},
        Wanted{"tv_3d", "_3dh_HSBS", 160, 90, AV_CODEC_ID_H264, AV_CODEC_ID_AC3, true},
        Wanted{"phone_cardboard", "_3dh_LR", 160, 90, AV_CODEC_ID_H264, AV_CODEC_ID_AAC, true},
        Wanted{"anaglyph", "_anaglyph", 160, 90, AV_CODEC_ID_H264, AV_CODEC_ID_AC3, false}),
    [](const auto& preset) { return std::string(preset.param.preset); });

TEST(Presets, AreListedWithTheirLimits) {
  const auto end = run_host({"presets", "--json"});
  expect_success(end);
  const auto list = nlohmann::json::parse(end.out);
  ASSERT_EQ(list.size(), 8U);
  EXPECT_EQ(list[2]["name"], "quest2");
  EXPECT_EQ(list[2]["view_width"], 2560);
  const auto text = run_host({"presets"});
  EXPECT_THAT(text.out, HasSubstr("7680 x 2160"));
  EXPECT_THAT(text.out, HasSubstr("FILM_LRF_Full_SBS.mp4"));
}

TEST(Presets, BringAFilmWithinTheLimitsOrSayHow) {
  RLV_FFMPEG_OR_SKIP();
  const auto large = make_film(
      "-f lavfi -i color=gray:s=2880x1200:r=24:d=0.1 -c:v libx264 -preset ultrafast", "large.mp4");
  const auto plan = run_host(words(large, "tv_3d", {"--dry-run"}));
  expect_success(plan);
  EXPECT_THAT(plan.out, HasSubstr("1920x800 yuv420p"));
  const auto fast = make_film(
      "-f lavfi -i color=gray:s=64x48:r=120:d=0.1 -c:v libx264 -preset ultrafast", "fast.mp4");
  const auto refused = run_host(words(fast, "quest3"));
  expect_refusal(refused, 2, "the film has 120 pictures a second, and max_fps is 60");
  EXPECT_THAT(refused.err, HasSubstr("a scale node's parameter fps, such as 60"));
  expect_success(run_host(words(fast, "quest3", {"--set", "nodes.fit.params.fps=60"})));
}

// HDR10 where the screen shows it, BT.709 without a trace of HDR where it does not.
TEST(Presets, ToneMapHdrForScreensThatShowNone) {
  RLV_FFMPEG_OR_SKIP();
  const auto folder = temporary_dir();
  const auto film = folder / "film.mkv";
  ffmpeg(
      "-f lavfi -i testsrc2=s=160x90:r=24:d=0.3 -vf format=yuv420p10le -c:v libx265 -preset "
      "ultrafast -color_primaries bt2020 -colorspace bt2020nc -color_range tv -color_trc smpte2084 "
      "-x265-params \"log-level=none:hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:"
      "colormatrix=bt2020nc:max-cll=1000,400:master-display=G(13250,34500)B(7500,3000)"
      "R(34000,16000)WP(15635,16450)L(10000000,50)\" " +
      film.string());
  ASSERT_TRUE(decode_pictures(film, 1).at(0).has_mastering_display);

  const auto kept = run_host(words(film, "vision_pro"));
  expect_success(kept);
  const auto hdr = decode_pictures(folder / "film_LRF_Full_SBS.mp4", 1).at(0);
  EXPECT_EQ(hdr.colour.transfer, 16);
  EXPECT_TRUE(hdr.has_mastering_display);
  EXPECT_EQ(hdr.max_cll, 1000U);

  const auto mapped = run_host(words(film, "tv_3d"));
  expect_success(mapped);
  EXPECT_THAT(mapped.err, HasSubstr("the film is in PQ (HDR) and is tone-mapped to BT.709"));
  const auto sdr = decode_pictures(folder / "film_3dh_HSBS.mp4", 1).at(0);
  EXPECT_EQ(int{sdr.colour.primaries}, 1);
  EXPECT_EQ(int{sdr.colour.transfer}, 1);
  EXPECT_EQ(int{sdr.colour.matrix}, 1);
  EXPECT_FALSE(sdr.has_mastering_display);
  EXPECT_EQ(sdr.max_cll, 0U);
  EXPECT_FALSE(read_file(folder / "film_3dh_HSBS.mp4").video().has_content_light);
}

TEST(Presets, GiveWayToWhatIsSetByHand) {
  RLV_FFMPEG_OR_SKIP();
  const auto source = film_with_sound();
  const auto out = source.parent_path() / "mine.mkv";
  expect_success(run_host(words(
      source, "quest3", {"--output", out.string(), "--set", "nodes.sink.params.layout=full_tb"})));
  EXPECT_EQ(read_file(out).video().height, 180);
  expect_refusal(run_host(words(source, "quest4")), 2, "there is no preset 'quest4' (did you mean");
}

}  // namespace
}  // namespace relievo::test
