// Fetching when something goes wrong: the wire, the server, the user's rights, an attacker.
#include <chrono>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hub/incomplete.hpp"
#include "tests/unit/hub/hub_run.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::size_t kSize = 400000;

// One large file, and what its content is.
struct Trouble : HubRun {
  Trouble() : content(random_content(kSize, 77)) { hub.add("org/net", "net.pth", content); }

  // An orphan such as a killed fetch leaves.
  fs::path leave(const std::string& bytes, const std::string& digits = "0badcafe") const {
    const auto file = fs::path(blob("net.pth").string() + ".relievo-" + digits + ".incomplete");
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
  void expect_right() const {
    EXPECT_EQ(content_of(fetch("net.pth").entry.path.string()), content);
    EXPECT_THAT(blobs(), ElementsAre(hub.etag("org/net", "net.pth")));
  }
  std::vector<std::string> ranges() const {
    std::vector<std::string> all;
    for (const auto& request : hub.storage_gets()) all.push_back(request.header("range"));
    return all;
  }

  const std::string content;
};

TEST(FetchTrouble, ABodyThatIsCutShortIsResumedWhereItEnded) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest&, int nth, Reply& reply) {
    if (nth < 2) reply.cut_after = 100000;
  });
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("", "bytes=100000-", "bytes=200000-"));
  EXPECT_TRUE(run.noted("net.pth: the connection broke"));
}

TEST(FetchTrouble, ABodyThatIsCutShortWithoutALengthIsNoticed) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest&, int nth, Reply& reply) {
    reply.says_length = false;
    if (nth == 0) reply.cut_after = 100000;
  });
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("", "bytes=100000-"));
}

TEST(FetchTrouble, AServerThatAlwaysCutsAtTheSamePlaceIsGivenUp) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest& request, int, Reply& reply) {
    reply.cut_after = request.header("range").empty() ? 100000 : 0;
  });
  EXPECT_THAT(run.fetch_error(), HasSubstr("run it again to go on where it stopped"));
  EXPECT_THAT(run.blobs(), ElementsAre(EndsWith(".incomplete")));
  run.hub.bend_storage({});
  run.hub.forget_requests();
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("bytes=100000-"));
}

TEST(FetchTrouble, AnOrphanOfAKilledFetchIsGoneOnWith) {
  Trouble run;
  run.leave(run.content.substr(0, 300000));
  run.leave(run.content.substr(0, 1000), "00000001");
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("bytes=300000-"));
}

TEST(FetchTrouble, WhatALivingProcessWritesIsLeftAlone) {
  Trouble run;
  auto busy = hub::Incomplete::open_for(run.blob("net.pth"));
  std::ofstream(busy.path(), std::ios::binary) << run.content.substr(0, 5000);
  EXPECT_TRUE(run.fetch("net.pth").came);
  EXPECT_THAT(run.ranges(), ElementsAre(""));
  EXPECT_EQ(fs::file_size(busy.path()), 5000U);
  busy.discard();
}

TEST(FetchTrouble, WhatPythonsClientWritesIsLeftAlone) {
  Trouble run;
  const auto theirs = fs::path(run.blob("net.pth").string() + ".0badcafe.incomplete");
  fs::create_directories(theirs.parent_path());
  std::ofstream(theirs) << "half";
  EXPECT_TRUE(run.fetch("net.pth").came);
  EXPECT_EQ(content_of(theirs.string()), "half");
}

TEST(FetchTrouble, AServerThatKnowsNoRangesSendsAllAgain) {
  Trouble run;
  run.leave(run.content.substr(0, 300000));
  run.hub.bend_storage([&](const ServedRequest&, int, Reply& reply) {
    reply.status = 200;
    reply.begin = 0;
  });
  run.expect_right();
}

TEST(FetchTrouble, ARangeThatBeginsElsewhereIsNotTaken) {
  Trouble run;
  run.leave(run.content.substr(0, 300000));
  run.hub.bend_storage([&](const ServedRequest& request, int, Reply& reply) {
    if (request.header("range").empty()) return;
    reply.begin = 200000;
    reply.set("Content-Range", "bytes 200000-399999/400000");
  });
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("bytes=300000-", ""));
}

TEST(FetchTrouble, AnOrphanThatIsTooLongIsThrownAway) {
  Trouble run;
  run.leave(run.content + "more");
  run.expect_right();
}

TEST(FetchTrouble, AnOrphanThatIsWholeIsOnlyChecked) {
  Trouble run;
  run.leave(run.content);
  run.expect_right();
  EXPECT_THAT(run.hub.storage_gets(), IsEmpty());
}

TEST(FetchTrouble, AnOrphanWithOtherBytesCostsASecondDownload) {
  Trouble run;
  run.leave(random_content(300000, 5));
  run.expect_right();
  EXPECT_THAT(run.ranges(), ElementsAre("bytes=300000-", ""));
  EXPECT_TRUE(run.noted("what an earlier run left does not fit"));
}

TEST(FetchTrouble, ARangeThatCannotBeSentIsAskedForWhole) {
  Trouble run;
  run.leave(run.content.substr(0, 300000));
  run.hub.bend_storage([](const ServedRequest& request, int, Reply& reply) {
    if (!request.header("range").empty()) reply.status = 416;
  });
  run.expect_right();
}

TEST(FetchTrouble, ContentWithAnotherHashIsNeverVisible) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest&, int, Reply& reply) {
    auto bent = *reply.body;
    bent[1234] = static_cast<char>(bent[1234] ^ 1);
    reply.body = std::make_shared<std::string>(bent);
  });
  hub::ErrorKind kind{};
  const auto error = run.fetch_error({"org/net", "main", "net.pth"}, &kind);
  EXPECT_EQ(kind, hub::ErrorKind::kMismatch);
  EXPECT_THAT(error, AllOf(HasSubstr("org/net/net.pth came damaged: its hash is "),
                           HasSubstr("the hub promised " + run.hub.etag("org/net", "net.pth"))));
  EXPECT_THAT(run.blobs(), IsEmpty());
  EXPECT_FALSE(fs::exists(run.repo_folder() / "snapshots"));
}

TEST(FetchTrouble, MoreThanWasAnnouncedIsRefused) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest&, int, Reply& reply) {
    reply.body = std::make_shared<std::string>(*reply.body + "and more");
  });
  EXPECT_THAT(run.fetch_error(),
              HasSubstr("sends more of net.pth than the 400 kB that the hub says it has"));
}

TEST(FetchTrouble, AGatedRepositorySaysHowToGetIn) {
  Trouble run;
  run.hub.gate("org/net", "hf_right");
  const auto page = run.hub.endpoint() + "/org/net";
  EXPECT_THAT(
      run.fetch_error(),
      AllOf(
          HasSubstr(
              "'org/net' is given only to those who accept its terms: log in and accept them at " +
              page),
          HasSubstr("set HF_TOKEN")));
  run.session.environment.token = "hf_wrong";
  run.session.environment.token_origin = "HF_TOKEN";
  EXPECT_THAT(
      run.fetch_error(),
      HasSubstr("the account of the token from HF_TOKEN has no access yet: accept them at " +
                page));
  run.session.environment.token = "hf_right";
  run.expect_right();
}

TEST(FetchTrouble, WhatDoesNotExistIsNamed) {
  Trouble run;
  hub::ErrorKind kind{};
  EXPECT_THAT(run.fetch_error({"org/nett", "main", "net.pth"}, &kind),
              AllOf(HasSubstr("there is no repository 'org/nett' at " + run.hub.endpoint()),
                    HasSubstr("or it is private")));
  EXPECT_EQ(kind, hub::ErrorKind::kNotFound);
  EXPECT_THAT(run.fetch_error({"org/net", "v9", "net.pth"}),
              HasSubstr("'org/net' has no revision 'v9'; "));
  EXPECT_THAT(run.fetch_error({"org/net", "main", "nat.pth"}),
              HasSubstr("'org/net' has no file 'nat.pth' at revision 'main'; " +
                        run.hub.endpoint() + "/org/net/tree/main shows"));
  EXPECT_TRUE(fs::exists(run.repo_folder() / ".no_exist" / run.hub.commit("org/net") / "nat.pth"));
}

TEST(FetchTrouble, ABadTokenIsNamedWithItsOrigin) {
  Trouble run;
  run.session.environment.token = "hf_old";
  run.session.environment.token_origin = "/home/x/token";
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) {
    reply = {};
    reply.status = 401;
    reply.set("X-Error-Message", "Invalid credentials in Authorization header");
  });
  EXPECT_THAT(run.fetch_error(), HasSubstr("the token from /home/x/token is not accepted"));
}

TEST(FetchTrouble, AForbiddenFileIsToldWithTheServersWords) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) {
    reply = {};
    reply.status = 403;
    reply.set("X-Error-Message", "only for members");
  });
  EXPECT_THAT(run.fetch_error(),
              HasSubstr("/org/net/resolve/main/net.pth may not be read (only for members); "));
}

TEST(FetchTrouble, ABusyServerIsGivenTheTimeThatItAsksFor) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int nth, Reply& reply) {
    if (nth > 0) return;
    reply = {};
    reply.status = 429;
    reply.set("Retry-After", "1");
  });
  const auto begin = std::chrono::steady_clock::now();
  run.expect_right();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_TRUE(run.noted("the server answers 429; trying again in 1 s"));
}

TEST(FetchTrouble, AServerThatAsksForTooMuchPatienceIsToldOf) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) {
    reply = {};
    reply.status = 429;
    reply.set("Retry-After", "3600");
  });
  EXPECT_THAT(
      run.fetch_error(),
      HasSubstr("the hub takes no more requests for now (429); it asks to come back in 3600 s"));
  EXPECT_THAT(run.hub.heads(), SizeIs(1));
}

TEST(FetchTrouble, AServerThatStumblesIsAskedAgain) {
  Trouble run;
  const auto stumble = [](const ServedRequest&, int nth, Reply& reply) {
    if (nth > 1) return;
    reply = {};
    reply.status = nth == 0 ? 500 : 503;
  };
  run.hub.bend_heads(stumble);
  run.hub.bend_storage(stumble);
  run.expect_right();
}

TEST(FetchTrouble, AServerThatStaysDownIsGivenUp) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) {
    reply = {};
    reply.status = 503;
  });
  EXPECT_THAT(run.fetch_error(),
              HasSubstr("answers 503; the fault is the server's: try again later"));
  EXPECT_THAT(run.hub.heads(), SizeIs(5));
}

TEST(FetchTrouble, AnExpiredAddressIsAskedForAnew) {
  Trouble run;
  run.hub.bend_storage([](const ServedRequest&, int nth, Reply& reply) {
    if (nth == 0) reply.cut_after = 50000;
  });
  run.expect_right();
  EXPECT_THAT(run.hub.gets(), SizeIs(2)) << "each try begins at the hub, which signs a new address";
}

TEST(FetchTrouble, ASilentServerIsLeftAndTheDownloadGoneOnWith) {
  Trouble run;
  run.session.environment.download_timeout = std::chrono::milliseconds(300);
  run.hub.bend_storage([](const ServedRequest&, int nth, Reply& reply) {
    if (nth == 0) reply.silent_after = 100000;
  });
  run.expect_right();
  EXPECT_TRUE(run.noted("net.pth: the server has fallen silent"));
  EXPECT_THAT(run.ranges(), ElementsAre("", "bytes=100000-"));
}

TEST(FetchTrouble, ASlowDripIsNoSilence) {
  Trouble run;
  run.session.environment.download_timeout = std::chrono::milliseconds(600);
  const auto content = random_content(12, 6);
  run.hub.add("org/net", "drip.pth", content);
  run.hub.bend_storage([](const ServedRequest&, int, Reply& reply) {
    reply.piece = 1;
    reply.pause = std::chrono::milliseconds(150);
  });
  EXPECT_EQ(content_of(run.fetch("drip.pth").entry.path.string()), content);
  EXPECT_THAT(run.ranges(), ElementsAre(""));
}

TEST(FetchTrouble, NoNetworkIsToldAtOnceWithTheWayOut) {
  Trouble run;
  run.session.environment.endpoint = "http://127.0.0.1:1";
  hub::ErrorKind kind{};
  EXPECT_THAT(run.fetch_error({"org/net", "main", "net.pth"}, &kind),
              AllOf(HasSubstr("cannot reach http://127.0.0.1:1 ("),
                    HasSubstr("check the network, the proxy (https_proxy) and HF_ENDPOINT")));
  EXPECT_EQ(kind, hub::ErrorKind::kNoNetwork);
}

TEST(FetchTrouble, ADiskWithoutRoomIsForeseen) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) {
    reply.set("X-Linked-Size", "4000000000000000000");
  });
  hub::ErrorKind kind{};
  EXPECT_THAT(run.fetch_error({"org/net", "main", "net.pth"}, &kind),
              AllOf(HasSubstr("no room for net.pth: 4.00 EB are to come"),
                    HasSubstr("set HF_HOME to a folder on another disk")));
  EXPECT_EQ(kind, hub::ErrorKind::kDisk);
  EXPECT_THAT(run.hub.gets(), IsEmpty());
}

TEST(FetchTrouble, AnotherProgramThatAnswersIsNoHub) {
  Trouble run;
  run.hub.bend_heads([](const ServedRequest&, int, Reply& reply) { reply = {}; });
  EXPECT_THAT(run.fetch_error(),
              HasSubstr("does not answer as a Hugging Face hub does (no X-Repo-Commit)"));
}

TEST(FetchTrouble, NamesOfTheServerThatLeadOutOfTheCacheAreRefused) {
  for (const auto* etag : {"\"../../../evil\"", "\"..\"", "\"/etc/passwd\"", "\"a/b\"", "\"\"",
                           "\"a\\b\"", "\"x.incomplete\""}) {
    Trouble run;
    run.hub.bend_heads(
        [&](const ServedRequest&, int, Reply& reply) { reply.set("X-Linked-Etag", etag); });
    EXPECT_THAT(run.fetch_error(), HasSubstr("cannot be the name of a file")) << etag;
    EXPECT_FALSE(fs::exists(run.session.environment.cache)) << etag;
  }
  for (const auto* commit :
       {"../../../../evil", "main", "ABCDEF0123456789ABCDEF0123456789ABCDEF01", "0123"}) {
    Trouble run;
    run.hub.bend_heads(
        [&](const ServedRequest&, int, Reply& reply) { reply.set("X-Repo-Commit", commit); });
    EXPECT_THAT(run.fetch_error(), HasSubstr("which is none")) << commit;
    EXPECT_FALSE(fs::exists(run.session.environment.cache)) << commit;
  }
}

TEST(FetchTrouble, RedirectsToOtherProtocolsAndInCirclesAreNotFollowed) {
  {
    Trouble run;
    run.hub.bend_gets([](const ServedRequest&, int, Reply& reply) {
      reply.set("Location", "file:///etc/passwd");
    });
    EXPECT_THAT(run.fetch_error(),
                HasSubstr("redirects to 'file:///etc/passwd', which is no http or https address"));
  }
  {
    Trouble run;
    run.hub.bend_gets([](const ServedRequest& request, int, Reply& reply) {
      reply.set("Location", request.target);
    });
    EXPECT_THAT(run.fetch_error(), HasSubstr("redirects without end"));
  }
}

TEST(FetchTrouble, ACancelledFetchLeavesWhatCame) {
  Trouble run;
  run.hub.bend_storage(
      [](const ServedRequest&, int, Reply& reply) { reply.silent_after = 100000; });
  bool stop = false;
  run.session.watcher.on_progress = [&](const hub::Progress& progress) {
    stop = progress.done > 0;
  };
  run.session.watcher.cancelled = [&] {
    return stop;
  };
  hub::ErrorKind kind{};
  static_cast<void>(run.fetch_error({"org/net", "main", "net.pth"}, &kind));
  EXPECT_EQ(kind, hub::ErrorKind::kCancelled);
  EXPECT_THAT(run.blobs(), ElementsAre(EndsWith(".incomplete")));
  run.session.watcher = {};
  run.hub.bend_storage({});
  run.expect_right();
  EXPECT_THAT(run.ranges().back(), Not(IsEmpty()));
}

TEST(FetchTrouble, ACacheThatCannotBeWrittenIsNamed) {
  Trouble run;
  const auto file = temporary_dir() / "a_file";
  std::ofstream(file) << "x";
  run.session.environment.cache = file / "hub";
  EXPECT_THAT(run.fetch_error(), HasSubstr("cannot make the folder " + (file / "hub").string()));
}

}  // namespace
}  // namespace relievo::test
