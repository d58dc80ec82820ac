// From a name to a file on this machine.
#pragma once

#include <optional>
#include <string>

#include "core/hub/cache.hpp"
#include "core/hub/session.hpp"

namespace relievo::hub {

// What a file must be, known from the first time it was fetched.
struct Expected {
  std::string commit;
  std::string sha256;
  std::uint64_t size = 0;
};

struct Fetched {
  Entry entry;
  bool came = false;   // through the network; else it was here already
  std::string sha256;  // of the content, if it was looked at; else empty
};

// Finds the file in the cache, or brings it there: the hash over the whole content is checked
// before the content can be seen under its name. With `expected` that commit is asked for, whatever
// the revision stands for today, and other content is refused with Error(kMismatch). Processes that
// fetch the same file at once wait for each other, Python's client included.
//
// [any] Throws Error; whatever it throws, and wherever the process is killed, the cache holds whole
// files only and the next call goes on where this one stopped.
[[nodiscard]] Fetched fetch(const Session& session, const FileId& id,
                            const std::optional<Expected>& expected = {});

// What the hub says of the file's size, for a question to the user. Throws Error.
[[nodiscard]] std::optional<std::uint64_t> ask_size(const Session& session, const FileId& id);

}  // namespace relievo::hub
