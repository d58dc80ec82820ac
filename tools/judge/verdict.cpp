#include "tools/judge/verdict.hpp"

#include <algorithm>
#include <cmath>

#include "core/metrics/depth_agreement.hpp"
#include "core/metrics/flicker.hpp"

namespace relievo::judge {

Verdict judge_shot(std::span<const DepthMap> maps, std::span<const Truth> truths, float floor) {
  Verdict verdict;
  verdict.frames = static_cast<int>(maps.size());
  std::vector<std::vector<float>> full;
  metrics::Aligner shot(floor);
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto& truth = truths[i];
    full.push_back(metrics::resampled(maps[i].values, maps[i].width, maps[i].height, truth.width,
                                      truth.height));
    metrics::Aligner frame(floor);
    frame.add(full.back(), truth.inverse);
    shot.add(full.back(), truth.inverse);
    FrameVerdict each;
    each.scale = frame.best().scale;
    each.shift = frame.best().shift;
    each.abs_rel = metrics::abs_rel(full.back(), truth.inverse, frame.best(), floor);
    verdict.each.push_back(each);
    verdict.abs_rel += each.abs_rel;
    verdict.rank += metrics::rank_correlation(full.back(), truth.inverse);
  }
  const auto best = shot.best();
  std::vector<double> medians, true_medians;
  std::vector<std::vector<float>> aligned;
  for (std::size_t i = 0; i < full.size(); ++i) {
    const auto& truth = truths[i];
    verdict.abs_rel_shot += metrics::abs_rel(full[i], truth.inverse, best, floor);
    std::vector<float> depth, true_depth;
    aligned.emplace_back();
    for (std::size_t p = 0; p < full[i].size(); ++p) {
      const auto value = static_cast<float>(
          std::max(best.scale * full[i][p] + best.shift, static_cast<double>(floor)));
      aligned.back().push_back(value);
      if (!std::isfinite(truth.inverse[p])) continue;
      depth.push_back(1 / value);
      true_depth.push_back(1 / std::max(truth.inverse[p], floor));
    }
    medians.push_back(metrics::median(std::move(depth)));
    true_medians.push_back(metrics::median(std::move(true_depth)));
    verdict.each[i].median = medians.back();
    verdict.each[i].true_median = true_medians.back();
  }
  verdict.slope = metrics::slope(medians);
  verdict.true_slope = metrics::slope(true_medians);
  double wobble = 0;
  int pairs = 0;
  for (std::size_t i = 0; i + 1 < full.size(); ++i) {
    const auto& truth = truths[i];
    if (truth.flow.empty()) continue;
    wobble += metrics::flicker({aligned[i], truth.inverse}, {aligned[i + 1], truths[i + 1].inverse},
                               truth.flow, truth.seen, truth.width, truth.height);
    ++pairs;
  }
  if (pairs > 0) verdict.flicker = wobble / pairs;
  const auto n = static_cast<double>(std::max<std::size_t>(maps.size(), 1));
  verdict.abs_rel /= n;
  verdict.abs_rel_shot /= n;
  verdict.rank /= n;
  return verdict;
}

}  // namespace relievo::judge
