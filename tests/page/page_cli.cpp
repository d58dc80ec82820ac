// page_cli REPORT.json > index.html: for the test in a browser.
#include <exception>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "core/bench/page.hpp"

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "page_cli: error: give one report.json\n";
    return 2;
  }
  std::ifstream in(argv[1]);
  std::cout << relievo::bench::page_of(nlohmann::json::parse(in));
  return std::cout.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "page_cli: error: " << argv[1] << ": " << error.what() << '\n';
  return 1;
}
