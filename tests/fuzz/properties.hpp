// What must hold whatever the bytes: a valid checkpoint, or one clear line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

#include "core/weights/checkpoint.hpp"
#include "core/weights/utf8.hpp"

namespace relievo::fuzz {

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken property: " << what << '\n';
  std::abort();
}

inline void check_line(std::string_view line) {
  require(!line.empty() && line.size() < 2000, "a message has 1 to 2000 bytes");
  require(weights::first_invalid_utf8(line) == std::string_view::npos, "a message is UTF-8");
  for (const char c : line)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "a message is one line");
}

// Spans lie in the file, have the size that shape, strides and type ask for, and can be read.
inline void check_tensor(const weights::Tensor& tensor, std::span<const std::byte> file) {
  require(tensor.shape.size() == tensor.strides.size(), "one stride for each size");
  require(weights::first_invalid_utf8(tensor.name) == std::string_view::npos, "a name is UTF-8");
  const auto count = tensor.element_count();
  require(count >= 0, "a shape has a product");
  if (count == 0) {
    require(tensor.bytes.empty(), "no elements, no bytes");
    return;
  }
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i)
    last += static_cast<std::uint64_t>(tensor.shape[i] - 1) *
            static_cast<std::uint64_t>(tensor.strides[i]);
  require(tensor.bytes.size() * 8 == (last + 1) * weights::bits_of(tensor.dtype),
          "bytes up to the last element");
  require(tensor.bytes.data() >= file.data() &&
              tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size(),
          "bytes of the file");
  if (tensor.contiguous())
    require(tensor.bytes.size() * 8 ==
                static_cast<std::uint64_t>(count) * weights::bits_of(tensor.dtype),
            "contiguous tensors have no gaps");
  volatile auto first_and_last =
      static_cast<int>(tensor.bytes.front()) + static_cast<int>(tensor.bytes.back());
  (void)first_and_last;
}

// True if the file was accepted.
inline bool check_checkpoint(std::span<const std::byte> file) {
  try {
    const auto checkpoint = weights::Checkpoint::from_memory(file, "file");
    for (const auto& tensor : checkpoint.tensors()) {
      check_tensor(tensor, file);
      require(checkpoint.find(tensor.name) == &tensor, "a tensor is found by its name");
    }
    return true;
  } catch (const weights::WeightsError& error) {
    check_line(error.what());
    return false;
  }
}

}  // namespace relievo::fuzz
