// Arrays in NumPy's .npy format, version 1.0, written a slice at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace relievo::scenes {

class NpyWriter {
 public:
  // type: "|u1" or "<f4". The header is 128 bytes long. Throws std::runtime_error if the file
  // cannot be written.
  NpyWriter(const std::filesystem::path& path, const std::string& type,
            const std::vector<int>& shape);
  void append(const void* data, std::size_t bytes);
  // Flushes; throws if anything could not be written or too little or too much was.
  void finish();

 private:
  std::filesystem::path path_;
  std::ofstream file_;
  std::size_t missing_ = 1;  // bytes
};

}  // namespace relievo::scenes
