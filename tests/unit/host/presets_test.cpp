// What --preset makes of a pipeline file.
#include "core/host/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/config.hpp"

namespace relievo::host {
namespace {

using ::testing::HasSubstr;

Setting pipeline(const std::string& text) {
  return read_yaml(text, "x.yaml", "/films");
}

constexpr const char* kUsual = R"(
version: 1
output: "out/{stem}_mine.{ext}"
nodes:
  source: {type: source}
  cuts: {type: cuts, in: source}
  stereo: {type: stereo.view, in: {colour: source.colour, depth: depth}}
  depth: {type: motion_cues.depth, in: cuts}
  sink: {type: sink, in: stereo, params: {layout: full_tb, quality: 18}}
  depth_film: {type: sink, in: depth, path: depth.mp4}
)";

std::string value(const Setting& root, std::initializer_list<const char*> path) {
  const auto* at = &root;
  for (const char* key : path) {
    at = at->find(key);
    if (at == nullptr) return "(none)";
  }
  return at->text() == nullptr ? "(no text)" : *at->text();
}

std::string refusal(const std::string& text, const std::string& preset = "quest3") {
  auto root = pipeline(text);
  try {
    apply_preset(root, preset_named(preset), false);
    return "not refused";
  } catch (const Failure& e) {
    EXPECT_EQ(e.code(), ExitCode::kUsage);
    return e.what();
  }
}

TEST(Presets, SetTheSinkOfTheFilmAndLeaveOtherParametersAndSinks) {
  auto root = pipeline(kUsual);
  apply_preset(root, preset_named("tv_3d"), false);
  EXPECT_EQ(value(root, {"nodes", "sink", "params", "layout"}), "half_sbs");
  EXPECT_EQ(value(root, {"nodes", "sink", "params", "codec"}), "h264");
  EXPECT_EQ(value(root, {"nodes", "sink", "params", "bit_depth"}), "8");
  EXPECT_EQ(value(root, {"nodes", "sink", "params", "max_fps"}), "30");
  EXPECT_EQ(value(root, {"nodes", "sink", "params", "quality"}), "18");
  EXPECT_EQ(value(root, {"nodes", "depth_film", "params", "layout"}), "(none)");
  EXPECT_EQ(value(root, {"nodes", "depth_film", "path"}), "depth.mp4");
}

TEST(Presets, FitThePicturesBehindTheSourceForEveryNodeThatReadsIt) {
  auto root = pipeline(kUsual);
  apply_preset(root, preset_named("quest2"), false);
  EXPECT_EQ(value(root, {"nodes", "fit", "type"}), "scale");
  EXPECT_EQ(value(root, {"nodes", "fit", "in"}), "source");
  EXPECT_EQ(value(root, {"nodes", "fit", "params", "max_width"}), "2560");
  EXPECT_EQ(value(root, {"nodes", "fit", "params", "max_height"}), "1440");
  EXPECT_EQ(value(root, {"nodes", "cuts", "in"}), "fit");
  EXPECT_EQ(value(root, {"nodes", "stereo", "in", "colour"}), "fit");
  EXPECT_EQ(value(root, {"nodes", "stereo", "in", "depth"}), "depth");
  EXPECT_EQ(parse_config(root).nodes.size(), 7U);
}

TEST(Presets, NameTheFilmInTheFolderThatWasMeantUnlessItHasAName) {
  auto root = pipeline(kUsual);
  apply_preset(root, preset_named("vision_pro"), false);
  EXPECT_EQ(value(root, {"output"}), "out/{stem}_LRF_Full_SBS.{ext}");
  EXPECT_EQ(root.find("output")->place.origin->label, "x.yaml") << "relative to the file as before";
  auto kept = pipeline(kUsual);
  apply_preset(kept, preset_named("vision_pro"), true);
  EXPECT_EQ(value(kept, {"output"}), "out/{stem}_mine.{ext}");
  auto bare = pipeline("nodes: {source: {type: source}, s: {type: sink, in: source}}");
  apply_preset(bare, preset_named("anaglyph"), false);
  EXPECT_EQ(value(bare, {"output"}), "{dir}/{stem}_anaglyph.{ext}");
  auto own =
      pipeline("nodes: {source: {type: source}, s: {type: sink, in: source, path: a/b.mkv}}");
  apply_preset(own, preset_named("tv_3d"), false);
  EXPECT_EQ(value(own, {"nodes", "s", "path"}), "a/{stem}_3dh_HSBS.{ext}");
  auto nowhere =
      pipeline("output: \"null\"\nnodes: {source: {type: source}, s: {type: sink, in: source}}");
  apply_preset(nowhere, preset_named("tv_3d"), false);
  EXPECT_EQ(value(nowhere, {"output"}), "null");
}

TEST(Presets, SayWhatTheyCannotDecide) {
  EXPECT_THAT(refusal("nodes: {a: {type: source}}"),
              HasSubstr("--preset quest3: the pipeline has no node of type sink"));
  EXPECT_THAT(refusal("nodes: {s: {type: source}, a: {type: sink, in: s}, b: {type: sink, in: s}}"),
              HasSubstr("several sinks; call the one that writes the 3D film 'sink'"));
  EXPECT_THAT(refusal("nodes: {a: {type: source}, b: {type: source}, c: {type: sink, in: a}}"),
              HasSubstr("has 2 sources"));
  EXPECT_THAT(
      refusal("nodes: {s: {type: source}, fit: {type: cuts, in: s}, c: {type: sink, in: fit}}"),
      HasSubstr("puts a node 'fit' behind the source"));
  EXPECT_THAT(refusal("version: 1"), HasSubstr("no nodes"));
  EXPECT_THAT(refusal(kUsual, "quest"), HasSubstr("there is no preset 'quest'"));
  EXPECT_THAT(refusal(kUsual, "nintendo"),
              HasSubstr("there are vision_pro, quest3, quest2, youtube"));
}

}  // namespace
}  // namespace relievo::host
