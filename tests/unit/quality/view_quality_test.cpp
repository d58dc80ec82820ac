// Holes, stretch and parallax of views whose columns are known.
#include <vector>

#include <gtest/gtest.h>

#include "core/quality/column_code.hpp"
#include "core/quality/view_quality.hpp"

namespace relievo::quality {
namespace {

constexpr int kWidth = 200;
constexpr int kHeight = 4;

// A view that shows every column `shift` pixels further right; what comes in at the left is a hole.
std::vector<float> shifted(int shift) {
  std::vector<float> view;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      view.push_back(x - shift < 0 || x - shift >= kWidth ? -1.0F : static_cast<float>(x - shift));
  return view;
}

TEST(ViewQuality, OfAnEvenShiftIsItsParallaxAndItsMargin) {
  ViewQuality quality;
  quality.add(shifted(2), shifted(-2), kWidth, kHeight);
  EXPECT_NEAR(quality.hole_share(), 2.0 / kWidth, 1e-9);
  EXPECT_NEAR(quality.stretched_share(), 0, 1e-9);
  const auto comfort = quality.comfort();
  EXPECT_NEAR(comfort.nearest, -2, 1e-6);  // 4 px of 200 in front of the screen
  EXPECT_NEAR(comfort.farthest, -2, 1e-6);
}

TEST(ViewQuality, SeesAPictureThatIsPulledThreefold) {
  std::vector<float> pulled;
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) pulled.push_back(static_cast<float>(x) / 3);
  ViewQuality quality;
  quality.add(pulled, pulled, kWidth, kHeight);
  EXPECT_NEAR(quality.stretched_share(), 1, 1e-9);
  EXPECT_NEAR(quality.hole_share(), 0, 1e-9);
}

TEST(Parallax, CountsOnlyWhatBothViewsShow) {
  EXPECT_EQ(parallax_of(shifted(3), shifted(0), kWidth, kHeight).size(),
            static_cast<std::size_t>((kWidth - 3) * kHeight));
}

TEST(ColumnCode, SurvivesSixteenBitsAtEverySize) {
  for (const int width : {1, 640, 1920, 3840, 7680}) {
    const ColumnCode code(width);
    for (int x = 0; x < width; ++x) ASSERT_FLOAT_EQ(code.column(code.value(x)), x) << width;
    EXPECT_LT(code.column(0), 0);
  }
}

}  // namespace
}  // namespace relievo::quality
