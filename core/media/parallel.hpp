// Splits one job among a few threads of a node's own.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace relievo::media {

// Owned by one node and used from its worker thread only. With one thread no other is started.
class Workers {
 public:
  explicit Workers(std::uint32_t threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  // Calls job(begin, end) on bands that cover [0, rows) once, at the same time, and returns when
  // all are done. Bands begin at multiples of step (2 keeps rows that share chroma together). The
  // first exception of a band is thrown here.
  void run(std::int32_t rows, std::int32_t step,
           const std::function<void(std::int32_t begin, std::int32_t end)>& job);

 private:
  void serve(std::int32_t number);
  void do_band(std::int32_t number);

  const std::int32_t count_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  std::uint64_t round_ = 0;
  std::int32_t busy_ = 0;
  bool stop_ = false;
  std::int32_t rows_ = 0;
  std::int32_t step_ = 1;
  const std::function<void(std::int32_t, std::int32_t)>* job_ = nullptr;
  std::exception_ptr error_;
};

}  // namespace relievo::media
