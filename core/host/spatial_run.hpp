// Runs 'spatial make' on a finished film and looks at what came of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/spatial_job.hpp"

namespace relievo::host {

struct SpatialOutcome {
  enum class State { kDone, kNoTool, kFailed, kCancelled };
  State state = State::kFailed;
  std::string message;             // for people, one line; empty if it is done
  std::string command;             // to do it by hand
  std::vector<std::string> notes;  // odd, and no fault
  std::vector<std::string> said;   // lines of the tool
  double seconds = 0;
  Json made;  // what inspect_film() says of the output; null unless it is done
};

struct SpatialWatch {
  // Asked some twenty times a second.
  std::function<bool()> cancel_requested = [] {
    return false;
  };
  // As often: how long it has been going on, and a line for people.
  std::function<void(std::chrono::duration<double>, const std::string&)> on_progress =
      [](std::chrono::duration<double>, const std::string&) {
      };
};

using InspectFilm = std::function<Json(const std::filesystem::path&)>;

// [main] The output is written as NAME.partial.mov, checked, and renamed; unless it is done nothing
// of it is left. The film itself is only read. Does not throw for anything that the tool does.
[[nodiscard]] SpatialOutcome make_spatial(const SpatialJob& job, const SpatialWatch& watch,
                                          const InspectFilm& inspect);

// The last "43 %" or "43.5%" in a text; negative if there is none.
[[nodiscard]] double percent_in(const std::string& text);

}  // namespace relievo::host
