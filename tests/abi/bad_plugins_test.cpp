// Bad plugins through the three doors: a run, --validate-plugin and --describe. Each ends with one
// clear line and exit code 3, never with a bare crash or a hang.
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/child_process.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using host::ChildResult;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// What a door must answer; describe is empty where the plugin can be described although it is bad.
struct Bad {
  const char* fault;
  const char* run;
  const char* validate;
  const char* describe;
};

void PrintTo(const Bad& bad, std::ostream* out) {
  *out << bad.fault;
}

ChildResult host_with(const std::vector<std::string>& arguments) {
  return host::run_child(RLV_HOST, arguments, std::chrono::seconds(90));
}

// The folder that holds only this plugin. Files that are no libraries are made here.
fs::path folder_of(const std::string& fault) {
  const auto folder = fs::path(RLV_BAD_FOLDER) / fault;
  const auto library = folder / ("bad_" + fault + ".so");
  fs::create_directories(folder);
  if (fault == "not_a_library") std::ofstream(library) << "I am a text.\n";
  if (fault == "empty") std::ofstream(library).close();
  if (fault == "truncated") {
    fs::copy_file(RLV_EXAMPLE_PLUGIN, library, fs::copy_options::overwrite_existing);
    fs::resize_file(library, fs::file_size(library) / 2);
  }
  return folder;
}

fs::path library_of(const std::string& fault) {
  for (const auto& entry : fs::directory_iterator(folder_of(fault)))
    if (entry.path().stem() == "bad_" + fault && entry.path().extension() != ".json")
      return entry.path();
  return {};
}

// The last line on stderr is the answer; there is no core dump and no stack trace above it.
void expect_answer(const ChildResult& child, const char* expected) {
  EXPECT_FALSE(child.timed_out);
  EXPECT_EQ(child.exit_code, 3) << child.err;
  EXPECT_THAT(child.err + child.out, HasSubstr(expected));
}

class BadPlugin : public ::testing::TestWithParam<Bad> {};

TEST_P(BadPlugin, InARunEndsWithOneLine) {
  const std::string fault = GetParam().fault;
  const auto config = temporary_dir() / "bad.yaml";
  std::ofstream(config) << "version: 1\ninput: '"
                        << (source_dir() / "tests/data/big_buck_bunny.mp4").string()
                        << "'\noutput: 'null'\nlimits: {stall: 1s}\nnodes:\n"
                           "  source: {type: source, params: {seconds: 0.5}}\n"
                           "  bad: {type: bad_"
                        << fault << ".node, in: source}\n  sink: {type: sink, in: bad}\n";
  expect_answer(
      host_with({"--config", config.string(), "--plugin-path", folder_of(fault).string()}),
      GetParam().run);
}

TEST_P(BadPlugin, InValidateFailsACheck) {
  expect_answer(
      host_with({"--validate-plugin", library_of(GetParam().fault).string(), "--time-limit", "5"}),
      GetParam().validate);
}

TEST_P(BadPlugin, InDescribeIsToldOrDescribed) {
  const auto child = host_with({"--describe", library_of(GetParam().fault).string()});
  if (GetParam().describe[0] != '\0') {
    expect_answer(child, GetParam().describe);
    return;
  }
  EXPECT_EQ(child.exit_code, 0) << child.err;
  EXPECT_THAT(child.out, HasSubstr(std::string("bad_") + GetParam().fault + ".node"));
}

constexpr const char* kNoLibrary = "cannot be loaded:";
constexpr const char* kCrashed = "crashed while it was loaded; is the file complete?";

INSTANTIATE_TEST_SUITE_P(
    All, BadPlugin,
    ::testing::Values(
        Bad{"no_symbol", "exports no rlv_plugin_get", "exports no rlv_plugin_get",
            "exports no rlv_plugin_get"},
        Bad{"undefined_symbol", "this_function_exists_nowhere", "this_function_exists_nowhere",
            "this_function_exists_nowhere"},
        Bad{"wrong_major", "was built for ABI 2.0, this host speaks 1.0",
            "was built for ABI 2.0, this host speaks 1.0",
            "was built for ABI 2.0, this host speaks 1.0"},
        Bad{"refuses", "does not serve ABI 1.0", "does not serve ABI 1.0",
            "does not serve ABI 1.0"},
        Bad{"null_table", "has no node types", "has no node types", "has no node types"},
        Bad{"short_struct", "has a plugin table of 16 bytes", "has a plugin table of 16 bytes",
            "has a plugin table of 16 bytes"},
        Bad{"throws_in_get", "let an exception escape from rlv_plugin_get(): not even here",
            "let an exception escape from rlv_plugin_get()",
            "let an exception escape from rlv_plugin_get()"},
        Bad{"throws_in_push", "push() let an exception escape (nobody catches me)",
            "push() let an exception escape (nobody catches me)", ""},
        Bad{"crash_in_create", "plugin 'bad_crash_in_create' crashed in create() of node 'bad'",
            "crashed in create() of node 'subject'", ""},
        Bad{"crash_in_load", kCrashed, kCrashed, kCrashed},
        Bad{"hang_in_push", "node 'bad': plugin 'bad_hang_in_push' has been in push() for",
            "did not come back within", ""},
        Bad{"bad_manifest", "has the unknown key 'inptus' (did you mean 'inputs'?)",
            "has the unknown key 'inptus' (did you mean 'inputs'?)",
            "has the unknown key 'inptus' (did you mean 'inputs'?)"},
        Bad{"not_a_library", kNoLibrary, kNoLibrary, kNoLibrary},
        Bad{"empty", kNoLibrary, kNoLibrary, kNoLibrary},
        Bad{"truncated", kCrashed, kCrashed, kCrashed}),
    [](const auto& param) { return std::string(param.param.fault); });

}  // namespace
}  // namespace relievo::test
