// Fetching when all goes well, and what the cache looks like then.
#include "core/hub/fetch.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hub/file_lock.hpp"
#include "tests/unit/hub/hub_run.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Fetch, ALargeFileComesFromAnotherHostAndLiesAsPythonsClientLaysIt) {
  HubRun run;
  const auto content = random_content(300000, 1);
  run.hub.add("org/net", "deep/er/net.pth", content);
  const auto fetched = run.fetch("deep/er/net.pth");
  EXPECT_TRUE(fetched.came);
  EXPECT_EQ(content_of(fetched.entry.path.string()), content);
  const auto commit = run.hub.commit("org/net");
  const auto link = run.repo_folder() / "snapshots" / commit / "deep/er/net.pth";
  EXPECT_EQ(fetched.entry.path, link);
  EXPECT_EQ(fs::read_symlink(link),
            "../../../../blobs/" + run.hub.etag("org/net", "deep/er/net.pth"));
  EXPECT_EQ(content_of((run.repo_folder() / "refs/main").string()), commit);
  EXPECT_THAT(run.blobs(), ElementsAre(run.hub.etag("org/net", "deep/er/net.pth")));
  EXPECT_TRUE(fs::exists(run.session.environment.cache / ".locks/models--org--net" /
                         (fetched.entry.etag + ".lock")));
  EXPECT_THAT(content_of((run.session.environment.cache / "CACHEDIR.TAG").string()),
              HasSubstr("Signature: 8a477f597d28d172789f06886806bc55"));
}

TEST(Fetch, ASmallFileComesFromTheHubItselfAndIsCheckedAsGitNamesIt) {
  HubRun run;
  run.hub.add("org/net", "config.json", "{\"width\": 384}", false);
  EXPECT_EQ(content_of(run.fetch("config.json").entry.path.string()), "{\"width\": 384}");
  EXPECT_THAT(run.hub.storage_gets(), IsEmpty());
  EXPECT_THAT(run.blobs(), ElementsAre(::testing::SizeIs(40)));
}

TEST(Fetch, AnEmptyFileIsAFile) {
  HubRun run;
  run.hub.add("org/net", "empty.bin", "");
  EXPECT_EQ(fs::file_size(run.fetch("empty.bin").entry.path), 0U);
}

TEST(Fetch, WhatIsHereIsNotFetchedAgain) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 2));
  static_cast<void>(run.fetch("net.pth"));
  run.hub.forget_requests();
  EXPECT_FALSE(run.fetch("net.pth").came);
  EXPECT_THAT(run.hub.heads(), SizeIs(1));
  EXPECT_FALSE(run.fetch("net.pth", run.hub.commit("org/net")).came);
  EXPECT_THAT(run.hub.heads(), SizeIs(1)) << "a commit that is here needs no network at all";
  EXPECT_THAT(run.hub.storage_gets(), IsEmpty());
}

TEST(Fetch, AMovedBranchWithTheSameContentGetsALinkAndNoDownload) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 3));
  const auto first = run.fetch("net.pth");
  run.hub.move_branch("org/net");
  run.hub.forget_requests();
  const auto second = run.fetch("net.pth");
  EXPECT_FALSE(second.came);
  EXPECT_NE(second.entry.path, first.entry.path);
  EXPECT_TRUE(fs::equivalent(second.entry.path, first.entry.path));
  EXPECT_THAT(run.hub.storage_gets(), IsEmpty());
  EXPECT_EQ(content_of((run.repo_folder() / "refs/main").string()), run.hub.commit("org/net"));
}

TEST(Fetch, ARevisionWithASlashIsEncodedInTheAddressAndAFolderInRefs) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(10, 4));
  static_cast<void>(run.fetch("net.pth", "refs/pr/1"));
  EXPECT_EQ(run.hub.heads().front().target, "/org/net/resolve/refs%2Fpr%2F1/net.pth");
  EXPECT_EQ(content_of((run.repo_folder() / "refs/refs/pr/1").string()), run.hub.commit("org/net"));
}

TEST(Fetch, ANameWithBlanksAndSignsIsEncoded) {
  HubRun run;
  run.hub.add("org/net", "a folder/n#t?%.pth", random_content(10, 5));
  EXPECT_TRUE(fs::exists(run.fetch("a folder/n#t?%.pth").entry.path));
  EXPECT_EQ(run.hub.heads().front().target, "/org/net/resolve/main/a%20folder/n%23t%3F%25.pth");
}

TEST(Fetch, TheTokenGoesToTheHubAndToNobodyElse) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 6));
  run.hub.gate("org/net", "hf_secret");
  run.session.environment.token = "hf_secret";
  EXPECT_TRUE(run.fetch("net.pth").came);
  EXPECT_EQ(run.hub.heads().front().header("authorization"), "Bearer hf_secret");
  EXPECT_EQ(run.hub.gets().front().header("authorization"), "Bearer hf_secret");
  ASSERT_THAT(run.hub.storage_gets(), SizeIs(1));
  EXPECT_EQ(run.hub.storage_gets().front().header("authorization"), "");
}

TEST(Fetch, ARenamedRepositoryIsFollowedWithTheToken) {
  HubRun run;
  run.hub.add("new/net", "net.pth", random_content(1000, 7));
  run.hub.gate("new/net", "hf_secret");
  run.hub.rename("org/net", "new/net");
  run.session.environment.token = "hf_secret";
  EXPECT_EQ(content_of(run.fetch("net.pth").entry.path.string()), random_content(1000, 7));
}

TEST(Fetch, WithoutLinksTheFileItselfLiesInTheSnapshot) {
  HubRun run;
  run.session.environment.symlinks = false;
  run.hub.add("org/net", "net.pth", random_content(1000, 8));
  const auto fetched = run.fetch("net.pth");
  EXPECT_FALSE(fs::is_symlink(fetched.entry.path));
  EXPECT_EQ(content_of(fetched.entry.path.string()), random_content(1000, 8));
  EXPECT_THAT(run.blobs(), IsEmpty());
  EXPECT_FALSE(run.fetch("net.pth").came);
}

TEST(Fetch, OfflineTakesWhatIsHereAndNamesWhatIsNot) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 9));
  static_cast<void>(run.fetch("net.pth"));
  run.hub.forget_requests();
  run.session.environment.offline = true;
  EXPECT_FALSE(run.fetch("net.pth").came);
  const auto error = run.fetch_error("other.pth");
  EXPECT_THAT(error, HasSubstr("org/net/other.pth (revision main) is not in "));
  EXPECT_THAT(error, HasSubstr("HF_HUB_OFFLINE forbids to fetch it"));
  EXPECT_THAT(run.hub.heads(), IsEmpty());
}

TEST(Fetch, ProgressEndsAtTheWholeSizeInBothPhases) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(500000, 10));
  std::vector<hub::Progress> seen;
  run.session.watcher.on_progress = [&](const hub::Progress& progress) {
    seen.push_back(progress);
  };
  static_cast<void>(run.fetch("net.pth"));
  for (const auto phase : {hub::Phase::kFetching, hub::Phase::kChecking}) {
    std::uint64_t last = 0;
    for (const auto& progress : seen) {
      if (progress.phase != phase) continue;
      EXPECT_GE(progress.done, last);
      EXPECT_EQ(progress.total, 500000U);
      last = progress.done;
    }
    EXPECT_EQ(last, 500000U);
  }
}

TEST(Fetch, ManyAtOnceDownloadOnce) {
  HubRun run;
  const auto content = random_content(600000, 11);
  run.hub.add("org/net", "net.pth", content);
  run.hub.bend_storage(
      [](const ServedRequest&, int, Reply& reply) { reply.pause = std::chrono::milliseconds(10); });
  run.session.watcher.on_note = {};  // one list for all threads would need a lock
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&] {
      if (content_of(run.fetch("net.pth").entry.path.string()) == content) ++good;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 6);
  EXPECT_THAT(run.hub.storage_gets(), SizeIs(1));
}

TEST(Fetch, ADamagedBlobIsFetchedAgain) {
  HubRun run;
  const auto content = random_content(1000, 12);
  run.hub.add("org/net", "net.pth", content);
  fs::create_directories(run.blob("net.pth").parent_path());
  std::ofstream(run.blob("net.pth"), std::ios::binary) << random_content(1000, 13);
  EXPECT_EQ(content_of(run.fetch("net.pth").entry.path.string()), content);
  EXPECT_TRUE(run.noted("the copy of org/net/net.pth in the cache is damaged"));
}

TEST(Fetch, APinnedCommitIsAskedForWhateverTheBranchStandsFor) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 14));
  const hub::Expected pinned{run.hub.commit("org/net"), run.hub.etag("org/net", "net.pth"), 1000};
  run.hub.move_branch("org/net");
  const auto fetched = hub::fetch(run.session, {"org/net", "main", "net.pth"}, pinned);
  EXPECT_EQ(fetched.entry.commit, pinned.commit);
  EXPECT_EQ(run.hub.heads().front().target, "/org/net/resolve/" + pinned.commit + "/net.pth");
}

TEST(Fetch, OtherContentThanThePinnedIsRefusedBeforeItIsFetched) {
  HubRun run;
  run.hub.add("org/net", "net.pth", random_content(1000, 15));
  const hub::Expected pinned{run.hub.commit("org/net"), std::string(64, 'a'), 1000};
  try {
    static_cast<void>(hub::fetch(run.session, {"org/net", "main", "net.pth"}, pinned));
    FAIL() << "a file with another hash was taken";
  } catch (const hub::Error& error) {
    EXPECT_EQ(error.kind(), hub::ErrorKind::kMismatch);
    EXPECT_THAT(error.what(), HasSubstr("is not the file that weights.lock pins: its SHA-256 is " +
                                        run.hub.etag("org/net", "net.pth") + ", pinned is aaaa"));
  }
  EXPECT_THAT(run.hub.storage_gets(), IsEmpty());
}

}  // namespace
}  // namespace relievo::test
