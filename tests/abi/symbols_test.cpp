// What crosses the border of the program: one symbol out of each plugin, no neural network into the
// host.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/host/child_process.hpp"
#include "core/host/plugin_library.hpp"

namespace relievo::test {
namespace {

std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
  return host::run_child(program, arguments, std::chrono::seconds(30)).out;
}

// Global defined symbols of the dynamic table.
std::vector<std::string> exported(const std::filesystem::path& library) {
  std::istringstream lines(output_of("/usr/bin/nm", {
#if defined(__APPLE__)
    "-gU",
#else
                                                        "-D", "--defined-only",
#endif
        library.string()
  }));
  std::vector<std::string> symbols;
  for (std::string address, type, name; lines >> address >> type >> name;) symbols.push_back(name);
  return symbols;
}

TEST(Symbols, EveryPluginExportsTheOneSymbolAndNoOther) {
  int plugins = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RLV_PLUGIN_FOLDER)) {
    if (!host::is_library_name(entry.path())) continue;
    ++plugins;
    const auto symbols = exported(entry.path());
    ASSERT_EQ(symbols.size(), 1U) << entry.path() << " exports " << testing::PrintToString(symbols);
#if defined(__APPLE__)
    EXPECT_EQ(symbols[0], "_rlv_plugin_get");
#else
    EXPECT_EQ(symbols[0], "rlv_plugin_get");
#endif
  }
  EXPECT_GT(plugins, 0);
}

// The architecture in one assertion: the host holds no neural network, and no film library until it
// is needed.
TEST(Symbols, TheHostLinksNeitherTorchNorFfmpegNorOpencv) {
#if defined(__APPLE__)
  const auto libraries = output_of("/usr/bin/otool", {"-L", RLV_HOST});
#else
  const auto libraries = output_of("/usr/bin/ldd", {RLV_HOST});
#endif
  ASSERT_NE(libraries.find("libstdc++") + libraries.find("libc++"), 2 * std::string::npos)
      << libraries;
  for (const auto* forbidden : {"libtorch", "libc10", "libav", "libsw", "libopencv"})
    EXPECT_EQ(libraries.find(forbidden), std::string::npos) << forbidden << " in\n" << libraries;
}

}  // namespace
}  // namespace relievo::test
