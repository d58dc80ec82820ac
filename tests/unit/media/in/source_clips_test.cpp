#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/frame.hpp"
#include "core/media/clocks.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

int code_of(const std::string& name) {
  static const std::map<std::string, int> kCodes{
      {"bt709", 1},    {"unknown", 2}, {"bt470bg", 5},       {"smpte170m", 6},
      {"bt2020nc", 9}, {"bt2020", 9},  {"arib-std-b67", 18}, {"smpte2084", 16}};
  const auto found = kCodes.find(name);
  return found == kCodes.end() ? 2 : found->second;
}

// ---------------------------------------------------------------- the clips of the test data

// One of them is 3D already.
constexpr const char* kFlat = R"("unpack": "flat")";

class EveryClip : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryClip, GivesThePicturesTimesAndColourThatFfprobeTells) {
  RLV_FFMPEG_OR_SKIP();
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + GetParam());
  FilmRun film(path.string(), kFlat);
  film.read_all();
  EXPECT_EQ(film.times(), probed_times(path));
  EXPECT_EQ(int{film.format.colour.primaries}, code_of(probed(path, "frame=color_primaries")));
  EXPECT_EQ(int{film.format.colour.transfer}, code_of(probed(path, "frame=color_transfer")));
  EXPECT_EQ(int{film.format.colour.matrix}, code_of(probed(path, "frame=color_space")));
  EXPECT_EQ(int{film.format.colour.full_range}, probed(path, "frame=color_range") == "pc" ? 1 : 0);
  const auto timebase = probed(path, "time_base");
  EXPECT_EQ(timebase, std::to_string(film.format.timebase_num) + "/" +
                          std::to_string(film.format.timebase_den));
  const auto count = static_cast<std::int64_t>(film.frames.size());
  EXPECT_LE(std::abs(film.format.frame_count - count), 2 + count / 8);
  std::int64_t index = 0;
  for (const auto& frame : film.frames) {
    const auto info = frame.info();
    EXPECT_EQ(info.index, index++);
    EXPECT_EQ(info.clock, film.format.clock);
    EXPECT_EQ(info.pixel_format, film.format.pixel_format);
    EXPECT_EQ(info.width, film.format.width);
    EXPECT_EQ(info.height, film.format.height);
    EXPECT_GT(info.duration, 0);
  }
}

TEST_P(EveryClip, IsReadTheSameAgainAfterReset) {
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + GetParam());
  FilmRun film(path.string(), kFlat);
  film.read_all(5);
  const auto first = fingerprint(film.frames.at(2));
  film.node.drain();
  film.node.reset();
  film.frames.clear();
  film.read_all(5);
  EXPECT_EQ(film.frames.at(0).info().index, 0);
  EXPECT_EQ(fingerprint(film.frames.at(2)), first);
}

TEST_P(EveryClip, IsTrimmedExactlyByTime) {
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + GetParam());
  FilmRun whole(path.string(), kFlat);
  whole.read_all();
  const double unit = static_cast<double>(whole.format.timebase_num) / whole.format.timebase_den;
  const auto record = media::find_clock(whole.format.clock);
  ASSERT_NE(record, nullptr);
  const double begin = static_cast<double>(record->source().container_start) / 1e6;
  const double end = static_cast<double>(whole.times().back()) * unit - begin;
  std::mt19937 random(20240607);
  for (int round = 0; round < 4; ++round) {
    // Whole milliseconds, so that both sides mean the same moment.
    const auto start = std::floor(1000 * end * std::uniform_real_distribution(0.0, 0.95)(random));
    const auto seconds = std::floor(1000 * std::uniform_real_distribution(0.05, 1.5)(random));
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < whole.frames.size(); ++i) {
      const double at = static_cast<double>(whole.times()[i]) * unit - begin;
      if (at >= start / 1000 - 1e-7 && at < (start + seconds) / 1000 - 1e-7) wanted.push_back(i);
    }
    if (wanted.empty()) continue;
    FilmRun part(path.string(), std::string(kFlat) +
                                    ", \"start\": " + std::to_string(start / 1000) +
                                    ", \"seconds\": " + std::to_string(seconds / 1000));
    part.read_all();
    ASSERT_EQ(part.frames.size(), wanted.size()) << start << " ms, " << seconds << " ms";
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(part.times()[i], whole.times()[wanted[i]]);
      EXPECT_EQ(fingerprint(part.frames[i]), fingerprint(whole.frames[wanted[i]]))
          << "picture " << wanted[i];
    }
    EXPECT_EQ(part.frames[0].info().index, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Clips, EveryClip,
    ::testing::Values("juggle_720p24/juggle.mp4", "golf_walk_1080p30/golf.mov",
                      "flower_540p30/flower.mp4", "bbb_cuts_720p24/bbb_0_30.webm",
                      "chaplin_360p25/chaplin.mp4", "phone_hlg_vfr_rot_1080p/phone_hlg.mp4",
                      "spatial_mvhevc_vr180/water_180_mvhevc.mov", "paraglide_480p30/paraglide.mp4",
                      "made_cuts_24fps/made_cuts.mp4"),
    [](const auto& clip) {
      const std::string name = clip.param;
      return name.substr(0, name.find('_'));
    });

}  // namespace
}  // namespace relievo::test
