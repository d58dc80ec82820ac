// The JSON header of a safetensors file, as it stands there: syntax and types checked, meaning not
// yet.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/dtype.hpp"

namespace relievo::weights {

struct SafetensorsEntry {
  std::string name;
  DType dtype = DType::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;  // bytes, from the end of the header
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  // in the order of the header; names are unique
  std::map<std::string, std::string> metadata;
};

// A fault in the header: what and where, without the file's name and the way out.
class HeaderFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// text: the header without its length. Memory in proportion to the text, no recursion. Throws
// HeaderFault.
[[nodiscard]] SafetensorsHeader parse_safetensors_header(std::string_view text);

}  // namespace relievo::weights
