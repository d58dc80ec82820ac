#include "core/weights/pickle_globals.hpp"

#include <array>

namespace relievo::weights {
namespace {

struct Known {
  std::string_view module;
  std::string_view name;
  PickleGlobalFacts facts;
};

constexpr auto kStorage = PickleGlobal::storage;
constexpr auto kType = PickleGlobal::element_type;

// Storage classes and which types have none: torch/storage.py, _dtype_to_storage_type_map and
// _new_dtypes. Quantised types and bits8 to bits4x2 mean nothing without their scheme and are not
// here.
constexpr std::array<Known, 43> kKnown{{
    {"collections", "OrderedDict", {PickleGlobal::ordered_dict}},
    {"torch._utils", "_rebuild_tensor_v2", {PickleGlobal::tensor_v2}},
    {"torch._utils", "_rebuild_tensor_v3", {PickleGlobal::tensor_v3}},
    {"torch._utils", "_rebuild_parameter", {PickleGlobal::parameter}},
    {"torch", "Size", {PickleGlobal::size}},
    {"_codecs", "encode", {PickleGlobal::encode}},
    {"torch", "FloatStorage", {kStorage, DType::f32}},
    {"torch", "HalfStorage", {kStorage, DType::f16}},
    {"torch", "BFloat16Storage", {kStorage, DType::bf16}},
    {"torch", "DoubleStorage", {kStorage, DType::f64}},
    {"torch", "LongStorage", {kStorage, DType::i64}},
    {"torch", "IntStorage", {kStorage, DType::i32}},
    {"torch", "ShortStorage", {kStorage, DType::i16}},
    {"torch", "CharStorage", {kStorage, DType::i8}},
    {"torch", "ByteStorage", {kStorage, DType::u8}},
    {"torch", "BoolStorage", {kStorage, DType::boolean}},
    {"torch", "ComplexDoubleStorage", {kStorage, DType::c128}},
    {"torch", "ComplexFloatStorage", {kStorage, DType::c64}},
    {"torch", "UntypedStorage", {kStorage, DType::u8}},
    {"torch.storage", "UntypedStorage", {kStorage, DType::u8}},
    {"torch.storage", "_UntypedStorage", {kStorage, DType::u8}},
    {"torch", "_UntypedStorage", {kStorage, DType::u8}},
    {"torch", "float64", {kType, DType::f64}},
    {"torch", "float32", {kType, DType::f32}},
    {"torch", "float16", {kType, DType::f16}},
    {"torch", "bfloat16", {kType, DType::bf16}},
    {"torch", "float8_e5m2", {kType, DType::f8_e5m2}},
    {"torch", "float8_e4m3fn", {kType, DType::f8_e4m3}},
    {"torch", "float8_e5m2fnuz", {kType, DType::f8_e5m2fnuz}},
    {"torch", "float8_e4m3fnuz", {kType, DType::f8_e4m3fnuz}},
    {"torch", "float8_e8m0fnu", {kType, DType::f8_e8m0}},
    {"torch", "int64", {kType, DType::i64}},
    {"torch", "int32", {kType, DType::i32}},
    {"torch", "int16", {kType, DType::i16}},
    {"torch", "int8", {kType, DType::i8}},
    {"torch", "uint64", {kType, DType::u64}},
    {"torch", "uint32", {kType, DType::u32}},
    {"torch", "uint16", {kType, DType::u16}},
    {"torch", "uint8", {kType, DType::u8}},
    {"torch", "bool", {kType, DType::boolean}},
    {"torch", "complex128", {kType, DType::c128}},
    {"torch", "complex64", {kType, DType::c64}},
    {"torch", "complex32", {kType, DType::c32}},
}};

}  // namespace

PickleGlobalFacts look_up_global(std::string_view module, std::string_view name) noexcept {
  for (const auto& known : kKnown)
    if (known.module == module && known.name == name) return known.facts;
  return {};
}

}  // namespace relievo::weights
