#include "core/hub/whole_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>

#include "core/hub/error.hpp"

namespace relievo::hub {
namespace fs = std::filesystem;

std::optional<std::string> read_whole(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return std::nullopt;
    throw Error(ErrorKind::kDisk, "cannot read " + file.string() + ": " + std::strerror(errno));
  }
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) throw Error(ErrorKind::kDisk, "cannot read " + file.string());
  return text;
}

std::string random_digits() {
  std::random_device source;
  char text[16];
  std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(source()));
  return text;
}

fs::path beside(const fs::path& file) {
  auto name = file;
  name += "." + random_digits() + ".tmp";
  return name;
}

void make_folder_of(const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    throw Error(ErrorKind::kDisk,
                "cannot make the folder " + file.parent_path().string() + ": " + error.message());
}

void write_whole(const fs::path& file, const std::string& text) {
  make_folder_of(file);
  const auto temporary = beside(file);
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (!out)
    error = std::make_error_code(static_cast<std::errc>(errno == 0 ? EIO : errno));
  else
    fs::rename(temporary, file, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  throw Error(ErrorKind::kDisk, "cannot write " + file.string() + ": " + error.message());
}

}  // namespace relievo::hub
