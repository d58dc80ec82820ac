// A small HTTP/1.1 server on the loopback interface for tests: it answers as it is told, also
// badly. Plain sockets, since a server library does not let anyone cut a body short, fall silent or
// lie about lengths.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace relievo::test {

struct ServedRequest {
  std::string method;
  std::string target;                          // as sent, percent-encoded
  std::map<std::string, std::string> headers;  // names in lower case

  [[nodiscard]] std::string header(const std::string& name) const;
};

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body = std::make_shared<std::string>();
  std::size_t begin = 0;                      // of the body: what a range asked for
  std::optional<std::size_t> cut_after;       // bytes of the body, then the connection is closed
  std::optional<std::size_t> silent_after;    // bytes of the body, then nothing more
  std::size_t piece = std::size_t{64} << 10;  // bytes sent at once
  std::chrono::milliseconds pause{0};         // between two pieces
  bool says_length = true;

  void set(const std::string& name, const std::string& value);
};

class HttpServer {
 public:
  using Handler = std::function<Reply(const ServedRequest&)>;

  // handler is called from several threads.
  explicit HttpServer(Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] int port() const { return port_; }

 private:
  void accept_all();
  void serve(int connection);
  void send_reply(int connection, const Reply& reply, bool head);
  bool send_all(int connection, const char* data, std::size_t size) const;
  void be_silent(int connection) const;

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  std::mutex mutex_;
  std::vector<std::thread> workers_;
};

}  // namespace relievo::test
