// Columns of a picture as 16-bit grey values, so that any node that moves pixels shows where it
// took them from.
#pragma once

#include <algorithm>
#include <cstdint>

namespace relievo::quality {

// Value of a column = base + step * column; what lies under half the base is a hole, which view
// nodes leave black.
class ColumnCode {
 public:
  static constexpr int kBase = 2048;

  // width: pixels, up to 32767.
  explicit ColumnCode(int width)
      : step_(std::clamp((65535 - 2 * kBase) / std::max(width, 1), 1, 256)) {}

  [[nodiscard]] std::uint16_t value(int column) const {
    return static_cast<std::uint16_t>(kBase + step_ * column);
  }
  // Fractions of a column where a node has mixed neighbours; -1 for a hole.
  [[nodiscard]] float column(std::uint16_t value) const {
    return value < kBase / 2 ? -1.0F
                             : static_cast<float>(value - kBase) / static_cast<float>(step_);
  }

 private:
  int step_;
};

}  // namespace relievo::quality
