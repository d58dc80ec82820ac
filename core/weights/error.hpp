// How reading weights fails.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace relievo::weights {

// One line for a person: file, what is wrong, where (tensor's name or byte offset), what to do.
// Whatever came out of the file is quoted by printable(): shortened, and without control
// characters.
class WeightsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  WeightsError(const std::filesystem::path& file, std::string_view fault)
      : std::runtime_error(file.string() + ": " + std::string(fault)) {}
};

// Text of unknown origin made fit for one line: at most `limit` bytes of it, bytes that are not
// printable ASCII or part of valid UTF-8 as \xNN, the middle of long ones replaced by "...".
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 96);

// The same between single quotes.
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t limit = 96);

}  // namespace relievo::weights
