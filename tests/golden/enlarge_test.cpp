// Maps enlarged as the heads of the networks do it, on RELIEVO_GOLDEN_DEVICE.
#include <gtest/gtest.h>

#include <ATen/ops/randn.h>

#include "plugins/common/enlarge.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo {
namespace {

using nets::Enlarger;
using nets::MapSize;

class Enlarging : public testing::TestWithParam<at::ScalarType> {
 protected:
  void SetUp() override { at::manual_seed(11); }

  // Of a map with channels last; the largest error over half a step of the type around one.
  [[nodiscard]] double error(const std::vector<std::int64_t>& shape, MapSize size) const {
    const auto map = at::randn(shape).to(GetParam()).contiguous(at::MemoryFormat::ChannelsLast);
    const auto result = Enlarger(device_, GetParam())(map.to(device_), size);
    const auto exact = nets::enlarge_bilinear(map.to(at::kDouble), size);
    EXPECT_EQ(result.sizes(), exact.sizes());
    EXPECT_EQ(result.scalar_type(), GetParam());
    const double step = GetParam() == at::kHalf       ? 0x1p-11
                        : GetParam() == at::kBFloat16 ? 0x1p-8
                                                      : 0x1p-15;
    const auto apart = result.to(at::kCPU, at::kDouble).sub(exact).abs();
    return apart.div(exact.abs().add(1)).max().item<double>() / step;
  }

  at::Device device_ = test::golden_run().at_device();
};

// What these sizes have: factors that are no whole numbers, odd ones, one row, one column, the size
// that the map has already, more pictures than one.
TEST_P(Enlarging, IsBilinearBetweenTheCornersForEverySize) {
  EXPECT_LT(error({2, 128, 37, 66}, {74, 132}), 1.1);
  EXPECT_LT(error({1, 64, 19, 33}, {37, 66}), 1.1);
  EXPECT_LT(error({3, 8, 5, 7}, {12, 9}), 1.1);
  EXPECT_LT(error({1, 8, 1, 7}, {4, 9}), 1.1);
  EXPECT_LT(error({1, 8, 6, 1}, {1, 5}), 1.1);
  EXPECT_LT(error({1, 256, 9, 9}, {9, 9}), 1.1);
}

TEST_P(Enlarging, TakesChannelsThatAreNoMultipleOfEight) {
  EXPECT_LT(error({2, 3, 11, 13}, {22, 29}), 1.1);
}

INSTANTIATE_TEST_SUITE_P(Types, Enlarging, testing::Values(at::kFloat, at::kHalf, at::kBFloat16),
                         [](const auto& type) { return c10::toString(type.param); });

}  // namespace
}  // namespace relievo
