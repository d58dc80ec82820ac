#include "core/host/current_call.hpp"

namespace relievo::host {
namespace {

thread_local const CurrentCall* t_call = nullptr;
std::array<std::atomic<const CurrentCall*>, kCallSlots> g_calls{};

// A free slot, or kCallSlots if all are taken: the call is then known to its own thread only.
std::size_t occupy(const CurrentCall* call) noexcept {
  for (std::size_t i = 0; i < kCallSlots; ++i) {
    const CurrentCall* expected = nullptr;
    if (g_calls.at(i).compare_exchange_strong(expected, call, std::memory_order_acq_rel)) return i;
  }
  return kCallSlots;
}

}  // namespace

CallMark::CallMark(const char* plugin, const char* node, const char* function) noexcept
    : call_{plugin, node, function}, outer_(t_call), slot_(occupy(&call_)) {
  t_call = &call_;
}

CallMark::~CallMark() {
  t_call = outer_;
  if (slot_ < kCallSlots) g_calls.at(slot_).store(nullptr, std::memory_order_release);
}

const CurrentCall* call_of_this_thread() noexcept {
  return t_call;
}

const std::array<std::atomic<const CurrentCall*>, kCallSlots>& calls_under_way() noexcept {
  return g_calls;
}

}  // namespace relievo::host
