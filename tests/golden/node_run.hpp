// A node with weights, driven by hand: frames from a tensor in, depth as a tensor out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "plugins/common/torch_ops.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

class NetworkRun {
 public:
  // type must live as long as this.
  NetworkRun(const rlv_node_type& type, const nlohmann::json& params, const std::string& weights,
             const std::string& device = "cpu");

  // shot(i): shot_id of frame i. wants_pull(): asked after each push whether to pull now, until it
  // says no; a push that is refused pulls once and is offered again.
  using ShotOf = std::function<std::int64_t(std::int64_t)>;
  using WantsPull = std::function<bool()>;

  // frames: uint8 [n, rows, columns, 3]. Opens the node on the first call; resets it after each.
  at::Tensor depth_of(const at::Tensor& frames, const ShotOf& shot = {},
                      const WantsPull& wants_pull = {});

  // The same for a film that need not be in memory: picture(i) is frame i of count, uint8 [rows,
  // columns, 3]; take(depth) gets each float32 [rows, columns], in order.
  void each_depth(std::int64_t count, const std::function<at::Tensor(std::int64_t)>& picture,
                  const std::function<void(const at::Tensor&)>& take, const ShotOf& shot = {},
                  const WantsPull& wants_pull = {});

  [[nodiscard]] const TestRun& run() const { return run_; }
  [[nodiscard]] host::NodeInstance& node() { return *node_; }

 private:
  TestRun run_;
  std::unique_ptr<host::NodeInstance> node_;
};

}  // namespace relievo::test
