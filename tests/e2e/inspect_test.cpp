// host inspect: what a file is, and each place in which it says that it is 3D.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using Json = nlohmann::json;

Json inspected(const fs::path& film) {
  const auto end = run_host({"inspect", film.string(), "--json"});
  expect_success(end);
  return Json::parse(end.out);
}

fs::path made_3d(const std::string& name, const std::vector<std::string>& more = {}) {
  const auto out = temporary_dir() / name;
  expect_success(run_host(convert(small_film(12), out, more)));
  return out;
}

TEST(Inspect, TellsTracksAndThatAFilmIsFlat) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = inspected(small_film(12));
  EXPECT_EQ(film["container"], "QuickTime / MOV");
  EXPECT_NEAR(film["duration_s"].get<double>(), 0.5, 0.05);
  ASSERT_EQ(film["tracks"].size(), 2U);
  const auto& video = film["tracks"][0];
  EXPECT_EQ(video["codec"], "h264");
  EXPECT_EQ(video["width"], 160);
  EXPECT_EQ(video["height"], 90);
  EXPECT_EQ(video["rate"], 24);
  EXPECT_EQ(video["frames"], 12);
  EXPECT_EQ(video["frames_exact"], true);
  EXPECT_EQ(film["tracks"][1]["kind"], "audio");
  EXPECT_EQ(film["tracks"][1]["codec"], "aac");
  EXPECT_TRUE(film["stereo"]["boxes"].is_null());
  EXPECT_EQ(film["verdict"], "flat: nothing says that it is 3D");
}

TEST(Inspect, FindsEveryMarkOfASideBySideFilm) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = inspected(made_3d("film_LRF_Full_SBS.mp4"));
  const auto& stereo = film["stereo"];
  EXPECT_EQ(stereo["boxes"]["left_eye"], true);
  EXPECT_EQ(stereo["boxes"]["right_eye"], true);
  EXPECT_EQ(stereo["boxes"]["packing"], "side");
  EXPECT_EQ(stereo["boxes"]["st3d"], "left-right");
  EXPECT_EQ(stereo["boxes"]["second_layer"], false);
  EXPECT_EQ(stereo["stream"], "side by side");
  EXPECT_EQ(stereo["name"]["token"], "LRF_Full_SBS");
  EXPECT_THAT(film["verdict"].get<std::string>(),
              HasSubstr("3D: full side by side, said by its boxes"));
}

TEST(Inspect, TellsHalfFromFullAndTheContainersMark) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = inspected(made_3d("film.mkv", {"--set", "nodes.sink.params.layout=half_tb"}));
  EXPECT_TRUE(film["stereo"]["boxes"].is_null());
  EXPECT_EQ(film["stereo"]["container"], "top and bottom");
  EXPECT_EQ(film["tracks"][0]["pixel_shape"], "1:2");
  EXPECT_THAT(film["verdict"].get<std::string>(),
              HasSubstr("3D: half top and bottom, said by the container"));
}

TEST(Inspect, ANameThatSaysOtherwiseIsTold) {
  RLV_FFMPEG_OR_SKIP();
  const auto film = made_3d("film_SBS.mp4", {"--set", "nodes.sink.params.layout=full_tb"});
  EXPECT_THAT(inspected(film)["verdict"].get<std::string>(),
              HasSubstr("its name says otherwise: side by side (SBS)"));
  // A name alone is only a name, and a word inside another is none.
  const auto folder = temporary_dir();
  fs::copy_file(small_film(12), folder / "holiday 3DH-LR.mp4");
  fs::copy_file(small_film(12), folder / "colrsbs.mp4");
  EXPECT_EQ(inspected(folder / "holiday 3DH-LR.mp4")["verdict"],
            "its name says half side by side (3DH-LR), the file itself nothing");
  EXPECT_EQ(inspected(folder / "colrsbs.mp4")["verdict"], "flat: nothing says that it is 3D");
}

TEST(Inspect, ReadsAnAppleMadeSpatialFilm) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/spatial_mvhevc_vr180/water_180_mvhevc.mov");
  const auto film = inspected(path);
  const auto& boxes = film["stereo"]["boxes"];
  EXPECT_EQ(boxes["second_layer"], true);
  EXPECT_NEAR(boxes["baseline_mm"].get<double>(), 19.24, 1e-9);
  EXPECT_NEAR(boxes["field_of_view_deg"].get<double>(), 64, 1e-9);
  EXPECT_EQ(film["verdict"], "3D: MV-HEVC, said by its boxes");
}

TEST(Inspect, PrintsOneLineForEachOfThem) {
  RLV_FFMPEG_OR_SKIP();
  const auto end = run_host({"inspect", made_3d("film_LRF_Full_SBS.mp4").string()});
  expect_success(end);
  EXPECT_THAT(end.out, HasSubstr("video       hevc (hvc1), 320 x 90, pixels 1:1"));
  EXPECT_THAT(end.out, HasSubstr("12 frames"));
  EXPECT_THAT(end.out, HasSubstr("boxes       left_eye, right_eye, packing side, st3d left-right"));
  EXPECT_THAT(end.out, HasSubstr("name        LRF_Full_SBS: full side by side"));
  EXPECT_THAT(end.out, HasSubstr("verdict     3D: full side by side"));
}

TEST(Inspect, AFileThatIsNoFilmIsRefused) {
  expect_refusal(run_host({"inspect", "/nowhere/film.mp4"}), 1,
                 "cannot read '/nowhere/film.mp4': there is no such file");
  const auto text = temporary_dir() / "notes.mp4";
  std::ofstream(text) << "not a film";
  expect_refusal(run_host({"inspect", text.string()}), 1, text.string());
  expect_refusal(run_host({"inspect"}), 2, "file is required");
}

}  // namespace
}  // namespace relievo::test
