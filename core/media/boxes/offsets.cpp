#include "core/media/boxes/offsets.hpp"

#include <limits>
#include <vector>

namespace relievo::media {
namespace {

constexpr std::uint64_t kMost32 = std::numeric_limits<std::uint32_t>::max();

[[noreturn]] void too_far(FourCc type) {
  fail(RLV_E_UNSUPPORTED, "an offset of its '", text_of(type),
       "' box would pass 4 GB, which that box cannot say");
}

void set_offset(Box& box, std::size_t position, std::size_t bytes, std::uint64_t value) {
  if (bytes < 8 && value >> (8U * bytes) != 0) too_far(box.type);
  set_number(box.head, position, bytes, value);
}

// Version, flags, count, then one number of 4 (stco) or 8 bytes (co64) each.
void move_chunks(Box& box, const Move& move) {
  const bool is_long = box.type == four_cc("co64");
  const std::size_t width = is_long ? 8 : 4;
  const auto count = static_cast<std::size_t>(box.number(4, 4));
  if (count > (box.head.size() - 8) / width) fail(RLV_E_IO, "its chunk offsets are damaged");
  std::uint64_t most = 0;
  std::vector<std::uint64_t> places(count);
  for (std::size_t i = 0; i < count; ++i) {
    places[i] = move(box.number(8 + i * width, width));
    most = std::max(most, places[i]);
  }
  if (!is_long && most > kMost32) {
    box.type = four_cc("co64");
    box.head.resize(8);
    for (const auto place : places) add_number(box.head, 8, place);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) set_number(box.head, 8 + i * width, width, places[i]);
}

// Flag 1 puts a type and a parameter before the count.
void move_auxiliary(Box& box, const Move& move) {
  const std::size_t width = box.number(0, 1) == 0 ? 4 : 8;
  std::size_t position = (box.number(3, 1) & 1U) != 0 ? 12 : 4;
  const auto count = box.number(position, 4);
  position += 4;
  for (std::uint64_t i = 0; i < count; ++i, position += width)
    set_offset(box, position, width, move(box.number(position, width)));
}

// tfhd: base_data_offset is there if flag 1 says so.
void move_fragment_base(Box& box, const Move& move) {
  if ((box.number(3, 1) & 1U) == 0) return;
  set_offset(box, 8, 8, move(box.number(8, 8)));
}

// tfra: time and offset of each random access point, then numbers of 1 to 4 bytes.
void move_random_access(Box& box, const Move& move) {
  const std::size_t width = box.number(0, 1) == 0 ? 4 : 8;
  const auto lengths = static_cast<unsigned>(box.number(11, 1));
  const std::size_t rest = (lengths >> 4U & 3U) + (lengths >> 2U & 3U) + (lengths & 3U) + 3;
  const auto count = box.number(12, 4);
  std::size_t position = 16;
  for (std::uint64_t i = 0; i < count; ++i, position += 2 * width + rest)
    set_offset(box, position + width, width, move(box.number(position + width, width)));
}

// iloc, ISO/IEC 14496-12, 8.11.3.
class ItemLocations {
 public:
  ItemLocations(Box& box, const Move& move) : box_(box), move_(move) {}

  void apply() {
    const auto version = take(1);
    take(3);
    const auto sizes = take(2);
    offset_size_ = sizes >> 12U & 15U;
    length_size_ = sizes >> 8U & 15U;
    base_size_ = sizes >> 4U & 15U;
    index_size_ = version == 0 ? 0 : sizes & 15U;
    const auto items = take(version < 2 ? 2 : 4);
    for (std::uint64_t i = 0; i < items; ++i) {
      take(version < 2 ? 2 : 4);  // the item's number
      const auto method = version == 0 ? 0 : take(2) & 15U;
      const bool is_here = take(2) == 0 && method == 0;  // in this file, by file offset
      one_item(is_here);
    }
  }

 private:
  std::uint64_t take(std::size_t bytes) {
    const auto value = box_.number(position_, bytes);
    position_ += bytes;
    return value;
  }

  // An item's offset is its base and an extent's sum; one of them carries the place.
  void one_item(bool is_here) {
    const auto base_position = position_;
    const auto base = take(base_size_);
    const auto extents = take(2);
    bool base_moved = false;
    for (std::uint64_t i = 0; i < extents; ++i) {
      take(index_size_);
      const auto offset_position = position_;
      const auto offset = take(offset_size_);
      take(length_size_);
      if (!is_here) continue;
      const auto by = move_(base + offset) - (base + offset);
      if (base == 0) {
        if (by != 0) set_offset(box_, offset_position, offset_size_, offset + by);
      } else if (i == 0) {
        base_moved = by != 0;
        if (base_moved) set_offset(box_, base_position, base_size_, base + by);
      } else if (base_moved != (by != 0)) {
        fail(RLV_E_UNSUPPORTED, "an item of its 'iloc' box lies on both sides of the index");
      }
    }
  }

  Box& box_;
  const Move& move_;
  std::size_t position_ = 0;
  std::uint64_t offset_size_ = 0;
  std::uint64_t length_size_ = 0;
  std::uint64_t base_size_ = 0;
  std::uint64_t index_size_ = 0;
};

// Whether the media of a track lie in this file: flag 1 of its data references.
bool is_self_contained(const Box& track) {
  const auto* references =
      track.find({four_cc("mdia"), four_cc("minf"), four_cc("dinf"), four_cc("dref")});
  if (references == nullptr || references->children.empty()) return true;
  std::size_t here = 0;
  for (const auto& reference : references->children)
    if (reference.head.size() >= 4 && (reference.head[3] & 1U) != 0) ++here;
  if (here != 0 && here != references->children.size())
    fail(RLV_E_UNSUPPORTED, "the media of one of its tracks lie partly in other files");
  return here != 0;
}

}  // namespace

void move_offsets(Box& box, const Move& move) {
  switch (box.type) {
    case four_cc("stco"):
    case four_cc("co64"): move_chunks(box, move); return;
    case four_cc("iloc"): ItemLocations(box, move).apply(); return;
    case four_cc("tfhd"): move_fragment_base(box, move); return;
    case four_cc("tfra"): move_random_access(box, move); return;
    default: break;
  }
  const bool elsewhere = box.type == four_cc("trak") && !is_self_contained(box);
  if (elsewhere) return;
  for (auto& child : box.children) {
    // In a fragment it counts from the fragment's base, which moves itself.
    if (child.type == four_cc("saio") && box.type == four_cc("stbl"))
      move_auxiliary(child, move);
    else
      move_offsets(child, move);
  }
}

void move_segment_index(Box& sidx, std::uint64_t position, const Move& move) {
  const bool is_long = sidx.number(0, 1) != 0;
  const std::size_t width = is_long ? 8 : 4;
  const std::size_t place = is_long ? 20 : 16;  // version, flags, reference, timescale, time
  const auto end = position + sidx.size();
  const auto first = end + sidx.number(place, width);
  // A box that ends where the moved part begins stays.
  const auto new_end = position >= move.from ? end + move.by : end;
  set_offset(sidx, place, width, move(first) - new_end);
}

}  // namespace relievo::media
