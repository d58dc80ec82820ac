// host models, and pipelines that need weights: the program itself against the fake hub.
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>

#include <sys/wait.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <util.h>
#else
#include <pty.h>
#endif

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/hub/fake_hub.hpp"
#include "tests/unit/hub/host_program.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr const char* kManifest = R"({
  "abi": 1, "plugin": "fake_net", "version": "1.0.0", "summary": "Says that it needs weights",
  "nodes": [{"id": "fake_net.depth", "label": "depth", "summary": "none",
    "inputs": [{"name": "colour", "semantics": ["colour"]}],
    "outputs": [{"name": "depth", "semantic": "relative_inverse"}],
    "params": {"model": {"type": "string", "default": "small", "enum": ["small", "large"]}},
    "weights": [
      {"name": "net", "when": {"model": "small"}, "repo": "org/net", "file": "net.pth", "licence": "Apache-2.0"},
      {"name": "net", "when": {"model": "large"}, "repo": "org/large", "file": "large.pth", "licence": "CC-BY-NC-4.0"}]}]})";

// A hub, the program, and a plugin that is only described: listing and resolving load none.
struct Models : ::testing::Test {
  Models() : program(hub.endpoint()), small(random_content(200000, 1)) {
    hub.add("org/net", "net.pth", small);
    hub.add("org/large", "large.pth", random_content(100, 2));
    const auto plugins = program.home / "plugins";
    fs::create_directories(plugins);
    std::ofstream(plugins / "fake_net.so") << "no library";
    std::ofstream(plugins / "fake_net.dylib") << "no library";
    std::ofstream(plugins / "fake_net.json") << kManifest;
    program.variables.push_back("RELIEVO_PLUGIN_PATH=" + plugins.string());
    film = program.home / "film.yaml";
    write_config("params: {model: small}");
  }

  void write_config(const std::string& depth) const {
    std::ofstream(film)
        << "version: 1\ninput: film.mp4\noutput: out.mp4\nnodes:\n  source: {type: source}\n"
           "  depth: {type: fake_net.depth, in: source, "
        << depth << "}\n  sink: {type: sink, in: depth}\n";
  }
  Json json(const std::vector<std::string>& arguments) const {
    auto all = arguments;
    all.emplace_back("--json");
    return Json::parse(program.run(all).out);
  }
  fs::path lock_file() const { return program.home / "config/relievo/weights.lock"; }

  FakeHub hub;
  HostProgram program;
  const std::string small;
  fs::path film;
};

TEST_F(Models, ListSaysWhatThereIsAndWhatIsHere) {
  const auto before = json({"models", "list"});
  ASSERT_THAT(before.at("models"), SizeIs(2));
  EXPECT_EQ(before.at("models")[0].at("name"), "fake_net.depth:small");
  EXPECT_EQ(before.at("models")[0].at("here"), false);
  EXPECT_TRUE(before.at("models")[0].at("size").is_null())
      << "no size is known before the hub was asked";
  EXPECT_EQ(before.at("models")[1].at("accepted"), false);
  EXPECT_EQ(program.run({"models", "fetch", "small"}).exit_code, 0);
  const auto after = json({"models"});
  EXPECT_EQ(after.at("models")[0].at("here"), true);
  EXPECT_EQ(after.at("models")[0].at("size"), 200000);
  EXPECT_EQ(after.at("models")[0].at("commit"), hub.commit("org/net"));
  EXPECT_THAT(
      program.run({"models", "list"}).out,
      AllOf(HasSubstr(
                "fake_net.depth:small  here      200 kB    Apache-2.0      org/net/net.pth (main)"),
            HasSubstr("fake_net.depth:large  not here"), HasSubstr("; to be accepted")));
}

TEST_F(Models, FetchPrintsThePathAndPinsWhatTheHubGave) {
  const auto run = program.run({"models", "fetch", "fake_net.depth:small"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(content_of(run.out.substr(0, run.out.size() - 1)), small);
  EXPECT_THAT(run.err, HasSubstr("pinned org/net/net.pth (main): commit " + hub.commit("org/net") +
                                 ", SHA-256 " + hub.etag("org/net", "net.pth") + ", 200 kB, in " +
                                 lock_file().string()));
  const auto pins = Json::parse(content_of(lock_file().string()));
  EXPECT_EQ(pins.at("weights")[0].at("sha256"), hub.etag("org/net", "net.pth"));
  EXPECT_EQ(program.run({"models", "path", "fake_net"}).exit_code, 2)
      << "two models have that name";
  EXPECT_EQ(program.run({"models", "path", "org/net"}).out, run.out);
}

TEST_F(Models, ProcessesAtOnceDownloadEachFileOnceAndPinAll) {
  hub.add("org/other", "other.bin", random_content(150000, 3));
  hub.bend_storage(
      [](const ServedRequest&, int, Reply& reply) { reply.pause = std::chrono::milliseconds(10); });
  std::vector<std::future<host::ChildResult>> fetches;
  for (int i = 0; i < 6; ++i)
    fetches.push_back(std::async(std::launch::async, [&, i] {
      return i % 2 == 0 ? program.run({"models", "fetch", "small"})
                        : program.run({"models", "fetch", "org/other", "--file", "other.bin"});
    }));
  for (auto& fetch : fetches) {
    const auto run = fetch.get();
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
  EXPECT_THAT(hub.storage_gets(), SizeIs(2));
  EXPECT_THAT(Json::parse(content_of(lock_file().string())).at("weights"), SizeIs(2));
}

TEST_F(Models, AnUnknownNameIsToldWithTheNearest) {
  const auto run = program.run({"models", "fetch", "fake_net.depth:smal"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("no installed plugin has a model 'fake_net.depth:smal' (did you "
                                 "mean 'fake_net.depth:small'?)"));
}

TEST_F(Models, AnyFileOfAnyRepositoryCanBeFetched) {
  hub.add("me/mine", "a/b.bin", "content");
  const auto run =
      program.run({"models", "fetch", "me/mine", "--file", "a/b.bin", "--revision", "refs/pr/1"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("models--me--mine/snapshots/"));
  EXPECT_EQ(program.run({"models", "fetch", "me/mine", "--file", "../b.bin"}).exit_code, 2);
}

TEST_F(Models, ALicenceThatForbidsUsesIsAskedForOnce) {
  const auto refused = program.run({"models", "fetch", "large"});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(
      refused.err,
      AllOf(HasSubstr(
                "the licence of org/large is CC-BY-NC-4.0, which does not allow every use; see " +
                hub.endpoint() + "/org/large"),
            HasSubstr(
                "if you accept it, run: host models fetch fake_net.depth:large --accept-licence")));
  EXPECT_THAT(hub.heads(), IsEmpty());
  EXPECT_EQ(program.run({"models", "fetch", "large", "--accept-licence"}).exit_code, 0);
  EXPECT_EQ(program.run({"models", "remove", "large"}).exit_code, 0);
  EXPECT_EQ(program.run({"models", "fetch", "large"}).exit_code, 0) << "the answer is remembered";
}

TEST_F(Models, WhatChangedSinceItWasPinnedIsExitCodeFour) {
  ASSERT_EQ(program.run({"models", "fetch", "small"}).exit_code, 0);
  ASSERT_EQ(program.run({"models", "remove", "small"}).exit_code, 0);
  hub.add("org/net", "net.pth", random_content(200000, 99));
  const auto run = program.run({"models", "fetch", "small"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(
      run.err,
      AllOf(
          HasSubstr("is not the file that weights.lock pins: its SHA-256 is " +
                    hub.etag("org/net", "net.pth")),
          HasSubstr(
              "if you trust the new file, run: host models fetch fake_net.depth:small --update")));
  const auto update = program.run({"models", "fetch", "small", "--update"});
  EXPECT_EQ(update.exit_code, 0) << update.err;
  EXPECT_THAT(update.err, HasSubstr("pinned anew"));
}

TEST_F(Models, VerifyFindsADamagedFile) {
  const auto fetched = program.run({"models", "fetch", "small"});
  EXPECT_THAT(program.run({"models", "verify"}).out, HasSubstr("ok    fake_net.depth:small"));
  const auto path = fetched.out.substr(0, fetched.out.size() - 1);
  const auto time = fs::last_write_time(path);
  std::fstream(path, std::ios::binary | std::ios::in | std::ios::out).put('!');
  fs::last_write_time(path, time);  // a rotten disk does not tell
  const auto run = program.run({"models", "verify"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.out, HasSubstr("FAIL  fake_net.depth:small"));
  EXPECT_THAT(run.err,
              HasSubstr("run: host models remove fake_net.depth:small, then fetch it again"));
  EXPECT_EQ(json({"models", "verify", "small"}).at("ok"), false);
}

TEST_F(Models, RemoveFreesTheDiskAndNamesWhatIsNotThere) {
  ASSERT_EQ(program.run({"models", "fetch", "small"}).exit_code, 0);
  EXPECT_EQ(json({"models", "remove", "small"}).at("freed"), 200000);
  EXPECT_THAT(program.run({"models", "remove", "small"}).err,
              HasSubstr("is not on this machine, so there is nothing to remove"));
  EXPECT_EQ(program.run({"models", "path", "small"}).exit_code, 4);
}

TEST_F(Models, APipelineWithoutItsWeightsNamesTheCommand) {
  const auto run = program.run({"--config", film.string()});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_THAT(run.err,
              HasSubstr("film.yaml:6:3: node 'depth' needs org/net/net.pth: its weights are not on "
                        "this machine; to fetch them "
                        "(licence Apache-2.0), run: host models fetch fake_net.depth:small\n"));
  write_config("params: {model: large}");
  EXPECT_THAT(program.run({"--config", film.string()}).err,
              HasSubstr("run: host models fetch fake_net.depth:large --accept-licence\n"));
  write_config("weights: {repo: me/mine, revision: v1, file: a.pth}");
  EXPECT_THAT(program.run({"--config", film.string()}).err,
              HasSubstr("run: host models fetch me/mine --file 'a.pth' --revision v1\n"));
  EXPECT_THAT(hub.heads(), IsEmpty()) << "without a terminal nobody is asked, not even the hub";
}

TEST_F(Models, APipelineFindsItsWeightsWithoutTheNetwork) {
  ASSERT_EQ(program.run({"models", "fetch", "small"}).exit_code, 0);
  hub.forget_requests();
  const auto run = program.run({"--config", film.string()});
  // It gets past the weights, to the film, which is not there.
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("film.mp4'"));
  EXPECT_THAT(run.err, Not(HasSubstr("weights")));
  EXPECT_THAT(hub.heads(), IsEmpty());
}

// What the program says on a terminal where the answers are typed; its exit code.
std::pair<std::string, int> on_terminal(const std::vector<std::string>& command,
                                        const std::string& typed) {
  std::vector<char*> arguments{const_cast<char*>("env")};
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int terminal = -1;
  const auto child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    execv("/usr/bin/env", arguments.data());
    _exit(127);
  }
  std::string said;
  bool answered = false;
  char piece[4096];
  while (true) {
    const auto got = read(terminal, piece, sizeof piece);
    if (got <= 0) break;
    said.append(piece, static_cast<std::size_t>(got));
    if (!answered && said.find("[y/N]") != std::string::npos) {
      answered = write(terminal, typed.data(), typed.size()) > 0;
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  return {said, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

TEST_F(Models, OnATerminalThePipelineAsks) {
  write_config("params: {model: large}");
  const auto no = on_terminal(program.command({"--config", film.string()}), "n\n");
  EXPECT_THAT(
      no.first,
      HasSubstr("The licence of org/large is CC-BY-NC-4.0, which does not allow every use"));
  EXPECT_THAT(no.first,
              HasSubstr("org/large/large.pth (100 bytes, licence CC-BY-NC-4.0) be fetched to " +
                        program.cache().string() + "? [y/N]"));
  EXPECT_EQ(no.second, 4);
  EXPECT_THAT(hub.storage_gets(), IsEmpty());
  const auto yes = on_terminal(program.command({"--config", film.string()}), "y\n");
  EXPECT_THAT(yes.first, HasSubstr("pinned org/large/large.pth"));
  EXPECT_EQ(yes.second, 1) << "it goes on to the film, which is not there";
  EXPECT_THAT(hub.storage_gets(), SizeIs(1));
}

TEST_F(Models, CtrlCIsExitCode130AndKeepsWhatCame) {
  hub.bend_storage([](const ServedRequest&, int, Reply& reply) { reply.silent_after = 100000; });
  std::vector<char*> arguments{const_cast<char*>("env")};
  const auto command = program.command({"models", "fetch", "small"});
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto child = fork();
  if (child == 0) {
    execv("/usr/bin/env", arguments.data());
    _exit(127);
  }
  while (hub.storage_gets().empty()) usleep(10000);
  usleep(200000);
  kill(child, SIGINT);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  hub.bend_storage({});
  EXPECT_EQ(program.run({"models", "fetch", "small"}).exit_code, 0);
  EXPECT_EQ(hub.storage_gets().back().header("range"), "bytes=100000-");
}

}  // namespace
}  // namespace relievo::test
