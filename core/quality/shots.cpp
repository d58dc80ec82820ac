// The node 'quality.shots'.
#include <cmath>
#include <memory>
#include <string_view>

#include <nlohmann/json.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/metrics/percentile.hpp"
#include "core/quality/nodes.hpp"
#include "core/quality/report_extension.hpp"
#include "core/quality/shot_depths.hpp"

namespace relievo::quality {
namespace {

using Json = nlohmann::json;

const char* transition_name(std::uint32_t transition) {
  switch (transition) {
    case RLV_TRANSITION_HARD: return "hard";
    case RLV_TRANSITION_DISSOLVE: return "dissolve";
    case RLV_TRANSITION_FADE: return "fade";
    default: return "none";
  }
}

// Reports are short: four digits say all.
double rounded(double value) {
  return std::round(value * 1e4) / 1e4;
}

double median(const std::vector<float>& values) {
  return metrics::percentile(std::span<const float>(values), 50);
}

Json shot_json(const ShotDepths& shot, bool is_metric) {
  auto bins = Json::array();
  for (const auto sum : shot.histogram) bins.push_back(std::lround(1000 * sum / shot.frames));
  Json json = {{"begin_s", rounded(shot.begin_s)},
               {"end_s", rounded(shot.end_s)},
               {"frames", shot.frames},
               {"transition", transition_name(shot.transition)},
               {"subject", rounded(median(shot.subjects))},
               {"per_mille", std::move(bins)}};
  if (is_metric && !shot.highs.empty()) {
    json["far_per_m"] = rounded(median(shot.lows));
    json["near_per_m"] = rounded(median(shot.highs));
  }
  return json;
}

class Shots final : public Node {
 public:
  Shots(Host /*host*/, const Config& config) {
    range_.low_percentile = config.get<double>("far_percentile");
    range_.high_percentile = config.get<double>("near_percentile");
    range_.look_ahead = config.get<int>("range_look_ahead");
  }

  NodePlan plan(InputFormats /*in*/, OutputFormats /*out*/) override { return {}; }
  void open() override { reset(); }

  Flow push(std::span<Frame> in) override {
    finder_->add(in[0], in[1]);
    ++frames_;
    return Flow::kDone;
  }
  Flow pull(std::span<Frame> /*out*/) override { return drained_ ? Flow::kEnd : Flow::kAgain; }
  void drain() override { drained_ = true; }
  void reset() override {
    finder_ = std::make_unique<ShotDepthsFinder>(range_);
    frames_ = 0;
    drained_ = false;
  }
  const void* extension(const char* id) override;

  [[nodiscard]] Json report(bool complete) {
    Json json = {{"path", ""}, {"frames", frames_}, {"complete", complete}};
    if (!finder_) return json;
    finder_->finish();
    const auto semantic = finder_->semantic();
    const bool is_metric = semantic == RLV_SEM_METRES || semantic == RLV_SEM_INVERSE_METRES;
    auto shots = Json::array();
    for (const auto& shot : finder_->shots()) shots.push_back(shot_json(shot, is_metric));
    auto moments = Json::array();
    for (const auto& m : finder_->moments())
      moments.push_back({rounded(m.time_s), rounded(m.far), rounded(m.subject), rounded(m.near)});
    json["semantic"] = semantic_name(semantic);
    json["shots"] = std::move(shots);
    json["moments"] = std::move(moments);
    return json;
  }

 private:
  DepthRange::Options range_;
  std::unique_ptr<ShotDepthsFinder> finder_;
  std::int64_t frames_ = 0;
  bool drained_ = false;
};

const void* Shots::extension(const char* id) {
  return report_extension<Shots>(id);
}

}  // namespace

rlv_node_type shots_type() {
  return make_node_type<Shots>("quality.shots", "sink");
}

}  // namespace relievo::quality
