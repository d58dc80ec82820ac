#include "core/media/write/output_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#if !defined(_WIN32)
#include <fcntl.h>
#include <unistd.h>
#endif

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace fs = std::filesystem;
namespace {

constexpr int kMostPartials = 99;

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

std::error_code last_error() {
  return {errno, std::generic_category()};
}

// As fs::rename(), but a target that is there stays: in one step where system and file system can,
// so that a file that appears at the last moment is safe too.
std::error_code rename_to_new(const fs::path& from, const fs::path& to) {
#if defined(__linux__) && defined(RENAME_NOREPLACE)
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return last_error();
#elif defined(__APPLE__) && defined(RENAME_EXCL)
  if (renamex_np(from.c_str(), to.c_str(), RENAME_EXCL) == 0) return {};
  if (errno != ENOTSUP && errno != EINVAL) return last_error();
#endif
  std::error_code error;
  if (fs::exists(fs::symlink_status(to, error)))
    return std::make_error_code(std::errc::file_exists);
  fs::rename(from, to, error);
  return error;
}

struct FileCloser {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};

// Makes the file, or empties it; with only_new one that is there is a failure.
std::error_code make_file(const fs::path& path, bool only_new) {
  const std::unique_ptr<std::FILE, FileCloser> file(
      std::fopen(path.string().c_str(), only_new ? "wbx" : "wb"));
  return file ? std::error_code() : last_error();
}

}  // namespace

OutputFile::OutputFile(fs::path target, bool overwrite)
    : target_(std::move(target)), overwrite_(overwrite), partial_(partial_name(1)) {}

fs::path OutputFile::partial_name(int number) const {
  auto path = target_;
  path.replace_filename(target_.stem().string() + ".partial" +
                        (number > 1 ? "-" + std::to_string(number) : "") +
                        target_.extension().string());
  return path;
}

void OutputFile::refuse_folder() const {
  std::error_code error;
  if (fs::is_directory(target_, error))
    fail(RLV_E_CONFIG, "the output '", target_.string(), "' is a folder; name a file in it");
}

void OutputFile::refuse_existing() const {
  refuse_folder();
  std::error_code error;
  // A link counts wherever it leads: to replace it is to lose it.
  if (!overwrite_ && fs::exists(fs::symlink_status(target_, error)))
    fail(RLV_E_CONFIG, "the output '", target_.string(),
         "' exists already; choose another name, or allow replacing it with --overwrite");
}

void OutputFile::check(const fs::path& source) const {
  if (!source.empty()) {
    if (same_file(source, target_))
      fail(RLV_E_CONFIG, "the output '", target_.string(),
           "' is the source itself; choose another name");
    if (overwrite_ && same_file(source, partial_))
      fail(RLV_E_CONFIG, "the output '", target_.string(), "' would be written by way of '",
           partial_.string(), "', which is the source; choose another name");
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

const fs::path& OutputFile::claim() {
  if (claimed_) return partial_;
  auto error = std::make_error_code(std::errc::file_exists);
  for (int number = 1; error == std::errc::file_exists && number <= kMostPartials; ++number) {
    partial_ = partial_name(number);
    error = make_file(partial_, !overwrite_);
  }
  if (error == std::errc::file_exists)
    fail(RLV_E_IO, "'", partial_name(1).string(), "' to '", partial_.string(),
         "' are there already, left by earlier runs; remove some, or allow replacing them with "
         "--overwrite");
  if (error)
    fail(RLV_E_IO, "'", partial_.string(), "' cannot be written: ", error.message(),
         write_advice(-error.value()));
  claimed_ = true;
  return partial_;
}

void OutputFile::publish() const {
  refuse_folder();
  std::error_code error;
  if (overwrite_)
    fs::rename(partial_, target_, error);
  else
    error = rename_to_new(partial_, target_);
  if (error == std::errc::file_exists)
    fail(RLV_E_CONFIG, "the output '", target_.string(),
         "' exists already: it has appeared during the run; the new file is complete, as '",
         partial_.string(), "'");
  if (error)
    fail(RLV_E_IO, "'", partial_.string(), "' is complete but cannot be renamed to '",
         target_.string(), "': ", error.message());
}

void OutputFile::discard() const noexcept {
  if (!claimed_) return;
  std::error_code ignored;
  fs::remove(partial_, ignored);
}

std::uint64_t OutputFile::bytes() const noexcept {
  for (const auto& path : {partial_, target_}) {
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
