// Every clip of the shared data: the times of its pictures, its tracks packet by packet.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"
#include "tests/unit/media/out/track_checks.hpp"

namespace relievo::test {
namespace {

using media::sink_type;
using ::testing::HasSubstr;

struct Clip {
  const char* path;
  int frames;
};

class SinkClips : public ::testing::TestWithParam<std::tuple<Clip, const char*>> {};

TEST_P(SinkClips, KeepsTimesAndEveryTrackThatFits) {
  const auto& [clip, ending] = GetParam();
  RLV_SHARED_DATA_OR_SKIP(source_path, clip.path);
  const auto source = read_file(source_path);
  const auto film = film_of(source_path);
  ASSERT_EQ(film.times.size(), static_cast<std::size_t>(clip.frames));
  const auto path = temporary_dir() / (std::string("out") + ending);
  SinkDriver sink(sink_type(), quick(path, R"({"codec": "h264"})"));
  const auto report = write_film(sink, film);
  EXPECT_EQ(report["frames"], clip.frames);

  const auto out = read_file(path);
  expect_same_pictures_times(out, film);
  const auto sounds = source.of(AVMEDIA_TYPE_AUDIO);
  const auto kept = out.of(AVMEDIA_TYPE_AUDIO);
  ASSERT_EQ(kept.size(), sounds.size());
  const double shift = shift_of(out, film);
  const bool is_mp4 = std::string(ending) != ".mkv";
  // Matroska has no times before zero: there all begins a little later.
  EXPECT_NEAR(shift, 0, is_mp4 ? 1e-6 : 0.08);
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    const auto& a = *kept[i];
    const auto& b = *sounds[i];
    if (is_mp4 && b.codec == AV_CODEC_ID_VORBIS) {
      EXPECT_EQ(a.codec, AV_CODEC_ID_AAC);
      EXPECT_THAT(report["notes"].dump(), HasSubstr("vorbis"));
      continue;
    }
    EXPECT_EQ(a.codec, b.codec);
    expect_same_packets(a, b, shift, blur(a, b) + (is_mp4 ? 0 : 0.0005));
    EXPECT_EQ(language(a), language(b));
  }
}

std::string clip_name(const ::testing::TestParamInfo<std::tuple<Clip, const char*>>& info) {
  const std::string path = std::get<0>(info.param).path;
  return path.substr(6, path.find('/', 6) - 6) + "_" + (std::get<1>(info.param) + 1);
}

constexpr Clip kJuggle{"video/juggle_720p24/juggle.mp4", 247};
constexpr Clip kGolf{"video/golf_walk_1080p30/golf.mov", 40};
constexpr Clip kFlower{"video/flower_540p30/flower.mp4", 150};
constexpr Clip kBunny{"video/bbb_cuts_720p24/bbb_0_30.webm", 720};
constexpr Clip kChaplin{"video/chaplin_360p25/chaplin.mp4", 241};
constexpr Clip kPhone{"video/phone_hlg_vfr_rot_1080p/phone_hlg.mp4", 77};
constexpr Clip kWater{"video/spatial_mvhevc_vr180/water_180_mvhevc.mov", 5};
constexpr Clip kParaglide{"video/paraglide_480p30/paraglide.mp4", 80};
constexpr Clip kCuts{"video/made_cuts_24fps/made_cuts.mp4", 172};

#if defined(RLV_FULL_TESTS)
INSTANTIATE_TEST_SUITE_P(AllClips, SinkClips,
                         ::testing::Combine(::testing::Values(kJuggle, kGolf, kFlower, kBunny,
                                                              kChaplin, kPhone, kWater, kParaglide,
                                                              kCuts),
                                            ::testing::Values(".mp4", ".mov", ".mkv")),
                         clip_name);
#else
INSTANTIATE_TEST_SUITE_P(SomeClips, SinkClips,
                         ::testing::Combine(::testing::Values(kGolf, kPhone),
                                            ::testing::Values(".mp4", ".mkv")),
                         clip_name);
#endif

}  // namespace
}  // namespace relievo::test
