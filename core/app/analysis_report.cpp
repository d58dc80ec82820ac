#include "core/app/analysis_report.hpp"

#include <cmath>
#include <cstdio>
#include <sstream>
#include <vector>

#include "core/host/shell_words.hpp"

namespace relievo::app {
namespace {

using analysis::Setting;
using analysis::Shot;
using host::Json;

std::string format(const char* pattern, auto... values) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

double rounded(double value) {
  return std::round(value * 1e4) / 1e4;
}

Json setting_json(const Setting& setting) {
  return {{"strength", rounded(setting.strength)}, {"convergence", rounded(setting.convergence)}};
}

Json proposed_json(const analysis::Proposed& proposed) {
  auto json = setting_json(proposed.setting);
  json["reasons"] = proposed.reasons;
  return json;
}

Json parallax_json(const Shot& shot, const Setting& setting, const Screen& screen) {
  const auto parallax = analysis::parallax_of(shot, setting);
  auto bins = Json::array();
  for (const auto& bin : parallax.bins)
    bins.push_back(
        {{"from", rounded(bin.from)}, {"to", rounded(bin.to)}, {"share", rounded(bin.share)}});
  Json json = {{"nearest", rounded(parallax.nearest)},
               {"farthest", rounded(parallax.farthest)},
               {"subject", rounded(parallax.subject)},
               {"bins", std::move(bins)}};
  if (screen.distance_m > 0)
    json["degrees"] = {{"nearest", rounded(parallax_degrees(parallax.nearest, screen))},
                       {"farthest", rounded(parallax_degrees(parallax.farthest, screen))},
                       {"subject", rounded(parallax_degrees(parallax.subject, screen))}};
  return json;
}

bool is_inside(const Shot& shot, const Setting& setting, const ComfortBudget& budget) {
  const auto parallax = analysis::parallax_of(shot, setting);
  return parallax.nearest >= -budget.front && parallax.farthest <= budget.behind;
}

Json screen_json(const Analysis& a) {
  if (a.screen.width_m <= 0) return nullptr;
  return {
      {"name", a.screen_name}, {"width_m", a.screen.width_m}, {"distance_m", a.screen.distance_m}};
}

std::string length_text(double seconds) {
  const auto minutes = static_cast<long>(seconds) / 60;
  return format("%ld:%05.2f", minutes, seconds - 60.0 * static_cast<double>(minutes));
}

}  // namespace

std::string command_line(const Analysis& a, const std::string& program) {
  std::vector<std::string> words{program};
  if (!a.config.empty())
    words.insert(words.end(), {"--config", a.config, "--input", a.film});
  else
    words.push_back(a.film);
  words.insert(words.end(), a.more.begin(), a.more.end());
  const auto& film = a.proposal.film.setting;
  const auto prefix = "nodes." + a.view + ".params.";
  words.insert(words.end(), {"--set", prefix + format("strength=%.1f", film.strength), "--set",
                             prefix + format("convergence=%.2f", film.convergence)});
  return host::shell_text(words);
}

Json analysis_json(const Analysis& a, const std::string& program) {
  auto shots = Json::array();
  int frames = 0;
  for (std::size_t i = 0; i < a.depths.shots.size(); ++i) {
    const auto& shot = a.depths.shots[i];
    frames += shot.frames;
    Json json = {{"begin_s", shot.begin_s},
                 {"end_s", shot.end_s},
                 {"frames", shot.frames},
                 {"transition", shot.transition},
                 {"subject", shot.subject},
                 {"inside_now", is_inside(shot, a.now, a.budget)},
                 {"parallax_now", parallax_json(shot, a.now, a.screen)},
                 {"parallax_proposed", parallax_json(shot, a.proposal.film.setting, a.screen)},
                 {"proposal", proposed_json(a.proposal.shots[i])}};
    if (shot.near_per_m && *shot.near_per_m > 0) json["nearest_m"] = rounded(1 / *shot.near_per_m);
    if (shot.far_per_m && *shot.far_per_m > 0) json["farthest_m"] = rounded(1 / *shot.far_per_m);
    shots.push_back(std::move(json));
  }
  auto proposal = proposed_json(a.proposal.film);
  proposal["command"] = command_line(a, program);
  proposal["yaml"] = format("params: {strength: %.1f, convergence: %.2f}",
                            a.proposal.film.setting.strength, a.proposal.film.setting.convergence);
  return {{"status", "done"},
          {"film", a.film},
          {"depth", a.approach},
          {"frames", frames},
          {"every", a.every},
          {"unit", "% of width, above 0 behind the screen"},
          {"budget",
           {{"behind", rounded(a.budget.behind)},
            {"front", rounded(a.budget.front)},
            {"peak", rounded(a.budget.peak)}}},
          {"screen", screen_json(a)},
          {"now", setting_json(a.now)},
          {"proposal", std::move(proposal)},
          {"shots", std::move(shots)},
          {"plot", a.plot.empty() ? Json() : Json(a.plot)}};
}

std::string analysis_text(const Analysis& a, const std::string& program) {
  std::ostringstream out;
  int frames = 0;
  for (const auto& shot : a.depths.shots) frames += shot.frames;
  out << a.film << ": " << a.depths.shots.size()
      << (a.depths.shots.size() == 1 ? " shot" : " shots") << ", " << frames
      << " frames looked at, depth by " << a.approach << "\n";
  out << format("budget: %.2f %% of the width behind the screen, %.2f %% in front", a.budget.behind,
                a.budget.front);
  if (a.screen.width_m > 0)
    out << format(", on a screen of %.2f m at %.1f m (%s)", a.screen.width_m, a.screen.distance_m,
                  a.screen_name.c_str());
  out << "\n\n";
  const bool angles = a.screen.distance_m > 0;
  out << "shot    begins      ends  subject  "
      << format("parallax at %.1f, %.2f", a.now.strength, a.now.convergence)
      << (angles ? "  degrees        " : "") << "  proposed\n";
  for (std::size_t i = 0; i < a.depths.shots.size(); ++i) {
    const auto& shot = a.depths.shots[i];
    const auto parallax = analysis::parallax_of(shot, a.now);
    const auto& own = a.proposal.shots[i].setting;
    out << format("%4zu  %8s  %8s     %.2f  %6.2f to %5.2f %%%s  ", i + 1,
                  length_text(shot.begin_s).c_str(), length_text(shot.end_s).c_str(), shot.subject,
                  parallax.nearest, parallax.farthest,
                  is_inside(shot, a.now, a.budget) ? "     " : " over");
    if (angles)
      out << format("%5.2f to %5.2f  ", parallax_degrees(parallax.nearest, a.screen),
                    parallax_degrees(parallax.farthest, a.screen));
    out << format("%.1f, %.2f\n", own.strength, own.convergence);
    for (const auto& reason : a.proposal.shots[i].reasons) out << "      " << reason << "\n";
  }
  const auto& film = a.proposal.film;
  out << format("\nproposal for the whole film: strength %.1f, convergence %.2f\n",
                film.setting.strength, film.setting.convergence);
  for (const auto& reason : film.reasons) out << "  " << reason << "\n";
  out << "\n" << command_line(a, program) << "\n";
  if (!a.plot.empty()) out << a.plot << "\n";
  return out.str();
}

}  // namespace relievo::app
