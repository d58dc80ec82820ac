#include "core/hub/download.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "core/hub/error.hpp"
#include "core/hub/failure_text.hpp"
#include "core/hub/http.hpp"
#include "core/hub/retry.hpp"
#include "core/hub/url.hpp"

namespace relievo::hub {
namespace {

constexpr int kMostRedirects = 20;

// The first byte that "Content-Range: bytes 100-199/200" (RFC 9110, 14.4) says to send.
std::optional<std::uint64_t> range_begin(const HttpResponse& response) {
  const auto text = response.header("content-range");
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  std::uint64_t begin = 0;
  const auto [end, error] =
      std::from_chars(text.data() + kUnit.size(), text.data() + text.size(), begin);
  if (error != std::errc() || end == text.data() + text.size() || *end != '-') return std::nullopt;
  return begin;
}

class Download {
 public:
  Download(const Session& session, const FileId& id, const Metadata& facts, const Incomplete& into)
      : session_(session),
        id_{id.repo, facts.commit, id.file},  // the commit: a branch may move between two requests
        facts_(facts),
        into_(into),
        have_(into.size()),
        meter_(session, Phase::kFetching, id.file, facts.size.value_or(0)) {}

  void run() {
    if (facts_.size && have_ > *facts_.size) start_over();
    check_room();
    Retries retries(session_);
    while (!is_complete()) {
      session_.check_cancelled();
      const auto before = have_;
      misplaced_ = false;
      std::string url;
      const auto result = request(url);
      if (have_ > before) retries.made_progress();
      if (result.fault == HttpFault::kNone && result.response.is_success() &&
          (!facts_.size || is_complete()))
        break;
      if (result.response.status == 416 || misplaced_) {
        // The server does not agree on what a range is: without one then.
        start_over();
        if (retries.wait_for_another(result, id_.file)) continue;
      }
      const bool cut_short = result.fault == HttpFault::kNone && result.response.is_success();
      if ((may_pass(result) || cut_short) && retries.wait_for_another(result, id_.file)) continue;
      if (cut_short)
        throw Error(ErrorKind::kServer, without_query(url) + " ends after " + size_text(have_) +
                                            " of " + size_text(*facts_.size) +
                                            ", again and again; try again later");
      throw failure(result, id_, session_.environment, url);
    }
    meter_.show_last(have_);
  }

 private:
  bool is_complete() const { return facts_.size && have_ == *facts_.size; }

  void start_over() {
    into_.clear();
    have_ = 0;
  }

  void check_room() const {
    if (!facts_.size) return;
    std::error_code error;
    const auto folder = into_.path().parent_path();
    const auto room = std::filesystem::space(folder, error).available;
    const auto wanted = *facts_.size - have_;
    if (error || room >= wanted) return;
    throw Error(ErrorKind::kDisk,
                "no room for " + id_.file + ": " + size_text(wanted) +
                    " are to come, and the disk of " + folder.string() + " has " + size_text(room) +
                    " left; make room, or set HF_HOME to a folder on another disk");
  }

  // Redirects are followed from the hub anew each time: the addresses that they lead to are signed,
  // and expire.
  HttpResult request(std::string& url) {
    const auto& environment = session_.environment;
    url = resolve_url(environment.endpoint, id_);
    for (int i = 0; i < kMostRedirects; ++i) {
      HttpRequest request;
      request.url = url;
      request.bearer = may_have_token(environment, url) ? environment.token : "";
      request.ca_bundle = environment.ca_bundle;
      request.connect_timeout = environment.download_timeout;
      request.silence_timeout = environment.download_timeout;
      request.cancelled = [this] {
        return session_.is_cancelled();
      };
      if (have_ > 0) request.headers.push_back("Range: bytes=" + std::to_string(have_) + "-");
      bool is_first = true;
      auto result = send(request, [&](const HttpResponse& head, std::string_view piece) {
        if (is_first && !accept(head)) return false;
        is_first = false;
        take(piece);
        return true;
      });
      if (result.fault != HttpFault::kNone || !result.response.is_redirect()) return result;
      url = redirected(url, result.response.header("location"));
    }
    throw Error(ErrorKind::kServer,
                resolve_url(environment.endpoint, id_) + " redirects without end");
  }

  // Whether what follows fits behind what is here.
  bool accept(const HttpResponse& head) {
    if (head.status == 206) {
      misplaced_ = range_begin(head) != have_;
      return !misplaced_;
    }
    if (have_ > 0) start_over();  // the whole file comes
    return true;
  }

  void take(std::string_view piece) {
    if (facts_.size && piece.size() > *facts_.size - have_) {
      into_.clear();
      throw Error(ErrorKind::kMismatch, "the server sends more of " + shown(id_.file) +
                                            " than the " + size_text(*facts_.size) +
                                            " that the hub says it has; nothing of it was kept");
    }
    while (!piece.empty()) {
      const auto written =
          pwrite(into_.fd(), piece.data(), piece.size(), static_cast<off_t>(have_));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0)
        throw Error(ErrorKind::kDisk,
                    "cannot write " + into_.path().string() + ": " + std::strerror(errno) +
                        "; what came until here is kept, and the next run goes on there");
      have_ += static_cast<std::uint64_t>(written);
      piece.remove_prefix(static_cast<std::size_t>(written));
    }
    meter_.show(have_);
  }

  const Session& session_;
  const FileId id_;
  const Metadata& facts_;
  const Incomplete& into_;
  std::uint64_t have_;
  Meter meter_;
  bool misplaced_ = false;  // a range came that does not begin where it should
};

}  // namespace

void download(const Session& session, const FileId& id, const Metadata& facts,
              const Incomplete& into) {
  Download(session, id, facts, into).run();
}

}  // namespace relievo::hub
