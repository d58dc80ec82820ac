// What is checked before any disk or network is touched: names, settings, times, the cache's own
// notes.
#include "core/hub/names.hpp"

#include <filesystem>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hub/cache.hpp"
#include "core/hub/checked_files.hpp"
#include "core/hub/digest.hpp"
#include "core/hub/environment.hpp"
#include "core/hub/error.hpp"
#include "core/hub/retry.hpp"
#include "core/hub/url.hpp"
#include "core/hub/weights_lock.hpp"
#include "core/hub/whole_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
    return "";
  } catch (const hub::Error& error) {
    return error.what();
  }
}

TEST(HubNames, NamesThatCouldLeadOutOfTheCacheAreRefused) {
  const std::string nul("a\0b", 3);
  for (const auto& file :
       std::vector<std::string>{"", "/a", "../a", "a/../b", "a/..", ".", "a//b", "a/", "a\\b", nul,
                                "a\nb", std::string(300, 'x')})
    EXPECT_THAT(error_of([&] { hub::check_file(file); }),
                HasSubstr("is no file of a repository: it "))
        << file;
  for (const auto* repo :
       {"", "/a", "a/b/c", "..", "a/..", "a--b/c", "a b/c", "-a/b", "a/b.", "a/b?c", "a\\b"})
    EXPECT_THAT(error_of([&] { hub::check_repo(repo); }), HasSubstr("is no repository: ")) << repo;
  for (const auto* revision : {"", "..", "a..b", "/main", "a//b", "a\x7f"})
    EXPECT_THAT(error_of([&] { hub::check_revision(revision); }), HasSubstr("is no revision: "))
        << revision;
  EXPECT_EQ(error_of([&] { hub::check_file(nul); }),
            "'a\\x00b' is no file of a repository: it has a NUL in it");
}

TEST(HubNames, OrdinaryNamesPass) {
  for (const auto* repo : {"depth-anything/Depth-Anything-V2-Small", "gpt2", "a_b/c.d-e"})
    EXPECT_NO_THROW(hub::check_repo(repo));
  for (const auto* revision :
       {"main", "refs/pr/1", "v1.0", "0123456789012345678901234567890123456789"})
    EXPECT_NO_THROW(hub::check_revision(revision));
  for (const auto* file : {"model.safetensors", "a/b/c.pth", "..a", "a..b", "ein Netz.pth"})
    EXPECT_NO_THROW(hub::check_file(file));
}

TEST(HubNames, AddressesKeepAnotherHostOutOfTheFileName) {
  EXPECT_EQ(hub::resolve_url("https://huggingface.co", {"a/b", "refs/pr/1", "c d/e?f#g%.pth"}),
            "https://huggingface.co/a/b/resolve/refs%2Fpr%2F1/c%20d/e%3Ff%23g%25.pth");
}

TEST(HubNames, OriginsDifferInSchemeHostOrPort) {
  EXPECT_EQ(hub::origin_of("https://HuggingFace.co/a"),
            hub::origin_of("https://huggingface.co:443/b?c"));
  for (const auto* other :
       {"http://huggingface.co", "https://huggingface.co:444", "https://huggingface.co.evil.org",
        "https://huggingface.co@evil.org", "https://cdn.huggingface.co"})
    EXPECT_NE(hub::origin_of(other), hub::origin_of("https://huggingface.co")) << other;
  EXPECT_THAT(
      error_of([] { static_cast<void>(hub::redirected("https://a.org/x", "http://a.org/y")); }),
      HasSubstr("redirects from https to plain http"));
  EXPECT_EQ(hub::redirected("https://a.org/x/y", "/z?q=1"), "https://a.org/z?q=1");
}

TEST(HubNames, WaitsAreSecondsOrDates) {
  hub::HttpResponse response;
  EXPECT_FALSE(hub::asked_wait(response, 0));
  response.headers["retry-after"] = "7";
  EXPECT_EQ(hub::asked_wait(response, 0), std::chrono::seconds(7));
  response.headers["retry-after"] = "Thu, 01 Jan 1970 00:02:00 GMT";
  EXPECT_EQ(hub::asked_wait(response, 100), std::chrono::seconds(20));
  EXPECT_EQ(hub::asked_wait(response, 500), std::chrono::seconds(0));
  response.headers["retry-after"] = "99999999999";
  EXPECT_EQ(hub::asked_wait(response, 0), std::chrono::seconds(86400));
  response.headers["retry-after"] = "soon";
  EXPECT_FALSE(hub::asked_wait(response, 0));
}

TEST(HubNames, SizesAreShort) {
  EXPECT_EQ(hub::size_text(0), "0 bytes");
  EXPECT_EQ(hub::size_text(999), "999 bytes");
  EXPECT_EQ(hub::size_text(1340000000), "1.34 GB");
  EXPECT_EQ(hub::size_text(999999999), "1.00 GB");
  EXPECT_EQ(hub::size_text(98765432), "98.8 MB");
}

// ---- settings

hub::Environment environment(const std::map<std::string, std::string>& variables) {
  return hub::Environment::read([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(HubEnvironment, TheCacheIsWherePythonsClientHasIt) {
  EXPECT_EQ(environment({{"HOME", "/h"}}).cache, "/h/.cache/huggingface/hub");
  EXPECT_EQ(environment({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/x"}}).cache, "/x/huggingface/hub");
  EXPECT_EQ(environment({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/x"}, {"HF_HOME", "~/hf"}}).cache,
            "/h/hf/hub");
  EXPECT_EQ(environment({{"HOME", "/h"}, {"HF_HOME", "${DATA}/hf"}, {"DATA", "/d"}}).cache,
            "/d/hf/hub");
  EXPECT_EQ(environment({{"HF_HOME", "/hf"}, {"HUGGINGFACE_HUB_CACHE", "/old"}}).cache, "/old");
  EXPECT_EQ(environment({{"HF_HOME", "/hf"},
                         {"HUGGINGFACE_HUB_CACHE", "/old"},
                         {"HF_HUB_CACHE", "$D/new"},
                         {"D", "/e"}})
                .cache,
            "/e/new");
}

TEST(HubEnvironment, TheTokenComesFromTheVariableOrTheFile) {
  const auto home = temporary_dir();
  std::ofstream(home / "token") << " hf_of_the_file \n";
  const std::map<std::string, std::string> base{{"HF_HOME", home.string()}};
  EXPECT_EQ(environment(base).token, "hf_of_the_file");
  auto with = base;
  with["HF_TOKEN"] = "hf_of_the_variable\n";
  EXPECT_EQ(environment(with).token, "hf_of_the_variable");
  with["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
  EXPECT_EQ(environment(with).token, "");
  auto other = base;
  std::ofstream(home / "another") << "hf_another";
  other["HF_TOKEN_PATH"] = (home / "another").string();
  EXPECT_EQ(environment(other).token, "hf_another");
  EXPECT_THAT(error_of([] {
                static_cast<void>(environment({{"HF_TOKEN", "hf_x\r\nHost: evil"}}));
              }),
              HasSubstr("the token from HF_TOKEN has blanks or other characters in it"));
}

TEST(HubEnvironment, SwitchesAndTimes) {
  EXPECT_TRUE(environment({{"HF_HUB_OFFLINE", "yes"}}).offline);
  EXPECT_TRUE(environment({{"TRANSFORMERS_OFFLINE", "1"}}).offline);
  EXPECT_FALSE(environment({{"HF_HUB_OFFLINE", "0"}, {"TRANSFORMERS_OFFLINE", "1"}}).offline);
  EXPECT_FALSE(environment({{"HF_HUB_DISABLE_SYMLINKS", "1"}}).symlinks);
  EXPECT_EQ(environment({{"HF_HUB_DOWNLOAD_TIMEOUT", "30"}}).download_timeout,
            std::chrono::seconds(30));
  EXPECT_EQ(environment({}).metadata_timeout, std::chrono::seconds(10));
  EXPECT_EQ(environment({{"HF_ENDPOINT", "https://mirror.org/"}}).endpoint, "https://mirror.org");
  EXPECT_EQ(error_of([] {
              static_cast<void>(environment({{"HF_ENDPOINT", "ftp://x"}}));
            }),
            "HF_ENDPOINT is 'ftp://x'; it must begin with https:// or http://");
  EXPECT_THAT(error_of([] {
                static_cast<void>(environment({{"HF_HUB_ETAG_TIMEOUT", "soon"}}));
              }),
              HasSubstr("HF_HUB_ETAG_TIMEOUT is 'soon'; it must be seconds"));
}

// ---- files

TEST(HubFiles, HashesAreThoseOfTheStandardsExamples) {
  const auto file = temporary_dir() / "abc";
  std::ofstream(file) << "abc";
  const auto digests = hub::digests_of(file, true);
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(digests.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // What `printf abc | git hash-object --stdin` prints.
  EXPECT_EQ(digests.git_blob, "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f");
}

TEST(HubFiles, AFileIsHashedAgainOnlyWhenItChanged) {
  const auto folder = temporary_dir();
  std::ofstream(folder / "net") << "one";
  const hub::CheckedFiles checked(folder / "checked.json");
  int hashed = 0;
  hub::Session session;
  session.watcher.on_progress = [&](const hub::Progress& progress) {
    hashed += progress.done == progress.total ? 1 : 0;
  };
  const auto first = checked.sha256_of(folder / "net", session);
  const int once = hashed;
  EXPECT_GT(once, 0);
  EXPECT_EQ(checked.sha256_of(folder / "net", session), first);
  EXPECT_EQ(hashed, once);
  std::ofstream(folder / "net") << "two";
  fs::last_write_time(folder / "net",
                      fs::last_write_time(folder / "net") + std::chrono::seconds(1));
  EXPECT_NE(checked.sha256_of(folder / "net", session), first);
}

TEST(HubFiles, APinIsKeptReplacedAndForgotten) {
  const hub::WeightsLock lock(temporary_dir() / "deep/weights.lock");
  const hub::FileId id{"org/net", "main", "net.pth"};
  EXPECT_FALSE(lock.find(id));
  lock.put({id, std::string(40, 'a'), std::string(64, 'b'), 5});
  lock.put({{"org/net", "v2", "net.pth"}, std::string(40, 'c'), std::string(64, 'd'), 6});
  lock.put({id, std::string(40, 'e'), std::string(64, 'f'), 7});
  ASSERT_THAT(lock.all(), SizeIs(2));
  EXPECT_EQ(lock.find(id)->commit, std::string(40, 'e'));
  EXPECT_EQ(lock.find(id)->size, 7U);
  lock.forget(id);
  EXPECT_FALSE(lock.find(id));
  EXPECT_THAT(lock.all(), SizeIs(1));
}

TEST(HubFiles, ALockFileThatIsNotUnderstoodIsNotGuessedAt) {
  const auto file = temporary_dir() / "weights.lock";
  const hub::WeightsLock lock(file);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{", "is not valid JSON"},
      {R"({"version": 2, "weights": []})", "it is of version 2, this program reads version 1"},
      {R"({"version": 1, "weights": [{"repo": "../x", "revision": "main", "file": "a", "commit": "", "sha256": "", "size": 1}]})",
       "'../x' is no repository"},
      {R"({"version": 1, "weights": [{"repo": "a/x", "revision": "main", "file": "a", "commit": "zz", "sha256": "", "size": 1}]})",
       "'zz' is no commit"}};
  for (const auto& [text, fault] : cases) {
    hub::write_whole(file, text);
    const auto error = error_of([&] { static_cast<void>(lock.all()); });
    EXPECT_THAT(error, HasSubstr(fault));
    EXPECT_THAT(error, HasSubstr("mend it, or remove it to pin all weights anew"));
  }
}

TEST(HubFiles, RemovingKeepsContentThatAnotherRevisionNeeds) {
  const hub::Cache cache(temporary_dir() / "hub");
  const std::string etag(64, 'e');
  hub::write_whole(cache.blob("org/net", etag), "content");
  const std::string one(40, '1');
  const std::string two(40, '2');
  cache.link("org/net", one, "a/net.pth", etag);
  cache.link("org/net", two, "net.pth", etag);
  EXPECT_EQ(cache.remove("org/net", *cache.find({"org/net", one, "a/net.pth"})), 0U);
  EXPECT_FALSE(fs::exists(cache.repo("org/net") / "snapshots" / one));
  EXPECT_EQ(cache.remove("org/net", *cache.find({"org/net", two, "net.pth"})), 7U);
  EXPECT_FALSE(fs::exists(cache.blob("org/net", etag)));
}

TEST(HubFiles, ARefThatHoldsNonsenseStandsForNothing) {
  const hub::Cache cache(temporary_dir() / "hub");
  hub::write_whole(cache.repo("org/net") / "refs/main", "../../../etc");
  EXPECT_FALSE(cache.commit_of("org/net", "main"));
}

}  // namespace
}  // namespace relievo::test
