#include "plugins/common/load_weights.hpp"

#include <string_view>
#include <unordered_set>
#include <utility>

#include <relievo/sdk/error.hpp>

#include "core/weights/checkpoint.hpp"

namespace relievo::nets {
namespace {

weights::Checkpoint open_checkpoint(const std::string& path, const LoadOptions& options) {
  try {
    return weights::Checkpoint::open(path, {.root = options.root});
  } catch (const weights::WeightsError& error) {
    fail(RLV_E_WEIGHTS, error.what());
  }
}

void require_fit(const weights::Checkpoint& checkpoint, std::span<const weights::Wanted> wanted,
                 const LoadOptions& options) {
  const auto mismatch = weights::compare(checkpoint.tensors(), wanted, options.unneeded);
  if (mismatch.none()) return;
  fail(RLV_E_WEIGHTS, checkpoint.path().string(), ": ", weights::describe(mismatch, wanted.size()),
       "; check the parameter 'model' and the file");
}

// In the order of the file, which is the order to read a disk in.
template <typename Take>
void for_each_wanted(const weights::Checkpoint& checkpoint, std::span<const weights::Wanted> wanted,
                     Take take) {
  std::unordered_set<std::string_view> names;
  for (const auto& one : wanted) names.emplace(one.name);
  for (const auto& tensor : checkpoint.tensors())
    if (names.contains(tensor.name)) take(tensor);
}

}  // namespace

std::optional<at::ScalarType> scalar_type_of(weights::DType dtype) {
  using weights::DType;
  switch (dtype) {
    case DType::f64: return at::kDouble;
    case DType::f32: return at::kFloat;
    case DType::f16: return at::kHalf;
    case DType::bf16: return at::kBFloat16;
    case DType::f8_e5m2: return at::ScalarType::Float8_e5m2;
    case DType::f8_e4m3: return at::ScalarType::Float8_e4m3fn;
    case DType::f8_e5m2fnuz: return at::ScalarType::Float8_e5m2fnuz;
    case DType::f8_e4m3fnuz: return at::ScalarType::Float8_e4m3fnuz;
    case DType::f8_e8m0: return at::ScalarType::Float8_e8m0fnu;
    case DType::i64: return at::kLong;
    case DType::i32: return at::kInt;
    case DType::i16: return at::kShort;
    case DType::i8: return at::kChar;
    case DType::u64: return at::ScalarType::UInt64;
    case DType::u32: return at::ScalarType::UInt32;
    case DType::u16: return at::ScalarType::UInt16;
    case DType::u8: return at::kByte;
    case DType::boolean: return at::kBool;
    case DType::c128: return at::ScalarType::ComplexDouble;
    case DType::c64: return at::ScalarType::ComplexFloat;
    case DType::c32: return at::ScalarType::ComplexHalf;
    case DType::f6_e2m3:
    case DType::f6_e3m2:
    case DType::f4: break;
  }
  return std::nullopt;
}

at::Tensor view_of(const weights::Checkpoint& checkpoint, const weights::Tensor& tensor) {
  const auto type = scalar_type_of(tensor.dtype);
  if (!type)
    fail(RLV_E_WEIGHTS, checkpoint.path().string(), ": tensor ", weights::in_quotes(tensor.name),
         " is of type ", weights::name_of(tensor.dtype),
         ", which libtorch does not have; take the weights in f16 or f32");
  const at::TensorOptions options(*type);
  // libtorch takes a pointer without const; the mapping is private, so the file stays as it is.
  auto* data = const_cast<std::byte*>(tensor.bytes.data());
  if (tensor.element_count() == 0) return at::empty(tensor.shape, options);
  if (!tensor.aligned()) {
    std::vector<std::byte> aligned(tensor.bytes.begin(), tensor.bytes.end());
    return at::from_blob(aligned.data(), tensor.shape, tensor.strides, options).clone();
  }
  return at::from_blob(
      data, tensor.shape, tensor.strides,
      [keep = checkpoint.keep_alive()](void*) mutable { keep.reset(); }, options);
}

StateDict load_weights(const std::string& path, std::span<const weights::Wanted> wanted,
                       at::Device device, std::optional<at::ScalarType> dtype,
                       const LoadOptions& options) {
  const auto checkpoint = open_checkpoint(path, options);
  require_fit(checkpoint, wanted, options);
  StateDict loaded;
  for_each_wanted(checkpoint, wanted, [&](const weights::Tensor& tensor) {
    const auto view = view_of(checkpoint, tensor);
    const auto type = dtype && view.is_floating_point() ? *dtype : view.scalar_type();
    const bool shared = options.share_file && device.is_cpu() && type == view.scalar_type();
    loaded.emplace(tensor.name,
                   shared ? view : view.to(view.options().device(device).dtype(type), false, true));
    if (!shared) checkpoint.release(tensor);
  });
  return loaded;
}

void load_weights_into(const std::string& path, const StateDict& targets,
                       const LoadOptions& options) {
  const auto checkpoint = open_checkpoint(path, options);
  std::vector<weights::Wanted> wanted;
  wanted.reserve(targets.size());
  for (const auto& [name, target] : targets) wanted.push_back({name, target.sizes().vec()});
  require_fit(checkpoint, wanted, options);
  // Every element type is looked up before the first target changes.
  for_each_wanted(checkpoint, wanted,
                  [&](const weights::Tensor& tensor) { (void)view_of(checkpoint, tensor); });
  const at::NoGradGuard no_grad;
  for_each_wanted(checkpoint, wanted, [&](const weights::Tensor& tensor) {
    targets.at(tensor.name).copy_(view_of(checkpoint, tensor));
    checkpoint.release(tensor);
  });
}

}  // namespace relievo::nets
