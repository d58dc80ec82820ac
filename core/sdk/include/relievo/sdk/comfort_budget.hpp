// How much parallax a viewer is asked to bear, in percent of the picture's width and, where a
// screen is named, in degrees.
//
// Eyes lie about 63 mm apart (Dodgson, "Variation and extrema of human interpupillary distance",
// 2004): points that lie farther apart than that on the screen, behind it, ask the eyes to diverge.
// Up to about one degree between screen and point is comfortable (Lambooij, Fortuin, Heynderickx
// and IJsselsteijn, "Visual Discomfort and Visual Fatigue of Stereoscopic Displays", 2009).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>

namespace relievo {

inline constexpr double kEyesApart = 0.063;  // m

// Where a film is watched. A width of 0: unknown; a distance of 0: only the width is known.
struct Screen {
  double width_m = 0.0;
  double distance_m = 0.0;
};

struct NamedScreen {
  std::string_view name;
  std::string_view what;
  Screen screen;
};

// Headsets show a film on a screen that the viewer may size at will: 60 degrees wide is assumed.
inline constexpr std::array kScreens{
    NamedScreen{"tv", "a television of 65 inches at 2.5 m", {1.44, 2.5}},
    NamedScreen{"cinema", "a screen of 12 m seen from 14 m", {12.0, 14.0}},
    NamedScreen{"headset", "a screen of 3 m at 2.6 m, 60 degrees wide", {3.0, 2.6}},
    NamedScreen{"vision_pro", "as headset", {3.0, 2.6}},
    NamedScreen{"quest3", "as headset", {3.0, 2.6}},
    NamedScreen{"quest2", "as headset", {3.0, 2.6}},
};

// Nothing for a name that is not in kScreens.
[[nodiscard]] inline std::optional<Screen> screen_named(std::string_view name) {
  for (const auto& known : kScreens)
    if (known.name == name) return known.screen;
  return std::nullopt;
}

// The angle that a parallax of so many percent of the width asks of the eyes, against that for the
// screen itself; 0 where the screen's distance is not known.
[[nodiscard]] inline double parallax_degrees(double percent, const Screen& screen) {
  if (screen.width_m <= 0.0 || screen.distance_m <= 0.0) return 0.0;
  const double apart = percent / 100.0 * screen.width_m;
  return std::atan(apart / screen.distance_m) * 180.0 / std::numbers::pi;
}

// Limits of parallax, all above 0, in percent of the width.
struct ComfortBudget {
  double behind = 1.2;  // 63 mm on a screen of 5.25 m
  double front = 1.5;
  double peak = 2.5;  // in front, for a short while; at least `front`
};

// What remains of a budget on a screen where nothing may diverge the eyes or lie beyond so many
// degrees; peaks shrink with `front`. A screen that is not known changes nothing.
[[nodiscard]] inline ComfortBudget budget_on(ComfortBudget budget, const Screen& screen,
                                             double degrees) {
  if (screen.width_m <= 0.0) return budget;
  const double peak_share = budget.peak / budget.front;
  budget.behind = std::min(budget.behind, 100.0 * kEyesApart / screen.width_m);
  if (screen.distance_m > 0.0) {
    const double most =
        100.0 * screen.distance_m * std::tan(degrees * std::numbers::pi / 180.0) / screen.width_m;
    budget.behind = std::min(budget.behind, most);
    budget.front = std::min(budget.front, most);
    budget.peak = budget.front * peak_share;
  }
  return budget;
}

// A limit is approached, not hit: up to this share of it parallax is left as it is.
inline constexpr double kBudgetKnee = 5.0 / 6.0;

}  // namespace relievo
