#include "plugins/stereo/options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include <relievo/sdk/error.hpp>

namespace relievo::stereo {
namespace {

template <class E, std::size_t N>
E choice(const Config& config, const char* parameter,
         const std::array<std::pair<std::string_view, E>, N>& names) {
  const auto value = config.get<std::string>(parameter);
  for (const auto& [name, meaning] : names)
    if (value == name) return meaning;
  fail(RLV_E_CONFIG, "parameter '", parameter, "' cannot be '", value, "'");
}

Screen read_screen(const Config& config) {
  Screen screen = screen_named(config.get<std::string>("screen")).value_or(Screen{});
  if (const auto width = config.get<double>("screen_width_m"); width > 0.0) screen.width_m = width;
  if (const auto distance = config.get<double>("screen_distance_m"); distance > 0.0)
    screen.distance_m = distance;
  if (screen.width_m <= 0.0 && screen.distance_m > 0.0)
    fail(RLV_E_CONFIG, "screen_distance_m says nothing without the screen's width; set ",
         "screen_width_m too");
  return screen;
}

Comfort read_comfort(const Config& config) {
  Comfort c;
  c.when = choice(config, "comfort",
                  std::array{std::pair{std::string_view("auto"), Comfort::When::kAuto},
                             std::pair{std::string_view("on"), Comfort::When::kOn},
                             std::pair{std::string_view("off"), Comfort::When::kOff}});
  c.budget.behind = config.get<double>("comfort_behind");
  c.budget.front = config.get<double>("comfort_front");
  c.budget.peak = std::max(c.budget.front, config.get<double>("comfort_peak"));
  c.budget = budget_on(c.budget, read_screen(config), config.get<double>("comfort_degrees"));
  c.peak_frames = config.get<int>("comfort_peak_frames");
  c.taper = config.get<double>("edge_taper");
  return c;
}

}  // namespace

Options read_options(const Config& config) {
  Options o;
  o.strength = config.get<double>("strength");
  o.convergence = config.get<double>("convergence");
  o.follows_subject = config.get<std::string>("convergence_mode") == "auto";
  o.parallel = config.get<bool>("parallel");
  o.views =
      choice(config, "views",
             std::array{std::pair{std::string_view("both"), Views::kBoth},
                        std::pair{std::string_view("left_original"), Views::kLeftOriginal},
                        std::pair{std::string_view("right_original"), Views::kRightOriginal}});
  o.method = choice(config, "method",
                    std::array{std::pair{std::string_view("quality"), Method::kQuality},
                               std::pair{std::string_view("simple"), Method::kSimple},
                               std::pair{std::string_view("backward"), Method::kBackward}});
  o.fill = choice(config, "fill",
                  std::array{std::pair{std::string_view("background"), Fill::kBackground},
                             std::pair{std::string_view("film"), Fill::kFilm},
                             std::pair{std::string_view("none"), Fill::kNone}});
  o.film_frames = config.get<int>("film_frames");
  o.texture = config.get<double>("texture");
  o.grow = config.get<double>("grow");
  o.disparity_scale = config.get<double>("disparity_scale");
  o.swap_eyes = config.get<bool>("swap_eyes");
  o.range.low_percentile = config.get<double>("far_percentile");
  o.range.high_percentile = config.get<double>("near_percentile");
  o.range.look_ahead = config.get<int>("range_look_ahead");
  o.range.tolerance = config.get<double>("range_tolerance") / 100.0;
  o.range.rate = config.get<double>("range_rate") / 100.0;
  o.cut_easing = config.get<int>("cut_easing");
  o.camera.baseline_m = config.get<double>("camera_baseline_mm") / 1000.0;
  o.camera.focal_px = config.get<double>("camera_focal_px");
  o.camera.screen_m = config.get<double>("camera_screen_m");
  o.comfort = read_comfort(config);
  return o;
}

std::pair<double, double> allowed_convergence(const Options& options) {
  if (options.comfort.when == Comfort::When::kOff || options.strength <= 0.0) return {0.0, 1.0};
  const auto& budget = options.comfort.budget;
  const double least = std::max(0.0, 1.0 - budget.front / options.strength);
  const double most = std::min(1.0, budget.behind / options.strength);
  if (least <= most) return {least, most};
  const double shared = budget.behind / (budget.behind + budget.front);
  return {shared, shared};
}

int growth_px(double grow, int width) {
  if (grow <= 0.0) return 0;
  return std::max(1, static_cast<int>(std::lround(grow * width / 640.0)));
}

}  // namespace relievo::stereo
