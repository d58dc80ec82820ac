// What the measuring programs' command lines have in common.
#pragma once

#include <exception>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace relievo::tools {

// a,b,c
[[nodiscard]] inline std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) all.push_back(part);
  return all;
}

struct Size {
  int width;
  int height;
};
// The value of --size, as WxH. Throws std::invalid_argument.
[[nodiscard]] inline Size size_of(const std::string& text) {
  const auto by = text.find('x');
  if (by == std::string::npos) throw std::invalid_argument("--size '" + text + "' is not WxH");
  return {std::stoi(text.substr(0, by)), std::stoi(text.substr(by + 1))};
}

// main(): calls run with the arguments. Failures become a line on standard error, those of the
// arguments (std::invalid_argument) with the usage. Returns the exit code: run's, 2 for bad
// arguments, 1 for every other failure.
template <class Run>
[[nodiscard]] int run_tool(const char* name, const char* usage, int argc, char** argv, Run&& run) {
  try {
    return run(std::vector<std::string>{argv + 1, argv + argc});
  } catch (const std::invalid_argument& error) {
    std::cerr << name << ": " << error.what() << '\n' << usage;
    return 2;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace relievo::tools
