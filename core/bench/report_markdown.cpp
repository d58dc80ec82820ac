#include "core/bench/report.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace relievo::bench {
namespace {

std::string number(const Json& value, int digits, double factor = 1) {
  if (!value.is_number()) return "";
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << factor * value.get<double>();
  return text.str();
}

const Json& at_or_null(const Json& json, const char* key) {
  static const Json nothing;
  if (!json.is_object()) return nothing;
  const auto found = json.find(key);
  return found == json.end() ? nothing : *found;
}

std::string duration(const Json& seconds) {
  if (!seconds.is_number()) return "";
  const auto minutes = static_cast<long>(seconds.get<double>() / 60 + 0.5);
  std::ostringstream text;
  text << minutes / 60 << ":" << std::setw(2) << std::setfill('0') << minutes % 60 << " h";
  return text.str();
}

// A '|' would end the column.
std::string cell_text(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

std::string text_of(const Json& value) {
  return value.is_string() ? cell_text(value.get<std::string>()) : "";
}

void row(std::ostringstream& out, const std::vector<std::string>& columns) {
  out << "|";
  for (const auto& column : columns) out << " " << column << " |";
  out << "\n";
}

void head(std::ostringstream& out, const std::vector<std::string>& columns) {
  row(out, columns);
  out << "|";
  for (std::size_t i = 0; i < columns.size(); ++i) out << (i == 0 ? "---|" : "---:|");
  out << "\n";
}

// Fastest first within each kind.
std::vector<const Json*> measured(const Json& report) {
  std::vector<const Json*> cells;
  for (const auto& cell : report.at("cells"))
    if (cell.at("status") == "measured") cells.push_back(&cell);
  std::stable_sort(cells.begin(), cells.end(), [](const Json* a, const Json* b) {
    if (a->at("kind") != b->at("kind")) return a->at("kind") < b->at("kind");
    return a->at("time").at("steady_ms_per_frame").get<double>() <
           b->at("time").at("steady_ms_per_frame").get<double>();
  });
  return cells;
}

void write_context(std::ostringstream& out, const Json& report) {
  const auto& context = report.at("context");
  out << "# Benchmark\n\nRelievo " << text_of(at_or_null(context, "relievo"));
  if (context.at("commit").is_string()) out << " (" << text_of(context.at("commit")) << ")";
  out << ", " << text_of(report.at("created")) << ". " << text_of(at_or_null(context, "cpu"))
      << ", " << context.value("threads", 0) << " threads, "
      << number(context.at("memory_bytes"), 1, 1e-9) << " GB, "
      << text_of(at_or_null(context, "os"));
  for (const auto& gpu : context.at("gpus"))
    out << "; " << text_of(gpu.at("name")) << ", driver " << text_of(gpu.at("driver"));
  if (context.at("libtorch").is_string()) out << "; libtorch " << text_of(context.at("libtorch"));
  if (context.at("load_average").is_array())
    out << "; load " << number(context.at("load_average").at(0), 1);
  out << ".\n";
}

std::string busiest(const Json& cell) {
  const Json* most = nullptr;
  for (const auto& stage : at_or_null(cell, "stages"))
    if (most == nullptr || stage.at("busy_share") > most->at("busy_share")) most = &stage;
  return most == nullptr
             ? ""
             : text_of(most->at("name")) + " " + number(most->at("busy_share"), 0, 100) + " %";
}

void write_times(std::ostringstream& out, const std::vector<const Json*>& cells) {
  out << "\n## Time\n\n";
  head(out, {"cell", "ms a frame", "median", "p95", "times real time", "two hours", "load s",
             "first frame s", "MB", "device MB", "J a frame", "busiest stage"});
  for (const auto* cell : cells) {
    const auto& time = cell->at("time");
    row(out, {text_of(cell->at("name")), number(time.at("steady_ms_per_frame"), 1),
              number(time.at("frame_ms_median"), 1), number(time.at("frame_ms_p95"), 1),
              number(time.at("times_real_time"), 2), duration(time.at("forecast_two_hours_s")),
              number(time.at("load_s"), 2), number(time.at("first_frame_s"), 2),
              number(cell->at("memory").at("host_peak_bytes"), 0, 1e-6),
              number(cell->at("memory").at("device_peak_bytes"), 0, 1e-6),
              number(cell->at("energy_j_per_frame"), 2), busiest(*cell)});
  }
}

void write_quality(std::ostringstream& out, const std::vector<const Json*>& cells) {
  out << "\n## Measures\n\n";
  head(out, {"cell", "flicker %", "edges %", "AbsRel", "within 1.25 %", "holes %", "stretched %",
             "parallax % of width"});
  for (const auto* cell : cells) {
    const auto& quality = at_or_null(*cell, "quality");
    const auto& comfort = at_or_null(quality, "comfort");
    const auto low = number(at_or_null(comfort, "low"), 2);
    row(out, {text_of(cell->at("name")), number(at_or_null(quality, "flicker"), 2, 100),
              number(at_or_null(quality, "edge_sharpness"), 1, 100),
              number(at_or_null(quality, "abs_rel"), 3),
              number(at_or_null(quality, "within_125"), 1, 100),
              number(at_or_null(quality, "hole_share"), 2, 100),
              number(at_or_null(quality, "stretched_share"), 2, 100),
              low.empty() ? "" : low + " to " + number(at_or_null(comfort, "high"), 2)});
  }
}

void write_rest(std::ostringstream& out, const Json& report) {
  bool first = true;
  for (const auto& cell : report.at("cells")) {
    if (cell.at("status") == "measured") continue;
    if (first) out << "\n## Not measured\n\n";
    first = false;
    out << "- " << text_of(cell.at("name")) << ": " << text_of(cell.at("status")) << ": "
        << text_of(cell.at("reason"));
    if (cell.at("remedy").is_string()) out << ". Way out: `" << text_of(cell.at("remedy")) << "`";
    out << "\n";
  }
}

void write_samples(std::ostringstream& out, const Json& report) {
  out << "\n## Samples\n\n";
  head(out, {"sample", "size", "fps", "frames", "to 1080p24, ms a frame"});
  for (const auto& sample : report.at("samples"))
    row(out, {text_of(sample.at("name")),
              number(sample.at("width"), 0) + " x " + number(sample.at("height"), 0),
              number(sample.at("fps"), 3), number(sample.at("frames"), 0),
              number(at_or_null(sample.at("prepare"), "ms_per_frame"), 1)});
}

}  // namespace

std::string report_as_markdown(const Json& report) {
  std::ostringstream out;
  write_context(out, report);
  const auto cells = measured(report);
  if (!cells.empty()) {
    write_times(out, cells);
    write_quality(out, cells);
  }
  write_rest(out, report);
  write_samples(out, report);
  return out.str();
}

}  // namespace relievo::bench
