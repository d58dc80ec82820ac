// The choice of how many frames are computed at once.
#include "plugins/common/batch.hpp"

#include <gtest/gtest.h>

namespace relievo::nets {
namespace {

// A network of 1000 bytes and 100 for each frame.
std::uint64_t needed(std::int64_t batch) {
  return 1000 + 100 * static_cast<std::uint64_t>(batch);
}

TEST(Batch, StaysAsWantedWhereItFits) {
  EXPECT_EQ(fitting_batch(11, 2100, needed), 11);
  EXPECT_EQ(fitting_batch(1, 1100, needed), 1);
}

TEST(Batch, IsHalvedUntilItFits) {
  EXPECT_EQ(fitting_batch(11, 2099, needed), 5);
  EXPECT_EQ(fitting_batch(11, 1499, needed), 2);
  EXPECT_EQ(fitting_batch(11, 1199, needed), 1);
}

TEST(Batch, IsNothingWhereOneFrameIsTooMany) {
  EXPECT_EQ(fitting_batch(11, 1099, needed), std::nullopt);
  EXPECT_EQ(fitting_batch(1, 0, needed), std::nullopt);
}

}  // namespace
}  // namespace relievo::nets
