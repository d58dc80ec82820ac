#include "core/hub/fetch.hpp"

#include <filesystem>
#include <system_error>

#include "core/hub/digest.hpp"
#include "core/hub/download.hpp"
#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"
#include "core/hub/incomplete.hpp"
#include "core/hub/metadata.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;
namespace {

std::string name_of(const FileId& id) {
  return id.repo + "/" + id.file;
}

[[noreturn]] void refuse(const FileId& id, const std::string& what, const std::string& got,
                         const std::string& wanted) {
  throw Error(ErrorKind::kMismatch, name_of(id) + " at commit " + id.revision +
                                        " is not the file that weights.lock pins: " + what +
                                        " is " + got + ", pinned is " + wanted);
}

class Fetch {
 public:
  Fetch(const Session& session, FileId id, const std::optional<Expected>& expected)
      : session_(session),
        id_(std::move(id)),
        expected_(expected),
        cache_(session.environment.cache, session.environment.symlinks) {}

  Fetched run() {
    if (auto here = look_here()) return {std::move(*here), false, ""};
    const auto facts = ask();
    check_facts(facts);
    const FileId at_commit{id_.repo, facts.commit, id_.file};
    if (auto here = cache_.find(at_commit)) {
      cache_.note_revision(id_.repo, id_.revision, facts.commit);
      return {std::move(*here), false, ""};
    }
    cache_.prepare();
    const bool came = make_blob(facts);
    cache_.link(id_.repo, facts.commit, id_.file, facts.etag);
    cache_.note_revision(id_.repo, id_.revision, facts.commit);
    auto entry = cache_.find(at_commit);
    if (!entry)
      throw Error(ErrorKind::kDisk, cache_.snapshot(id_.repo, facts.commit, id_.file).string() +
                                        " was made and is gone again");
    return {std::move(*entry), came, last_.sha256};
  }

 private:
  // A commit never changes, so what is here of it is right; a branch may have moved, unless nobody
  // may be asked.
  std::optional<Entry> look_here() {
    if (!is_commit(id_.revision) && !session_.environment.offline) return std::nullopt;
    auto here = cache_.find(id_);
    if (here || !session_.environment.offline) return here;
    throw Error(ErrorKind::kOffline, name_of(id_) + " (revision " + shown(id_.revision) +
                                         ") is not in " + cache_.root().string() +
                                         ", and HF_HUB_OFFLINE forbids to fetch it; unset it, or "
                                         "copy the file there from another machine");
  }

  Metadata ask() const {
    try {
      return ask_metadata(session_, id_);
    } catch (const EntryAbsent& absent) {
      if (is_commit(absent.commit())) cache_.note_absent(id_.repo, absent.commit(), id_.file);
      throw;
    }
  }

  void check_facts(const Metadata& facts) const {
    if (is_commit(id_.revision) && facts.commit != id_.revision)
      throw Error(ErrorKind::kMismatch, name_of(id_) + ": commit " + id_.revision +
                                            " was asked for, and the hub answers with " +
                                            facts.commit);
    if (!expected_) return;
    if (is_sha256(facts.etag) && facts.etag != expected_->sha256)
      refuse(id_, "its SHA-256", facts.etag, expected_->sha256);
    if (facts.size && *facts.size != expected_->size)
      refuse(id_, "its size", std::to_string(*facts.size) + " bytes",
             std::to_string(expected_->size));
  }

  // Returns whether it came through the network.
  bool make_blob(const Metadata& facts) const {
    const auto blob = cache_.blob(id_.repo, facts.etag);
    bool told = false;
    const auto lock = FileLock::take(cache_.lock(id_.repo, facts.etag), [&] {
      session_.check_cancelled();
      if (!told) session_.note("another process fetches " + name_of(id_) + "; waiting for it");
      told = true;
    });
    std::error_code ignored;
    if (fs::is_regular_file(blob, ignored)) {
      if (is_right(blob, facts)) return false;
      session_.note("the copy of " + name_of(id_) + " in the cache is damaged; fetching it again");
    }
    auto incomplete = Incomplete::open_for(blob);
    const bool resumed = incomplete.size() > 0;
    download(session_, id_, facts, incomplete);
    bool right = is_right(incomplete.path(), facts);
    if (!right && resumed) {
      session_.note(
          name_of(id_) +
          ": what an earlier run left does not fit what came now; fetching all of it again");
      incomplete.clear();
      download(session_, id_, facts, incomplete);
      right = is_right(incomplete.path(), facts);
    }
    check_content(incomplete, facts, right);
    incomplete.publish(blob);
    return true;
  }

  Digests digests(const fs::path& file, const Metadata& facts) const {
    Meter meter(session_, Phase::kChecking, id_.file, facts.size.value_or(0));
    auto digests = digests_of(file, !is_sha256(facts.etag), [&](std::uint64_t done) {
      session_.check_cancelled();
      meter.show(done);
    });
    meter.show_last(digests.size);
    return digests;
  }

  bool is_right(const fs::path& file, const Metadata& facts) const {
    std::error_code error;
    if (facts.size && fs::file_size(file, error) != *facts.size) return false;
    last_ = digests(file, facts);
    return matches(facts.etag, last_);
  }

  void check_content(Incomplete& incomplete, const Metadata& facts, bool right) const {
    if (!right) {
      incomplete.discard();
      throw Error(ErrorKind::kMismatch,
                  name_of(id_) + " came damaged: its hash is " +
                      (is_sha256(facts.etag) ? last_.sha256 : last_.git_blob) +
                      ", the hub promised " + facts.etag +
                      "; nothing of it was kept, run it again");
    }
    if (expected_ && last_.sha256 != expected_->sha256) {
      incomplete.discard();
      refuse(id_, "its SHA-256", last_.sha256, expected_->sha256);
    }
  }

  const Session& session_;
  const FileId id_;
  const std::optional<Expected>& expected_;
  const Cache cache_;
  mutable Digests last_;  // of the content that was looked at last
};

}  // namespace

Fetched fetch(const Session& session, const FileId& id, const std::optional<Expected>& expected) {
  check(id);
  FileId wanted = id;
  if (expected) wanted.revision = expected->commit;
  return Fetch(session, std::move(wanted), expected).run();
}

std::optional<std::uint64_t> ask_size(const Session& session, const FileId& id) {
  check(id);
  return ask_metadata(session, id).size;
}

}  // namespace relievo::hub
