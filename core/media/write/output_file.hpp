// The file that a sink writes: NAME.partial.EXT beside the target until all is well, then NAME.EXT.
// What an earlier run left under the partial name may be hours of work: without the leave to
// overwrite it stays, and this run's is NAME.partial-2.EXT.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace relievo::media {

// One thread at a time. The path may be relative to the working folder.
class OutputFile {
 public:
  OutputFile(std::filesystem::path target, bool overwrite);

  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  // As claimed; before that, the first name that claim() tries.
  [[nodiscard]] const std::filesystem::path& partial() const { return partial_; }

  // Everything that can be known before a frame arrives, without writing: throws RLV_E_CONFIG if
  // the target exists and may not be replaced, is a folder, or is the file source (may be empty);
  // RLV_E_IO if its folder cannot be written to.
  void check(const std::filesystem::path& source) const;
  // check() again, then makes the folder, with its parents. Throws RLV_E_IO.
  void prepare(const std::filesystem::path& source) const;
  // Makes the partial file, empty, and returns its name; only with leave to overwrite it replaces
  // one that is there. Throws RLV_E_IO.
  const std::filesystem::path& claim();
  // Gives the partial file its name. Throws RLV_E_IO, or RLV_E_CONFIG if a file of that name has
  // appeared in the meantime, even at the last moment where the system can tell; the partial file
  // is kept then.
  void publish() const;
  // Removes the partial file if it was claimed.
  void discard() const noexcept;
  // Size of the partial file, or of the target once published; 0 if neither is there.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

 private:
  void refuse_folder() const;
  void refuse_existing() const;
  [[nodiscard]] std::filesystem::path partial_name(int number) const;

  std::filesystem::path target_;
  bool overwrite_;
  std::filesystem::path partial_;
  bool claimed_ = false;
};

// What to do about a write that failed with libav's code; "" if there is nothing special to say.
[[nodiscard]] const char* write_advice(int code);

// "1.5 GB"; for messages.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

}  // namespace relievo::media
