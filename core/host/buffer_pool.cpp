#include "core/host/buffer_pool.hpp"

#include <cstdlib>
#include <new>

namespace relievo::host {
namespace {

constexpr std::align_val_t kAlignment{64};
// About ten 4K frames of 10-bit colour: enough that a steady pipeline never asks the system.
constexpr std::size_t kSharedIdleBytes = std::size_t{256} << 20U;

}  // namespace

void* BufferPool::take(std::size_t bytes) noexcept {
  {
    const std::lock_guard lock(mutex_);
    const auto found = idle_.find(bytes);
    if (found != idle_.end() && !found->second.empty()) {
      void* block = found->second.back();
      found->second.pop_back();
      idle_bytes_ -= bytes;
      return block;
    }
  }
  return ::operator new(bytes, kAlignment, std::nothrow);
}

void BufferPool::give_back(void* block, std::size_t bytes) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (idle_bytes_ + bytes <= max_idle_bytes_) {
      idle_[bytes].push_back(block);
      idle_bytes_ += bytes;
      return;
    }
  } catch (const std::bad_alloc&) {
    // Not even room to remember it: free it.
  }
  ::operator delete(block, kAlignment);
}

void BufferPool::trim() noexcept {
  const std::lock_guard lock(mutex_);
  for (auto& [bytes, blocks] : idle_)
    for (void* block : blocks) ::operator delete(block, kAlignment);
  idle_.clear();
  idle_bytes_ = 0;
}

std::size_t BufferPool::idle_bytes() const {
  const std::lock_guard lock(mutex_);
  return idle_bytes_;
}

BufferPool& BufferPool::shared() {
  static auto* const pool = new BufferPool(kSharedIdleBytes);
  return *pool;
}

}  // namespace relievo::host
