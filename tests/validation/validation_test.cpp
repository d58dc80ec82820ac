#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/host/child_process.hpp"
#include "core/host/plugin_library.hpp"

namespace relievo::test {
namespace {

std::vector<std::filesystem::path> plugins() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(RLV_PLUGIN_FOLDER))
    if (host::is_library_name(entry.path())) all.push_back(entry.path());
  return all;
}

class EveryPlugin : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(EveryPlugin, KeepsTheContract) {
  const auto child = host::run_child(RLV_HOST, {"--validate-plugin", GetParam().string(), "--json"},
                                     std::chrono::seconds(240));
  EXPECT_EQ(child.exit_code, 0) << child.err;
  const auto report = nlohmann::json::parse(child.out);
  EXPECT_GE(report.at("checks").size(), 5U);
  for (const auto& check : report.at("checks"))
    EXPECT_TRUE(check.at("passed").get<bool>()) << check.at("name") << ": " << check.at("detail");
}

INSTANTIATE_TEST_SUITE_P(All, EveryPlugin, ::testing::ValuesIn(plugins()),
                         [](const auto& param) { return param.param.stem().string(); });

}  // namespace
}  // namespace relievo::test
