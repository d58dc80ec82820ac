// Memory for frames, kept for the next frame of the same size: fresh pages cost more than most of
// what is done to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace relievo::host {

// Hands out 64-byte aligned blocks and keeps returned ones, at most max_idle_bytes of them. Every
// call on any thread.
class BufferPool {
 public:
  explicit BufferPool(std::size_t max_idle_bytes) : max_idle_bytes_(max_idle_bytes) {}
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool() { trim(); }

  // nullptr if the system has none left.
  [[nodiscard]] void* take(std::size_t bytes) noexcept;
  void give_back(void* block, std::size_t bytes) noexcept;
  // Frees every idle block.
  void trim() noexcept;
  [[nodiscard]] std::size_t idle_bytes() const;

  // The pool of the process; never destroyed, since frames may outlive everything else.
  static BufferPool& shared();

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> idle_;
  std::size_t idle_bytes_ = 0;
  const std::size_t max_idle_bytes_;
};

}  // namespace relievo::host
