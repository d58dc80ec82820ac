// A file that is changed in place: reads and writes at positions, and knows when the disk has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/media/boxes/bytes.hpp"

namespace relievo::media {

// Called before every system call that changes a file or a folder; a test's way to end a process at
// each of them.
using BeforeChange = std::function<void()>;

// Not thread-safe. Failures throw RLV_E_IO with the file's name.
class EditFile {
 public:
  enum class Mode { kRead, kChange, kCreate };
  static constexpr std::size_t kLargestStep = std::size_t{1} << 20U;
  // kCreate replaces what is there, with the permissions of like.
  EditFile(std::filesystem::path path, Mode mode, BeforeChange before_change = {},
           const std::filesystem::path& like = {});
  EditFile(const EditFile&) = delete;
  EditFile& operator=(const EditFile&) = delete;
  ~EditFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const;
  [[nodiscard]] Bytes read(std::uint64_t position, std::uint64_t count) const;
  void write(std::uint64_t position, ByteView bytes);
  // Bytes that write() gives to the system in one call; for tests.
  void set_step(std::size_t step) { step_ = step; }
  // Eight bytes or less in one step: a process that is killed has done it or has not.
  void write_at_once(std::uint64_t position, ByteView bytes);
  void resize(std::uint64_t size);
  // Until here everything is on the disk before anything that follows.
  void sync();
  // False if another process holds it; given back at the end of life.
  [[nodiscard]] bool lock();
  // [position, position + count) of from, to at; holes stay holes, and file systems that can share
  // blocks do.
  void copy_from(const EditFile& from, std::uint64_t position, std::uint64_t count,
                 std::uint64_t at);

 private:
  [[noreturn]] void fail_io(const char* doing) const;
  void announce() const {
    if (before_change_) before_change_();
  }
  void copy_data(const EditFile& from, std::uint64_t position, std::uint64_t count,
                 std::uint64_t at);

  std::filesystem::path path_;
  BeforeChange before_change_;
  std::size_t step_ = kLargestStep;
  int file_ = -1;
};

// Gives from the name to, which is replaced, and makes the folder remember that. Throws RLV_E_IO.
void replace_file(const std::filesystem::path& from, const std::filesystem::path& to,
                  const BeforeChange& before_change);

}  // namespace relievo::media
