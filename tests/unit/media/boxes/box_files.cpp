#include "tests/unit/media/boxes/box_files.hpp"

#include <cctype>
#include <fstream>
#include <iterator>

#include "core/media/boxes/file_boxes.hpp"

namespace relievo::test {

using media::add_number;
using media::Bytes;
using media::four_cc;

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  std::string digits;
  for (const char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits, nullptr, 16)));
    digits.clear();
  }
  return bytes;
}

Bytes file_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_bytes(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes box_bytes(const char (&type)[5], const Bytes& payload) {
  Bytes bytes;
  add_number(bytes, 4, payload.size() + 8);
  add_number(bytes, 4, four_cc(type));
  return joined({bytes, payload});
}

Bytes numbers(std::size_t count, std::initializer_list<std::uint64_t> values) {
  Bytes bytes;
  for (const auto value : values) add_number(bytes, count, value);
  return bytes;
}

Bytes moov_bytes(const std::vector<std::uint64_t>& chunks, bool wide) {
  Bytes places = numbers(4, {0, chunks.size()});
  for (const auto place : chunks) add_number(places, wide ? 8 : 4, place);
  const auto entry = box_bytes("hvc1", joined({Bytes(78), box_bytes("hvcC", Bytes(23, 1)),
                                               box_bytes("pasp", numbers(4, {1, 1}))}));
  const auto offsets = wide ? box_bytes("co64", places) : box_bytes("stco", places);
  const auto table =
      box_bytes("stbl", joined({box_bytes("stsd", joined({numbers(4, {0, 1}), entry})), offsets}));
  const auto references = box_bytes(
      "dinf", box_bytes("dref", joined({numbers(4, {0, 1}), box_bytes("url ", numbers(4, {1}))})));
  const auto handler = box_bytes("hdlr", joined({numbers(4, {0, 0, four_cc("vide")}), Bytes(13)}));
  const auto media =
      box_bytes("mdia", joined({handler, box_bytes("minf", joined({references, table}))}));
  const auto header = box_bytes("tkhd", joined({numbers(4, {7, 0, 0, 1}), Bytes(68)}));
  return box_bytes(
      "moov", joined({box_bytes("mvhd", Bytes(100)), box_bytes("trak", joined({header, media}))}));
}

std::vector<std::uint64_t> chunk_offsets(const std::filesystem::path& file) {
  const auto index = media::read_index(file);
  const auto* table =
      index->find({four_cc("trak"), four_cc("mdia"), four_cc("minf"), four_cc("stbl")});
  const auto* narrow = table->find(four_cc("stco"));
  const auto* box = narrow != nullptr ? narrow : table->find(four_cc("co64"));
  const std::size_t width = narrow != nullptr ? 4 : 8;
  std::vector<std::uint64_t> places;
  for (std::uint64_t i = 0; i < box->number(4, 4); ++i)
    places.push_back(box->number(8 + i * width, width));
  return places;
}

std::string outline(const std::filesystem::path& file) {
  std::string text;
  for (const auto& box : media::file_boxes({file, media::EditFile::Mode::kRead}))
    text += (text.empty() ? "" : " ") + media::text_of(box.type);
  return text;
}

}  // namespace relievo::test
