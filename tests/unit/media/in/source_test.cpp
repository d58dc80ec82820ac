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

TEST(Source, TurnsThePhonesFilmUpright) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/phone_hlg_vfr_rot_1080p/phone_hlg.mp4");
  FilmRun film(path.string());
  film.read_all(1);
  EXPECT_EQ(film.format.width, 1080);
  EXPECT_EQ(film.format.height, 1920);
  EXPECT_EQ(film.frames[0].info().rotation_done, 90);
  EXPECT_EQ(film.format.pixel_format, RLV_PF_YUV420P10);
  // Chroma that lay left of its pixels lies above them after a quarter turn to the right.
  EXPECT_EQ(int{film.format.colour.chroma_location}, 3);
}

TEST(Source, SaysThatAFilmOfTwoViewsIs3dAlready) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/spatial_mvhevc_vr180/water_180_mvhevc.mov");
  FilmRun film(path.string(), R"("unpack": "flat")");
  film.plan();
  film.plan();
  ASSERT_THAT(film.warnings(), SizeIs(1));
  EXPECT_THAT(film.warnings()[0], HasSubstr("is 3D already (MV-HEVC)"));
}

TEST(Source, AnotherPlanForgetsTheClockOfTheOneBefore) {
  {
    FilmRun film((source_dir() / "tests/data/big_buck_bunny.mp4").string());
    film.plan();
    ASSERT_NE(media::find_clock(7), nullptr);
    auto preset = host::make_format();
    preset.clock = 8;
    static_cast<void>(film.node.plan({}, {preset}));
    EXPECT_EQ(media::find_clock(7), nullptr);
    EXPECT_NE(media::find_clock(8), nullptr);
  }
  EXPECT_EQ(media::find_clock(8), nullptr);
}

}  // namespace
}  // namespace relievo::test
