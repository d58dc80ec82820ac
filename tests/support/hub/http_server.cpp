#include "tests/support/hub/http_server.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace relievo::test {
namespace {

#if defined(MSG_NOSIGNAL)
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;
#endif

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::optional<ServedRequest> read_request(int connection, const std::atomic<bool>& stopping) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    pollfd waiting{connection, POLLIN, 0};
    if (stopping) return std::nullopt;
    if (poll(&waiting, 1, 50) == 0) continue;
    char piece[4096];
    const auto got = recv(connection, piece, sizeof piece, 0);
    if (got <= 0 || text.size() > 65536) return std::nullopt;
    text.append(piece, static_cast<std::size_t>(got));
  }
  ServedRequest request;
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  std::istringstream(line) >> request.method >> request.target;
  while (std::getline(lines, line) && line != "\r") {
    const auto colon = line.find(": ");
    if (colon == std::string::npos) continue;
    request.headers[lower(line.substr(0, colon))] = line.substr(colon + 2, line.size() - colon - 3);
  }
  return request;
}

}  // namespace

std::string ServedRequest::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

void Reply::set(const std::string& name, const std::string& value) {
  std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  headers.emplace_back(name, value);
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener_ < 0 ||
      bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error(std::string("the test server cannot listen: ") + std::strerror(errno));
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  acceptor_.join();
  close(listener_);
  for (auto& worker : workers_) worker.join();
}

void HttpServer::accept_all() {
  while (!stopping_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 20) <= 0) continue;
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    const std::lock_guard lock(mutex_);
    workers_.emplace_back([this, connection] { serve(connection); });
  }
}

void HttpServer::serve(int connection) {
#if defined(SO_NOSIGPIPE)
  const int on = 1;
  setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  if (const auto request = read_request(connection, stopping_))
    send_reply(connection, handler_(*request), request->method == "HEAD");
  shutdown(connection, SHUT_RDWR);
  close(connection);
}

bool HttpServer::send_all(int connection, const char* data, std::size_t size) const {
  while (size > 0 && !stopping_) {
    pollfd waiting{connection, POLLOUT, 0};
    if (poll(&waiting, 1, 50) == 0) continue;
    const auto sent = send(connection, data, size, kSendFlags);
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return size == 0;
}

// Until the other side has had enough.
void HttpServer::be_silent(int connection) const {
  while (!stopping_) {
    pollfd waiting{connection, POLLIN, 0};
    char byte = 0;
    if (poll(&waiting, 1, 50) > 0 && recv(connection, &byte, 1, 0) <= 0) return;
  }
}

void HttpServer::send_reply(int connection, const Reply& reply, bool head) {
  const auto length = reply.body->size() - std::min(reply.begin, reply.body->size());
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Said\r\nConnection: close\r\n";
  bool has_length = !reply.says_length;
  for (const auto& [name, value] : reply.headers) {
    text += name + ": " + value + "\r\n";
    has_length = has_length || lower(name) == "content-length";
  }
  if (!has_length) text += "Content-Length: " + std::to_string(length) + "\r\n";
  text += "\r\n";
  if (!send_all(connection, text.data(), text.size()) || head) return;
  const char* data = reply.body->data() + (reply.body->size() - length);
  std::size_t sent = 0;
  while (sent < length && !stopping_) {
    auto size = std::min(reply.piece, length - sent);
    if (reply.cut_after) size = std::min(size, *reply.cut_after - std::min(sent, *reply.cut_after));
    if (reply.silent_after)
      size = std::min(size, *reply.silent_after - std::min(sent, *reply.silent_after));
    if (size == 0) break;
    if (!send_all(connection, data + sent, size)) return;
    sent += size;
    if (reply.pause.count() > 0) std::this_thread::sleep_for(reply.pause);
  }
  if (reply.silent_after && sent >= *reply.silent_after) be_silent(connection);
}

}  // namespace relievo::test
