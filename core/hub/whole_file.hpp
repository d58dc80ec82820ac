// Small files that are read and written whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace relievo::hub {

// Nothing if there is no such file. Throws Error(kDisk) if it cannot be read.
[[nodiscard]] std::optional<std::string> read_whole(const std::filesystem::path& file);

// Makes the folders; writes beside and renames, so that nobody ever sees half of it. Throws
// Error(kDisk).
void write_whole(const std::filesystem::path& file, const std::string& text);

// A name beside file that no other process uses.
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& file);

// 8 hexadecimal digits that another process hardly draws as well.
[[nodiscard]] std::string random_digits();

// The folder of a file, with all above it. Throws Error(kDisk) that names what stands in the way.
void make_folder_of(const std::filesystem::path& file);

}  // namespace relievo::hub
