// Element types of stored tensors: those of safetensors and of PyTorch's checkpoints.
#pragma once

#include <cstdint>
#include <string_view>

namespace relievo::weights {

// Little-endian in every file that is read. The 8-bit floats follow the OCP 8-bit specification
// (e4m3 is its finite-only 'E4M3', torch.float8_e4m3fn) and, with fnuz, the variant without a
// negative zero; f8_e8m0, f6 and f4 are those of the OCP microscaling specification. f6 and f4 are
// packed: see bits_of.
enum class DType : std::uint8_t {
  f64,
  f32,
  f16,
  bf16,
  f8_e5m2,
  f8_e4m3,
  f8_e5m2fnuz,
  f8_e4m3fnuz,
  f8_e8m0,
  f6_e2m3,
  f6_e3m2,
  f4,
  i64,
  i32,
  i16,
  i8,
  u64,
  u32,
  u16,
  u8,
  boolean,  // one byte, 0 or 1
  c128,     // pairs of f64: real, imaginary
  c64,      // pairs of f32
  c32,      // pairs of f16
};

// Bits of one element: 1 byte is 8; 6 and 4 for the packed types, whose tensors end on a whole
// byte.
[[nodiscard]] std::uint32_t bits_of(DType dtype) noexcept;

// For messages: "f32", "bf16", "bool", "f8_e4m3".
[[nodiscard]] std::string_view name_of(DType dtype) noexcept;

}  // namespace relievo::weights
