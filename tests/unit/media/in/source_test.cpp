#include <algorithm>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/frame.hpp"
#include "core/media/clocks.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/film_tools.hpp"
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
  FilmRun film(path.string());
  film.plan();
  film.plan();
  ASSERT_THAT(film.warnings(), SizeIs(1));
  EXPECT_THAT(film.warnings()[0], HasSubstr("is 3D already (MV-HEVC)"));
}

}  // namespace
}  // namespace relievo::test
