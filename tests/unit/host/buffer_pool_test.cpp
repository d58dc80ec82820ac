// Memory of frames is kept for the next of the same size, and not without limit.
#include "core/host/buffer_pool.hpp"

#include <cstdint>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

namespace relievo::host {
namespace {

TEST(BufferPool, GivesABlockOfTheSameSizeAgain) {
  BufferPool pool(1 << 20);
  void* first = pool.take(1000);
  pool.give_back(first, 1000);
  EXPECT_EQ(pool.idle_bytes(), 1000U);
  void* other = pool.take(2000);
  EXPECT_NE(other, first);
  EXPECT_EQ(pool.take(1000), first);
  EXPECT_EQ(pool.idle_bytes(), 0U);
  pool.give_back(first, 1000);
  pool.give_back(other, 2000);
}

TEST(BufferPool, BlocksBeginAtACacheLine) {
  BufferPool pool(1 << 20);
  for (const std::size_t bytes : {1U, 63U, 100000U}) {
    void* block = pool.take(bytes);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % 64, 0U);
    std::memset(block, 1, bytes);
    pool.give_back(block, bytes);
  }
}

TEST(BufferPool, KeepsNoMoreThanItsLimit) {
  BufferPool pool(2500);
  void* blocks[3];
  for (auto& block : blocks) block = pool.take(1000);
  for (auto* block : blocks) pool.give_back(block, 1000);
  EXPECT_EQ(pool.idle_bytes(), 2000U);
  pool.trim();
  EXPECT_EQ(pool.idle_bytes(), 0U);
}

TEST(BufferPool, MoreThanThereIsGivesNothingInsteadOfAnException) {
  BufferPool pool(1000);
  EXPECT_EQ(pool.take(std::size_t{1} << 62U), nullptr);
}

TEST(BufferPool, ServesManyThreads) {
  BufferPool pool(1 << 16);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        auto* block = static_cast<char*>(pool.take(1024));
        std::memset(block, t, 1024);
        std::this_thread::yield();
        for (int k = 0; k < 1024; k += 64) ASSERT_EQ(block[k], t);
        pool.give_back(block, 1024);
      }
    });
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace relievo::host
