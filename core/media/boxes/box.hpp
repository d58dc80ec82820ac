// Boxes of ISO base media files (MP4, MOV) in memory: ISO/IEC 14496-12, 4.2.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "core/media/boxes/bytes.hpp"

namespace relievo::media {

// What is read is written again byte for byte, changed or not: what this program does not
// understand stays in head or tail.
struct Box {
  FourCc type = 0;
  // Fields before the children; of a box that is not taken apart, everything.
  Bytes head;
  std::vector<Box> children;
  // Behind the last child: QuickTime ends some lists with four zeros.
  Bytes tail;
  // The size stands in 64 bits, whether that is needed or not.
  bool is_wide = false;

  // With header, as written.
  [[nodiscard]] std::uint64_t size() const;
  // The first child of the type; nullptr if there is none.
  [[nodiscard]] Box* find(FourCc child);
  [[nodiscard]] const Box* find(FourCc child) const;
  // A descendant by the first box of each type on the way; nullptr.
  [[nodiscard]] const Box* find(std::initializer_list<FourCc> path) const;
  // The payload of a box without children, as numbers.
  [[nodiscard]] std::uint64_t number(std::size_t position, std::size_t count) const {
    return number_at(head, position, count);
  }
};

// The one box that bytes are. Taken apart: the boxes that lead to sample descriptions, chunk
// offsets and movie fragments; the rest is kept whole. A box of those whose content does not add up
// is kept whole, too, except bytes itself. Throws RLV_E_IO for damage, RLV_E_UNSUPPORTED for more
// boxes than any film has.
[[nodiscard]] Box parse_box(ByteView bytes);

// Takes a box apart that parse_box() has kept whole: so many bytes of fields, then boxes. False,
// with the box as it was, if its content does not add up.
[[nodiscard]] bool open_box(Box& box, std::size_t fields);

// Appends the box to out.
void write_box(const Box& box, Bytes& out);
[[nodiscard]] Bytes bytes_of(const Box& box);

// A box with fields only, or with children only.
[[nodiscard]] Box make_box(FourCc type, Bytes head);
[[nodiscard]] Box make_box(FourCc type, std::vector<Box> children);

}  // namespace relievo::media
