#include "core/host/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/failure.hpp"

namespace relievo::host {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Config parse(const std::string& yaml) {
  return parse_config(read_yaml(yaml, "x.yaml", "/base"));
}

std::string error_of(const std::string& yaml) {
  try {
    static_cast<void>(parse(yaml));
    return "";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), ExitCode::kUsage);
    return failure.what();
  }
}

TEST(Config, ReadsNodesInTheOrderOfTheFile) {
  const auto config = parse(
      "version: 1\ninput: a.mp4\nnodes:\n  z: {type: source}\n  a: {type: scale, in: z, params: "
      "{height: 10}}\n");
  ASSERT_EQ(config.nodes.size(), 2U);
  EXPECT_EQ(config.nodes[0].name, "z");
  EXPECT_EQ(config.nodes[1].inputs[0].node, "z");
  EXPECT_EQ(*config.nodes[1].params.find("height")->text(), "10");
  EXPECT_EQ(*config.input->text(), "a.mp4");
}

TEST(Config, AnUnknownKeyIsToldWithItsPlaceAndTheNearestWord) {
  EXPECT_EQ(error_of("version: 1\nnodes:\n  a:\n    typ: source\n"),
            "x.yaml:4:5: node 'a': unknown key 'typ' (did you mean 'type'?)");
}

TEST(Config, ANewerVersionIsRefusedByName) {
  EXPECT_THAT(error_of("version: 2\nnodes: {a: {type: b}}\n"),
              HasSubstr("this config is of version 2; this program reads version 1"));
}

TEST(Config, AMissingVersionIsAskedFor) {
  EXPECT_THAT(error_of("nodes: {a: {type: b}}\n"), HasSubstr("'version: 1' is missing"));
}

TEST(Config, ASyntaxErrorHasAPlace) {
  EXPECT_THAT(error_of("version: 1\nnodes: {a: [\n"), StartsWith("x.yaml:"));
}

TEST(Config, AKeyThatIsThereTwiceIsRefused) {
  EXPECT_EQ(error_of("version: 1\nnodes:\n  a: {type: b}\n  a: {type: c}\n"),
            "x.yaml:4:3: the key 'a' is there twice");
}

TEST(Config, AnInputIsANodeOrANodeWithAnOutput) {
  EXPECT_EQ(error_of("version: 1\nnodes:\n  a: {type: b, in: 'x.'}\n"),
            "x.yaml:3:20: 'x.' is not 'node' or 'node.output'");
  const auto config = parse("version: 1\nnodes:\n  a: {type: b, in: {colour: x, left: y.right}}\n");
  EXPECT_EQ(config.nodes[0].inputs[1].port, "left");
  EXPECT_EQ(config.nodes[0].inputs[1].node, "y");
  EXPECT_EQ(config.nodes[0].inputs[1].output, "right");
}

TEST(Config, ADocumentOfAliasesThatUnfoldsWithoutEndIsRefused) {
  std::string yaml = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    yaml += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) yaml += (k > 0 ? ", " : "") + before;
    yaml += "]\n";
  }
  EXPECT_THAT(error_of(yaml), HasSubstr("unfolds into too many values"));
}

TEST(Config, OverridesReplaceAndAdd) {
  auto root = read_yaml("version: 1\nnodes:\n  a: {type: b, params: {x: 1}}\n", "x.yaml", "/base");
  apply_override(root, "nodes.a.params.x=2");
  apply_override(root, "nodes.a.params.y=[1, 2]");
  const auto config = parse_config(root);
  EXPECT_EQ(*config.nodes[0].params.find("x")->text(), "2");
  EXPECT_EQ(config.nodes[0].params.find("y")->list()->size(), 2U);
  EXPECT_EQ(config.nodes[0].params.find("x")->place.text(), "--set nodes.a.params.x=2");
}

TEST(Config, AnOverrideWithoutAValueSaysHowToWriteIt) {
  auto root = read_yaml("version: 1\n", "x.yaml", "/base");
  try {
    apply_override(root, "nodes.a");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(),
                 "--set nodes.a: write it as path=value, such as nodes.depth.params.model=large");
  }
}

TEST(Config, LimitsUnderstandUnits) {
  const auto config =
      parse("version: 1\nlimits: {memory: 8GiB, stall: 2min, threads: 3}\nnodes: {a: {type: b}}\n");
  EXPECT_EQ(config.limits.memory, std::uint64_t{8} << 30U);
  EXPECT_EQ(config.limits.stall, std::chrono::minutes(2));
  EXPECT_EQ(config.limits.threads, 3U);
  EXPECT_EQ(parse_bytes("500 MB"), 500000000U);
  EXPECT_EQ(parse_duration("0.5"), std::chrono::milliseconds(500));
}

TEST(Config, ALimitThatIsNoQuantityShowsHowToWriteOne) {
  EXPECT_EQ(error_of("version: 1\nlimits: {memory: much}\nnodes: {a: {type: b}}\n"),
            "x.yaml:2:18: limits.memory: 'much' is not understood; write it like 8GiB, 500 MB or "
            "1000000");
  EXPECT_THAT(error_of("version: 1\nlimits: {threads: 0}\nnodes: {a: {type: b}}\n"),
              HasSubstr("limits.threads: must be at least 1, not 0"));
}

}  // namespace
}  // namespace relievo::host
