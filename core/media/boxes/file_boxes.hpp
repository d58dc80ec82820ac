// The outermost boxes of an MP4 or MOV file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/media/boxes/box.hpp"
#include "core/media/boxes/edit_file.hpp"

namespace relievo::media {

struct FileBox {
  FourCc type = 0;
  std::uint64_t position = 0;
  std::uint64_t header = 8;  // bytes
  std::uint64_t size = 0;    // with header

  [[nodiscard]] std::uint64_t end() const { return position + size; }
};

// An index larger than this is damage: a day of film has less.
constexpr std::uint64_t kLargestIndex = std::uint64_t{512} << 20U;

// Headers only; what they hold is not read. Throws RLV_E_IO, naming the place, if a box does not
// fit into the file.
[[nodiscard]] std::vector<FileBox> file_boxes(const EditFile& file);

// The 'moov' of a file; nothing if it has none before its first damage. Throws RLV_E_IO if the file
// cannot be read or its index is damaged.
[[nodiscard]] std::optional<Box> read_index(const std::filesystem::path& file);

}  // namespace relievo::media
