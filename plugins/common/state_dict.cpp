#include "plugins/common/state_dict.hpp"

#include <optional>

#include <relievo/sdk/error.hpp>

#include "core/weights/checkpoint.hpp"

namespace relievo::nets {
namespace {

std::optional<at::ScalarType> scalar_type_of(weights::DType type) {
  switch (type) {
    case weights::DType::f32: return at::kFloat;
    case weights::DType::f16: return at::kHalf;
    case weights::DType::bf16: return at::kBFloat16;
    case weights::DType::f64: return at::kDouble;
    default: return std::nullopt;  // counters and the like
  }
}

}  // namespace

StateDict read_state_dict(const std::string& path) {
  try {
    const auto checkpoint = weights::Checkpoint::open(path);
    StateDict tensors;
    for (const auto& tensor : checkpoint.tensors()) {
      const auto type = scalar_type_of(tensor.dtype);
      if (!type) continue;
      // The mapping is private: libtorch's pointer without const changes no file.
      auto* data = const_cast<std::byte*>(tensor.bytes.data());
      auto view = at::from_blob(
          data, tensor.shape, tensor.strides,
          [keep = checkpoint.keep_alive()](void*) mutable { keep.reset(); },
          at::TensorOptions(*type));
      tensors.emplace(tensor.name, tensor.aligned() ? view : view.clone());
    }
    return tensors;
  } catch (const weights::WeightsError& e) {
    fail(RLV_E_WEIGHTS, e.what());
  }
}

}  // namespace relievo::nets
