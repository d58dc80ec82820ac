#include "core/host/weights.hpp"

#include <utility>

#include "core/host/failure.hpp"
#include "core/host/registry.hpp"
#include "core/host/user_folders.hpp"
#include "core/hub/cache.hpp"
#include "core/hub/digest.hpp"
#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

hub::FileId id_of(const WeightSpec& spec) {
  return {spec.repo, spec.revision, spec.file};
}

std::string label(const WeightSpec& spec) {
  return spec.repo + "/" + spec.file;
}

Failure as_failure(const hub::Error& error) {
  switch (error.kind()) {
    case hub::ErrorKind::kCancelled: return {ExitCode::kCancelled, error.what()};
    case hub::ErrorKind::kBadName:
    case hub::ErrorKind::kSetup: return {ExitCode::kUsage, error.what()};
    default: return {ExitCode::kWeights, error.what()};
  }
}

// The border between hub and host.
template <class Call>
auto through(Call&& call) {
  try {
    return call();
  } catch (const hub::Error& error) {
    throw as_failure(error);
  } catch (const fs::filesystem_error& error) {
    throw Failure(ExitCode::kWeights, error.what());
  }
}

}  // namespace

Weights::Weights(hub::Session session, hub::WeightsLock lock, Consents consents,
                 hub::CheckedFiles checked, Log& log)
    : session_(std::move(session)),
      lock_(std::move(lock)),
      consents_(std::move(consents)),
      checked_(std::move(checked)),
      log_(log) {
  if (!session_.watcher.on_note)
    session_.watcher.on_note = [&log](const std::string& note) {
      log.info(note);
    };
}

Weights Weights::standard(Log& log, hub::Watcher watcher) {
  return through([&] {
    hub::Session session;
    session.environment = hub::Environment::current();
    session.watcher = std::move(watcher);
    return Weights(std::move(session), hub::WeightsLock(hub::WeightsLock::standard_file()),
                   Consents(hub::config_folder(hub::process_variable) / "licences.json"),
                   hub::CheckedFiles(default_cache_root() / "checked_files.json"), log);
  });
}

hub::Cache Weights::hub_cache() const {
  return hub::Cache(session_.environment.cache, session_.environment.symlinks);
}

std::optional<hub::Pin> Weights::pin(const WeightSpec& spec) const {
  return through([&] { return lock_.find(id_of(spec)); });
}

std::optional<hub::Entry> Weights::place(const WeightSpec& spec) const {
  return through([&] {
    auto id = id_of(spec);
    hub::check(id);
    if (const auto pinned = lock_.find(id)) id.revision = pinned->commit;
    return hub_cache().find(id);
  });
}

std::optional<WeightsFile> Weights::find(const WeightSpec& spec) const {
  auto entry = place(spec);
  if (!entry) return std::nullopt;
  return through([&]() -> std::optional<WeightsFile> {
    const auto pinned = lock_.find(id_of(spec));
    WeightsFile file;
    file.entry = std::move(*entry);
    file.sha256 = checked_.sha256_of(file.entry.path, session_);
    file.size = fs::file_size(file.entry.path);
    const auto wanted = pinned                            ? pinned->sha256
                        : hub::is_sha256(file.entry.etag) ? file.entry.etag
                                                          : file.sha256;
    if (file.sha256 != wanted)
      throw Failure(ExitCode::kWeights,
                    file.entry.path.string() + " is damaged or was changed: its SHA-256 is " +
                        file.sha256 + ", " +
                        (pinned ? lock_.file().string() + " pins " : "the hub named it ") + wanted +
                        "; run: " + command("remove", spec) + ", then fetch it again");
    if (!pinned) pin_now(spec, file, pinned);
    return file;
  });
}

WeightsFile Weights::fetch(const WeightSpec& spec, bool update) const {
  const auto before = pin(spec);
  std::optional<hub::Expected> expected;
  if (before && !update) expected = {before->commit, before->sha256, before->size};
  return through([&] {
    try {
      const auto fetched = hub::fetch(session_, id_of(spec), expected);
      WeightsFile file;
      file.entry = fetched.entry;
      file.came = fetched.came;
      if (fetched.sha256.empty())
        file.sha256 = checked_.sha256_of(file.entry.path, session_);
      else
        checked_.remember(file.entry.path, file.sha256 = fetched.sha256);
      file.size = fs::file_size(file.entry.path);
      if (expected && file.sha256 != expected->sha256)
        throw hub::Error(hub::ErrorKind::kMismatch, file.entry.path.string() + " is not what " +
                                                        lock_.file().string() +
                                                        " pins: its SHA-256 is " + file.sha256 +
                                                        ", pinned is " + expected->sha256);
      pin_now(spec, file, before);
      return file;
    } catch (const hub::Error& error) {
      if (error.kind() != hub::ErrorKind::kMismatch || !expected) throw;
      throw hub::Error(error.kind(), std::string(error.what()) +
                                         "; if you trust the new file, run: " +
                                         command("fetch", spec) + " --update");
    }
  });
}

void Weights::pin_now(const WeightSpec& spec, const WeightsFile& file,
                      const std::optional<hub::Pin>& before) const {
  if (before && before->commit == file.entry.commit && before->sha256 == file.sha256) return;
  try {
    lock_.put({id_of(spec), file.entry.commit, file.sha256, file.size});
    if (before && before->sha256 != file.sha256)
      log_.info("pinned anew: " + label(spec) + " was SHA-256 " + before->sha256 + " at commit " +
                before->commit);
    log_.info("pinned " + label(spec) + " (" + spec.revision + "): commit " + file.entry.commit +
              ", SHA-256 " + file.sha256 + ", " + hub::size_text(file.size) + ", in " +
              lock_.file().string());
  } catch (const hub::Error& error) {
    if (error.kind() != hub::ErrorKind::kDisk) throw;
    log_.warn(std::string("what came is not pinned: ") + error.what());
  }
}

std::optional<std::uint64_t> Weights::ask_size(const WeightSpec& spec) const {
  const auto pinned = pin(spec);
  if (pinned) return pinned->size;
  return through([&] { return hub::ask_size(session_, id_of(spec)); });
}

WeightsCheck Weights::verify(const WeightSpec& spec) const {
  const auto entry = place(spec);
  if (!entry) return {false, false, "not on this machine"};
  return through([&]() -> WeightsCheck {
    const auto pinned = lock_.find(id_of(spec));
    const auto sha256 = checked_.hash_again(entry->path, session_);
    if (pinned && sha256 != pinned->sha256)
      return {true, false, "its SHA-256 is " + sha256 + ", pinned is " + pinned->sha256};
    if (hub::is_sha256(entry->etag) && sha256 != entry->etag)
      return {true, false, "its SHA-256 is " + sha256 + ", the hub named it " + entry->etag};
    if (hub::is_commit(entry->etag) &&
        !hub::matches(entry->etag, hub::digests_of(entry->path, true)))
      return {true, false, "its content is not what git names " + entry->etag};
    return {true, true, pinned ? "" : "not pinned yet"};
  });
}

std::uint64_t Weights::remove(const WeightSpec& spec) const {
  const auto entry = place(spec);
  if (!entry)
    throw Failure(ExitCode::kWeights,
                  label(spec) + " is not on this machine, so there is nothing to remove");
  return through([&] {
    const auto cache = hub_cache();
    // Nobody may be making this blob meanwhile.
    const auto lock =
        hub::FileLock::take(cache.lock(spec.repo, entry->etag.empty() ? "file" : entry->etag),
                            [&] { session_.check_cancelled(); });
    return cache.remove(spec.repo, *entry);
  });
}

bool Weights::lacks_consent(const WeightSpec& spec) const {
  return needs_consent(spec.licence) &&
         !through([&] { return consents_.has(spec.repo, spec.licence); });
}

void Weights::give_consent(const WeightSpec& spec) const {
  if (!lacks_consent(spec)) return;
  through([&] { consents_.give(spec.repo, spec.licence); });
  log_.info("noted in " + consents_.file().string() + ": you accept " + spec.licence + " for " +
            spec.repo);
}

std::string Weights::command(const std::string& verb, const WeightSpec& spec) const {
  auto text = log_.program() + " models " + verb + " ";
  if (!spec.model.empty()) {
    text += spec.model;
  } else {
    text += spec.repo + " --file '" + spec.file + "'";
    if (spec.revision != "main") text += " --revision " + spec.revision;
  }
  if (verb == "fetch" && lacks_consent(spec)) text += " --accept-licence";
  return text;
}

std::string Weights::page(const WeightSpec& spec) const {
  return hub::repo_url(session_.environment.endpoint, spec.repo);
}

}  // namespace relievo::host
