#include "core/media/read/pfm.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <string>

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace {

constexpr std::int32_t kMostPixels = 1 << 15;

void swap_bytes(float& value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof(bits));
  bits = bits >> 24U | (bits >> 8U & 0xff00U) | (bits << 8U & 0xff0000U) | bits << 24U;
  std::memcpy(&value, &bits, sizeof(bits));
}

}  // namespace

FloatMap read_pfm(const std::filesystem::path& file) {
  const auto name = "'" + file.string() + "'";
  std::ifstream in(file, std::ios::binary);
  if (!in)
    fail(RLV_E_IO, "cannot read ", name,
         ": there is no such file, or no permission; check the path");
  std::string kind;
  FloatMap map;
  double scale = 0.0;
  in >> kind;
  if (kind == "PF")
    fail(RLV_E_UNSUPPORTED, name,
         " holds three colours (PF), not depth; store one value a pixel (Pf)");
  if (kind != "Pf")
    fail(RLV_E_UNSUPPORTED, name, " is no PFM file: it does not begin with Pf; check what it is");
  in >> map.width >> map.height >> scale;
  // One white space ends the head, whatever byte follows it.
  if (!in || std::isspace(in.get()) == 0 || scale == 0.0 || !std::isfinite(scale))
    fail(RLV_E_IO, name,
         " has a damaged head; it is 'Pf', width and height, and a scale on three lines");
  if (map.width < 1 || map.height < 1 || map.width > kMostPixels || map.height > kMostPixels)
    fail(RLV_E_UNSUPPORTED, name, " says that it has ", map.width, "x", map.height,
         " pixels; 1 to ", kMostPixels, " on a side can be read");
  const auto row = static_cast<std::size_t>(map.width);
  const auto rows = static_cast<std::size_t>(map.height);
  const auto begin = in.tellg();
  in.seekg(0, std::ios::end);
  const auto bytes = static_cast<std::uint64_t>(in.tellg() - begin);
  if (bytes < row * rows * sizeof(float))
    fail(RLV_E_IO, name, " is cut off: ", bytes, " of ", row * rows * sizeof(float),
         " bytes of values are there; copy it again");
  in.seekg(begin);
  map.values.resize(row * rows);
  for (std::size_t y = rows; y-- > 0;)  // the last row comes first
    in.read(reinterpret_cast<char*>(map.values.data() + y * row),
            static_cast<std::streamsize>(row * sizeof(float)));
  if (!in) fail(RLV_E_IO, "reading ", name, " failed; check the disk");
  const bool is_little = scale < 0.0;
  if (is_little != (std::endian::native == std::endian::little))
    std::for_each(map.values.begin(), map.values.end(), swap_bytes);
  return map;
}

}  // namespace relievo::media
