// Every version of the inner loops gives the same bits as the portable one.
#include "plugins/stereo/kernels.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace relievo::test {
namespace {

using stereo::Kernels;

constexpr int kMax = 300;

class EachLength : public testing::TestWithParam<int> {
 protected:
  std::vector<float> floats(float low, float high) {
    std::uniform_real_distribution<float> any(low, high);
    std::vector<float> values(kMax + 16);
    for (auto& v : values) v = any(random_);
    return values;
  }
  template <class T>
  std::vector<T> integers(int high) {
    std::uniform_int_distribution<int> any(0, high);
    std::vector<T> values(kMax * 3 + 16);
    for (auto& v : values) v = static_cast<T>(any(random_));
    return values;
  }
  std::mt19937 random_{42};
  const Kernels& fast_ = stereo::kernels();
  const Kernels& plain_ = stereo::portable_kernels();
  const int n_ = GetParam();
};

TEST_P(EachLength, DepthIsMapped) {
  auto depth = floats(-1, 3);
  depth[0] = std::numeric_limits<float>::quiet_NaN();
  depth[1] = std::numeric_limits<float>::infinity();
  depth[2] = 0.0F;
  const stereo::DepthMapping mapping{0.7F, 0.1F, 0.0F, 1.0F, 12.5F, -6.0F, -6.0F};
  std::vector<float> a(kMax), b(kMax);
  fast_.map_inverse(depth.data(), mapping, a.data(), n_);
  plain_.map_inverse(depth.data(), mapping, b.data(), n_);
  EXPECT_EQ(a, b);
  fast_.map_metres(depth.data(), mapping, a.data(), n_);
  plain_.map_metres(depth.data(), mapping, b.data(), n_);
  EXPECT_EQ(a, b);
  EXPECT_FLOAT_EQ(b[0], n_ > 0 ? -6.0F : 0.0F);
}

TEST_P(EachLength, RowsAreBlendedResampledAndFlipped) {
  const auto in = floats(-5, 5);
  const auto other = floats(-5, 5);
  const auto weight = floats(0, 1);
  std::vector<std::int32_t> index(kMax);
  for (int i = 0; i < kMax; ++i) index[static_cast<std::size_t>(i)] = i * 3 / 7;
  std::vector<float> a(kMax), b(kMax);
  fast_.blend(in.data(), other.data(), 0.3F, a.data(), n_);
  plain_.blend(in.data(), other.data(), 0.3F, b.data(), n_);
  EXPECT_EQ(a, b);
  fast_.resample(in.data(), index.data(), weight.data(), a.data(), n_);
  plain_.resample(in.data(), index.data(), weight.data(), b.data(), n_);
  EXPECT_EQ(a, b);
  fast_.flip(in.data(), a.data(), n_);
  plain_.flip(in.data(), b.data(), n_);
  EXPECT_EQ(a, b);
  for (int i = 0; i < n_; ++i)
    ASSERT_EQ(b[static_cast<std::size_t>(i)], in[static_cast<std::size_t>(n_ - 1 - i)]);
}

TEST_P(EachLength, ComponentsAreSplitAndJoined) {
  const auto in = integers<std::uint16_t>(65535);
  for (const int components : {2, 3}) {
    std::vector<std::uint16_t> rows(3 * kMax);
    std::uint16_t* const out[3] = {rows.data(), rows.data() + kMax, rows.data() + 2 * kMax};
    const std::uint16_t* const back[3] = {out[0], out[1], out[2]};
    for (const auto* k : {&fast_, &plain_}) {
      k->split16(in.data(), out, components, n_);
      for (int i = 0; i < n_ * components; ++i)
        ASSERT_EQ(out[i % components][i / components], in[static_cast<std::size_t>(i)]);
      std::vector<std::uint16_t> joined(3 * kMax);
      k->join16(back, joined.data(), components, n_);
      for (int i = 0; i < n_ * components; ++i)
        ASSERT_EQ(joined[static_cast<std::size_t>(i)], in[static_cast<std::size_t>(i)]);
    }
  }
}

TEST_P(EachLength, TearsAreFoundAndSurfacesDrawn) {
  for (const float roughness : {0.02F, 1.4F}) {
    auto d = floats(-0.5F, 0.5F);
    for (std::size_t i = 1; i < d.size(); ++i) d[i] = d[i - 1] * 0.9F + d[i] * roughness - 0.3F;
    std::vector<std::uint8_t> ta(kMax), tb(kMax);
    EXPECT_EQ(fast_.find_tears(d.data(), ta.data(), n_),
              plain_.find_tears(d.data(), tb.data(), n_));
    EXPECT_EQ(ta, tb);
    // What goes beyond the row is not drawn.
    std::vector<std::int32_t> a(kMax, -7), b(kMax, -7), c(kMax, -7);
    const int width = n_ - 2;
    fast_.draw(d.data(), 0, n_ - 1, width, a.data() + 1);
    plain_.draw(d.data(), 0, n_ - 1, width, b.data() + 1);
    // One segment at a time there is no block.
    for (int x = 0; x < n_ - 1; ++x) plain_.draw(d.data(), x, x + 1, width, c.data() + 1);
    EXPECT_EQ(b[0], -7);
    EXPECT_EQ(b[static_cast<std::size_t>(std::max(width, 0)) + 1], -7);
    EXPECT_EQ(a, b);
    EXPECT_EQ(b, c);
  }
}

template <class T>
void expect_equal_samples(
    void (*fast)(const T* const*, int, const std::int32_t*, int, T* const*, int),
    void (*plain)(const T* const*, int, const std::int32_t*, int, T* const*, int),
    const std::vector<T>& in, const std::vector<std::int32_t>& positions, int max, int n) {
  for (const int components : {1, 2, 3}) {
    std::vector<T> a(3 * kMax), b(3 * kMax);
    const T* rows[3];
    T* to_a[3];
    T* to_b[3];
    for (int c = 0; c < 3; ++c) {
      rows[c] = in.data() + c * kMax + stereo::kRowPadding;
      to_a[c] = a.data() + c * kMax;
      to_b[c] = b.data() + c * kMax;
    }
    fast(rows, components, positions.data(), max, to_a, n);
    plain(rows, components, positions.data(), max, to_b, n);
    EXPECT_EQ(a, b);
    // One target at a time there is no block: the same again.
    for (int i = 0; i < n; ++i) {
      T one = 0;
      T* const to = &one;
      plain(rows, 1, positions.data() + i, max, &to, 1);
      ASSERT_EQ(one, b[static_cast<std::size_t>(i)]) << i;
      if (positions[static_cast<std::size_t>(i)] % stereo::kPositionOne != 0) continue;
      const auto column = positions[static_cast<std::size_t>(i)] >> stereo::kPositionBits;
      if (column >= 0) {
        ASSERT_EQ(one, rows[0][column]) << i;
      }
    }
  }
}

TEST_P(EachLength, SamplesAreTaken) {
  const auto row8 = integers<std::uint8_t>(255);
  const auto row16 = integers<std::uint16_t>(1023);
  std::uniform_int_distribution<int> any(0, (kMax - 12) << stereo::kPositionBits);
  std::uniform_int_distribution<int> fraction(0, stereo::kPositionOne - 1);
  for (const bool scattered : {false, true}) {
    std::vector<std::int32_t> positions(kMax);
    for (int i = 0; i < kMax; ++i)
      positions[static_cast<std::size_t>(i)] =
          scattered ? any(random_) : std::max(i - 9, 0) * stereo::kPositionOne + fraction(random_);
    positions[0] = stereo::kHole;
    positions[5] = 3 * stereo::kPositionOne;
    expect_equal_samples(fast_.sample8, plain_.sample8, row8, positions, 255, n_);
    expect_equal_samples(fast_.sample16, plain_.sample16, row16, positions, 1023, n_);
  }
}

TEST_P(EachLength, ChromaIsMerged) {
  std::vector<std::int32_t> rows[2];
  std::uniform_int_distribution<int> wobble(-30000, 30000);
  for (auto& row : rows) {
    for (int x = 0; x < 2 * kMax + 4; ++x)
      row.push_back(x % 11 == 3 ? stereo::kHole
                                : std::max(0, (x << stereo::kPositionBits) + wobble(random_)));
  }
  const std::int32_t* const sources[4] = {rows[0].data() + 1, rows[1].data() + 1,
                                          rows[0].data() + 1, rows[1].data() + 1};
  const int first[4] = {0, 0, 1, 1};
  for (const int count : {1, 2, 4}) {
    std::vector<std::int32_t> a(kMax), b(kMax);
    fast_.merge_chroma(sources, first, count, a.data(), n_);
    plain_.merge_chroma(sources, first, count, b.data(), n_);
    EXPECT_EQ(a, b);
  }
}

TEST_P(EachLength, HolesAndTearsAreFound) {
  std::uniform_int_distribution<int> wobble(-30000, 30000);
  std::bernoulli_distribution tears(0.1);
  std::vector<std::int32_t> positions;
  std::vector<std::uint8_t> torn;
  for (int x = 0; x < kMax + 16; ++x) {
    // Wild, then even, then on whole columns.
    const int shift = x < 20 ? wobble(random_) : x < 60 ? 5000 : 0;
    positions.push_back(x % 11 == 3 ? stereo::kHole
                                    : std::max(0, (x << stereo::kPositionBits) + shift));
    torn.push_back(tears(random_) ? 1 : 0);
  }
  torn.resize(torn.size() + 16);
  for (const int column : {0, 14, 25}) {
    unsigned a[3] = {}, b[3] = {};
    fast_.surface_bits(positions.data() + column, 9, 3, column, 4000, a);
    plain_.surface_bits(positions.data() + column, 9, 3, column, 4000, b);
    for (int y = 0; y < 3; ++y) EXPECT_EQ(a[y], b[y]) << column << ", row " << y;
  }
  const int n = std::min(n_, 64);
  EXPECT_EQ(fast_.hole_bits(positions.data(), n), plain_.hole_bits(positions.data(), n));
  EXPECT_EQ(plain_.hole_bits(positions.data(), n) >> 3 & 1U, n > 3 ? 1U : 0U);
  EXPECT_EQ(fast_.bits_near_tears(positions.data(), torn.data(), n),
            plain_.bits_near_tears(positions.data(), torn.data(), n));
}

TEST_P(EachLength, RunsOfCellsAreFilled) {
  const auto far = static_cast<std::size_t>(n_);
  std::bernoulli_distribution takes_part(0.6);
  std::vector<std::uint8_t> part[3];
  for (auto& row : part)
    for (int i = 0; i < kMax + 16; ++i)
      row.push_back(static_cast<std::uint8_t>(takes_part(random_) ? 1 + i % 2 : 0));
  std::vector<float> a(kMax + 16), b(kMax + 16), c(2 * kMax + 32), d(2 * kMax + 32);
  const auto expect_equal = [&](const std::vector<float>& x, const std::vector<float>& y,
                                std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(x[i], y[i]) << i;
  };
  fast_.neighbour_shares(part[0].data() + 1, part[1].data(), part[2].data(), 1.4F, a.data(), n_);
  plain_.neighbour_shares(part[0].data() + 1, part[1].data(), part[2].data(), 1.4F, b.data(), n_);
  expect_equal(a, b, far);
  const auto share = b;
  // Three rows of a plane, the run in the second.
  const auto stride = static_cast<std::size_t>(kMax + 16);
  const stereo::CellRun run{0, 0, n_ - 1, stride + 1, 1, 2 * stride + 1};
  std::vector<float> shares(stride + 1);
  shares.insert(shares.end(), share.begin(), share.end());
  for (const int components : {1, 2, 3}) {
    for (const int parity : {0, 1}) {
      std::array<std::vector<float>, 3> v;
      for (auto& plane : v)
        for (int row = 0; row < 3; ++row) {
          const auto more = floats(0, 255);
          plane.insert(plane.end(), more.begin(), more.end());
          plane.resize(static_cast<std::size_t>(row + 1) * stride);
        }
      auto w = v;
      float* const to_fast[3] = {v[0].data(), v[1].data(), v[2].data()};
      float* const to_plain[3] = {w[0].data(), w[1].data(), w[2].data()};
      fast_.relax(to_fast, components, run, shares.data(), 1.4F, parity);
      plain_.relax(to_plain, components, run, shares.data(), 1.4F, parity);
      EXPECT_EQ(v, w);  // what lies behind as well
    }
  }
  fast_.part_scales(part[0].data() + 1, part[1].data() + 1, a.data(), c.data(), n_);
  plain_.part_scales(part[0].data() + 1, part[1].data() + 1, b.data(), d.data(), n_);
  expect_equal(a, b, far);
  expect_equal(c, d, far);
  const auto near = floats(0, 255);
  const auto next = floats(0, 255);
  const auto left = b;
  const auto right = d;
  fast_.interpolate(near.data() + 1, next.data() + 1, left.data(), right.data(), c.data(), n_ - 2);
  plain_.interpolate(near.data() + 1, next.data() + 1, left.data(), right.data(), d.data(), n_ - 2);
  if (n_ > 2) expect_equal(c, d, 2 * (far - 2));
}

INSTANTIATE_TEST_SUITE_P(Kernels, EachLength, testing::Values(1, 2, 7, 8, 31, 64, 65, 300),
                         [](const auto& length) { return std::to_string(length.param); });

}  // namespace
}  // namespace relievo::test
