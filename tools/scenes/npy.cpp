#include "tools/scenes/npy.hpp"

#include <stdexcept>

namespace relievo::scenes {

NpyWriter::NpyWriter(const std::filesystem::path& path, const std::string& type,
                     const std::vector<int>& shape)
    : path_(path), file_(path, std::ios::binary) {
  std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
  for (const int n : shape) {
    text += std::to_string(n) + ", ";
    missing_ *= static_cast<std::size_t>(n);
  }
  missing_ *= type == "<f4" ? 4 : 1;
  text += "), }";
  constexpr std::size_t kTextLength = 118;  // so that the samples begin at byte 128
  text.resize(kTextLength - 1, ' ');
  text += '\n';
  const char start[] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<char>(kTextLength), 0};
  file_.write(start, sizeof start);
  file_ << text;
  if (!file_) throw std::runtime_error("cannot write " + path.string());
}

void NpyWriter::append(const void* data, std::size_t bytes) {
  if (bytes > missing_) throw std::runtime_error("too many samples for " + path_.string());
  missing_ -= bytes;
  file_.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
}

void NpyWriter::finish() {
  file_.close();
  if (!file_ || missing_ != 0) throw std::runtime_error("cannot write all of " + path_.string());
}

}  // namespace relievo::scenes
