#include "core/weights/layout.hpp"

#include <algorithm>
#include <limits>

#include "core/weights/checkpoint.hpp"

namespace relievo::weights {

std::optional<std::uint64_t> count_elements(std::span<const std::int64_t> shape) {
  std::uint64_t count = 1;
  std::uint64_t without_zeros = 1;
  for (const auto size : shape) {
    const auto next =
        checked_multiply(without_zeros, size == 0 ? 1 : static_cast<std::uint64_t>(size));
    if (size < 0 || !next || *next > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    without_zeros = *next;
    count *= static_cast<std::uint64_t>(size);
  }
  return count;
}

std::vector<std::int64_t> c_order_strides(std::span<const std::int64_t> shape) {
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t stride = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= std::max<std::int64_t>(shape[i], 1);
  }
  return strides;
}

std::optional<std::uint64_t> reach(std::span<const std::int64_t> shape,
                                   std::span<const std::int64_t> strides) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto step = checked_multiply(static_cast<std::uint64_t>(shape[i] - 1),
                                       static_cast<std::uint64_t>(strides[i]));
    const auto sum = step ? checked_add(last, *step) : std::nullopt;
    if (!sum) return std::nullopt;
    last = *sum;
  }
  return checked_add(last, 1);
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

std::int64_t Tensor::element_count() const noexcept {
  std::int64_t count = 1;
  for (const auto size : shape) count *= size;
  return count;
}

bool Tensor::contiguous() const noexcept {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return true;
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

bool Tensor::aligned() const noexcept {
  // A complex number is a pair and needs only what its parts need.
  std::uint32_t bits = bits_of(dtype);
  if (dtype == DType::c128 || dtype == DType::c64 || dtype == DType::c32) bits /= 2;
  const std::uintptr_t bytes_each = bits < 8 ? 1 : bits / 8;
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % bytes_each == 0;
}

}  // namespace relievo::weights
