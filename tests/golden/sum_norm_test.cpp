// The running sum of a transformer and the norms that read it, on RELIEVO_GOLDEN_DEVICE.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ATen/Generator.h>
#include <ATen/ops/randn.h>

#include "plugins/common/sum_norm.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo {
namespace {

using nets::LayerNorm;
using nets::SumNorm;

// Random numbers with a scale of their own per token: a norm that mixes tokens up shows.
at::Tensor tokens(std::int64_t groups, std::int64_t length, std::int64_t width) {
  const auto scale = at::randn({groups, length, 1}).abs().add(0.1);
  return at::randn({groups, length, width}).add(0.3).mul(scale);
}

LayerNorm random_norm(std::int64_t width, at::Device device) {
  LayerNorm norm;
  norm.weight = at::randn({width}).to(device);
  norm.bias = at::randn({width}).to(device);
  norm.eps = 1e-6;
  return norm;
}

at::Tensor expected(const at::Tensor& sum, const LayerNorm& norm) {
  const auto x = sum.to(at::kDouble);
  const auto centred = x.sub(x.mean({2}, true));
  const auto rate = centred.square().mean({2}, true).add(norm.eps).rsqrt();
  return centred.mul(rate)
      .mul(norm.weight.to(at::kCPU, at::kDouble))
      .add(norm.bias.to(at::kCPU, at::kDouble));
}

// In units of the last place of the type, as far as the result is not small; of float32, in which
// the sums are made, 64 of them.
double largest_error(const at::Tensor& ours, const at::Tensor& exact, at::ScalarType type) {
  const double step = type == at::kHalf ? 0x1p-11 : type == at::kBFloat16 ? 0x1p-8 : 0x1p-17;
  const auto error = ours.to(at::kCPU, at::kDouble).sub(exact).abs();
  return error.div(exact.abs().add(0.1).mul(step)).max().item<double>();
}

class SumAndNorm : public testing::TestWithParam<at::ScalarType> {
 protected:
  void SetUp() override { at::manual_seed(7); }

  at::Device device_ = test::golden_run().at_device();
};

TEST_P(SumAndNorm, AddsInFloat32AndNormsWhatItAddedForEveryWidthOfTheNetworks) {
  for (const std::int64_t width : {384, 768, 1024}) {
    const SumNorm sum_norm(device_, width, at::kFloat, GetParam());
    const auto norm = random_norm(width, device_);
    const auto before = tokens(3, 37, width);
    const auto added = tokens(3, 37, width).to(GetParam());
    auto sum = before.to(device_, at::kFloat, false, /*copy=*/true);
    const auto result = sum_norm.add(sum, added.to(device_), norm);
    const auto exact = before.to(at::kDouble).add(added.to(at::kDouble));
    EXPECT_LT(sum.to(at::kCPU, at::kDouble).sub(exact).abs().max().item<double>(), 1e-5) << width;
    EXPECT_EQ(result.scalar_type(), GetParam());
    EXPECT_LT(largest_error(result, expected(exact, norm), GetParam()), 1.1) << width;
  }
}

TEST_P(SumAndNorm, ReadsWithoutTheFirstTokensOfEachGroupAndLeavesTheSumAlone) {
  const SumNorm sum_norm(device_, 384, at::kFloat, GetParam());
  const auto norm = random_norm(384, device_);
  const auto before = tokens(5, 11, 384);
  const auto sum = before.to(device_, at::kFloat, false, /*copy=*/true);
  const auto result = sum_norm.read(sum, norm, {at::Tensor(), /*skipped=*/2});
  EXPECT_EQ(result.sizes(), at::IntArrayRef({5, 9, 384}));
  EXPECT_TRUE(result.is_contiguous());
  const auto exact = expected(before, norm).narrow(1, 2, 9);
  EXPECT_LT(largest_error(result, exact, GetParam()), 1.1);
  EXPECT_TRUE(sum.to(at::kCPU).equal(before));
}

// As the temporal modules have it: a sum of the result's type, and each frame's position on top.
TEST_P(SumAndNorm, AddsPositionsToWhatItReadsOfASumInAnyType) {
  const auto type = GetParam() == at::kBFloat16 ? at::kFloat : GetParam();
  const SumNorm sum_norm(device_, 256, type, GetParam());
  auto norm = random_norm(256, device_);
  if (!sum_norm.is_one_pass()) norm.weight = norm.weight.to(type), norm.bias = norm.bias.to(type);
  const auto positions = at::randn({9, 256}).to(GetParam());
  const auto before = tokens(4, 7, 256).to(type);
  const auto added = tokens(4, 7, 256).to(GetParam());
  const auto sum = before.to(device_, type, false, /*copy=*/true);
  const auto result = sum_norm.add(sum, added.to(device_), norm, positions.to(device_));
  const auto exact = before.to(at::kDouble).add(added.to(at::kDouble));
  const double step = type == at::kHalf ? 0x1p-11 : 0x1p-20;
  EXPECT_LT(
      sum.to(at::kCPU, at::kDouble).sub(exact).abs().div(exact.abs().add(1)).max().item<double>(),
      step);
  auto wanted = expected(exact, norm).add(positions.narrow(0, 0, 7).to(at::kDouble));
  // Without the kernel what is normed has been rounded before, and the norm before positions come.
  EXPECT_LT(largest_error(result, wanted, GetParam()), sum_norm.is_one_pass() ? 1.1 : 32);
}

TEST_P(SumAndNorm, PassesOnWhatIsNotANumber) {
  const SumNorm sum_norm(device_, 384, at::kFloat, GetParam());
  const auto norm = random_norm(384, device_);
  auto before = tokens(1, 3, 384);
  before[0][1][5] = std::numeric_limits<float>::quiet_NaN();
  const auto result = sum_norm.read(before.to(device_), norm).to(at::kCPU, at::kFloat);
  EXPECT_TRUE(result[0][1].isnan().all().item<bool>());
  EXPECT_FALSE(result[0][0].isnan().any().item<bool>());
  EXPECT_FALSE(result[0][2].isnan().any().item<bool>());
}

// On an NVIDIA card the kernel is what these tests are about: a build or a driver that cannot
// compile it must not pass unnoticed.
TEST_P(SumAndNorm, IsOnePassOnCudaInHalfPrecision) {
  const SumNorm sum_norm(device_, 384, at::kFloat, GetParam());
  EXPECT_EQ(sum_norm.is_one_pass(), device_.is_cuda() && GetParam() != at::kFloat);
}

INSTANTIATE_TEST_SUITE_P(Types, SumAndNorm, testing::Values(at::kFloat, at::kHalf, at::kBFloat16),
                         [](const auto& type) { return c10::toString(type.param); });

}  // namespace
}  // namespace relievo
