// Plays Hugging Face: a hub on 127.0.0.1 that sends those who want a large file on to a storage on
// another host (localhost), with the headers, status and error codes of the real one. Tests bend
// single replies.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/support/hub/http_server.hpp"

namespace relievo::test {

class FakeHub {
 public:
  FakeHub();

  // "http://127.0.0.1:PORT": for HF_ENDPOINT.
  [[nodiscard]] std::string endpoint() const;

  // Adds a file to the commit that 'main' of the repository stands for. large: kept in the storage,
  // named by its SHA-256; else sent by the hub itself, named as git names it.
  void add(const std::string& repo, const std::string& file, const std::string& content,
           bool large = true);
  // From now on 'main' stands for another commit, with the same files.
  void move_branch(const std::string& repo);
  void gate(const std::string& repo, const std::string& token);
  // Requests for this repository are sent on to the other, on the same host.
  void rename(const std::string& from, const std::string& to);

  [[nodiscard]] std::string commit(const std::string& repo) const;
  [[nodiscard]] std::string etag(const std::string& repo, const std::string& file) const;

  // Bends a reply before it is sent; nth counts the requests of its kind from 0.
  using Bend = std::function<void(const ServedRequest& request, int nth, Reply& reply)>;
  void bend_heads(Bend bend);    // HEAD to the hub
  void bend_gets(Bend bend);     // GET to the hub
  void bend_storage(Bend bend);  // GET to the storage

  // What was asked for, in order.
  [[nodiscard]] std::vector<ServedRequest> heads() const;
  [[nodiscard]] std::vector<ServedRequest> gets() const;
  [[nodiscard]] std::vector<ServedRequest> storage_gets() const;
  void forget_requests();

 private:
  struct File {
    std::shared_ptr<const std::string> content;
    bool large = true;
    std::string etag;
  };
  struct Repo {
    std::string commit;
    std::vector<std::string> older;
    std::map<std::string, File> files;
    std::string token;  // empty: open to all
    std::string renamed_to;
  };
  struct Kind {
    Bend bend;
    std::vector<ServedRequest> requests;
  };

  Reply hub_reply(const ServedRequest& request);
  Reply storage_reply(const ServedRequest& request);
  Reply plain_reply(const ServedRequest& request) const;
  void bend(Kind& kind, const ServedRequest& request, Reply& reply);

  mutable std::mutex mutex_;
  std::map<std::string, Repo> repos_;
  Kind heads_;
  Kind gets_;
  Kind storage_gets_;
  std::unique_ptr<HttpServer> storage_;
  std::unique_ptr<HttpServer> hub_;
};

// Bytes that no compressor and no mistaken offset could produce; the same for the same seed.
[[nodiscard]] std::string random_content(std::size_t size, unsigned seed);

// What the file holds.
[[nodiscard]] std::string content_of(const std::string& path);

}  // namespace relievo::test
