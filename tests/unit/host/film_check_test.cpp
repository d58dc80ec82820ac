// What a written film must say of itself, and the sidecar that tells how it was made.
#include "core/host/film_check.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/sidecar.hpp"
#include "tests/support/paths.hpp"

namespace relievo::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ResolvedNode sink_of(const std::string& layout, const std::string& order = "left_first") {
  ResolvedNode sink;
  sink.inputs = {Link{0, 0}, Link{0, 1}, std::nullopt, std::nullopt};
  sink.params = {{"layout", layout}, {"view_order", order}};
  return sink;
}

Json film_json() {
  return Json::parse(R"({"path": "/a/film.mp4", "tracks": [
    {"kind": "video", "picture": true, "codec": "hevc", "frames": 12, "frames_exact": true}],
    "stereo": {"boxes": {"left_eye": true, "right_eye": true, "eyes_reversed": false,
    "packing": "side"}, "container": null, "stream": "side by side", "name": null}})");
}

TEST(FilmCheck, HasNothingToSayOfAFilmThatIsRight) {
  const auto check = check_film(sink_of("full_sbs"), 12, film_json());
  EXPECT_THAT(check.faults, IsEmpty());
  EXPECT_THAT(check.doubts, IsEmpty());
}

TEST(FilmCheck, LostPicturesAreAFault) {
  EXPECT_THAT(check_film(sink_of("full_sbs"), 13, film_json()).faults,
              ElementsAre("it has 12 pictures, and 13 were written"));
  auto film = film_json();
  film["tracks"][0]["frames_exact"] = false;
  EXPECT_THAT(check_film(sink_of("full_sbs"), 13, film).faults, IsEmpty()) << "an estimate";
  film["fault"] = "no picture can be decoded";
  EXPECT_THAT(check_film(sink_of("full_sbs"), 12, film).faults,
              ElementsAre("no picture can be decoded"));
  film["tracks"] = Json::array();
  EXPECT_THAT(check_film(sink_of("full_sbs"), 12, film).faults,
              ElementsAre("it has no picture track"));
}

// What the sink says that it wrote, beside what the file holds.
TEST(FilmCheck, LostTracksAndAnotherLengthAreFaultsAndOtherColoursADoubt) {
  auto film = film_json();
  film["tracks"][0]["duration_s"] = 0.5;
  film["tracks"][0]["colour"] = {
      {"primaries", "bt709"}, {"transfer", "bt709"}, {"matrix", "bt709"}, {"range", "tv"}};
  film["tracks"].push_back({{"kind", "audio"}});
  const Json right = {
      {"seconds", 0.5},
      {"sounds", 1},
      {"subtitles", 0},
      {"colour",
       {{"primaries", "bt709"}, {"transfer", "unknown"}, {"matrix", "bt709"}, {"range", "tv"}}}};
  const auto good = check_film(sink_of("full_sbs"), 12, film, right);
  EXPECT_THAT(good.faults, IsEmpty());
  EXPECT_THAT(good.doubts, IsEmpty());
  auto other = right;
  other["sounds"] = 2;
  other["subtitles"] = 1;
  other["seconds"] = 1.0;
  other["colour"]["matrix"] = "bt2020nc";
  const auto bad = check_film(sink_of("full_sbs"), 12, film, other);
  EXPECT_THAT(bad.faults, ElementsAre("it has 1 tracks of audio, and 2 were written",
                                      "it has 0 tracks of subtitle, and 1 were written",
                                      "its pictures last 0.500000 s, and 1.000000 s were written"));
  EXPECT_THAT(bad.doubts, ElementsAre("its colours' matrix is \"bt709\" instead of \"bt2020nc\""));
}

TEST(FilmCheck, MarksThatAreAbsentOrWrongAreDoubts) {
  EXPECT_THAT(check_film(sink_of("half_tb"), 12, film_json()).doubts,
              ElementsAre("its box 'pkin' says \"side\" instead of \"over\"",
                          "its stream says 'side by side' instead of 'top and bottom'"));
  EXPECT_THAT(check_film(sink_of("full_sbs", "right_first"), 12, film_json()).doubts,
              ElementsAre("its box 'stri' says that the left eye comes first",
                          "its stream says 'side by side' instead of 'side by side, right eye "
                          "first'"));
  auto film = film_json();
  film["stereo"]["boxes"] = nullptr;
  film["stereo"]["stream"] = nullptr;
  EXPECT_THAT(
      check_film(sink_of("full_sbs"), 12, film).doubts,
      ElementsAre("its boxes do not say that it is 3D", "its stream does not say that it is 3D"));
  film["path"] = "/a/film.mkv";
  film["stereo"]["container"] = "side by side";
  EXPECT_THAT(check_film(sink_of("full_sbs"), 12, film).doubts,
              ElementsAre("its stream does not say that it is 3D"));
  auto depth = sink_of("full_sbs");
  depth.inputs[0].reset();
  EXPECT_THAT(check_film(depth, 12, film).doubts, IsEmpty()) << "no views come in";
}

TEST(FilmCheck, PicturesAndDepthMapsAreNoFilms) {
  for (const char* film : {"a.mp4", "a.MOV", "a.mkv", "a.webm"}) EXPECT_TRUE(is_film_name(film));
  for (const char* other : {"a.png", "a.pfm", "null", "a%03d.tif", ""})
    EXPECT_FALSE(is_film_name(other));
}

TEST(Sidecar, HasTheHashesOfSourceAndWeightsAndTheirLicence) {
  const auto folder = test::temporary_dir();
  std::ofstream(folder / "film.mp4") << "abc";
  std::ofstream(folder / "w.pt") << "";
  PluginEntry plugin;
  plugin.manifest.plugin = "mine";
  plugin.manifest.version = "1.2";
  NodeSpec source_spec;
  source_spec.id = "source";
  NodeSpec depth_spec;
  depth_spec.id = "mine.depth";
  depth_spec.inputs.resize(1);
  ResolvedGraph graph;
  graph.nodes.resize(2);
  graph.nodes[0].type = {&plugin, &source_spec};
  graph.nodes[0].params = {{"path", (folder / "film.mp4").string()}};
  graph.nodes[0].weights = Json::object();
  graph.nodes[1].type = {&plugin, &depth_spec};
  graph.nodes[1].params = {{"model", "small"}};
  graph.nodes[1].weights = {{"net", (folder / "w.pt").string()}};
  graph.nodes[1].weight_origins = {{"net", {{"repo", "a/b"}, {"licence", "apache-2.0"}}}};
  const auto content = sidecar_of_run(graph, "0.1.0", [](std::uint64_t) {});
  EXPECT_EQ(content["version"], "0.1.0");
  EXPECT_EQ(content["source"]["bytes"], 3);
  // FIPS 180-2, B.1; and of nothing.
  EXPECT_EQ(content["source"]["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const auto& weights = content["nodes"][1]["weights"][0];
  EXPECT_EQ(weights["sha256"], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(weights["repo"], "a/b");
  EXPECT_EQ(weights["licence"], "apache-2.0");
  EXPECT_EQ(content["nodes"][1]["params"]["model"], "small");
  EXPECT_EQ(content["nodes"][1]["plugin_version"], "1.2");
}

}  // namespace
}  // namespace relievo::host
