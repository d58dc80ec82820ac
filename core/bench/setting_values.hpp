// Values out of settings, with the place in every message.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/setting.hpp"

namespace relievo::bench {

// Texts stay texts: what they mean is for the node that gets them.
[[nodiscard]] host::Json as_json(const host::Setting& setting);
// A list, or one text in its place.
[[nodiscard]] std::vector<host::Setting> items_of(const host::Setting& setting);
[[nodiscard]] std::vector<std::string> words_of(const host::Setting& setting,
                                                const std::string& what);
// Throws Failure(kUsage) if it is not a number in the range.
[[nodiscard]] double number_of(const host::Setting& setting, const std::string& what,
                               double minimum, double maximum);
[[nodiscard]] int integer_of(const host::Setting& setting, const std::string& what, int minimum,
                             int maximum);
[[nodiscard]] bool boolean_of(const host::Setting& setting, const std::string& what);
[[nodiscard]] std::chrono::milliseconds duration_of(const host::Setting& setting,
                                                    const std::string& what);
// Relative ones are relative to what the setting was read from.
[[nodiscard]] std::filesystem::path path_of(const host::Setting& setting, const std::string& what);

}  // namespace relievo::bench
