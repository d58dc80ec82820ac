// The file that a sink writes: NAME.partial.EXT beside the target until all is well, then NAME.EXT.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace relievo::media {

// One thread at a time. The path may be relative to the working folder.
class OutputFile {
 public:
  OutputFile(std::filesystem::path target, bool overwrite)
      : target_(std::move(target)), overwrite_(overwrite) {}

  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  [[nodiscard]] std::filesystem::path partial() const;

  // Everything that can be known before a frame arrives, without writing: throws RLV_E_CONFIG if
  // the target exists and may not be replaced, is a folder, or is the file source (may be empty);
  // RLV_E_IO if its folder cannot be written to.
  void check(const std::filesystem::path& source) const;
  // check() again, then makes the folder, with its parents. Throws RLV_E_IO.
  void prepare(const std::filesystem::path& source) const;
  // Gives the partial file its name. Throws RLV_E_IO, or RLV_E_CONFIG if a file of that name has
  // appeared in the meantime; the partial file is kept then.
  void publish() const;
  // Removes the partial file if it is there.
  void discard() const noexcept;
  // Size of the partial file, or of the target once published; 0 if neither is there.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  void refuse_existing() const;

  std::filesystem::path target_;
  bool overwrite_;
};

// What to do about a write that failed with libav's code; "" if there is nothing special to say.
[[nodiscard]] const char* write_advice(int code);

// "1.5 GB"; for messages.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

}  // namespace relievo::media
