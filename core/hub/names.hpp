// Names that come from manifests, from configs and from the server. All of them end up in paths and
// URLs, so all of them are checked here before they go anywhere.
#pragma once

#include <string>
#include <string_view>

namespace relievo::hub {

// One file of one repository of models.
struct FileId {
  std::string repo;               // "organisation/name", or "name"
  std::string revision = "main";  // a branch, a tag, "refs/pr/1" or a commit
  std::string file;               // path in the repository, parts separated by '/'
};

// Throw Error(kBadName) that quotes the name and says what is wrong with it.
void check_repo(std::string_view repo);
void check_revision(std::string_view revision);
void check_file(std::string_view file);
void check(const FileId& id);

// 40 lower-case hexadecimal digits, as git names a commit.
[[nodiscard]] bool is_commit(std::string_view text);
// 64 lower-case hexadecimal digits: the hub's name for a large file is the SHA-256 of its content.
[[nodiscard]] bool is_sha256(std::string_view text);

// The ETag header without quotes and without the mark of a weak one, as the cache uses it for a
// file name. Throws Error(kServer) for one that cannot be a file name.
[[nodiscard]] std::string normalised_etag(std::string_view header);

// "models--organisation--name": the repository's folder in the cache.
[[nodiscard]] std::string repo_folder(std::string_view repo);

// {endpoint}/{repo}/resolve/{revision}/{file}, percent-encoded (RFC 3986); the '/' of a revision as
// well, those of the file not.
[[nodiscard]] std::string resolve_url(std::string_view endpoint, const FileId& id);
// The page where a person sees the repository.
[[nodiscard]] std::string repo_url(std::string_view endpoint, std::string_view repo);

// For messages: control characters as \xNN, at most 120 bytes.
[[nodiscard]] std::string shown(std::string_view text);

}  // namespace relievo::hub
