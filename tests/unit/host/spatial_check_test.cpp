// What is believed of a file that another program wrote, and what is read from its words.
#include "core/host/spatial_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/failure.hpp"
#include "core/host/shell_words.hpp"
#include "core/host/spatial_run.hpp"

namespace relievo::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json film_json() {
  return Json::parse(R"({"tracks": [
    {"kind": "video", "picture": true, "width": 3840, "height": 1080, "duration_s": 10.0,
     "frames": 240, "frames_exact": true},
    {"kind": "audio"}], "stereo": {"boxes": null}})");
}

Json made_json() {
  return Json::parse(R"({"tracks": [
    {"kind": "video", "picture": true, "width": 1920, "height": 1080, "duration_s": 10.01,
     "frames": 240, "frames_exact": true},
    {"kind": "audio"}], "stereo": {"boxes": {"second_layer": true, "left_eye": true,
    "right_eye": true, "hero": "left", "baseline_mm": null, "field_of_view_deg": null,
    "disparity_adjustment": null}}})");
}

SpatialJob job_of(SpatialKind kind = SpatialKind::kFilm) {
  SpatialJob job;
  job.config.kind = kind;
  job.config.hero = "left";
  job.format = "sbs";
  if (kind == SpatialKind::kSpatial) {
    job.config.baseline = 19.24;
    job.config.field_of_view = 63.4;
  }
  return job;
}

std::string fault_of(const SpatialJob& job, const Json& made) {
  try {
    static_cast<void>(check_spatial(job, film_json(), made));
    return "none";
  } catch (const Failure& e) {
    return e.what();
  }
}

TEST(SpatialCheck, BelievesAFilmOfBothEyesOfTheSameLength) {
  EXPECT_THAT(check_spatial(job_of(), film_json(), made_json()), IsEmpty());
}

TEST(SpatialCheck, NamesTheFirstThingThatDoesNotHold) {
  auto made = made_json();
  made["tracks"][0]["width"] = 3840;
  EXPECT_EQ(fault_of(job_of(), made),
            "its pictures are 3840 x 1080, and one eye's are 1920 x 1080");
  made = made_json();
  made["tracks"][0]["frames"] = 239;
  EXPECT_EQ(fault_of(job_of(), made), "it has 239 pictures, and the film 240");
  made = made_json();
  made["tracks"][0]["duration_s"] = 9.8;
  EXPECT_EQ(fault_of(job_of(), made), "it is 9.8 s long, and the film 10 s");
  made = made_json();
  made["stereo"]["boxes"]["right_eye"] = false;
  EXPECT_THAT(fault_of(job_of(), made), HasSubstr("does not say that it has both eyes' views"));
  made = made_json();
  made["tracks"].erase(0);
  EXPECT_EQ(fault_of(job_of(), made), "it has no picture track");
}

TEST(SpatialCheck, OfKindSpatialTheCameraIsReadBack) {
  const auto job = job_of(SpatialKind::kSpatial);
  auto made = made_json();
  EXPECT_EQ(fault_of(job, made), "it says no baseline_mm, and 19.24 was asked for");
  made["stereo"]["boxes"]["baseline_mm"] = 19.24;
  made["stereo"]["boxes"]["field_of_view_deg"] = 63.401;
  EXPECT_EQ(fault_of(job, made), "none");
  made["stereo"]["boxes"]["field_of_view_deg"] = 64;
  EXPECT_EQ(fault_of(job, made), "its field_of_view_deg is 64, and 63.4 was asked for");
}

TEST(SpatialCheck, ACameraThatNobodyAskedForIsToldAndNoFault) {
  auto made = made_json();
  made["stereo"]["boxes"]["field_of_view_deg"] = 90.0;
  made["stereo"]["boxes"]["hero"] = "right";
  EXPECT_THAT(check_spatial(job_of(), film_json(), made),
              ElementsAre("it says field_of_view_deg 90, which nobody asked for",
                          "it says that the right eye leads, and left was asked for"));
}

TEST(SpatialProgress, IsTheLastPercentageOfAText) {
  EXPECT_EQ(percent_in("10%\r 43.5 %\rframe 7"), 43.5);
  EXPECT_EQ(percent_in("100%"), 100);
  EXPECT_LT(percent_in("nothing"), 0);
  EXPECT_LT(percent_in("% of 30"), 0);
  EXPECT_LT(percent_in("ratio 250%"), 0);
}

TEST(ShellWords, AreQuotedWhereAShellWouldReadThem) {
  EXPECT_EQ(shell_text({"spatial", "-i", "/a/b_1.mp4", "a b", "it's", "", "$x", "0.7"}),
            "spatial -i /a/b_1.mp4 'a b' 'it'\\''s' '' '$x' 0.7");
}

}  // namespace
}  // namespace relievo::host
