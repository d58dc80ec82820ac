// Failures inside a node: thrown as Error, turned into rlv_status and rlv_error at the border
// (node_type.hpp).
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

#include <relievo/plugin.h>

namespace relievo {

// What failed, on which value, what to do: one line for a person, and the code that decides
// behaviour.
class Error : public std::runtime_error {
 public:
  Error(rlv_status code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] rlv_status code() const noexcept { return code_; }

 private:
  rlv_status code_;
};

// Joins everything that can be streamed: concat("width ", 3, " is odd").
template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

template <class... Parts>
[[noreturn]] void fail(rlv_status code, const Parts&... parts) {
  throw Error(code, concat(parts...));
}

}  // namespace relievo
