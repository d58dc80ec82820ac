#include "core/hub/names.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "core/hub/error.hpp"

namespace relievo::hub {
namespace {

constexpr std::size_t kLongestRepoPart = 96;  // the hub's own rule
constexpr std::size_t kLongestName = 255;     // of one part of a path, on every usual file system

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool is_lower_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

[[noreturn]] void refuse(const char* kind, std::string_view name, const std::string& fault) {
  throw Error(ErrorKind::kBadName,
              std::string("'") + shown(name) + "' is no " + kind + ": " + fault);
}

// The fault of a path of several parts; empty if there is none.
std::string path_fault(std::string_view path) {
  if (path.empty()) return "it is empty";
  if (path.front() == '/') return "it is an absolute path";
  for (const char c : path) {
    if (c == '\0') return "it has a NUL in it";
    if (c == '\\') return "it has a backslash in it";
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return "it has a control character in it";
  }
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    if (part.empty()) return "it has an empty part";
    if (part == "." || part == "..") return "it has a part '" + std::string(part) + "'";
    if (part.size() > kLongestName) return "it has a part of more than 255 bytes";
    begin = end + 1;
  }
  return "";
}

std::string encoded(std::string_view text, bool keep_slash) {
  std::string out;
  for (const char c : text) {
    if (is_word(c) || c == '-' || c == '.' || c == '~' || (keep_slash && c == '/')) {
      out += c;
      continue;
    }
    char hex[8];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += hex;
  }
  return out;
}

}  // namespace

void check_repo(std::string_view repo) {
  static constexpr const char* kKind = "repository";
  const auto fault = path_fault(repo);
  if (!fault.empty()) refuse(kKind, repo, fault);
  if (std::count(repo.begin(), repo.end(), '/') > 1)
    refuse(kKind, repo, "it has more than two parts");
  for (const char c : repo)
    if (!is_word(c) && c != '-' && c != '.' && c != '/')
      refuse(kKind, repo, "letters, digits, '-', '_', '.' and one '/' are allowed");
  if (repo.find("--") != std::string_view::npos || repo.find("..") != std::string_view::npos)
    refuse(kKind, repo, "'--' and '..' are not allowed");
  for (std::size_t begin = 0; begin <= repo.size();) {
    const auto end = std::min(repo.find('/', begin), repo.size());
    const auto part = repo.substr(begin, end - begin);
    if (part.size() > kLongestRepoPart) refuse(kKind, repo, "a part is longer than 96 characters");
    if (!is_word(part.front()) || !is_word(part.back()))
      refuse(kKind, repo, "a part begins and ends with a letter, a digit or '_'");
    begin = end + 1;
  }
}

void check_revision(std::string_view revision) {
  const auto fault = path_fault(revision);
  if (!fault.empty()) refuse("revision", revision, fault);
  if (revision.find("..") != std::string_view::npos)
    refuse("revision", revision, "'..' is not allowed");
}

void check_file(std::string_view file) {
  const auto fault = path_fault(file);
  if (!fault.empty()) refuse("file of a repository", file, fault);
}

void check(const FileId& id) {
  check_repo(id.repo);
  check_revision(id.revision);
  check_file(id.file);
}

bool is_commit(std::string_view text) {
  return is_lower_hex(text, 40);
}

bool is_sha256(std::string_view text) {
  return is_lower_hex(text, 64);
}

std::string normalised_etag(std::string_view header) {
  auto etag = header;
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    etag = etag.substr(1, etag.size() - 2);
  const bool plain = !etag.empty() && etag.size() <= 128 && is_word(etag.front()) &&
                     std::all_of(etag.begin(), etag.end(),
                                 [](char c) { return is_word(c) || c == '-' || c == '.'; });
  // "x.incomplete" is what unfinished files are called.
  if (!plain || etag.ends_with(".incomplete"))
    throw Error(ErrorKind::kServer,
                "the server's ETag '" + shown(header) + "' cannot be the name of a file");
  return std::string(etag);
}

std::string repo_folder(std::string_view repo) {
  std::string folder = "models--";
  for (const char c : repo) {
    if (c == '/')
      folder += "--";
    else
      folder += c;
  }
  return folder;
}

std::string resolve_url(std::string_view endpoint, const FileId& id) {
  return std::string(endpoint) + "/" + id.repo + "/resolve/" + encoded(id.revision, false) + "/" +
         encoded(id.file, true);
}

std::string repo_url(std::string_view endpoint, std::string_view repo) {
  return std::string(endpoint) + "/" + std::string(repo);
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 120;
  std::string out;
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
      continue;
    }
    char hex[8];
    std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned>(byte));
    out += hex;
  }
  if (text.size() > kMost) out += "...";
  return out;
}

}  // namespace relievo::hub
