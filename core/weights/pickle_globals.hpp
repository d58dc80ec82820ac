// The few globals that a pickle of tensors may name.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/weights/dtype.hpp"

namespace relievo::weights {

enum class PickleGlobal : std::uint8_t {
  refused,
  ordered_dict,
  tensor_v2,  // storage, offset, size, stride, requires_grad, hooks[, metadata]
  tensor_v3,  // the same with an element type before the metadata: the storage is bytes
  parameter,  // tensor, requires_grad, hooks
  size,       // a tuple of numbers
  encode,     // text, "latin1": how protocol 2 writes bytes
  storage,    // a class of typed storage: dtype says which
  element_type,
};

struct PickleGlobalFacts {
  PickleGlobal global = PickleGlobal::refused;
  DType dtype = DType::u8;  // of storage (untyped ones: u8) and element_type
};

// module and name as in the pickle: "torch._utils", "_rebuild_tensor_v2".
[[nodiscard]] PickleGlobalFacts look_up_global(std::string_view module,
                                               std::string_view name) noexcept;

}  // namespace relievo::weights
