// The block 'spatial': what it takes, what it refuses, and where it says so.
#include "core/host/spatial_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/config.hpp"

namespace relievo::host {
namespace {

using ::testing::HasSubstr;

SpatialConfig parse(const std::string& block) {
  const auto config = parse_config(
      read_yaml("version: 1\nnodes: {a: {type: b}}\nspatial: " + block, "x.yaml", "/base"));
  return config.spatial.value();
}

std::string error_of(const std::string& block) {
  try {
    static_cast<void>(parse(block));
    return "not refused";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::kUsage);
    return failure.what();
  }
}

TEST(SpatialConfig, NothingWrittenIsAPlainFilm) {
  for (const char* block : {"", "{}", "{kind: film}"}) {
    const auto config = parse(block);
    EXPECT_EQ(config.kind, SpatialKind::kFilm);
    EXPECT_FALSE(config.baseline || config.field_of_view || config.disparity_adjustment);
    EXPECT_EQ(config.quality, 0.7);
    EXPECT_FALSE(config.bitrate);
    EXPECT_EQ(config.projection, "rect");
    EXPECT_EQ(config.primary, "left");
    EXPECT_TRUE(config.audio);
  }
}

TEST(SpatialConfig, PathsAreRelativeToTheFile) {
  EXPECT_EQ(parse("{path: out/a.mov}").path, "/base/out/a.mov");
  EXPECT_EQ(parse("{path: '{dir}/a.mov'}").path, "{dir}/a.mov");
  EXPECT_EQ(parse("{tool: bin/spatial}").tool, "/base/bin/spatial");
}

TEST(SpatialConfig, ABitrateStandsInPlaceOfTheUsualQuality) {
  const auto config = parse("{bitrate: 40}");
  EXPECT_EQ(config.bitrate, 40);
  EXPECT_FALSE(config.quality);
  EXPECT_THAT(error_of("{bitrate: 40, quality: 0.5}"), HasSubstr("exclude each other"));
}

TEST(SpatialConfig, AnUnknownKeyIsToldWithTheNearestWord) {
  EXPECT_THAT(error_of("{field_of_veiw: 60}"),
              HasSubstr("x.yaml:3:11: 'spatial': unknown key 'field_of_veiw' (did you mean "
                        "'field_of_view'?)"));
  EXPECT_THAT(
      error_of("{kind: spatail}"),
      HasSubstr("'spatial.kind' must be one of film and spatial, not 'spatail' (did you mean "
                "'spatial'?)"));
  EXPECT_THAT(error_of("film"), HasSubstr("'spatial' is a map such as {kind: film}"));
}

TEST(SpatialConfig, TypesAndRangesAreThoseOfTheTool) {
  EXPECT_THAT(error_of("{quality: 1.5}"),
              HasSubstr("'spatial.quality' must be at most 1, not 1.5"));
  EXPECT_THAT(error_of("{disparity_adjustment: 2}"), HasSubstr("must be at most 1, not 2"));
  EXPECT_THAT(error_of("{bitrate: 12.5}"), HasSubstr("must be a whole number, not '12.5'"));
  EXPECT_THAT(error_of("{baseline: wide}"), HasSubstr("must be a number, not 'wide'"));
  EXPECT_THAT(error_of("{audio: no}"), HasSubstr("must be true or false, not 'no'"));
}

TEST(SpatialConfig, AFilmHasNoCamera) {
  EXPECT_THAT(error_of("{baseline: 63.5}"),
              HasSubstr("x.yaml:3:21: 'spatial.baseline' describes a camera, and 'kind: film' says "
                        "nothing of one"));
}

TEST(SpatialConfig, ASpatialFilmAsksForItsCamera) {
  EXPECT_THAT(error_of("{kind: spatial, baseline: 63.5}"),
              HasSubstr("'kind: spatial' needs 'field_of_view', the camera's horizontal one in "
                        "degrees"));
  EXPECT_THAT(error_of("{kind: spatial, field_of_view: 60}"),
              HasSubstr("'kind: spatial' needs 'baseline' in millimetres"));
  EXPECT_EQ(parse("{kind: spatial, field_of_view: 60, disparity_adjustment: 0.02}").field_of_view,
            60);
}

}  // namespace
}  // namespace relievo::host
