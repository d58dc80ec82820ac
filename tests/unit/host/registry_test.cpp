// Which plugins there are: order, rights, and what is said of those that cannot be used. Libraries
// are only described by the manifest beside them here; loading is tested with the plugins of
// tests/abi.
#include "core/host/registry.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/paths.hpp"

namespace relievo::host {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

#if defined(__APPLE__)
constexpr const char* kEnding = ".dylib";
#else
constexpr const char* kEnding = ".so";
#endif

struct Folders {
  const fs::path root = test::temporary_dir();

  fs::path add(const std::string& folder, const std::string& plugin, const std::string& node,
               const std::string& version = "1.0.0", const std::string& more = "") const {
    fs::create_directories(root / folder);
    const auto library = root / folder / (plugin + kEnding);
    std::ofstream(library) << "no library";
    std::ofstream(root / folder / (plugin + ".json"))
        << R"({"abi": 1, "plugin": ")" << plugin << R"(", "version": ")" << version
        << R"(", "summary": "s", "nodes": [{"id": ")" << node
        << R"(", "label": "depth", "summary": "none", "inputs": [{"name": "colour", "semantics": ["colour"]}],)"
        << more << R"( "outputs": [{"name": "depth", "semantic": "relative_inverse"}]}]})";
    return library;
  }
  [[nodiscard]] Registry discover(const std::vector<std::string>& folders) const {
    SearchPath path;
    for (const auto& folder : folders) path.folders.push_back(root / folder);
    return Registry::discover(path, root / "cache");
  }
};

TEST(Registry, FindsPluginsInTheOrderOfTheirNames) {
  const Folders folders;
  folders.add("a", "zeta", "zeta.depth");
  folders.add("a", "alpha", "alpha.depth");
  const auto registry = folders.discover({"a"});
  EXPECT_THAT(registry.node_ids(), ElementsAre("alpha.depth", "zeta.depth"));
  EXPECT_THAT(registry.broken(), IsEmpty());
}

TEST(Registry, TheFirstFolderWins) {
  const Folders folders;
  const auto mine = folders.add("mine", "net", "net.depth", "2.0.0");
  folders.add("system", "net", "net.depth", "1.0.0");
  const auto registry = folders.discover({"mine", "system"});
  ASSERT_THAT(registry.plugins(), SizeIs(1));
  EXPECT_EQ(registry.plugins()[0].library, mine);
  EXPECT_EQ(registry.find("net.depth").plugin->manifest.version, "2.0.0");
}

TEST(Registry, FoldersThatAreNotThereAreEmpty) {
  EXPECT_THAT(Folders().discover({"nowhere"}).plugins(), IsEmpty());
}

TEST(Registry, NamesOfTheHostAreRefusedToOthers) {
  const Folders folders;
  const auto library = folders.add("a", "sly", "source");
  const auto registry = folders.discover({"a"});
  EXPECT_THAT(registry.plugins(), IsEmpty());
  ASSERT_THAT(registry.broken(), SizeIs(1));
  EXPECT_EQ(registry.broken()[0].library, library);
  EXPECT_THAT(registry.broken()[0].reason,
              HasSubstr("node 'source' must be called 'sly.something'"));
}

TEST(Registry, ADamagedManifestIsToldAndSpoilsNoOther) {
  const Folders folders;
  folders.add("a", "good", "good.depth");
  folders.add("a", "bad", "bad.depth");
  std::ofstream(folders.root / "a/bad.json") << "{";
  const auto registry = folders.discover({"a"});
  EXPECT_THAT(registry.node_ids(), ElementsAre("good.depth"));
  ASSERT_THAT(registry.broken(), SizeIs(1));
  EXPECT_THAT(registry.broken()[0].reason, HasSubstr("bad.json"));
  // Asked for, its own fault is the answer.
  EXPECT_THAT(registry.explain_missing("bad.depth"), HasSubstr("bad.json"));
}

TEST(Registry, AMissingNodeIsToldWithTheNearestOrAllThereAre) {
  const Folders folders;
  folders.add("a", "net", "net.depth");
  const auto registry = folders.discover({"a"});
  EXPECT_EQ(registry.find("net.deph").spec, nullptr);
  EXPECT_THAT(registry.explain_missing("net.deph"),
              HasSubstr("no plugin has the node type 'net.deph' (did you mean 'net.depth'?)"));
  EXPECT_THAT(registry.explain_missing("something.else"), HasSubstr("known are net.depth"));
  EXPECT_THAT(registry.explain_missing("something.else"), HasSubstr((folders.root / "a").string()));
}

TEST(SearchPath, BeginsWithTheCommandLineThenTheConfigThenTheEnvironment) {
  setenv("RELIEVO_PLUGIN_PATH", "/env/one::/env/two", 1);
  const auto path = SearchPath::standard({"/line"}, {"/config"});
  unsetenv("RELIEVO_PLUGIN_PATH");
  ASSERT_GE(path.folders.size(), 4U);
  EXPECT_EQ(path.folders[0], "/line");
  EXPECT_EQ(path.folders[1], "/config");
  EXPECT_EQ(path.folders[2], "/env/one");
  EXPECT_EQ(path.folders[3], "/env/two");
  for (const auto& folder : path.folders)
    EXPECT_TRUE(folder.is_absolute()) << folder << ": never the working folder unasked";
}

}  // namespace
}  // namespace relievo::host
