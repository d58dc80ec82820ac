// Arithmetic on shapes that come from files: every product and sum is checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace relievo::weights {

// More dimensions than any framework takes; keeps hostile headers from asking for memory by the
// gigabyte.
inline constexpr std::size_t kMaxRank = 64;

[[nodiscard]] inline std::optional<std::uint64_t> checked_multiply(std::uint64_t a,
                                                                   std::uint64_t b) noexcept {
  if (a != 0 && b > UINT64_MAX / a) return std::nullopt;
  return a * b;
}

[[nodiscard]] inline std::optional<std::uint64_t> checked_add(std::uint64_t a,
                                                              std::uint64_t b) noexcept {
  if (b > UINT64_MAX - a) return std::nullopt;
  return a + b;
}

// Product of the sizes (1 for a scalar), at most INT64_MAX; nothing on overflow, which also a
// product that meets a 0 later counts as, since strides could not be written down.
[[nodiscard]] std::optional<std::uint64_t> count_elements(std::span<const std::int64_t> shape);

// Strides of C order; the shape must have passed count_elements.
[[nodiscard]] std::vector<std::int64_t> c_order_strides(std::span<const std::int64_t> shape);

// Elements from the first to the last one reached, both included; 0 if a size is 0, nothing on
// overflow. Both spans have the same length, sizes and strides are >= 0.
[[nodiscard]] std::optional<std::uint64_t> reach(std::span<const std::int64_t> shape,
                                                 std::span<const std::int64_t> strides);

// "[2, 3, 4]"
[[nodiscard]] std::string shape_text(std::span<const std::int64_t> shape);

// An unsigned integer at `at`, stored little-endian; the caller has checked that it lies inside.
template <typename T>
[[nodiscard]] T read_little(std::span<const std::byte> bytes, std::size_t at) noexcept {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(std::to_integer<T>(bytes[at + i]) << (8 * i)));
  return value;
}

}  // namespace relievo::weights
