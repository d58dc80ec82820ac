#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A failure is one line that names the place and a way out.
void expect_failure(const std::string& message, const std::string& subject,
                    const std::string& fault, const std::string& way_out) {
  EXPECT_THAT(message, AllOf(HasSubstr("node 'source'"), HasSubstr(subject), HasSubstr(fault),
                             HasSubstr(way_out), Not(HasSubstr("\n"))));
}

std::filesystem::path written(const std::string& name, const std::string& text) {
  const auto path = temporary_dir() / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST(SourceErrors, AMissingFileIsNamed) {
  const auto path = (temporary_dir() / "gone.mp4").string();
  expect_failure(failure_of(path), path, "there is no such file", "check the path");
}

TEST(SourceErrors, AFolderIsNoFilm) {
  const auto path = temporary_dir().string();
  expect_failure(failure_of(path), path, "it is a folder", "%05d.png");
}

TEST(SourceErrors, AnEmptyFileIsNoFilm) {
  const auto path = written("empty.mp4", "").string();
  expect_failure(failure_of(path), path, "the file is empty", "copy or download it again");
}

TEST(SourceErrors, TextIsNoFilm) {
  for (const auto* name : {"notes.txt", "notes.mp4", "notes"}) {
    const auto path = written(name, std::string(2000, 'a') + "\nSome words.\n").string();
    expect_failure(failure_of(path), path, "not a film", "");
  }
}

TEST(SourceErrors, NoPathIsAMistakeInTheConfig) {
  expect_failure(failure_of(""), "path", "no file is named", "--input");
}

TEST(SourceErrors, AFileWithoutPermissionIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "the superuser may read everything";
  const auto path = written("secret.mp4", "x");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  expect_failure(failure_of(path.string()), path.string(), "no permission", "permissions");
}

TEST(SourceErrors, SoundAloneIsNoFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film("-f lavfi -i sine=d=0.2", "sound.m4a").string();
  expect_failure(failure_of(path), path, "is audio only", "picture track");
}

TEST(SourceErrors, CoverArtIsNoFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film(
                        "-f lavfi -i sine=d=0.2 -f lavfi -i testsrc2=s=64x64:d=0.04 -map 0 -map 1 "
                        "-frames:v 1 -c:v mjpeg -disposition:v attached_pic",
                        "song.mp3")
                        .string();
  expect_failure(failure_of(path), path, "audio only (its cover art is not a film)",
                 "picture track");
}

TEST(SourceErrors, ATrackThatIsNotThereIsCounted) {
  RLV_FFMPEG_OR_SKIP();
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=0.2 -c:v libx264", "one_track.mp4").string();
  expect_failure(failure_of(path, R"("track": 3)"), path, "has 1 picture track", "count from 0");
}

TEST(SourceErrors, AStartBehindTheEndIsRefusedBeforeTheRun) {
  RLV_FFMPEG_OR_SKIP();
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=1 -c:v libx264", "one_second.mp4").string();
  FilmRun film(path, R"("start": 5.0)");
  try {
    film.plan();
    FAIL() << "planned";
  } catch (const host::NodeFailure& failure) {
    expect_failure(failure.what(), path, "'start' is 5 s", "choose an earlier start");
    EXPECT_EQ(failure.code(), host::ExitCode::kUsage);
  }
}

TEST(SourceErrors, AnMp4WithoutItsIndexIsSaidToBeCutOff) {
  RLV_FFMPEG_OR_SKIP();
  const auto path =
      make_film("-f lavfi -i testsrc2=s=64x48:d=1 -c:v libx264", "whole.mp4").string();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  expect_failure(failure_of(path), path, "its index (the moov box) is missing", "copy it again");
}

TEST(SourceErrors, AHeifPictureThatCannotBeReadIsCalledByItsName) {
  const auto path = written("phone.heic", std::string("\0\0\0\x18"
                                                      "ftypheic\0\0\0\0mif1heic",
                                                      24) +
                                              std::string(5000, '\x11'))
                        .string();
  expect_failure(failure_of(path), path, "HEIF picture", "JPEG or PNG");
}

TEST(SourceErrors, AnUnknownCodecIsNamed) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film("-f lavfi -i testsrc2=s=64x48:d=0.2 -c:v libx264", "strange.mp4");
  // Another name for the codec in the sample description: nothing knows it.
  std::string bytes;
  {
    std::ifstream file(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto at = bytes.find("avc1", bytes.find("stsd"));
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 4, "qQ7Z");
  std::ofstream(path, std::ios::binary) << bytes;
  expect_failure(failure_of(path.string()), "qQ7Z", "no decoder", "convert the film");
}

}  // namespace
}  // namespace relievo::test
