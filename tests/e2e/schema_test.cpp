// The JSON Schema of pipeline files, by the library that editors' checkers are modelled on: it
// takes what the program takes, and sees the faults that the program refuses.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/child_process.hpp"
#include "tests/e2e/host_run.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/python_tools.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kGroup = "schema";

// What tools/check_config.py says of pipeline files by the program's own schema.
host::ChildResult check(const std::vector<fs::path>& files) {
  const auto schema = temporary_dir() / "schema.json";
  const auto printed = run_host({"--schema"});
  expect_success(printed);
  std::ofstream(schema) << printed.out;
  std::vector<std::string> arguments{tool_script("check_config.py"), schema.string()};
  for (const auto& file : files) arguments.push_back(file.string());
  return host::run_child(python_tools(kGroup).interpreter, arguments, std::chrono::seconds(110));
}

TEST(Schema, TakesThePipelinesThatAreShipped) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  std::vector<fs::path> files;
  for (const auto* name : {"bench.yaml", "convert.yaml", "demo.yaml"})
    files.push_back(source_dir() / "configs" / name);
  files.push_back(temporary_dir() / "spatial.yaml");
  std::ofstream(files.back()) << "version: 1\nnodes:\n  source: {type: source}\n"
                                 "spatial: {kind: spatial, field_of_view: 63.4, baseline: 19.24}\n";
  const auto end = check(files);
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST(Schema, SeesAWrongTypeAWrongKeyAndAValueOutOfRange) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  const auto file = temporary_dir() / "faulty.yaml";
  std::ofstream(file) << "version: 1\nnodes:\n"
                         "  source: {type: sauce}\n"
                         "  stereo: {type: stereo.view, in: source, params: {strenght: 2}}\n"
                         "  sink: {type: sink, in: stereo, colour: red}\n"
                         "  view: {type: stereo.view, params: {strength: 1000}}\n"
                         "spatial: {kind: flim, qualty: 1, disparity_adjustment: 3}\n";
  const auto end = check({file});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, HasSubstr("nodes.source.type: 'sauce' is not valid"));
  EXPECT_THAT(end.out, HasSubstr("'strenght' was unexpected"));
  EXPECT_THAT(end.out, HasSubstr("'colour' was unexpected"));
  EXPECT_THAT(end.out, HasSubstr("nodes.view.params.strength: 1000 is greater than"));
  EXPECT_THAT(end.out, HasSubstr("spatial.kind: 'flim' is not one of"));
  EXPECT_THAT(end.out, HasSubstr("'qualty' was unexpected"));
  EXPECT_THAT(end.out, HasSubstr("spatial.disparity_adjustment: 3 is greater than"));
}

}  // namespace
}  // namespace relievo::test
