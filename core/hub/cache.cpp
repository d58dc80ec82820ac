#include "core/hub/cache.hpp"

#include <system_error>

#include "core/hub/error.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;
namespace {

// The signature is that of the Cache Directory Tagging Specification.
constexpr const char* kCacheTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Files here can be fetched again; backups need not keep them. See "
    "https://bford.info/cachedir/\n";

[[noreturn]] void disk_error(const std::string& what, const std::error_code& error) {
  throw Error(ErrorKind::kDisk, what + ": " + error.message());
}

bool is_here(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored);
}

// The blob that a link of the cache names; empty for anything else.
std::string etag_of(const fs::path& link) {
  std::error_code ignored;
  if (!fs::is_symlink(link, ignored)) return "";
  const auto target = fs::read_symlink(link, ignored);
  return target.parent_path().filename() == "blobs" ? target.filename().string() : "";
}

}  // namespace

Cache::Cache(fs::path root, bool symlinks) : root_(std::move(root)), symlinks_(symlinks) {}

fs::path Cache::repo(const std::string& repo) const {
  return root_ / repo_folder(repo);
}

fs::path Cache::blob(const std::string& repo, const std::string& etag) const {
  return this->repo(repo) / "blobs" / etag;
}

fs::path Cache::snapshot(const std::string& repo, const std::string& commit,
                         const std::string& file) const {
  return this->repo(repo) / "snapshots" / commit / file;
}

fs::path Cache::lock(const std::string& repo, const std::string& etag) const {
  return root_ / ".locks" / repo_folder(repo) / (etag + ".lock");
}

std::optional<std::string> Cache::commit_of(const std::string& repo,
                                            const std::string& revision) const {
  if (is_commit(revision)) return revision;
  const auto note = this->repo(repo) / "refs" / revision;
  if (!is_here(note)) return std::nullopt;
  auto text = read_whole(note);
  while (text && text->ends_with('\n')) text->pop_back();
  if (!text || !is_commit(*text)) return std::nullopt;
  return text;
}

std::optional<Entry> Cache::find(const FileId& id) const {
  const auto commit = commit_of(id.repo, id.revision);
  if (!commit) return std::nullopt;
  auto path = snapshot(id.repo, *commit, id.file);
  if (!is_here(path)) return std::nullopt;
  auto etag = etag_of(path);
  return Entry{std::move(path), *commit, std::move(etag)};
}

void Cache::prepare() const {
  const auto tag = root_ / "CACHEDIR.TAG";
  if (is_here(tag)) return;
  write_whole(tag, kCacheTag);
}

void Cache::link(const std::string& repo, const std::string& commit, const std::string& file,
                 const std::string& etag) const {
  const auto path = snapshot(repo, commit, file);
  const auto content = blob(repo, etag);
  make_folder_of(path);
  std::error_code error;
  if (symlinks_) {
    // Beside and renamed: whoever looks sees the old link or the new one, never none.
    const auto temporary = beside(path);
    fs::create_symlink(content.lexically_relative(path.parent_path()), temporary, error);
    if (!error) {
      fs::rename(temporary, path, error);
      if (!error) return;
      std::error_code ignored;
      fs::remove(temporary, ignored);
      disk_error("cannot make the link " + path.string(), error);
    }
  }
  fs::rename(content, path, error);
  if (error) disk_error("cannot move " + content.string() + " to " + path.string(), error);
}

void Cache::note_revision(const std::string& repo, const std::string& revision,
                          const std::string& commit) const {
  if (revision == commit || commit_of(repo, revision) == commit) return;
  write_whole(this->repo(repo) / "refs" / revision, commit);
}

void Cache::note_absent(const std::string& repo, const std::string& commit,
                        const std::string& file) const {
  const auto note = this->repo(repo) / ".no_exist" / commit / file;
  if (!is_here(note)) write_whole(note, "");
}

std::vector<fs::path> Cache::links_to(const std::string& repo, const std::string& etag) const {
  std::vector<fs::path> links;
  std::error_code error;
  for (fs::recursive_directory_iterator at(this->repo(repo) / "snapshots", error), end;
       !error && at != end; at.increment(error))
    if (etag_of(at->path()) == etag) links.push_back(at->path());
  return links;
}

std::uint64_t Cache::remove(const std::string& repo, const Entry& entry) const {
  std::error_code error;
  auto content = entry.path;
  bool last = true;
  if (!entry.etag.empty()) {
    content = blob(repo, entry.etag);
    last = links_to(repo, entry.etag).size() <= 1;
  }
  const auto size = fs::file_size(content, error);
  error.clear();
  fs::remove(entry.path, error);
  if (!error && last) fs::remove(content, error);
  if (error) disk_error("cannot remove " + entry.path.string(), error);
  // Folders that this left empty, up to snapshots/ itself.
  const auto top = this->repo(repo) / "snapshots";
  for (auto folder = entry.path.parent_path(); folder != top; folder = folder.parent_path()) {
    fs::remove(folder, error);  // does nothing for one that still holds something
    if (error) break;
  }
  return last ? size : 0;
}

}  // namespace relievo::hub
