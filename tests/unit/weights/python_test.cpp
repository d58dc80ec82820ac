// Files that PyTorch and the safetensors package wrote, against what Python reads in them.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/paths.hpp"
#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using weights::Checkpoint;

// The Python that scripts/setup torch makes.
std::string python_with_torch() {
  return (source_dir() / ".cache" / "tools" / "torch" / "bin" / "python").string();
}

bool runs(const std::string& command) {
  return std::system(command.c_str()) == 0;
}

std::string shell_quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

bool has_torch() {
  static const bool kHas =
      fs::exists(python_with_torch()) &&
      runs(shell_quoted(python_with_torch()) + " -c 'import torch, numpy' 2>/dev/null");
  return kHas;
}

#define RLV_TORCH_OR_SKIP() \
  if (!has_torch())         \
  GTEST_SKIP() << "no Python with torch in .cache/tools/torch; scripts/setup torch makes it"

nlohmann::json expected_of(const fs::path& folder, const std::string& arguments = "") {
  const auto script = source_dir() / "tests" / "unit" / "weights" / "python_files.py";
  if (!runs(shell_quoted(python_with_torch()) + " -W ignore " + shell_quoted(script) + " " +
            shell_quoted(folder) + arguments))
    throw std::runtime_error("python_files.py failed");
  return nlohmann::json::parse(std::ifstream(folder / "expected.json"));
}

void compare(const fs::path& file, const nlohmann::json& expected) {
  SCOPED_TRACE(file.filename().string());
  if (expected.contains("error")) {
    try {
      (void)Checkpoint::open(file);
      ADD_FAILURE() << "was read";
    } catch (const weights::WeightsError& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(expected["error"].get<std::string>()));
    }
    return;
  }
  const auto checkpoint = Checkpoint::open(file);
  EXPECT_EQ(checkpoint.tensors().size(), expected["tensors"].size());
  for (const auto& [name, facts] : expected["tensors"].items()) {
    const auto* tensor = checkpoint.find(name);
    ASSERT_NE(tensor, nullptr) << name;
    EXPECT_EQ(std::string(weights::name_of(tensor->dtype)), facts["dtype"]) << name;
    EXPECT_EQ(tensor->shape, facts["shape"].get<std::vector<std::int64_t>>()) << name;
    EXPECT_EQ(crc32(packed(*tensor)), facts["crc32"].get<std::uint32_t>()) << name;
    checkpoint.release(*tensor);
  }
}

TEST(PythonFiles, EveryKindOfFileHoldsTheSameNumbersAsInPython) {
  RLV_TORCH_OR_SKIP();
  const auto folder = temporary_dir();
  const auto expected = expected_of(folder);
  EXPECT_GT(expected.size(), 30U);
  for (const auto& [file, facts] : expected.items()) compare(folder / file, facts);
  if (!expected.contains("every_type.safetensors"))
    GTEST_SKIP() << "torch's files agree; the safetensors package is not there to write its own";
}

// Full-size files of the golden data's generator, in both containers.
class GoldenFiles : public ::testing::TestWithParam<std::string> {};

TEST_P(GoldenFiles, HoldTheSameNumbersAsInPython) {
  RLV_TORCH_OR_SKIP();
  const char* set = std::getenv("RELIEVO_GOLDEN");
  const auto golden = set != nullptr ? fs::path(set) : source_dir() / ".." / "shared" / "golden";
  if (!fs::exists(golden / "make_checkpoint.py"))
    GTEST_SKIP() << "the golden data are not here; set RELIEVO_GOLDEN to the folder that has "
                    "make_checkpoint.py";
  const auto folder = temporary_dir();
  const auto file = folder / ("video_depth_anything_vits" + GetParam());
  ASSERT_TRUE(
      runs(shell_quoted(python_with_torch()) + " " + shell_quoted(golden / "make_checkpoint.py") +
           " --model video_depth_anything_vits --seed 1 " +
           (file.extension() == ".pth" ? "--metadata " : "") + "--out " + shell_quoted(file)));
  if (file.extension() == ".safetensors" &&
      !runs(shell_quoted(python_with_torch()) + " -c 'import safetensors.torch' 2>/dev/null"))
    GTEST_SKIP() << "the safetensors package is not there to compare with";
  const auto expected = expected_of(folder, " " + shell_quoted(file));
  EXPECT_GT(expected.at(file.string())["tensors"].size(), 300U);
  compare(file, expected.at(file.string()));
}

INSTANTIATE_TEST_SUITE_P(Containers, GoldenFiles, ::testing::Values(".pth", ".safetensors"),
                         [](const auto& test) { return test.param.substr(1); });

}  // namespace
}  // namespace relievo::test
