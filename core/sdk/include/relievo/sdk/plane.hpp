// A typed look at one plane on the CPU: a pointer, a size, strides. Owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace relievo {

// Sample (x, y, component c) is row(y)[x * pixel_stride + c]; strides count elements of T.
template <class T>
struct Plane {
  T* data = nullptr;
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int32_t components = 1;
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t pixel_stride = 1;

  [[nodiscard]] T* row(std::int32_t y) const { return data + y * row_stride; }
  [[nodiscard]] T& at(std::int32_t x, std::int32_t y, std::int32_t c = 0) const {
    return row(y)[x * pixel_stride + c];
  }
  // Samples of a row follow each other without gaps.
  [[nodiscard]] bool is_dense() const { return pixel_stride == components; }
};

}  // namespace relievo
