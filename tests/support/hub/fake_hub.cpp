#include "tests/support/hub/fake_hub.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "core/hub/digest.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

hub::Digests digests_of_text(const std::string& text) {
  const auto file = temporary_dir() / "content";
  std::ofstream(file, std::ios::binary) << text;
  return hub::digests_of(file, true);
}

std::string new_commit() {
  static std::atomic<unsigned> next{1};
  char text[48];
  std::snprintf(text, sizeof text, "%08xc0ffee00c0ffee00c0ffee00c0ffee00", next++);
  return text;
}

Reply refusal(int status, const std::string& code, const std::string& message) {
  Reply reply;
  reply.status = status;
  if (!code.empty()) reply.set("X-Error-Code", code);
  reply.set("X-Error-Message", message);
  reply.body = std::make_shared<std::string>(message);
  return reply;
}

// Cuts the body to what "Range: bytes=N-" asks for.
void serve_range(const ServedRequest& request, Reply& reply) {
  const auto range = request.header("range");
  if (!range.starts_with("bytes=")) return;
  const auto begin = static_cast<std::size_t>(std::strtoull(range.c_str() + 6, nullptr, 10));
  const auto size = reply.body->size();
  if (begin >= size) {
    reply.status = 416;
    reply.set("Content-Range", "bytes */" + std::to_string(size));
    reply.body = std::make_shared<std::string>();
    return;
  }
  reply.status = 206;
  reply.begin = begin;
  reply.set("Content-Range", "bytes " + std::to_string(begin) + "-" + std::to_string(size - 1) +
                                 "/" + std::to_string(size));
}

}  // namespace

FakeHub::FakeHub() {
  storage_ = std::make_unique<HttpServer>(
      [this](const ServedRequest& request) { return storage_reply(request); });
  hub_ = std::make_unique<HttpServer>(
      [this](const ServedRequest& request) { return hub_reply(request); });
}

std::string FakeHub::endpoint() const {
  return "http://127.0.0.1:" + std::to_string(hub_->port());
}

void FakeHub::add(const std::string& repo, const std::string& file, const std::string& content,
                  bool large) {
  const auto digests = digests_of_text(content);
  const std::lock_guard lock(mutex_);
  auto& entry = repos_[repo];
  if (entry.commit.empty()) entry.commit = new_commit();
  entry.files[file] = {std::make_shared<std::string>(content), large,
                       large ? digests.sha256 : digests.git_blob};
}

void FakeHub::move_branch(const std::string& repo) {
  const std::lock_guard lock(mutex_);
  auto& entry = repos_.at(repo);
  entry.older.push_back(entry.commit);
  entry.commit = new_commit();
}

void FakeHub::gate(const std::string& repo, const std::string& token) {
  const std::lock_guard lock(mutex_);
  repos_.at(repo).token = token;
}

void FakeHub::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  repos_[from].renamed_to = to;
}

std::string FakeHub::commit(const std::string& repo) const {
  const std::lock_guard lock(mutex_);
  return repos_.at(repo).commit;
}

std::string FakeHub::etag(const std::string& repo, const std::string& file) const {
  const std::lock_guard lock(mutex_);
  return repos_.at(repo).files.at(file).etag;
}

void FakeHub::bend_heads(Bend bend) {
  heads_.bend = std::move(bend);
}
void FakeHub::bend_gets(Bend bend) {
  gets_.bend = std::move(bend);
}
void FakeHub::bend_storage(Bend bend) {
  storage_gets_.bend = std::move(bend);
}

std::vector<ServedRequest> FakeHub::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_.requests;
}
std::vector<ServedRequest> FakeHub::gets() const {
  const std::lock_guard lock(mutex_);
  return gets_.requests;
}
std::vector<ServedRequest> FakeHub::storage_gets() const {
  const std::lock_guard lock(mutex_);
  return storage_gets_.requests;
}

void FakeHub::forget_requests() {
  const std::lock_guard lock(mutex_);
  for (auto* kind : {&heads_, &gets_, &storage_gets_}) kind->requests.clear();
}

void FakeHub::bend(Kind& kind, const ServedRequest& request, Reply& reply) {
  int nth = 0;
  {
    const std::lock_guard lock(mutex_);
    nth = static_cast<int>(kind.requests.size());
    kind.requests.push_back(request);
  }
  if (kind.bend) kind.bend(request, nth, reply);
}

Reply FakeHub::hub_reply(const ServedRequest& request) {
  auto reply = plain_reply(request);
  bend(request.method == "HEAD" ? heads_ : gets_, request, reply);
  return reply;
}

// /REPO/resolve/REVISION/FILE
Reply FakeHub::plain_reply(const ServedRequest& request) const {
  const std::lock_guard lock(mutex_);
  const auto mark = request.target.find("/resolve/");
  if (mark == std::string::npos) return refusal(404, "", "no such page");
  const auto repo_name = decoded(request.target.substr(1, mark - 1));
  const auto rest = request.target.substr(mark + 9);
  const auto slash = rest.find('/');
  const auto revision = decoded(rest.substr(0, slash));
  const auto file_name = decoded(rest.substr(slash + 1));
  const auto repo = repos_.find(repo_name);
  if (repo == repos_.end()) return refusal(401, "RepoNotFound", "Repository not found");
  const auto& entry = repo->second;
  if (!entry.renamed_to.empty()) {
    Reply reply;
    reply.status = 307;
    reply.set("Location", "/" + entry.renamed_to + request.target.substr(mark));
    return reply;
  }
  if (!entry.token.empty() && request.header("authorization") != "Bearer " + entry.token)
    return refusal(request.header("authorization").empty() ? 401 : 403, "GatedRepo",
                   "Access to model " + repo_name + " is restricted");
  auto commit = revision == "main" || revision == "refs/pr/1" ? entry.commit : "";
  if (revision == entry.commit ||
      std::find(entry.older.begin(), entry.older.end(), revision) != entry.older.end())
    commit = revision;
  if (commit.empty()) return refusal(404, "RevisionNotFound", "Invalid rev id: " + revision);
  const auto found = entry.files.find(file_name);
  if (found == entry.files.end()) {
    auto reply = refusal(404, "EntryNotFound", "Entry not found");
    reply.set("X-Repo-Commit", commit);
    return reply;
  }
  const auto& file = found->second;
  Reply reply;
  reply.set("X-Repo-Commit", commit);
  if (!file.large) {
    reply.set("ETag", "\"" + file.etag + "\"");
    reply.body = file.content;
    if (request.method == "GET") serve_range(request, reply);
    return reply;
  }
  reply.status = 302;
  reply.set("X-Linked-Etag", "\"" + file.etag + "\"");
  reply.set("X-Linked-Size", std::to_string(file.content->size()));
  reply.set("ETag", "\"not-the-one-to-use\"");
  reply.set("Location", "http://localhost:" + std::to_string(storage_->port()) + "/blobs/" +
                            file.etag + "?signature=secret");
  reply.body = std::make_shared<std::string>("Found. Redirecting");
  return reply;
}

Reply FakeHub::storage_reply(const ServedRequest& request) {
  Reply reply = refusal(404, "", "no such blob");
  {
    const std::lock_guard lock(mutex_);
    const auto name = request.target.substr(7, request.target.find('?') - 7);
    for (const auto& [repo_name, repo] : repos_)
      for (const auto& [file_name, file] : repo.files)
        if (file.large && file.etag == name) {
          reply = {};
          reply.body = file.content;
          reply.set("ETag", "\"storage-has-names-of-its-own\"");
        }
  }
  if (reply.status == 200) serve_range(request, reply);
  bend(storage_gets_, request, reply);
  return reply;
}

std::string random_content(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; i += 8) {
    const auto word = random();
    for (std::size_t k = i; k < std::min(i + 8, size); ++k)
      content[k] = static_cast<char>((word >> (8 * (k - i))) & 0xffU);
  }
  return content;
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace relievo::test
