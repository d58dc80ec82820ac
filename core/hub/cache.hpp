// The cache of Hugging Face's client on this machine: which file lies where.
//
//   models--org--name/blobs/ETAG                 the content
//   models--org--name/snapshots/COMMIT/path      a relative link to it
//   models--org--name/refs/REVISION              the commit that a branch or tag stood for
//   .locks/models--org--name/ETAG.lock           held while a blob is made
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/hub/names.hpp"

namespace relievo::hub {

// A file that is here.
struct Entry {
  std::filesystem::path
      path;  // in snapshots/: absolute, and ends as the file is called in the repository
  std::string commit;
  std::string etag;  // the blob's name; empty where snapshots holds the file itself
};

// Names given to its functions must have been checked (names.hpp).
class Cache {
 public:
  // symlinks: false puts the files themselves into snapshots/.
  explicit Cache(std::filesystem::path root, bool symlinks = true);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path repo(const std::string& repo) const;
  [[nodiscard]] std::filesystem::path blob(const std::string& repo, const std::string& etag) const;
  [[nodiscard]] std::filesystem::path snapshot(const std::string& repo, const std::string& commit,
                                               const std::string& file) const;
  [[nodiscard]] std::filesystem::path lock(const std::string& repo, const std::string& etag) const;

  // The commit that refs/ has for a revision; a commit stands for itself.
  [[nodiscard]] std::optional<std::string> commit_of(const std::string& repo,
                                                     const std::string& revision) const;
  // Nothing if it is not here. Touches no network.
  [[nodiscard]] std::optional<Entry> find(const FileId& id) const;

  // The folder, and the mark that tells backup programs to leave it out.
  void prepare() const;
  // Makes snapshots/COMMIT/file lead to the blob; the blob is moved there if links cannot be made.
  // Throws Error(kDisk).
  void link(const std::string& repo, const std::string& commit, const std::string& file,
            const std::string& etag) const;
  // Notes what a branch or tag stands for; a commit needs no note.
  void note_revision(const std::string& repo, const std::string& revision,
                     const std::string& commit) const;
  // Notes that a commit lacks a file.
  void note_absent(const std::string& repo, const std::string& commit,
                   const std::string& file) const;

  // Every snapshots/COMMIT/... that leads to the blob.
  [[nodiscard]] std::vector<std::filesystem::path> links_to(const std::string& repo,
                                                            const std::string& etag) const;
  // Takes the link away, and the blob with it if nothing else leads there. Returns the bytes that
  // became free.
  std::uint64_t remove(const std::string& repo, const Entry& entry) const;

 private:
  std::filesystem::path root_;
  bool symlinks_;
};

}  // namespace relievo::hub
