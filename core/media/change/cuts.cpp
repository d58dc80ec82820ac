// The node 'cuts': passes pictures through and says where a new shot begins.
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include <relievo/sdk/node_type.hpp>

#include "core/media/change/cut_detector.hpp"
#include "core/media/change/share.hpp"
#include "core/media/nodes.hpp"

namespace relievo::media {
namespace {

class Cuts final : public QueuedNode {
 public:
  Cuts(Host host, const Config& config)
      : host_(host),
        options_{config.get<double>("sensitivity"), config.get<int>("look_ahead")},
        detector_(std::in_place, options_) {}

  NodePlan plan(InputFormats /*in*/, OutputFormats /*out*/) override {
    NodePlan plan;
    plan.max_latency = static_cast<std::uint32_t>(options_.look_ahead);
    plan.look_ahead = plan.max_latency;
    plan.threads = 1;
    return plan;
  }

 protected:
  void accept(std::span<Frame> in) override {
    detector_->add(shot_signature(in[0]));
    waiting_.push_back(std::move(in[0]));
    give();
  }
  void finish() override {
    detector_->finish();
    give();
  }
  void forget() override {
    waiting_.clear();
    detector_.emplace(options_);
    shot_id_ = 0;
  }

 private:
  void give() {
    while (const auto transition = detector_->next()) {
      auto frame = std::move(waiting_.front());
      waiting_.pop_front();
      if (*transition != RLV_TRANSITION_NONE) ++shot_id_;
      auto info = frame.info();
      if (info.shot_id != shot_id_ || info.transition != *transition) {
        info.shot_id = shot_id_;
        info.transition = *transition;
        frame = share_planes(host_, frame, info);
      }
      emit({std::move(frame)});
    }
  }

  const Host host_;
  const CutDetector::Options options_;
  std::optional<CutDetector> detector_;
  std::deque<Frame> waiting_;
  std::int64_t shot_id_ = 0;
};

}  // namespace

rlv_node_type cuts_type() {
  return make_node_type<Cuts>("cuts", "filter");
}

}  // namespace relievo::media
