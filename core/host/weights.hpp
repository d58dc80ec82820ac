// Weights on this machine: found in the shared cache, checked against what was pinned the first
// time, fetched when asked to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/host/licences.hpp"
#include "core/host/log.hpp"
#include "core/host/manifest.hpp"
#include "core/hub/checked_files.hpp"
#include "core/hub/fetch.hpp"
#include "core/hub/weights_lock.hpp"

namespace relievo::host {

// What lies here and is what it should be.
struct WeightsFile {
  hub::Entry entry;
  std::string sha256;
  std::uint64_t size = 0;
  bool came = false;  // through the network, just now
};

// How a check of one file went.
struct WeightsCheck {
  bool is_here = false;
  bool is_right = false;
  std::string detail;  // what is wrong
};

// [main] Every hub::Error leaves as Failure: kWeights, kUsage for settings and names, kCancelled.
class Weights {
 public:
  Weights(hub::Session session, hub::WeightsLock lock, Consents consents, hub::CheckedFiles checked,
          Log& log);
  // The user's own cache, lock file and answers, with no watcher.
  [[nodiscard]] static Weights standard(Log& log, hub::Watcher watcher);

  // Nothing if it is not here; touches no network. The first time a file is found it is hashed and
  // pinned, and a file with other content than the pinned is refused.
  [[nodiscard]] std::optional<WeightsFile> find(const WeightSpec& spec) const;
  // Finds or fetches. update: what the revision stands for now, in place of what is pinned.
  [[nodiscard]] WeightsFile fetch(const WeightSpec& spec, bool update) const;
  // Bytes that a fetch would bring, as the hub says.
  [[nodiscard]] std::optional<std::uint64_t> ask_size(const WeightSpec& spec) const;
  // Hashes what is here, whatever was hashed before.
  [[nodiscard]] WeightsCheck verify(const WeightSpec& spec) const;
  // Returns the bytes that became free; the pin stays. Throws if it is not here.
  [[nodiscard]] std::uint64_t remove(const WeightSpec& spec) const;

  // Whether the licence stands in the way.
  [[nodiscard]] bool lacks_consent(const WeightSpec& spec) const;
  void give_consent(const WeightSpec& spec) const;

  [[nodiscard]] std::optional<hub::Pin> pin(const WeightSpec& spec) const;
  // Where it lies, unchecked; nothing if it is not here.
  [[nodiscard]] std::optional<hub::Entry> place(const WeightSpec& spec) const;
  // "host models fetch depth_x.depth:small --accept-licence": what to type.
  [[nodiscard]] std::string command(const std::string& verb, const WeightSpec& spec) const;
  // The page of the repository.
  [[nodiscard]] std::string page(const WeightSpec& spec) const;
  [[nodiscard]] const hub::WeightsLock& lock() const { return lock_; }
  [[nodiscard]] const std::filesystem::path& cache() const { return session_.environment.cache; }

 private:
  void pin_now(const WeightSpec& spec, const WeightsFile& file,
               const std::optional<hub::Pin>& before) const;
  [[nodiscard]] hub::Cache hub_cache() const;

  hub::Session session_;
  hub::WeightsLock lock_;
  Consents consents_;
  hub::CheckedFiles checked_;
  Log& log_;
};

}  // namespace relievo::host
