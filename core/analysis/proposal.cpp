#include "core/analysis/proposal.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace relievo::analysis {
namespace {

constexpr double kSubjectBehind = 0.05;  // of the range, as stereo.view's own convergence
constexpr double kLeastStrength = 0.5;   // % of the width
constexpr double kMostStrength = 4.0;
constexpr double kShareForSubject = 0.8;  // of strength that remains for the sake of convergence
constexpr double kShortShot = 1.5;        // s; eyes take about that long to settle on a new depth
constexpr double kQuickCutting = 2.5;     // s, the median length of a shot
constexpr double kForHaste = 0.8;         // share of strength that then is left
// Parallax that eyes themselves would have, as two cameras 63 mm apart with a lens as long as the
// picture is wide; more than this many times makes the world look like a model.
constexpr double kMostTimesNatural = 4.0;

std::string text(const char* format, double a, double b = 0, double c = 0) {
  char buffer[256];
  std::snprintf(buffer, sizeof buffer, format, a, b, c);
  return buffer;
}

double rounded(double value, double step) {
  return std::round(value / step) * step;
}

struct Room {
  double front;
  double behind;
};

Room room_of(const ComfortBudget& budget) {
  return {kBudgetKnee * budget.front, kBudgetKnee * budget.behind};
}

struct Strength {
  double value = 0;
  bool limited_behind = false;
  double natural = 0;  // 0: unknown, or no limit
};

Strength strength_for(const Shot& shot, double convergence, const Room& room) {
  Strength s;
  const double behind = std::max(convergence - depth_percentile(shot, 1), 1e-3);
  const double front = std::max(depth_percentile(shot, 99) - convergence, 1e-3);
  s.limited_behind = room.behind / behind < room.front / front;
  s.value = std::min(room.behind / behind, room.front / front);
  if (shot.near_per_m && shot.far_per_m) {
    const double natural = 100.0 * kEyesApart * (*shot.near_per_m - *shot.far_per_m);
    if (kMostTimesNatural * natural < s.value) {
      s.natural = std::max(natural, 0.0);
      s.value = kMostTimesNatural * s.natural;
    }
  }
  s.value = std::clamp(s.value, kLeastStrength, kMostStrength);
  return s;
}

// How far convergence may go from the balance before strength has to fall below four fifths of the
// most that there is room for.
std::pair<double, double> sensible(const Room& room) {
  const double strength = kShareForSubject * (room.behind + room.front);
  return {std::max(0.0, 1.0 - room.front / strength), std::min(1.0, room.behind / strength)};
}

double convergence_for(double subject, const Room& room) {
  const auto [least, most] = sensible(room);
  return std::clamp(subject + kSubjectBehind, least, most);
}

Proposed propose_for(const Shot& shot, const Room& room) {
  Proposed p;
  const double wanted = shot.subject + kSubjectBehind;
  const double convergence = convergence_for(shot.subject, room);
  if (std::abs(convergence - wanted) < 0.005)
    p.reasons.push_back(
        text("the subject, at %.2f of the depth, lies just behind the screen", shot.subject));
  else if (convergence < wanted)
    p.reasons.push_back(
        text("the subject, at %.2f of the depth, stays a little in front of the "
             "screen: were that nearer, depth behind it would cost a fifth of the "
             "strength or more",
             shot.subject));
  else
    p.reasons.push_back(
        text("the subject, at %.2f of the depth, stays well behind the screen: "
             "were that farther, depth in front of it would cost a fifth of the "
             "strength or more",
             shot.subject));
  const auto strength = strength_for(shot, convergence, room);
  double value = strength.value;
  if (strength.natural > 0.0 || value <= kLeastStrength)
    p.reasons.push_back(
        text("the scene has little depth of its own (%.2f %% as eyes would see "
             "it); much more would make it look like a model",
             strength.natural));
  else
    p.reasons.push_back(
        strength.limited_behind
            ? text("the far end fills the room behind the screen, %.2f %%", room.behind)
            : text("the near end fills the room in front of the screen, %.2f %%", room.front));
  if (const double length = shot.end_s - shot.begin_s; length > 0 && length < kShortShot) {
    value = std::max(kLeastStrength, kForHaste * value);
    p.reasons.push_back(text("it lasts %.1f s only, a fifth less", length));
  }
  p.setting = {rounded(value, 0.1), rounded(convergence, 0.01)};
  return p;
}

// The value that `percent` of the weight lies below.
double weighted_percentile(std::vector<std::pair<double, double>> values, double percent) {
  std::sort(values.begin(), values.end());
  double all = 0;
  for (const auto& [value, weight] : values) all += weight;
  double below = 0;
  for (const auto& [value, weight] : values) {
    below += weight;
    if (below >= percent / 100.0 * all) return value;
  }
  return values.back().first;
}

double median_length(const Depths& depths) {
  std::vector<std::pair<double, double>> lengths;
  for (const auto& shot : depths.shots) lengths.emplace_back(shot.end_s - shot.begin_s, 1.0);
  return weighted_percentile(std::move(lengths), 50);
}

Proposed propose_for_film(const Depths& depths, const Room& room) {
  std::vector<std::pair<double, double>> subjects;
  for (const auto& shot : depths.shots) subjects.emplace_back(shot.subject, shot.frames);
  const double subject = weighted_percentile(subjects, 50);
  const double convergence = rounded(convergence_for(subject, room), 0.01);
  std::vector<std::pair<double, double>> strengths;
  double behind = 0;
  double natural = 0;
  double all = 0;
  for (const auto& shot : depths.shots) {
    const auto strength = strength_for(shot, convergence, room);
    strengths.emplace_back(strength.value, shot.frames);
    all += shot.frames;
    if (strength.natural > 0) natural += shot.frames;
    if (strength.limited_behind) behind += shot.frames;
  }
  double value = weighted_percentile(strengths, 10);

  Proposed film;
  film.reasons.push_back(
      text("convergence %.2f: over half of the frames the subject lies at %.2f of the depth or "
           "nearer, and belongs just behind the screen",
           convergence, subject));
  if (convergence_for(subject, room) != subject + kSubjectBehind)
    film.reasons.back() +=
        text("; but outside of %.2f to %.2f strength would have to fall by more than a fifth",
             sensible(room).first, sensible(room).second);
  film.reasons.push_back(
      text("strength %.1f: nine tenths of the frames then keep to %.2f %% behind "
           "and %.2f %% in front of the screen, where the budget bends nothing",
           value, room.behind, room.front));
  film.reasons.back() += behind > 0.5 * all ? "; mostly the far end is what limits it"
                                            : "; mostly the near end is what limits it";
  if (natural > 0.1 * all)
    film.reasons.push_back(
        text("in %.0f %% of the frames the scene has little depth of its own, "
             "and strength is kept below %.0f times what eyes would see",
             100 * natural / all, kMostTimesNatural));
  if (const double length = median_length(depths);
      depths.shots.size() > 2 && length < kQuickCutting) {
    value = std::max(kLeastStrength, kForHaste * value);
    film.reasons.push_back(
        text("half of the shots are shorter than %.1f s: a fifth less, %.1f", length, value));
  }
  film.setting = {rounded(value, 0.1), convergence};
  return film;
}

}  // namespace

Proposal propose(const Depths& depths, const ComfortBudget& budget) {
  const auto room = room_of(budget);
  Proposal proposal;
  proposal.film = propose_for_film(depths, room);
  for (const auto& shot : depths.shots) proposal.shots.push_back(propose_for(shot, room));
  return proposal;
}

}  // namespace relievo::analysis
