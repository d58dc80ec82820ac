#include "core/host/resolve.hpp"

#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/failure.hpp"
#include "tests/support/graphs.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using ::testing::HasSubstr;

// A graph whose depth node has these lines.
std::string with_depth(const std::string& depth) {
  return "nodes:\n  source: {type: source}\n  depth: {type: testkit.depth, in: source" + depth +
         "}\n  sink: {type: sink, in: depth}\n";
}

TEST(Resolve, FillsInDefaultsAndKeepsTypes) {
  const auto graph = resolve_yaml(with_depth(", params: {gain: 1e-1, model: large}"));
  const auto& params = graph.nodes[1].params;
  EXPECT_DOUBLE_EQ(params.at("gain").get<double>(), 0.1);
  EXPECT_EQ(params.at("model"), "large");
  EXPECT_EQ(params.at("precision"), "auto");
  EXPECT_TRUE(params.at("sleep_ms").is_number_integer());
}

TEST(Resolve, AnUnknownParameterIsToldWithItsPlaceAndTheNearestWord) {
  EXPECT_EQ(
      resolve_error(
          "nodes:\n  source: {type: source}\n  depth:\n    type: testkit.depth\n    in: source\n"
          "    params:\n      percision: f16\n  sink: {type: sink, in: depth}\n"),
      "test.yaml:8:7: node 'depth': unknown parameter 'percision' (did you mean 'precision'?)");
}

TEST(Resolve, ValuesAreCheckedAgainstTheSchema) {
  EXPECT_THAT(resolve_error(with_depth(", params: {gain: loud}")),
              HasSubstr("node 'depth': parameter 'gain' must be a number, not 'loud'"));
  EXPECT_THAT(resolve_error(with_depth(", params: {gain: 11}")),
              HasSubstr("parameter 'gain' must be at most 10 dB, not 11"));
  EXPECT_THAT(resolve_error(with_depth(", params: {precision: f61}")),
              HasSubstr("must be one of auto, f32 and f16, not 'f61' (did you mean 'f16'?)"));
  EXPECT_THAT(resolve_error(with_depth(", params: {sleep_ms: 0o10}")),
              HasSubstr("must be a whole number, not '0o10'"));
  EXPECT_THAT(
      resolve_error("nodes: {s: {type: source}, k: {type: sink, in: s, params: {overwrite: yes}}}"),
      HasSubstr("must be true or false, not 'yes'"));
}

TEST(Resolve, AnUnknownNodeTypeNamesTheNearest) {
  EXPECT_THAT(
      resolve_error(
          "nodes: {s: {type: source}, d: {type: testkit.detph, in: s}, k: {type: sink, in: d}}"),
      HasSubstr(
          "node 'd': no plugin has the node type 'testkit.detph' (did you mean 'testkit.depth'?)"));
}

TEST(Resolve, AnUnknownNodeNamesTheNearest) {
  EXPECT_THAT(resolve_error("nodes: {source: {type: source}, k: {type: sink, in: sorce}}"),
              HasSubstr("node 'k': there is no node 'sorce' (did you mean 'source'?)"));
}

TEST(Resolve, OutputsGoToInputsOfTheirName) {
  const auto graph = resolve_yaml(
      "nodes:\n  source: {type: source}\n  depth: {type: testkit.depth, in: source}\n"
      "  view: {type: testkit.view, in: {colour: source, depth: depth}}\n  sink: {type: sink, in: "
      "view}\n");
  const auto& sink = graph.nodes.back();
  ASSERT_TRUE(sink.inputs[0] && sink.inputs[1]);
  EXPECT_EQ(sink.inputs[0]->output, 0U);
  EXPECT_EQ(sink.inputs[1]->output, 1U);
  EXPECT_FALSE(sink.inputs[2]);
}

TEST(Resolve, AGroupBindsSeveralInputs) {
  const auto graph = resolve_yaml(
      "nodes:\n  source: {type: source}\n  depth: {type: testkit.depth, in: source}\n"
      "  view: {type: testkit.view, in: {colour: source, depth: depth}}\n"
      "  sink: {type: sink, in: {view: view, depth: depth}}\n");
  EXPECT_TRUE(graph.nodes.back().inputs[0] && graph.nodes.back().inputs[1] &&
              graph.nodes.back().inputs[3]);
}

TEST(Resolve, AnOutputWithoutANameOfItsOwnGoesToTheDefaultInput) {
  const auto graph = resolve_yaml("nodes: {s: {type: source}, k: {type: sink, in: s}}");
  EXPECT_TRUE(graph.nodes[1].inputs[2]);
}

TEST(Resolve, AnAmbiguousOutputIsAskedFor) {
  EXPECT_THAT(
      resolve_error("nodes:\n  source: {type: source}\n  depth: {type: testkit.depth, in: source}\n"
                    "  view: {type: testkit.view, in: {colour: source, depth: depth}}\n"
                    "  w: {type: testkit.window, in: view}\n  sink: {type: sink, in: w}\n"),
      HasSubstr("node 'view' has the outputs left and right; write which, such as view.left"));
}

TEST(Resolve, AMissingInputIsNamed) {
  EXPECT_THAT(
      resolve_error("nodes:\n  source: {type: source}\n  view: {type: testkit.view, in: source}\n"
                    "  sink: {type: sink, in: view}\n"),
      HasSubstr("node 'view': its input 'depth' is not connected; write in: {depth: some_node}"));
}

TEST(Resolve, ACycleIsFound) {
  EXPECT_THAT(resolve_error(
                  "nodes:\n  a: {type: testkit.window, in: b}\n  b: {type: testkit.window, in: a}\n"
                  "  sink: {type: sink, in: a}\n"),
              HasSubstr("depends on itself through its inputs"));
}

TEST(Resolve, FramesOfDifferentClocksAreNotJoined) {
  EXPECT_THAT(
      resolve_error("nodes:\n  source: {type: source}\n  half: {type: half_rate, in: source}\n"
                    "  depth: {type: testkit.depth, in: half}\n"
                    "  view: {type: testkit.view, in: {colour: source, depth: depth}}\n"
                    "  sink: {type: sink, in: view}\n"),
      HasSubstr("node 'view' joins frames of different times: those of 'source' and of 'half'"));
}

TEST(Resolve, DepthIsNotTakenForColour) {
  EXPECT_THAT(
      resolve_error("nodes:\n  source: {type: source}\n  depth: {type: testkit.depth, in: source}\n"
                    "  w: {type: testkit.window, in: depth}\n  sink: {type: sink, in: w}\n"),
      HasSubstr("node 'w': its input 'colour' takes colour, but 'depth' gives relative_inverse"));
}

TEST(Resolve, ADeviceThatTheNodeDoesNotKnowIsRefused) {
  EXPECT_THAT(
      resolve_error(with_depth(", device: mps")),
      HasSubstr("node 'depth': 'testkit.depth' does not run on 'mps'; it runs on cpu and cuda"));
  EXPECT_EQ(resolve_error(with_depth(", device: 'cuda:1'")), "");
}

TEST(Resolve, ANodeThatNoSinkNeedsIsLeftOutAndSaid) {
  const auto graph = resolve_yaml(
      "nodes:\n  s: {type: source}\n  d: {type: testkit.depth, in: s}\n  k: {type: sink, in: s}\n");
  EXPECT_EQ(graph.nodes.size(), 2U);
  ASSERT_EQ(graph.notes.size(), 1U);
  EXPECT_EQ(graph.notes[0], "node 'd' is left out: no sink needs it");
}

TEST(Resolve, WithoutASinkThereIsNothingToDo) {
  EXPECT_THAT(resolve_error("nodes: {s: {type: source}}"), HasSubstr("no node writes anything"));
}

TEST(Resolve, InputAndOutputAreShortForTheOnlySourceAndSink) {
  const auto graph = resolve_yaml(
      "input: a/film.mov\noutput: '{dir}/{stem}_3d.{ext}'\nnodes: {s: {type: source}, k: {type: "
      "sink, in: s}}");
  EXPECT_EQ(graph.nodes[0].params.at("path"), "/configs/a/film.mov");
  EXPECT_EQ(graph.nodes[1].params.at("path"), "/configs/a/film_3d.mp4");
}

TEST(Resolve, ForAPictureTheOutputIsAPicture) {
  const auto graph = resolve_yaml(
      "input: a/photo.JPG\noutput: '{dir}/{stem}_3d.{ext}'\nnodes: {s: {type: source}, k: {type: "
      "sink, in: s}}");
  EXPECT_EQ(graph.nodes[1].params.at("path"), "/configs/a/photo_3d.png");
}

TEST(Resolve, NumberedPicturesAreAFilmNamedAfterTheirFolder) {
  const auto graph = resolve_yaml(
      "input: /films/shot_7/%05d.png\noutput: '{dir}/{stem}_3d.{ext}'\n"
      "nodes: {s: {type: source}, k: {type: sink, in: s}}");
  EXPECT_EQ(graph.nodes[1].params.at("path"), "/films/shot_7/shot_7_3d.mp4");
}

TEST(Resolve, ASlipInAPlaceholderIsToldAndAFolderCalledLikeOneStaysWhatItIs) {
  const std::string nodes = "nodes: {s: {type: source}, k: {type: sink, in: s}}";
  EXPECT_THAT(resolve_error("input: a.mp4\noutput: '/out/{stme}.mp4'\n" + nodes),
              HasSubstr("the path '/out/{stme}.mp4' has a '{' that begins none of {dir}, {stem} "
                        "and {ext} (did you mean 'stem'?)"));
  const auto graph = resolve_yaml("input: '/{stem}/a.mp4'\noutput: '{dir}/{stem}.mkv'\n" + nodes);
  EXPECT_EQ(graph.nodes[1].params.at("path"), "/{stem}/a.mkv");
}

TEST(Resolve, NoFileHasTwoWritersOrAWriterAndAReader) {
  EXPECT_THAT(resolve_error("input: a.mp4\nnodes: {s: {type: source}, k: {type: sink, in: s, path: "
                            "/out/x.mp4}, l: {type: sink, in: s, path: /out/../out/x.mp4}}"),
              HasSubstr("nodes 'k' and 'l' both write '/out/x.mp4'; give each a file of its own"));
  EXPECT_THAT(
      resolve_error("nodes: {s: {type: source, path: /films/a.mp4}, t: {type: source, path: "
                    "/films/b.mp4}, k: {type: sink, in: s, path: /films/b.mp4}, l: {type: "
                    "sink, in: t, path: /films/c.mp4}}"),
      HasSubstr("would write '/films/b.mp4', which node 't' reads"));
}

TEST(Resolve, OutputIsRefusedWhereItIsNotClearWhichSinkIsMeant) {
  EXPECT_THAT(
      resolve_error(
          "output: x\nnodes: {s: {type: source}, a: {type: sink, in: s}, b: {type: sink, in: s}}"),
      HasSubstr(
          "'output' is short for the only sink, but there are a and b; give each its 'path'"));
}

TEST(Resolve, MissingWeightsAreExitCodeFour) {
  try {
    static_cast<void>(resolve_yaml(
        "nodes: {s: {type: source}, d: {type: testkit.heavy, in: s}, k: {type: sink, in: d}}"));
    FAIL();
  } catch (const host::Failure& failure) {
    EXPECT_EQ(failure.code(), host::ExitCode::kWeights);
    EXPECT_STREQ(failure.what(),
                 "test.yaml:2:28: node 'd' needs example/heavy-small/small.pth: its weights are "
                 "not on this machine");
  }
}

TEST(Resolve, TheWeightsOfTheChosenModelAreHandedOver) {
  host::ResolveOptions options;
  options.find_weights = [](const host::WeightSpec& weight, bool) {
    return host::WeightsAnswer{"/cache/" + weight.file, "", ""};
  };
  const auto graph = resolve_yaml(
      "nodes: {s: {type: source}, d: {type: testkit.heavy, in: s, params: {model: large}}, k: "
      "{type: sink, in: d}}",
      options);
  EXPECT_EQ(graph.nodes[1].weights.at("net"), "/cache/large.pth");
}

TEST(Resolve, WeightsOfALocalFileComeFirst) {
  const auto file = temporary_dir() / "own.pth";
  std::ofstream(file) << "x";
  const auto graph =
      resolve_yaml("nodes: {s: {type: source}, d: {type: testkit.heavy, in: s, weights: {path: '" +
                   file.string() + "'}}, k: {type: sink, in: d}}");
  EXPECT_EQ(graph.nodes[1].weights.at("net"), file.string());
}

std::string with_weights(const std::string& weights) {
  return "nodes: {s: {type: source}, d: {type: testkit.heavy, in: s, weights: {" + weights +
         "}}, k: {type: sink, in: d}}";
}

TEST(Resolve, OneLineOfTheConfigNamesOtherWeights) {
  host::WeightSpec asked;
  host::ResolveOptions options;
  options.find_weights = [&](const host::WeightSpec& weight, bool may_ask) {
    EXPECT_TRUE(may_ask);
    asked = weight;
    return host::WeightsAnswer{"/cache/x", "", ""};
  };
  static_cast<void>(resolve_yaml(with_weights("revision: v2"), options));
  EXPECT_EQ(asked.repo + "@" + asked.revision + "/" + asked.file,
            "example/heavy-small@v2/small.pth");
  EXPECT_EQ(asked.licence, "Apache-2.0");
  static_cast<void>(resolve_yaml(with_weights("repo: me/mine, file: a/b.pth"), options));
  EXPECT_EQ(asked.repo + "@" + asked.revision + "/" + asked.file, "me/mine@main/a/b.pth");
  EXPECT_EQ(asked.licence, "")
      << "what the plugin says of its own repository does not hold for another";
}

TEST(Resolve, NamesOfWeightsThatLeadElsewhereAreRefusedAtTheirPlace) {
  EXPECT_EQ(resolve_error(with_weights("file: ../../x")),
            "test.yaml:2:76: node 'd': 'weights': '../../x' is no file of a repository: it has a "
            "part '..'");
  EXPECT_THAT(resolve_error(with_weights("repo: /etc")),
              HasSubstr("'/etc' is no repository: it is an absolute path"));
  EXPECT_THAT(resolve_error(with_weights("revision: a..b")),
              HasSubstr("'a..b' is no revision: '..' is not allowed"));
  EXPECT_THAT(resolve_error(with_weights("path: x.pth, repo: a/b")),
              HasSubstr("nothing else goes with it"));
}

const char* const kAuto =
    "nodes: {s: {type: source}, d: {type: auto, in: s, prefer: [testkit.heavy, testkit.depth], "
    "params: {testkit.depth: {gain: 3}}}, k: {type: sink, in: d}}";

TEST(Resolve, AutoTakesTheFirstApproachWhoseWeightsAreHereAndSaysWhy) {
  const auto graph = resolve_yaml(kAuto);
  EXPECT_EQ(graph.nodes[1].type.spec->id, "testkit.depth");
  EXPECT_EQ(graph.nodes[1].params.at("gain"), 3);
  ASSERT_EQ(graph.notes.size(), 1U);
  EXPECT_EQ(graph.notes[0],
            "node 'd': takes testkit.depth (testkit.heavy: its weights are not on this machine)");
  host::ResolveOptions options;
  options.find_weights = [](const host::WeightSpec& weight, bool) {
    return host::WeightsAnswer{"/cache/" + weight.file, "", ""};
  };
  EXPECT_EQ(resolve_yaml(kAuto, options).nodes[1].type.spec->id, "testkit.heavy");
}

// The node that the last one's only connected input comes from.
std::string read_by_last(const host::ResolvedGraph& graph) {
  const auto& inputs = graph.nodes.back().inputs;
  const auto link =
      std::find_if(inputs.begin(), inputs.end(), [](const auto& one) { return one.has_value(); });
  return link == inputs.end() ? "nothing" : graph.nodes[(*link)->node].name;
}

const char* const kFilterAfterHeavy =
    "nodes: {s: {type: source}, d: {type: auto, in: s, prefer: [testkit.heavy, testkit.depth]}, "
    "f: {type: convert, in: d, only_after: testkit.heavy}, k: {type: sink, in: f}}";

TEST(Resolve, AFilterThatIsOnlyForAnotherApproachIsLeftOutAndItsInputPassedOn) {
  const auto graph = resolve_yaml(kFilterAfterHeavy);
  ASSERT_EQ(graph.nodes.size(), 3U);
  EXPECT_EQ(graph.nodes[2].name, "k");
  EXPECT_EQ(read_by_last(graph), "d");
}

TEST(Resolve, AFilterThatIsForTheApproachTakenIsThere) {
  host::ResolveOptions options;
  options.find_weights = [](const host::WeightSpec& weight, bool) {
    return host::WeightsAnswer{"/cache/" + weight.file, "", ""};
  };
  const auto graph = resolve_yaml(kFilterAfterHeavy, options);
  ASSERT_EQ(graph.nodes.size(), 4U);
  EXPECT_EQ(read_by_last(graph), "f");
}

TEST(Resolve, OneOfTwoFiltersInARowMayBeLeftOut) {
  const auto graph = resolve_yaml(
      "nodes: {s: {type: source}, d: {type: testkit.depth, in: s}, "
      "f: {type: convert, in: d, only_after: testkit.heavy}, "
      "g: {type: convert, in: f, only_after: [testkit.heavy, testkit.depth]}, "
      "k: {type: sink, in: g}}");
  ASSERT_EQ(graph.nodes.size(), 4U);
  EXPECT_EQ(graph.nodes[2].name, "g");
  EXPECT_EQ(graph.nodes[graph.nodes[2].inputs[0]->node].name, "d");
}

TEST(Resolve, OnlyAfterNeedsAnInputToLookAt) {
  EXPECT_THAT(resolve_error("nodes: {s: {type: source, only_after: sink}, k: {type: sink, in: s}}"),
              HasSubstr("node 's': 'only_after' looks at the first input, and it has no 'in'"));
}

}  // namespace
}  // namespace relievo::test
