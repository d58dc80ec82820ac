#include "core/weights/dtype.hpp"

#include <array>
#include <cstddef>

namespace relievo::weights {
namespace {

struct Facts {
  std::uint32_t bits;
  std::string_view name;
};

// In the order of DType.
constexpr std::array<Facts, 24> kFacts{{
    {64, "f64"},    {32, "f32"},        {16, "f16"},        {16, "bf16"},   {8, "f8_e5m2"},
    {8, "f8_e4m3"}, {8, "f8_e5m2fnuz"}, {8, "f8_e4m3fnuz"}, {8, "f8_e8m0"}, {6, "f6_e2m3"},
    {6, "f6_e3m2"}, {4, "f4"},          {64, "i64"},        {32, "i32"},    {16, "i16"},
    {8, "i8"},      {64, "u64"},        {32, "u32"},        {16, "u16"},    {8, "u8"},
    {8, "bool"},    {128, "c128"},      {64, "c64"},        {32, "c32"},
}};
static_assert(static_cast<std::size_t>(DType::c32) + 1 == kFacts.size());

}  // namespace

std::uint32_t bits_of(DType dtype) noexcept {
  return kFacts[static_cast<std::size_t>(dtype)].bits;
}

std::string_view name_of(DType dtype) noexcept {
  return kFacts[static_cast<std::size_t>(dtype)].name;
}

}  // namespace relievo::weights
