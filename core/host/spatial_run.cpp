#include "core/host/spatial_run.hpp"

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "core/host/child_process.hpp"
#include "core/host/failure.hpp"
#include "core/host/progress_line.hpp"
#include "core/host/spatial_check.hpp"

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
using State = SpatialOutcome::State;

constexpr std::size_t kTail = 128;  // bytes: more than a line of progress

// Removed at the end of life: only the film under its own name is kept.
class PartialFile {
 public:
  // A name that is free: NAME.partial.mov, NAME.partial-2.mov ...
  explicit PartialFile(const fs::path& output) {
    std::error_code missing;
    const auto named = [&](const std::string& token) {
      auto name = output;
      return name.replace_filename(output.stem().string() + token + output.extension().string());
    };
    path_ = named(".partial");
    for (int i = 2; fs::exists(path_, missing); ++i) path_ = named(".partial-" + std::to_string(i));
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::uintmax_t size() const {
    std::error_code missing;
    const auto bytes = fs::file_size(path_, missing);
    return missing ? 0 : bytes;
  }

 private:
  fs::path path_;
};

// A progress line that is drawn anew ends in a carriage return.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n' || c == '\r')
      lines.emplace_back();
    else
      lines.back() += c;
  }
  std::erase_if(lines, [](const std::string& line) {
    return line.find_first_not_of(" \t") == std::string::npos;
  });
  return lines;
}

std::string last_of(const std::vector<std::string>& lines) {
  return lines.empty() ? "" : lines.back();
}

// What the tool does, as far as it can be seen from outside.
class Follower {
 public:
  Follower(const SpatialJob& job, const SpatialWatch& watch, const PartialFile& partial)
      : watch_(watch), partial_(partial), stall_(job.config.stall) {}

  void hear(std::string_view text) {
    last_sign_ = Clock::now();
    // Words come in pieces.
    tail_ += text;
    if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
    const auto percent = percent_in(tail_);
    if (percent >= 0) percent_ = percent;
  }

  // Whether it is to be ended.
  bool look() {
    const auto now = Clock::now();
    if (const auto bytes = partial_.size(); bytes != bytes_) {
      bytes_ = bytes;
      last_sign_ = now;
    }
    const std::chrono::duration<double> elapsed = now - begin_;
    watch_.on_progress(elapsed, text(elapsed.count()));
    is_cancelled_ = watch_.cancel_requested();
    is_stalled_ = stall_ > 0 && std::chrono::duration<double>(now - last_sign_).count() > stall_;
    return is_cancelled_ || is_stalled_;
  }

  [[nodiscard]] bool is_cancelled() const { return is_cancelled_; }

 private:
  // The percentage is the tool's own, if it says one.
  [[nodiscard]] std::string text(double seconds) const {
    char size[48];
    std::snprintf(size, sizeof size, "%.1f MiB written", static_cast<double>(bytes_) / 1048576.0);
    char share[16] = "";
    if (percent_ >= 0) std::snprintf(share, sizeof share, "%5.1f %%  ", percent_);
    return std::string(share) + "spatial make  " + size + "  " + clock_text(seconds);
  }

  const SpatialWatch& watch_;
  const PartialFile& partial_;
  const double stall_;
  const Clock::time_point begin_ = Clock::now();
  Clock::time_point last_sign_ = begin_;
  std::uintmax_t bytes_ = 0;
  std::string tail_;  // of what it said
  double percent_ = -1;
  bool is_cancelled_ = false;
  bool is_stalled_ = false;
};

class Maker {
 public:
  Maker(const SpatialJob& job, const SpatialWatch& watch, const InspectFilm& inspect)
      : job_(job), watch_(watch), inspect_(inspect) {}

  SpatialOutcome run() {
    outcome_.command = spatial_command(job_);
    const auto tool = find_spatial(job_);
    if (!tool) {
      outcome_.state = State::kNoTool;
      outcome_.message = "the program 'spatial' is not here (it is for macOS), so '" +
                         job_.output.string() + "' was not made; '" + job_.film.string() +
                         "' stands. On a Mac: brew install spatial, then: " + outcome_.command;
      return outcome_;
    }
    const auto begin = Clock::now();
    try {
      outcome_.state = make(*tool) ? State::kDone : State::kCancelled;
    } catch (const std::exception& e) {
      outcome_.state = State::kFailed;
      outcome_.message = "spatial: " + std::string(e.what()) + "; '" + job_.film.string() +
                         "' stands; try it by hand: " + outcome_.command;
    }
    outcome_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return outcome_;
  }

 private:
  [[noreturn]] static void fail(const std::string& message) {
    throw Failure(ExitCode::kRunFailed, message);
  }

  // False: cancelled.
  bool make(const fs::path& tool) {
    std::error_code fault;
    fs::create_directories(job_.output.parent_path(), fault);
    const PartialFile partial(job_.output);
    const auto film = inspect_(job_.film);
    Follower follower(job_, watch_, partial);
    const auto end = follow(tool, spatial_arguments(job_, partial.path(), true), follower);
    outcome_.said = lines_of(end.out);
    for (const auto& line : lines_of(end.err)) outcome_.said.push_back(line);
    if (follower.is_cancelled()) return false;
    // A tool that fails says why on its error stream; one that believes to be done, on either.
    const auto words = last_of(outcome_.said);
    const auto told = words.empty() ? std::string(" and said nothing") : ": " + words;
    if (end.was_ended)
      fail("'spatial make' neither said nor wrote anything for " +
           std::to_string(static_cast<long long>(job_.config.stall)) +
           " s ('spatial.stall') and was ended" +
           (words.empty() ? "" : "; its last line: " + words));
    if (end.exit_code > 128)
      fail("'spatial make' was ended by signal " + std::to_string(end.exit_code - 128) + told);
    if (end.exit_code != 0)
      fail("'spatial make' failed with exit code " + std::to_string(end.exit_code) + told);
    try {
      check(tool, film, partial);
    } catch (const Failure& e) {
      fail("what 'spatial make' wrote is not the film that was asked for: " +
           std::string(e.what()) + (words.empty() ? "" : " (the tool's last line: " + words + ")"));
    }
    if (watch_.cancel_requested()) return false;
    publish(partial);
    return true;
  }

  static ChildResult follow(const fs::path& tool, const std::vector<std::string>& arguments,
                            Follower& follower) {
    ChildWatch child;
    child.on_text = [&](std::string_view text) {
      follower.hear(text);
    };
    child.must_end = [&] {
      return follower.look();
    };
    return follow_child(tool, arguments, child);
  }

  void check(const fs::path& tool, const Json& film, const PartialFile& partial) {
    if (partial.size() == 0) fail("it wrote no file");
    outcome_.made = inspect_(partial.path());
    outcome_.made["path"] = job_.output.string();
    outcome_.notes = check_spatial(job_, film, outcome_.made);
    // Whether a film without a camera counts as a spatial track there is not documented.
    if (job_.config.kind != SpatialKind::kSpatial) return;
    ChildWatch child;
    child.must_end = watch_.cancel_requested;
    const auto probe =
        follow_child(tool, {"info", "-i", partial.path().string(), "--probe"}, child);
    if (!probe.was_ended && probe.exit_code != 0)
      fail("'spatial info --probe' finds no spatial track in it");
  }

  void publish(const PartialFile& partial) const {
    std::error_code fault;
    if (!job_.config.overwrite && fs::exists(job_.output, fault))
      fail("'" + job_.output.string() + "' has come into being meanwhile and is kept");
    fs::rename(partial.path(), job_.output, fault);
    if (fault)
      fail("cannot rename '" + partial.path().string() + "' to '" + job_.output.string() +
           "': " + fault.message());
  }

  const SpatialJob& job_;
  const SpatialWatch& watch_;
  const InspectFilm& inspect_;
  SpatialOutcome outcome_;
};

}  // namespace

SpatialOutcome make_spatial(const SpatialJob& job, const SpatialWatch& watch,
                            const InspectFilm& inspect) {
  return Maker(job, watch, inspect).run();
}

double percent_in(const std::string& text) {
  auto sign = text.rfind('%');
  if (sign == std::string::npos) return -1;
  while (sign > 0 && text[sign - 1] == ' ') --sign;
  auto begin = sign;
  while (begin > 0 &&
         (std::isdigit(static_cast<unsigned char>(text[begin - 1])) != 0 || text[begin - 1] == '.'))
    --begin;
  if (begin == sign) return -1;
  const double value = std::strtod(text.substr(begin, sign - begin).c_str(), nullptr);
  return value <= 100 ? value : -1;
}

}  // namespace relievo::host
