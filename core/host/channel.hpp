// The edge between two nodes: a bounded queue between one writing and one reading thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

namespace relievo::host {

enum class PopResult {
  kItem,
  kEnd,  // the writer has finished and everything was read
  kAborted,
};

// push and pop block; finish lets the reader take what is queued; abort wakes both sides and drops
// what is queued.
template <class T>
class Channel {
 public:
  explicit Channel(std::size_t capacity) : capacity_(capacity) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // False if the channel was aborted; the item is dropped then.
  [[nodiscard]] bool push(T item) {
    std::unique_lock lock(mutex_);
    has_room_.wait(lock, [&] { return aborted_ || items_.size() < capacity_; });
    if (aborted_) return false;
    items_.push_back(std::move(item));
    has_items_.notify_one();
    return true;
  }

  [[nodiscard]] PopResult pop(T& item) {
    std::unique_lock lock(mutex_);
    has_items_.wait(lock, [&] { return aborted_ || finished_ || !items_.empty(); });
    if (aborted_) return PopResult::kAborted;
    if (items_.empty()) return PopResult::kEnd;
    item = std::move(items_.front());
    items_.pop_front();
    has_room_.notify_one();
    return PopResult::kItem;
  }

  void finish() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    has_items_.notify_one();
  }

  void abort() {
    std::deque<T> dropped;  // destroyed outside the lock: a deleter may wait for a GPU
    const std::lock_guard lock(mutex_);
    aborted_ = true;
    dropped.swap(items_);
    has_items_.notify_one();
    has_room_.notify_one();
  }

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return items_.size();
  }

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable has_room_;
  std::condition_variable has_items_;
  std::deque<T> items_;
  bool finished_ = false;
  bool aborted_ = false;
};

}  // namespace relievo::host
