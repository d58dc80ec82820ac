// Large matrix products on the CPU by oneDNN: the same numbers as libtorch's own.
#include "plugins/common/cpu_linear.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "plugins/common/layers.hpp"

namespace relievo::test {
namespace {

using nets::Activation;
using nets::onednn_linear;

at::Tensor waves(const std::vector<std::int64_t>& shape, double step) {
  auto tensor = at::empty(shape, at::TensorOptions(at::kFloat));
  auto* data = tensor.data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    data[i] = static_cast<float>(std::sin(step * static_cast<double>(i)));
  return tensor;
}

TEST(CpuLinear, GivesWhatLibtorchsOwnDoes) {
  const at::InferenceMode guard;
  // Also of a view with gaps, as tokens without their first are.
  const auto x = waves({3, 400, 256}, 0.37).narrow(1, 1, 399);
  const auto weight = waves({512, 256}, 0.11).div(16.0);
  const auto bias = waves({512}, 0.7);
  auto y = onednn_linear(x, weight, bias, Activation::kNone);
#if defined(__x86_64__)
  ASSERT_EQ(y.defined(), at::globalContext().hasMKLDNN());
#endif
  if (!y.defined()) GTEST_SKIP() << "this libtorch has no oneDNN";
  const auto wanted = at::linear(x, weight, bias);
  EXPECT_EQ(y.sizes(), wanted.sizes());
  EXPECT_LT(y.sub(wanted).abs().max().item<double>(), 2e-5);
  EXPECT_LT(onednn_linear(x, weight, {}, Activation::kNone)
                .sub(at::linear(x, weight))
                .abs()
                .max()
                .item<double>(),
            2e-5);
  // The erf form: the tanh form is 5e-4 away.
  EXPECT_LT(onednn_linear(x, weight, bias, Activation::kGelu)
                .sub(at::gelu(wanted))
                .abs()
                .max()
                .item<double>(),
            2e-5);
}

TEST(CpuLinear, LeavesToLibtorchWhatDoesNotPay) {
  const at::InferenceMode guard;
  const auto small = waves({4, 64}, 0.3);
  const auto weight = waves({64, 64}, 0.2);
  EXPECT_FALSE(onednn_linear(small, weight, {}, Activation::kNone).defined());
  const auto large = waves({4000, 256}, 0.3).to(at::kHalf);
  const auto half = waves({512, 256}, 0.2).to(at::kHalf);
  EXPECT_FALSE(onednn_linear(large, half, {}, Activation::kNone).defined());
  // The layer itself computes either.
  nets::Linear layer;
  layer.weight = weight;
  EXPECT_TRUE(layer(small).equal(at::linear(small, weight)));
  EXPECT_LT(layer.gelu(small).sub(at::gelu(at::linear(small, weight))).abs().max().item<double>(),
            1e-6);
}

}  // namespace
}  // namespace relievo::test
