// The cache is shared with Python's huggingface_hub: what one has fetched the other finds, each
// waits for the other, and Python's own look over the cache finds nothing to complain of.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/host/child_process.hpp"
#include "tests/support/python_tools.hpp"
#include "tests/unit/hub/hub_run.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr const char* kGroup = "hub";

struct PythonHub : HubRun {
  // Runs tools/hub_cache.py on the same cache and hub.
  Json python_says(const std::vector<std::string>& arguments, bool offline = false) const {
    std::vector<std::string> all{"HF_HUB_CACHE=" + session.environment.cache.string(),
                                 "HF_HOME=" + session.environment.cache.parent_path().string(),
                                 "HF_ENDPOINT=" + hub.endpoint(),
                                 "HF_HUB_OFFLINE=" + std::string(offline ? "1" : "0"),
                                 "HF_HUB_DISABLE_TELEMETRY=1",
                                 "HF_HUB_DISABLE_PROGRESS_BARS=1",
                                 "HF_TOKEN=",
                                 "no_proxy=127.0.0.1,localhost",
                                 python_tools(kGroup).interpreter.string(),
                                 tool_script("hub_cache.py")};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto result = host::run_child("/usr/bin/env", all, std::chrono::seconds(60));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.exit_code == 0 ? Json::parse(result.out) : Json::object();
  }
};

TEST(PythonHub, PythonFindsWhatWeFetched) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  PythonHub run;
  const auto large = random_content(300000, 1);
  run.hub.add("org/net", "sub/net.pth", large);
  run.hub.add("org/net", "config.json", "{}", false);
  const auto ours = run.fetch("sub/net.pth");
  const auto small = run.fetch("config.json");
  const auto offline = run.python_says({"fetch", "org/net", "sub/net.pth"}, true);
  EXPECT_EQ(offline.value("path", ""), ours.entry.path.string());
  EXPECT_EQ(offline.value("sha256", ""), run.hub.etag("org/net", "sub/net.pth"));
  run.hub.forget_requests();
  EXPECT_EQ(run.python_says({"fetch", "org/net", "config.json"}).value("path", ""),
            small.entry.path.string());
  EXPECT_THAT(run.hub.gets(), IsEmpty()) << "Python fetched again what was here";
  const auto scan = run.python_says({"scan"});
  EXPECT_THAT(scan.at("warnings"), IsEmpty()) << scan;
  ASSERT_THAT(scan.at("repos"), SizeIs(1));
  EXPECT_EQ(scan.at("repos")[0].at("id"), "org/net");
  EXPECT_EQ(scan.at("repos")[0].at("refs").at("main"), run.hub.commit("org/net"));
  EXPECT_EQ(scan.at("repos")[0].at("files"), Json::array({"config.json", "sub/net.pth"}));
}

TEST(PythonHub, WeFindWhatPythonFetched) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  PythonHub run;
  const auto content = random_content(300000, 2);
  run.hub.add("org/net", "sub/net.pth", content);
  run.hub.add("org/net", "config.json", "{}", false);
  const auto theirs = run.python_says({"fetch", "org/net", "sub/net.pth"});
  const auto small = run.python_says({"fetch", "org/net", "config.json", "refs/pr/1"});
  run.hub.forget_requests();
  run.session.environment.offline = true;
  EXPECT_EQ(run.fetch("sub/net.pth").entry.path.string(), theirs.value("path", ""));
  EXPECT_EQ(run.fetch("config.json", "refs/pr/1").entry.path.string(), small.value("path", ""));
  run.session.environment.offline = false;
  EXPECT_FALSE(run.fetch("sub/net.pth").came);
  EXPECT_FALSE(run.fetch("config.json").came);
  EXPECT_THAT(run.hub.gets(), IsEmpty());
}

TEST(PythonHub, WithoutLinksBothLayTheFileItselfInTheSnapshot) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  PythonHub run;
  run.session.environment.symlinks = false;
  run.hub.add("org/net", "net.pth", random_content(1000, 3));
  const auto ours = run.fetch("net.pth");
  EXPECT_EQ(run.python_says({"fetch", "org/net", "net.pth"}, true).value("path", ""),
            ours.entry.path.string());
}

TEST(PythonHub, WeWaitForPythonsLock) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  PythonHub run;
  run.hub.add("org/net", "net.pth", random_content(1000, 4));
  const auto mark = temporary_dir() / "held";
  auto holder = std::async(std::launch::async, [&] {
    return run.python_says(
        {"hold", "org/net", run.hub.etag("org/net", "net.pth"), mark.string(), "0.7"});
  });
  while (!fs::exists(mark) &&
         holder.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready) {
  }
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(run.fetch("net.pth").came);
  EXPECT_GT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(300));
  EXPECT_TRUE(run.noted("another process fetches org/net/net.pth; waiting for it"));
  static_cast<void>(holder.get());
}

TEST(PythonHub, PythonWaitsForOurs) {
  RLV_PYTHON_TOOLS_OR_SKIP(kGroup);
  PythonHub run;
  run.hub.add("org/net", "net.pth", random_content(2000000, 5));
  run.hub.bend_storage([](const ServedRequest&, int, Reply& reply) {
    reply.piece = 20000;
    reply.pause =
        std::chrono::milliseconds(30);  // three seconds: longer than Python takes to start
  });
  auto ours = std::async(std::launch::async, [&] { return run.fetch("net.pth"); });
  while (run.hub.storage_gets().empty()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto theirs = run.python_says({"fetch", "org/net", "net.pth"});
  EXPECT_EQ(theirs.value("path", ""), ours.get().entry.path.string());
  EXPECT_EQ(theirs.value("sha256", ""), run.hub.etag("org/net", "net.pth"));
  EXPECT_THAT(run.hub.storage_gets(), SizeIs(1)) << "it came twice";
}

}  // namespace
}  // namespace relievo::test
