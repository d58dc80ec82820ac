#include "core/media/boxes/file_boxes.hpp"

#include <algorithm>

namespace relievo::media {
namespace {

// A long film in fragments of a second has some ten thousand.
constexpr std::size_t kMostFileBoxes = 2000000;

// The box that begins at position; nothing if none fits there.
std::optional<FileBox> file_box_at(const EditFile& file, std::uint64_t position,
                                   std::uint64_t end) {
  if (end - position < 8) return std::nullopt;
  const auto head = file.read(position, std::min<std::uint64_t>(16, end - position));
  FileBox box;
  box.type = static_cast<FourCc>(number_at(head, 4, 4));
  box.position = position;
  box.size = number_at(head, 0, 4);
  if (box.size == 1) {
    if (head.size() < 16) return std::nullopt;
    box.size = number_at(head, 8, 8);
    box.header = 16;
  } else if (box.size == 0) {
    box.size = end - position;  // up to the end of the file
  }
  if (box.size < box.header || box.size > end - position) return std::nullopt;
  return box;
}

}  // namespace

std::vector<FileBox> file_boxes(const EditFile& file) {
  std::vector<FileBox> boxes;
  const auto end = file.size();
  std::uint64_t position = 0;
  while (position < end && boxes.size() < kMostFileBoxes) {
    const auto box = file_box_at(file, position, end);
    if (!box)
      fail(RLV_E_IO, "'", file.path().string(), "' is no MP4 or MOV file, or damaged at byte ",
           position);
    boxes.push_back(*box);
    position = box->end();
  }
  return boxes;
}

std::optional<Box> read_index(const std::filesystem::path& path) {
  const EditFile file(path, EditFile::Mode::kRead);
  const auto end = file.size();
  std::uint64_t position = 0;
  for (std::size_t i = 0; i < kMostFileBoxes && position < end; ++i) {
    const auto box = file_box_at(file, position, end);
    if (!box) return std::nullopt;
    if (box->type == four_cc("moov") && box->size <= kLargestIndex)
      return parse_box(file.read(box->position, box->size));
    position = box->end();
  }
  return std::nullopt;
}

}  // namespace relievo::media
