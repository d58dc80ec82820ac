#include "core/analysis/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace relievo::analysis {
namespace {

constexpr double kWidth = 1000;
constexpr double kHeight = 440;
constexpr double kLeft = 78;
constexpr double kRight = 922;
constexpr double kTop = 64;
constexpr double kBottom = 368;

constexpr const char* kStyle = R"(<style>
  svg { --ground: #ffffff; --ink: #1c1e21; --soft: #6b7178; --grid: #e3e6e9; --band: #7fb2e5; --line: #0b4f8a; --limit: #b3261e }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #16181b; --ink: #e8eaed; --soft: #9aa1a9; --grid: #2c3035; --band: #2f5f8f; --line: #a9d1f7; --limit: #ff8a80 }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink) }
  .title { font-size: 16px; font-weight: 600 }
  .soft { fill: var(--soft) }
  .limit-text { fill: var(--limit) }
  .ground { fill: var(--ground) }
  .grid { stroke: var(--grid); stroke-width: 1 }
  .screen { stroke: var(--ink); stroke-width: 1.2 }
  .cut { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3 }
  .limit { stroke: var(--limit); stroke-width: 1.5; stroke-dasharray: 7 4; fill: none }
  .peak { stroke: var(--limit); stroke-width: 1; stroke-dasharray: 2 4; fill: none }
  .band { fill: var(--band); fill-opacity: 0.75; stroke: none }
  .subject { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round }
</style>
)";

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      default: result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return result;
}

std::string clock(double seconds, bool with_tenths) {
  const auto whole = static_cast<long>(seconds);
  char text[48];
  if (with_tenths)
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  else if (whole >= 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

class Chart {
 public:
  Chart(const Depths& depths, const PlotOptions& options) : depths_(depths), options_(options) {
    // Films begin at about 0, which is worth a tick.
    begin_ = depths.shots.front().begin_s;
    if (begin_ < 0.02 * depths.shots.back().end_s) begin_ = std::min(begin_, 0.0);
    end_ = std::max(depths.shots.back().end_s, begin_ + 0.1);
    top_ = options.budget.peak;
    bottom_ = -options.budget.behind;
    for (const auto& m : depths.moments) {
      top_ = std::max(top_, front(m.near));
      bottom_ = std::min(bottom_, front(m.far));
    }
    top_ = 0.5 * std::ceil((top_ + 0.1) / 0.5);
    bottom_ = 0.5 * std::floor((bottom_ - 0.1) / 0.5);
  }

  std::string draw() {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(kWidth) + " " +
           number(kHeight) + "\" role=\"img\">\n<title>" + escaped(options_.title) + "</title>\n" +
           kStyle;
    out_ += "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n";
    words(kLeft, 28, "title", "start", escaped(options_.title));
    axes();
    for (std::size_t i = 0; i < depths_.shots.size(); ++i) shot(i);
    limits();
    legend();
    return out_ + "</svg>\n";
  }

 private:
  // Parallax with the sign of the picture: above 0 in front.
  [[nodiscard]] double front(double depth) const { return -parallax_of(depth, options_.setting); }
  [[nodiscard]] double x(double seconds) const {
    return kLeft +
           (kRight - kLeft) * (std::clamp(seconds, begin_, end_) - begin_) / (end_ - begin_);
  }
  [[nodiscard]] double y(double percent) const {
    return kBottom - (kBottom - kTop) * (percent - bottom_) / (top_ - bottom_);
  }
  void line(const char* kind, double x1, double y1, double x2, double y2) {
    out_ += std::string("<line class=\"") + kind + "\" x1=\"" + number(x1) + "\" y1=\"" +
            number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>\n";
  }
  void words(double at_x, double at_y, const char* kind, const char* anchor,
             const std::string& text, const std::string& more = "") {
    out_ += std::string("<text class=\"") + kind + "\" x=\"" + number(at_x) + "\" y=\"" +
            number(at_y) + "\" text-anchor=\"" + anchor + "\"" + more + ">" + text + "</text>\n";
  }
  void upright(double at_x, const std::string& text, double turn) {
    const double middle = 0.5 * (kTop + kBottom);
    words(
        at_x, middle, "soft", "middle", text,
        " transform=\"rotate(" + number(turn) + " " + number(at_x) + " " + number(middle) + ")\"");
  }

  void axes() {
    constexpr double kLine = 0.5;  // % of the width from line to line
    const auto lines = static_cast<int>(std::floor((top_ - bottom_ + 0.01) / kLine));
    for (int i = 0; i <= lines; ++i) {
      const double p = bottom_ + kLine * i;
      line(std::abs(p) < 0.01 ? "screen" : "grid", kLeft, y(p), kRight, y(p));
      words(kLeft - 8, y(p) + 4, "soft", "end", std::abs(p) < 0.01 ? "screen" : number(p));
    }
    upright(20, "parallax, % of width: in front above, behind below", -90);
    if (options_.screen.distance_m > 0) {
      for (int i = 0; i <= lines; ++i) {
        const double p = bottom_ + kLine * i;
        char text[16];
        std::snprintf(text, sizeof text, "%.2f", parallax_degrees(p, options_.screen));
        words(kRight + 8, y(p) + 4, "soft", "start", std::abs(p) < 0.01 ? "0" : text);
      }
      upright(kWidth - 16, "degrees", 90);
    }
    constexpr std::array kSteps{0.1,  0.2,  0.5,   1.0,   2.0,   5.0,    10.0,   15.0,
                                30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0};
    const double length = end_ - begin_;
    double step = kSteps.back();
    for (auto it = kSteps.rbegin(); it != kSteps.rend(); ++it)
      if (length / *it <= 10) step = *it;
    const auto first = static_cast<long>(std::ceil(begin_ / step - 1e-9));
    const auto last = static_cast<long>(std::floor(end_ / step + 1e-9));
    for (long i = first; i <= last; ++i) {
      const double t = step * static_cast<double>(i);
      line("grid", x(t), kBottom, x(t), kBottom + 5);
      words(x(t), kBottom + 20, "soft", "middle", clock(t, step < 1));
    }
    words(0.5 * (kLeft + kRight), kBottom + 40, "soft", "middle",
          "time; a dotted line is where a shot begins");
  }

  void shot(std::size_t index) {
    const auto& shot = depths_.shots[index];
    if (index > 0) line("cut", x(shot.begin_s), kTop, x(shot.begin_s), kBottom);
    const auto before = [](const Moment& m, double t) {
      return m.time_s < t;
    };
    const auto first = std::lower_bound(depths_.moments.begin(), depths_.moments.end(),
                                        shot.begin_s - 1e-4, before);
    auto last = std::lower_bound(first, depths_.moments.end(), shot.end_s - 1e-4, before);
    if (index + 1 == depths_.shots.size()) last = depths_.moments.end();
    if (first == last) return;
    std::string upper;
    std::string lower;
    std::string subject;
    const auto add = [&](double seconds, const Moment& m) {
      const auto at = number(x(seconds)) + ",";
      upper += at + number(y(front(m.near))) + " ";
      lower = at + number(y(front(m.far))) + " " + lower;
      subject += at + number(y(front(m.subject))) + " ";
    };
    for (auto m = first; m != last; ++m) add(m == first ? shot.begin_s : m->time_s, *m);
    add(shot.end_s, *(last - 1));
    out_ += "<polygon class=\"band\" points=\"" + upper + lower + "\"/>\n";
    out_ += "<polyline class=\"subject\" points=\"" + subject + "\"/>\n";
  }

  void limits() {
    const auto& budget = options_.budget;
    const auto limit = [&](const char* kind, double p, const std::string& text, double below) {
      line(kind, kLeft, y(p), kRight, y(p));
      words(kRight - 6, y(p) + below, "limit-text", "end", text);
    };
    if (budget.peak > budget.front + 0.05)
      limit("peak", budget.peak, "short peaks " + number(budget.peak) + " %", -5);
    limit("limit", budget.front, "budget in front " + number(budget.front) + " %", -5);
    limit("limit", -budget.behind, "budget behind " + number(budget.behind) + " %", 16);
  }

  void legend() {
    out_ +=
        "<rect class=\"band\" x=\"" + number(kLeft) + "\" y=\"41\" width=\"22\" height=\"11\"/>\n";
    words(kLeft + 28, 51, "soft", "start", "98 % of the picture");
    out_ += "<polyline class=\"subject\" points=\"" + number(kLeft + 178) + ",46.5 " +
            number(kLeft + 200) + ",46.5\"/>\n";
    words(kLeft + 206, 51, "soft", "start", "its subject");
  }

  const Depths& depths_;
  const PlotOptions& options_;
  double begin_ = 0;
  double end_ = 1;
  double top_ = 1;
  double bottom_ = -1;
  std::string out_;
};

}  // namespace

std::string plot_svg(const Depths& depths, const PlotOptions& options) {
  return Chart(depths, options).draw();
}

}  // namespace relievo::analysis
