// Times of core/weights on one file, for weights_vs_python.sh: one line of JSON.
//
//   weights_bench list FILE   opens, lists names, types and shapes: seconds, and resident memory
//   beyond the file's pages weights_bench load FILE   copies every tensor into memory of its own
//   weights_bench read FILE   the yardstick: reads the whole file into one buffer
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "core/weights/checkpoint.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using relievo::weights::Checkpoint;

// Kilobytes of this process in memory, without those of mappings of `file`. Linux only; -1
// elsewhere.
long resident_without(const std::string& file) {
  std::ifstream maps("/proc/self/smaps");
  long total = -1;
  bool skipped = false;
  for (std::string line; std::getline(maps, line);) {
    // A mapping's first line ends with its path; the lines below begin with a word and a colon.
    const auto colon = line.find(':');
    const bool heading = colon == std::string::npos || line.find(' ') < colon;
    if (heading) skipped = line.ends_with(file);
    if (!heading && !skipped && line.starts_with("Rss:"))
      total = std::max(total, 0L) + std::stol(line.substr(4));
  }
  return total;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void list(const std::string& file) {
  const auto before = resident_without(file);
  const auto begin = Clock::now();
  const auto checkpoint = Checkpoint::open(file);
  std::string listing;
  for (const auto& tensor : checkpoint.tensors()) {
    listing += tensor.name + " " + std::string(relievo::weights::name_of(tensor.dtype));
    for (const auto size : tensor.shape) listing += " " + std::to_string(size);
    listing += "\n";
  }
  const auto seconds = seconds_since(begin);
  const auto after = resident_without(file);
  std::printf("{\"seconds\": %.6f, \"tensors\": %zu, \"resident_kb\": %ld, \"grown_kb\": %ld}\n",
              seconds, checkpoint.tensors().size(), after, after - before);
}

void load(const std::string& file) {
  const auto begin = Clock::now();
  const auto checkpoint = Checkpoint::open(file);
  std::vector<std::unique_ptr<std::byte[]>> copies;
  std::size_t bytes = 0;
  for (const auto& tensor : checkpoint.tensors()) {
    auto& copy = copies.emplace_back(new std::byte[tensor.bytes.size()]);
    std::memcpy(copy.get(), tensor.bytes.data(), tensor.bytes.size());
    checkpoint.release(tensor);
    bytes += tensor.bytes.size();
  }
  std::printf("{\"seconds\": %.6f, \"bytes\": %zu}\n", seconds_since(begin), bytes);
}

bool read(const std::string& file) {
  const auto begin = Clock::now();
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rb"),
                                                           std::fclose);
  if (!in || std::fseek(in.get(), 0, SEEK_END) != 0) return false;
  const auto size = static_cast<std::size_t>(std::ftell(in.get()));
  std::rewind(in.get());
  std::setbuf(in.get(), nullptr);
  const std::unique_ptr<std::byte[]> buffer(new std::byte[size]);
  if (std::fread(buffer.get(), 1, size, in.get()) != size) return false;
  std::printf("{\"seconds\": %.6f, \"bytes\": %zu}\n", seconds_since(begin), size);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 3 ? argv[1] : "";
  try {
    if (what == "list") {
      list(argv[2]);
    } else if (what == "load") {
      load(argv[2]);
    } else if (what != "read") {
      std::cerr << "usage: weights_bench list|load|read FILE\n";
      return 2;
    } else if (!read(argv[2])) {
      std::cerr << "weights_bench: error: cannot read " << argv[2] << '\n';
      return 1;
    }
  } catch (const relievo::weights::WeightsError& error) {
    std::cerr << "weights_bench: error: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
