#include "core/media/boxes/box.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

namespace relievo::media {
namespace {

// Deeper nesting and more boxes than these are damage, or malice.
constexpr int kDeepest = 16;
constexpr std::size_t kMostBoxes = 200000;

// Boxes that hold nothing but boxes, and lead to what this program looks at or changes.
constexpr std::array kContainers{four_cc("moov"), four_cc("trak"), four_cc("mdia"), four_cc("minf"),
                                 four_cc("stbl"), four_cc("dinf"), four_cc("moof"), four_cc("traf"),
                                 four_cc("mfra"), four_cc("udta"), four_cc("vexu"), four_cc("eyes"),
                                 four_cc("cams"), four_cc("cmfy"), four_cc("proj"), four_cc("pack"),
                                 four_cc("sv3d")};

// How many bytes of fields stand before the children; nothing for a box that is not taken apart.
std::optional<std::size_t> fields_of(FourCc type, ByteView payload) {
  if (std::find(kContainers.begin(), kContainers.end(), type) != kContainers.end()) return 0;
  if (type == four_cc("stsd") || type == four_cc("dref")) return 8;  // version, flags, count
  // QuickTime's own has no version and flags: a box stands there at once.
  if (type == four_cc("meta") && payload.size() >= 8)
    return number_at(payload, 4, 4) == four_cc("hdlr") ? 0 : 4;
  return std::nullopt;
}

class Parser {
 public:
  Box parse(ByteView bytes, int depth) {
    if (++boxes_ > kMostBoxes)
      fail(RLV_E_UNSUPPORTED, "the index has more than ", kMostBoxes, " boxes");
    std::size_t header = 8;
    Box box;
    box.type = static_cast<FourCc>(number_at(bytes, 4, 4));
    box.is_wide = number_at(bytes, 0, 4) == 1;
    if (box.is_wide) header = 16;
    const auto payload = bytes.subspan(header);
    const auto fields = fields_of(box.type, payload);
    if (fields && depth < kDeepest) fill(box, payload, *fields, depth);
    if (!fields || (box.head.empty() && box.children.empty() && box.tail.empty()))
      box.head.assign(payload.begin(), payload.end());
    return box;
  }

  // False, and nothing changed, if the payload is not that many fields and then boxes.
  bool fill(Box& box, ByteView payload, std::size_t fields, int depth) {
    if (payload.size() < fields) return false;
    std::vector<Box> children;
    auto rest = payload.subspan(fields);
    while (rest.size() >= 8) {
      auto size = number_at(rest, 0, 4);
      // Zero: QuickTime's end of a list. "To the end of the file" is for the outermost only.
      if (size == 0) break;
      std::uint64_t least = 8;
      if (size == 1) {
        if (rest.size() < 16) return false;
        size = number_at(rest, 8, 8);
        least = 16;
      }
      if (size < least || size > rest.size()) return false;
      children.push_back(parse(rest.first(static_cast<std::size_t>(size)), depth + 1));
      rest = rest.subspan(static_cast<std::size_t>(size));
    }
    if (std::any_of(rest.begin(), rest.end(), [](std::uint8_t b) { return b != 0; })) return false;
    box.head.assign(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(fields));
    box.children = std::move(children);
    box.tail.assign(rest.begin(), rest.end());
    return true;
  }

 private:
  std::size_t boxes_ = 0;
};

}  // namespace

std::uint64_t Box::size() const {
  std::uint64_t sum = 8 + head.size() + tail.size();
  for (const auto& child : children) sum += child.size();
  if (is_wide || sum > std::numeric_limits<std::uint32_t>::max()) sum += 8;
  return sum;
}

const Box* Box::find(FourCc child) const {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const Box& b) { return b.type == child; });
  return found == children.end() ? nullptr : &*found;
}

Box* Box::find(FourCc child) {
  return const_cast<Box*>(std::as_const(*this).find(child));
}

const Box* Box::find(std::initializer_list<FourCc> path) const {
  const auto* box = this;
  for (const auto step : path) {
    box = box->find(step);
    if (box == nullptr) return nullptr;
  }
  return box;
}

Box parse_box(ByteView bytes) {
  auto size = number_at(bytes, 0, 4);
  if (size == 1) size = number_at(bytes, 8, 8);
  if (size == 0) size = bytes.size();
  const auto type = static_cast<FourCc>(number_at(bytes, 4, 4));
  if (size != bytes.size() || size < 8) fail(RLV_E_IO, "the box '", text_of(type), "' is damaged");
  Parser parser;
  auto box = parser.parse(bytes, 0);
  if (fields_of(type, ByteView(bytes).subspan(8)) && box.children.empty() && !box.head.empty())
    fail(RLV_E_IO, "the box '", text_of(type), "' is damaged");
  return box;
}

bool open_box(Box& box, std::size_t fields) {
  if (!box.children.empty() || !box.tail.empty()) return true;  // done before
  const auto whole = box.head;
  return Parser().fill(box, whole, fields, 1);
}

void write_box(const Box& box, Bytes& out) {
  const auto size = box.size();
  const bool wide = box.is_wide || size > std::numeric_limits<std::uint32_t>::max();
  add_number(out, 4, wide ? 1 : size);
  add_number(out, 4, box.type);
  if (wide) add_number(out, 8, size);
  out.insert(out.end(), box.head.begin(), box.head.end());
  for (const auto& child : box.children) write_box(child, out);
  out.insert(out.end(), box.tail.begin(), box.tail.end());
}

Bytes bytes_of(const Box& box) {
  Bytes out;
  out.reserve(static_cast<std::size_t>(box.size()));
  write_box(box, out);
  return out;
}

Box make_box(FourCc type, Bytes head) {
  Box box;
  box.type = type;
  box.head = std::move(head);
  return box;
}

Box make_box(FourCc type, std::vector<Box> children) {
  Box box;
  box.type = type;
  box.children = std::move(children);
  return box;
}

}  // namespace relievo::media
