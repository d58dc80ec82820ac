// Films that are 3D already: recognised however they say it, refused, or read one view at a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/index_edit.hpp"
#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using media::Packing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A dark view of 64 x 48 first, a bright one second.
constexpr const char* kBeside =
    "-f lavfi -i color=0x202020:s=64x48:r=24:d=0.2 -f lavfi -i color=0xE0E0E0:s=64x48:r=24:d=0.2 "
    "-filter_complex hstack ";
constexpr const char* kAbove =
    "-f lavfi -i color=0x202020:s=64x48:r=24:d=0.2 -f lavfi -i color=0xE0E0E0:s=64x48:r=24:d=0.2 "
    "-filter_complex vstack ";

fs::path matroska(const char* pictures, const std::string& mode, const std::string& more = "") {
  return make_film(
      std::string(pictures) + "-c:v ffv1 " + more + " -metadata:s:v:0 stereo_mode=" + mode,
      "film.mkv");
}

// Brightness of the first picture that comes, which must be that of one view.
int brightness(const fs::path& film, const std::string& unpack, const std::string& said) {
  FilmRun run(film.string(), "\"unpack\": \"" + unpack + "\"");
  run.read_all(1);
  EXPECT_EQ(run.format.width, 64);
  EXPECT_EQ(run.format.height, 48);
  EXPECT_EQ(run.frames.at(0).info().width, 64);
  EXPECT_EQ(run.frames.at(0).info().height, 48);
  EXPECT_THAT(run.warnings(), SizeIs(1));
  EXPECT_THAT(run.warnings().at(0), AllOf(HasSubstr("is 3D already (" + said),
                                          HasSubstr("its " + unpack + " view is read")));
  for (const int x : {0, 1, 62, 63})
    EXPECT_EQ(sample(run.frames.at(0), 0, x, 0), sample(run.frames.at(0), 0, 32, 47));
  return sample(run.frames.at(0), 0, 32, 24);
}

TEST(StereoSource, IsRefusedWithTheWayOut) {
  RLV_FFMPEG_OR_SKIP();
  const auto message = failure_of(matroska(kBeside, "left_right").string());
  EXPECT_THAT(message, AllOf(HasSubstr("film.mkv' is 3D already (side by side)"),
                             HasSubstr("set the source's parameter unpack to left or right")));
}

TEST(StereoSource, GivesOneViewWhenAskedForIt) {
  RLV_FFMPEG_OR_SKIP();
  const auto beside = matroska(kBeside, "left_right");
  EXPECT_LT(brightness(beside, "left", "side by side)"), 60);
  EXPECT_GT(brightness(beside, "right", "side by side)"), 180);
  const auto above = matroska(kAbove, "top_bottom");
  EXPECT_LT(brightness(above, "left", "top and bottom)"), 60);
  EXPECT_GT(brightness(above, "right", "top and bottom)"), 180);
  const auto swapped = matroska(kBeside, "right_left");
  EXPECT_GT(brightness(swapped, "left", "side by side, right eye first)"), 180);
  EXPECT_LT(brightness(swapped, "right", "side by side, right eye first)"), 60);
}

TEST(StereoSource, TakesPicturesAsTheyAreWhenAskedForThat) {
  RLV_FFMPEG_OR_SKIP();
  FilmRun run(matroska(kBeside, "left_right").string(), R"("unpack": "flat")");
  run.read_all(1);
  EXPECT_EQ(run.format.width, 128);
  EXPECT_EQ(run.frames.at(0).info().width, 128);
  EXPECT_THAT(run.warnings().at(0), HasSubstr("it is read as a flat film"));
}

// Halved views keep the shape of their pixels.
TEST(StereoSource, KeepsThePixelsShapeOfHalvedViews) {
  RLV_FFMPEG_OR_SKIP();
  const auto film =
      matroska("-f lavfi -i testsrc=s=64x48:r=24:d=0.2 ", "left_right", "-vf setsar=2");
  FilmRun run(film.string(), R"("unpack": "left")");
  run.read_all(1);
  EXPECT_EQ(run.format.width, 32);
  EXPECT_EQ(run.format.sar_num, 2);
  EXPECT_EQ(run.format.sar_den, 1);
}

TEST(StereoSource, IsKnownByTheMessageInTheStream) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = make_film(
      std::string(kBeside) + "-c:v libx264 -preset ultrafast -x264-params frame-packing=3",
      "film.mp4");
  EXPECT_THAT(failure_of(film.string()), HasSubstr("is 3D already (side by side)"));
  EXPECT_GT(brightness(film, "right", "side by side)"), 180);
}

TEST(StereoSource, IsKnownByTheBoxesAloneAndTheyTellTheOrderOfTheEyes) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = make_film(std::string(kAbove) + "-c:v libx264 -preset ultrafast", "film.mov");
  EXPECT_EQ(failure_of(film.string()), "") << "flat as yet";
  media::edit_index(film, [](media::Box& moov) {
    media::mark_packed_views(moov, {Packing::kOverUnder, true});
  });
  EXPECT_THAT(failure_of(film.string()),
              HasSubstr("is 3D already (top and bottom, right eye first)"));
  EXPECT_GT(brightness(film, "left", "top and bottom, right eye first)"), 180);
}

TEST(StereoSource, OfPackingsThatAreNotTakenApartIsRefusedEvenSo) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = matroska(kBeside, "row_interleaved_lr");
  EXPECT_THAT(failure_of(film.string(), R"("unpack": "left")"),
              AllOf(HasSubstr("not taken apart here"), HasSubstr("bring it to side by side")));
}

TEST(StereoSource, OfTwoCodedViewsGivesItsBaseView) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/spatial_mvhevc_vr180/water_180_mvhevc.mov");
  EXPECT_THAT(failure_of(path.string()), HasSubstr("is 3D already (MV-HEVC)"));
  FilmRun left(path.string(), R"("unpack": "left")");
  left.plan();
  EXPECT_EQ(left.format.width, 1934);
  EXPECT_THAT(left.warnings().at(0), HasSubstr("its left view is read"));
  EXPECT_THAT(failure_of(path.string(), R"("unpack": "right")"),
              HasSubstr("only its base view can be read, which is that of the left eye"));
}

TEST(StereoSource, AFlatFilmIsReadWhateverUnpackSays) {
  RLV_FFMPEG_OR_SKIP();
  for (const char* unpack : {"refuse", "left", "flat"}) {
    FilmRun run(matroska(kBeside, "mono").string(), std::string("\"unpack\": \"") + unpack + "\"");
    run.read_all(1);
    EXPECT_EQ(run.format.width, 128);
    EXPECT_THAT(run.warnings(), IsEmpty());
  }
}

}  // namespace
}  // namespace relievo::test
