// A session against the fake hub, with a cache of its own and little patience.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/hub/error.hpp"
#include "core/hub/fetch.hpp"
#include "tests/support/hub/fake_hub.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {

struct HubRun {
  HubRun() {
    session.environment.cache = temporary_dir() / "hub";
    session.environment.endpoint = hub.endpoint();
    session.environment.metadata_timeout = std::chrono::milliseconds(1500);
    session.environment.download_timeout = std::chrono::milliseconds(1500);
    session.patience.first_wait = std::chrono::milliseconds(5);
    session.patience.longest_wait = std::chrono::milliseconds(20);
    session.watcher.on_note = [this](const std::string& note) {
      notes.push_back(note);
    };
  }

  [[nodiscard]] hub::Fetched fetch(const std::string& file,
                                   const std::string& revision = "main") const {
    return hub::fetch(session, {"org/net", revision, file});
  }

  // What fetching fails with; empty if it does not.
  [[nodiscard]] std::string fetch_error(const hub::FileId& id,
                                        hub::ErrorKind* kind = nullptr) const {
    try {
      static_cast<void>(hub::fetch(session, id));
      return "";
    } catch (const hub::Error& error) {
      if (kind != nullptr) *kind = error.kind();
      return error.what();
    }
  }
  [[nodiscard]] std::string fetch_error(const std::string& file = "net.pth") const {
    return fetch_error({"org/net", "main", file});
  }

  [[nodiscard]] std::filesystem::path repo_folder() const {
    return session.environment.cache / "models--org--net";
  }
  [[nodiscard]] std::filesystem::path blob(const std::string& file) const {
    return repo_folder() / "blobs" / hub.etag("org/net", file);
  }
  // Names in blobs/.
  [[nodiscard]] std::vector<std::string> blobs() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(repo_folder() / "blobs", error))
      names.push_back(entry.path().filename().string());
    return names;
  }
  [[nodiscard]] bool noted(const std::string& part) const {
    for (const auto& note : notes)
      if (note.find(part) != std::string::npos) return true;
    return false;
  }

  FakeHub hub;
  hub::Session session;
  std::vector<std::string> notes;
};

}  // namespace relievo::test
