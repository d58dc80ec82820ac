// A command as a person types it.
#pragma once

#include <string>
#include <vector>

namespace relievo::host {

// The words parted by blanks, those that a POSIX shell would take apart or replace in quotes.
[[nodiscard]] std::string shell_text(const std::vector<std::string>& words);

}  // namespace relievo::host
