// How functions of extensions hand a report to the host.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>

#include <relievo/sdk/error.hpp>

namespace relievo::media {

// The text with its closing 0 into the caller's capacity bytes. Throws RLV_E_ARGUMENT if it does
// not fit.
inline void hand_over_report(const std::string& text, char* report, std::size_t capacity) {
  if (text.size() >= capacity)
    fail(RLV_E_ARGUMENT, "a report of ", text.size() + 1, " bytes does not fit into ", capacity);
  std::memcpy(report, text.c_str(), text.size() + 1);
}

}  // namespace relievo::media
