// What the host offers a node, without the C.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>

namespace relievo {

// A borrowed view of rlv_host, good as long as the node lives; copy it freely. Threads as in
// relievo/plugin.h.
class Host {
 public:
  explicit Host(const rlv_host* host) : host_(host) {}

  void debug(const std::string& line) const { host_->log(host_->ctx, RLV_LOG_DEBUG, line.c_str()); }
  void info(const std::string& line) const { host_->log(host_->ctx, RLV_LOG_INFO, line.c_str()); }
  void warn(const std::string& line) const {
    host_->log(host_->ctx, RLV_LOG_WARNING, line.c_str());
  }

  // fraction 0 to 1, below 0 if unknown; keeps the watchdog quiet during a long call.
  void progress(double fraction, const std::string& activity) const {
    host_->progress(host_->ctx, fraction, activity.c_str());
  }
  [[nodiscard]] bool is_cancelled() const { return host_->is_cancelled(host_->ctx) != 0; }
  [[nodiscard]] std::uint32_t cpu_threads() const { return host_->cpu_threads(host_->ctx); }
  [[nodiscard]] std::string cache_folder() const { return host_->cache_folder(host_->ctx); }
  [[nodiscard]] std::uint64_t memory_budget(std::int32_t device_type,
                                            std::int32_t device_id) const {
    return host_->memory_budget(host_->ctx, device_type, device_id);
  }

  // A writable frame of info's size and format on the CPU. Throws RLV_E_MEMORY or RLV_E_ARGUMENT.
  [[nodiscard]] Frame new_frame(const rlv_frame_info& info) const;
  // Wraps tensors of the caller, which the frame then owns; on a throw they stay the caller's.
  [[nodiscard]] Frame wrap_frame(const rlv_frame_info& info,
                                 std::span<DLManagedTensorVersioned* const> planes) const;

  // nullptr if the host does not know the id.
  template <class T>
  [[nodiscard]] const T* extension(const char* id) const {
    return static_cast<const T*>(host_->extension(host_->ctx, id));
  }
  [[nodiscard]] const rlv_host* get() const { return host_; }

 private:
  const rlv_host* host_;
};

}  // namespace relievo
