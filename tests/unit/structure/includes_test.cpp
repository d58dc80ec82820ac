// The module table of the design, checked on the sources: who may include what.
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;

struct Rule {
  const char* folder;
  const char*
      forbidden;  // a regular expression over what stands between the include's brackets or quotes
};

const std::vector<Rule> kRules{
    {"core/abi", R"((?!stddef\.h$|stdint\.h$).*)"},
    {"core/sdk",
     R"(boost/.*|torch/.*|ATen/.*|lib(av|sw).*|yaml-cpp/.*|opencv2/.*|curl/.*|core/.*|plugins/.*)"},
    {"core/weights", R"(torch/.*|ATen/.*|relievo/.*|curl/.*|core/(host|hub|media)/.*|plugins/.*)"},
    {"core/hub", R"(torch/.*|ATen/.*|relievo/.*|core/(app|host|media|weights)/.*|plugins/.*)"},
    {"core/media",
     R"(torch/.*|ATen/.*|core/(host|hub|weights)/.*|plugins/.*|opencv2/(imgcodecs|videoio|highgui).*)"},
    {"core/metrics", R"(torch/.*|ATen/.*|core/(host|hub|media)/.*|plugins/.*)"},
    {"core/analysis",
     R"(torch/.*|ATen/.*|opencv2/.*|lib(av|sw).*|yaml-cpp/.*|core/(app|bench|host|hub|media|quality|weights)/.*|plugins/.*)"},
    {"core/quality",
     R"(torch/.*|ATen/.*|core/(app|bench|host|hub|weights)/.*|plugins/.*|opencv2/(imgcodecs|videoio|highgui).*)"},
    {"core/bench",
     R"(torch/.*|ATen/.*|opencv2/.*|benchmark/.*|lib(av|sw).*|curl/.*|openssl/.*|core/(app|media)/.*|plugins/.*)"},
    {"core/host", R"(torch/.*|ATen/.*|opencv2/.*|lib(av|sw).*|curl/.*|openssl/.*|plugins/.*)"},
    {"core/app", R"(torch/.*|ATen/.*|opencv2/.*|lib(av|sw).*|curl/.*|openssl/.*|plugins/.*)"},
    {"plugins",
     R"(core/(host|media|hub)/.*|curl/.*|openssl/.*|boost/.*|yaml-cpp/.*|opencv2/(imgcodecs|videoio|highgui).*)"},
};

std::vector<fs::path> sources_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto ending = entry.path().extension();
    if (ending == ".hpp" || ending == ".cpp" || ending == ".h" || ending == ".c" || ending == ".cu")
      files.push_back(entry.path());
  }
  return files;
}

std::vector<std::string> includes_of(const fs::path& file) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)");
  std::vector<std::string> includes;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (std::regex_match(line, match, kInclude)) includes.push_back(match[1]);
  }
  return includes;
}

TEST(Structure, NoModuleIncludesWhatTheDesignForbids) {
  std::size_t files = 0;
  for (const auto& rule : kRules) {
    const std::regex forbidden(rule.forbidden);
    for (const auto& file : sources_in(source_dir() / rule.folder)) {
      ++files;
      for (const auto& include : includes_of(file))
        EXPECT_FALSE(std::regex_match(include, forbidden)) << file << " includes " << include;
    }
  }
  EXPECT_GT(files, 50U);
}

// One plugin knows nothing of another; what they share lies in plugins/common.
TEST(Structure, NoPluginIncludesAnotherPlugin) {
  for (const auto& entry : fs::directory_iterator(source_dir() / "plugins")) {
    if (!entry.is_directory()) continue;
    const auto own = "plugins/" + entry.path().filename().string() + "/";
    for (const auto& file : sources_in(entry.path()))
      for (const auto& include : includes_of(file))
        EXPECT_TRUE(!include.starts_with("plugins/") || include.starts_with(own) ||
                    include.starts_with("plugins/common/"))
            << file << " includes " << include;
  }
}

}  // namespace
}  // namespace relievo::test
