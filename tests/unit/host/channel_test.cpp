#include "core/host/channel.hpp"

#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace relievo::host {
namespace {

TEST(Channel, GivesItemsInTheOrderTheyCame) {
  Channel<int> channel(3);
  std::vector<int> got;
  std::thread reader([&] {
    int item = 0;
    while (channel.pop(item) == PopResult::kItem) got.push_back(item);
  });
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(channel.push(i));
  channel.finish();
  reader.join();
  std::vector<int> expected(2000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(got, expected);
}

TEST(Channel, NeverHoldsMoreThanItsCapacity) {
  Channel<int> channel(2);
  std::thread writer([&] {
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(channel.push(i));
    channel.finish();
  });
  int item = 0;
  do EXPECT_LE(channel.size(), 2U);
  while (channel.pop(item) == PopResult::kItem);
  writer.join();
}

TEST(Channel, AfterFinishTheReaderGetsTheRestAndThenTheEnd) {
  Channel<int> channel(4);
  ASSERT_TRUE(channel.push(7));
  channel.finish();
  int item = 0;
  EXPECT_EQ(channel.pop(item), PopResult::kItem);
  EXPECT_EQ(item, 7);
  EXPECT_EQ(channel.pop(item), PopResult::kEnd);
}

TEST(Channel, AbortWakesABlockedWriterAndABlockedReader) {
  Channel<int> full(1);
  Channel<int> empty(1);
  ASSERT_TRUE(full.push(1));
  std::thread writer([&] { EXPECT_FALSE(full.push(2)); });
  std::thread reader([&] {
    int item = 0;
    EXPECT_EQ(empty.pop(item), PopResult::kAborted);
  });
  full.abort();
  empty.abort();
  writer.join();
  reader.join();
}

TEST(Channel, AbortDropsWhatIsQueued) {
  Channel<std::shared_ptr<int>> channel(2);
  const auto item = std::make_shared<int>(1);
  ASSERT_TRUE(channel.push(item));
  EXPECT_EQ(item.use_count(), 2);
  channel.abort();
  EXPECT_EQ(item.use_count(), 1);
}

}  // namespace
}  // namespace relievo::host
