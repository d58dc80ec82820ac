#include "plugins/common/cpu_linear.hpp"

#include <optional>
#include <string_view>

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace relievo::nets {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
using LinearPointwise = at::Tensor(const at::Tensor&, const at::Tensor&,
                                   const std::optional<at::Tensor>&, std::string_view, Scalars,
                                   std::optional<std::string_view>);

// libtorch has the operator for its compiler, without a header. Nothing if this libtorch does not
// have it, or in another form.
std::optional<c10::TypedOperatorHandle<LinearPointwise>> find_operator() {
#if defined(__x86_64__) || defined(_M_X64)
  if (!at::globalContext().hasMKLDNN()) return std::nullopt;
  const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
  if (!found) return std::nullopt;
  try {
    return found->typed<LinearPointwise>();
  } catch (const c10::Error&) {
    return std::nullopt;
  }
#else
  return std::nullopt;
#endif
}

}  // namespace

at::Tensor onednn_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                         Activation activation) {
  // Below this many multiplications its preparations cost more than it saves.
  constexpr double kLeast = 1e8;
  if (!x.is_cpu() || x.scalar_type() != at::kFloat || weight.scalar_type() != at::kFloat ||
      !at::globalContext().userEnabledMkldnn() ||
      static_cast<double>(x.numel()) * static_cast<double>(weight.size(0)) < kLeast)
    return {};
  static const auto kOperator = find_operator();
  if (!kOperator) return {};
  const std::optional<at::Tensor> maybe_bias =
      bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt;
  const bool gelu = activation == Activation::kGelu;
  return kOperator->call(x.contiguous(), weight, maybe_bias, gelu ? "gelu" : "none", Scalars(),
                         std::optional<std::string_view>("none"));
}

}  // namespace relievo::nets
