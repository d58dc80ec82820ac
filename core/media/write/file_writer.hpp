// The bytes of an output file, under libav's own buffer, with two things that its file protocol
// lacks: signs of life during long writes, and a last phase in which a full disk no longer matters.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"

namespace relievo::media {

// Not thread-safe.
class FileWriter {
 public:
  // Makes the file, or empties it. Throws RLV_E_IO.
  FileWriter(const Host& host, const std::filesystem::path& file);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter();

  // For AVFormatContext::pb with AVFMT_FLAG_CUSTOM_IO; this object's own.
  [[nodiscard]] AVIOContext* io() const { return io_; }
  // The code of the first write that failed, 0 if all went well.
  [[nodiscard]] int error() const { return error_; }

  // From now on what cannot be written is dropped without a word: what was begun can be closed in
  // places that the file already has.
  void forgive();
  // Writes what is buffered and closes the file; returns error(). Nothing can be written
  // afterwards.
  int close();

 private:
#if LIBAVFORMAT_VERSION_MAJOR >= 61
  using Bytes = const std::uint8_t*;
#else
  using Bytes = std::uint8_t*;
#endif
  static int write(void* self, Bytes bytes, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);
  void give_sign();

  struct FileCloser {
    void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
  };

  Host host_;
  std::unique_ptr<std::FILE, FileCloser> file_;
  AVIOContext* io_ = nullptr;
  int error_ = 0;
  bool forgiving_ = false;
  std::chrono::steady_clock::time_point last_sign_ = std::chrono::steady_clock::now();
};

}  // namespace relievo::media
