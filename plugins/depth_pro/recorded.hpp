// The network as a film runs it: the same sizes again and again, launched as one where that can be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "plugins/common/cuda_graph.hpp"
#include "plugins/depth_pro/model.hpp"

namespace relievo::depth_pro {

// On an NVIDIA card the third run of one kind (sizes, with or without the field of view) and those
// after it replay a recording of the second; a run of another kind throws the recording away.
// Elsewhere, and where recording fails, each run calls the network. One thread.
class Recorded {
 public:
  // network must live as long as this.
  explicit Recorded(const DepthPro& network) : network_(network) {}

  // As DepthPro's; the result is the caller's own. A replayed run is told as done, not in parts.
  [[nodiscard]] DepthPro::Result operator()(const at::Tensor& pictures, const RunOptions& options);

  // Whether the next run of this kind replays.
  [[nodiscard]] bool replays() const { return graph_ != nullptr; }

 private:
  struct Kind {
    std::vector<std::int64_t> sizes;
    bool field_of_view;
    std::int64_t windows_at_once;
    bool operator==(const Kind&) const = default;
  };

  // False if it cannot be recorded.
  bool record(const at::Tensor& pictures, const RunOptions& options);

  const DepthPro& network_;
  std::optional<Kind> last_;
  bool possible_ = true;
  at::Tensor pictures_;  // what the recording reads
  DepthPro::Result result_;
  std::unique_ptr<nets::CudaGraph> graph_;  // of the kind last_
};

}  // namespace relievo::depth_pro
