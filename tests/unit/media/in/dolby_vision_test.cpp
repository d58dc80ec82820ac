// Films in Dolby Vision: the base layer is read, and said; a base that means nothing by itself is
// refused.
#include "core/media/read/dolby_vision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/index_edit.hpp"
#include "core/media/boxes/sample_entries.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using media::Bytes;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

// A small HEVC film whose sample entry has the record of this profile.
std::string film_of(unsigned profile, unsigned compatibility) {
  const auto film = make_film(
      "-f lavfi -i color=gray:s=64x48:r=24:d=0.2 -c:v libx265 -preset ultrafast -x265-params "
      "log-level=none -tag:v hvc1",
      "film.mp4");
  const auto copy = temporary_dir() / "film.mp4";
  std::filesystem::copy_file(film, copy);
  // dvcC: version 1.0; profile, level 4, RPU and base layer present; compatibility; reserved.
  Bytes record(24);
  record[0] = 1;
  const unsigned fields = profile << 9U | 4U << 3U | 4U | 1U;
  record[2] = static_cast<std::uint8_t>(fields >> 8U);
  record[3] = static_cast<std::uint8_t>(fields);
  record[4] = static_cast<std::uint8_t>(compatibility << 4U);
  media::edit_index(copy, [&](media::Box& moov) {
    media::video_entries(moov).at(0).entry->children.push_back(
        media::make_box(media::four_cc(profile > 7 ? "dvvC" : "dvcC"), record));
  });
  return copy.string();
}

TEST(DolbyVision, IsReadByItsBaseLayerWhichIsSaid) {
  RLV_FFMPEG_OR_SKIP();
  const struct {
    unsigned profile, compatibility;
    const char* base;
  } kCases[] = {{8, 4, "profile 8.4: its base layer (HLG)"},
                {8, 1, "profile 8.1: its base layer (HDR10)"},
                {7, 6, "profile 7.6: its base layer (HDR10)"},
                {8, 2, "profile 8.2: its base layer (SDR)"}};
  for (const auto& c : kCases) {
    FilmRun run(film_of(c.profile, c.compatibility));
    run.read_all();
    EXPECT_EQ(run.frames.size(), 5U);
    EXPECT_THAT(run.run.lines, Contains(HasSubstr(c.base)));
    EXPECT_THAT(run.warnings(), ::testing::IsEmpty());
  }
}

TEST(DolbyVision, WithoutABaseForOtherDecodersIsRefused) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = film_of(5, 0);
  EXPECT_THAT(failure_of(film),
              AllOf(HasSubstr("node 'source'"), HasSubstr(film),
                    HasSubstr("is Dolby Vision of profile 5.0"),
                    HasSubstr("export it anew as HDR10, HLG or SDR"), Not(HasSubstr("\n"))));
}

TEST(DolbyVision, OfATelephoneIsSaid) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/phone_hlg_vfr_rot_1080p/phone_hlg.mp4");
  FilmRun run(path.string());
  run.plan();
  EXPECT_THAT(run.run.lines, Contains(HasSubstr("Dolby Vision of profile 8.4")));
}

TEST(DolbyVision, FilmsWithoutItSayNothing) {
  RLV_FFMPEG_OR_SKIP();
  FilmRun run(make_film("-f lavfi -i color=gray:s=64x48:r=24:d=0.2 -c:v libx264", "film.mp4"));
  run.plan();
  EXPECT_THAT(run.run.lines, Not(Contains(HasSubstr("Dolby"))));
}

}  // namespace
}  // namespace relievo::test
