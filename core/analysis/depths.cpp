#include "core/analysis/depths.hpp"

#include <algorithm>
#include <numeric>

namespace relievo::analysis {
namespace {

std::optional<double> number(const nlohmann::json& object, const char* key) {
  if (!object.contains(key)) return std::nullopt;
  return object.at(key).get<double>();
}

Shot read_shot(const nlohmann::json& json) {
  Shot shot;
  shot.begin_s = json.at("begin_s");
  shot.end_s = json.at("end_s");
  shot.frames = json.at("frames");
  shot.transition = json.at("transition");
  shot.subject = json.at("subject");
  shot.shares = json.at("per_mille").get<std::vector<double>>();
  const double sum = std::accumulate(shot.shares.begin(), shot.shares.end(), 0.0);
  for (auto& share : shot.shares) share /= std::max(sum, 1.0);
  shot.far_per_m = number(json, "far_per_m");
  shot.near_per_m = number(json, "near_per_m");
  return shot;
}

}  // namespace

Depths read_depths(const nlohmann::json& report) {
  Depths depths;
  depths.semantic = report.at("semantic");
  for (const auto& shot : report.at("shots")) depths.shots.push_back(read_shot(shot));
  // At a reduced rate a shot ends where the next one begins, not with the last frame looked at.
  for (std::size_t i = 0; i + 1 < depths.shots.size(); ++i)
    depths.shots[i].end_s = depths.shots[i + 1].begin_s;
  for (const auto& m : report.at("moments"))
    depths.moments.push_back({m.at(0), m.at(1), m.at(2), m.at(3)});
  return depths;
}

double depth_percentile(const Shot& shot, double percent) {
  double below = percent / 100.0;
  const auto count = static_cast<double>(shot.shares.size());
  for (std::size_t i = 0; i < shot.shares.size(); ++i) {
    const double share = shot.shares[i];
    if (share > 0 && below <= share) return (static_cast<double>(i) + below / share) / count;
    below -= share;
  }
  return 1.0;
}

ShotParallax parallax_of(const Shot& shot, const Setting& setting) {
  ShotParallax result;
  result.nearest = parallax_of(depth_percentile(shot, 99), setting);
  result.farthest = parallax_of(depth_percentile(shot, 1), setting);
  result.subject = parallax_of(shot.subject, setting);
  const auto count = static_cast<double>(shot.shares.size());
  for (std::size_t i = shot.shares.size(); i-- > 0;)
    result.bins.push_back({parallax_of(static_cast<double>(i + 1) / count, setting),
                           parallax_of(static_cast<double>(i) / count, setting), shot.shares[i]});
  return result;
}

}  // namespace relievo::analysis
