#include "core/media/write/output_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#if !defined(_WIN32)
#include <unistd.h>
#endif

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace fs = std::filesystem;
namespace {

// The folder that would hold the file: "." for a bare name.
fs::path folder_of(const fs::path& file) {
  const auto parent = file.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

fs::path nearest_existing(fs::path folder) {
  std::error_code error;
  while (!fs::exists(folder, error)) {
    const auto up = folder_of(folder);
    if (up == folder) break;
    folder = up;
  }
  return folder;
}

bool same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

bool is_writable(const fs::path& folder) {
#if defined(_WIN32)
  static_cast<void>(folder);
  return true;  // told by opening the file
#else
  return access(folder.c_str(), W_OK | X_OK) == 0;
#endif
}

}  // namespace

fs::path OutputFile::partial() const {
  auto path = target_;
  path.replace_filename(target_.stem().string() + ".partial" + target_.extension().string());
  return path;
}

void OutputFile::refuse_existing() const {
  std::error_code error;
  if (fs::is_directory(target_, error))
    fail(RLV_E_CONFIG, "the output '", target_.string(), "' is a folder; name a file in it");
  if (!overwrite_ && fs::exists(target_, error))
    fail(RLV_E_CONFIG, "the output '", target_.string(),
         "' exists already; choose another name, or allow replacing it with --overwrite");
}

void OutputFile::check(const fs::path& source) const {
  if (!source.empty()) {
    if (same_file(source, target_))
      fail(RLV_E_CONFIG, "the output '", target_.string(),
           "' is the source itself; choose another name");
    if (same_file(source, partial()))
      fail(RLV_E_CONFIG, "the output '", target_.string(), "' would be written by way of '",
           partial().string(), "', which is the source; choose another name");
  }
  refuse_existing();
  const auto folder = nearest_existing(folder_of(target_));
  std::error_code error;
  if (!fs::is_directory(folder, error))
    fail(RLV_E_IO, "the output '", target_.string(), "' cannot be written: '", folder.string(),
         "' is not a folder");
  if (!is_writable(folder))
    fail(RLV_E_IO, "the output '", target_.string(),
         "' cannot be written: no permission to write "
         "in '",
         folder.string(), "'; choose another folder");
}

void OutputFile::prepare(const fs::path& source) const {
  check(source);
  const auto folder = folder_of(target_);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error && !fs::is_directory(folder))
    fail(RLV_E_IO, "the folder '", folder.string(), "' cannot be made: ", error.message());
}

void OutputFile::publish() const {
  refuse_existing();
  std::error_code error;
  fs::rename(partial(), target_, error);
  if (error)
    fail(RLV_E_IO, "'", partial().string(), "' is complete but cannot be renamed to '",
         target_.string(), "': ", error.message());
}

void OutputFile::discard() const noexcept {
  std::error_code ignored;
  fs::remove(partial(), ignored);
}

std::uint64_t OutputFile::bytes() const noexcept {
  for (const auto& path : {partial(), target_}) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (!error) return size;
  }
  return 0;
}

const char* write_advice(int code) {
  if (code == -ENOSPC) return "; free some space, or write to another disk";
  if (code == -EFBIG)
    return "; files cannot get larger here (FAT disks end at 4 GB), write to another disk";
  return "";
}

std::string human_size(std::uint64_t bytes) {
  static constexpr std::array kUnits{"bytes", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value,
                kUnits.at(unit));
  return text.data();
}

}  // namespace relievo::media
