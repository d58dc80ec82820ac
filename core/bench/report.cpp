#include "core/bench/report.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <functional>

#include "core/bench/page.hpp"
#include "core/host/failure.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kTwoHours = 7200;

std::string now_text() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json sample_json(const Sample& sample) {
  Json prepare;
  if (sample.prepared)
    prepare = {{"ms_per_frame",
                sample.prepared->ms_per_frame ? Json(*sample.prepared->ms_per_frame) : Json()},
               {"file", sample.prepared->file.lexically_proximate(fs::current_path()).string()}};
  return {
      {"name", sample.name},
      {"file", sample.file.string()},
      {"width", sample.width},
      {"height", sample.height},
      {"fps", sample.fps},
      {"frames", sample.frames},
      {"seconds", sample.fps > 0 ? Json(static_cast<double>(sample.frames) / sample.fps) : Json()},
      {"start_s", sample.start_s},
      {"truth", sample.truth.has_value()},
      {"prepare", prepare}};
}

using Measure = std::function<double(const Repetition&)>;

std::vector<double> each(const Cell& cell, const Measure& measure) {
  std::vector<double> values;
  for (const auto& repetition : cell.repetitions) values.push_back(measure(repetition));
  return values;
}

double middle(const Cell& cell, const Measure& measure) {
  return median(each(cell, measure));
}

double steady_ms(const Repetition& repetition) {
  return repetition.times.steady_ms;
}

double wall_s(const Repetition& repetition) {
  return repetition.wall_s;
}

Json time_json(const Cell& cell, const Sample& sample) {
  const double steady = middle(cell, steady_ms);
  const double load = middle(cell, [](const auto& r) { return r.load_s; });
  const double fps = steady > 0 ? 1e3 / steady : 0;
  return {{"load_s", load},
          {"first_frame_s", middle(cell, [](const auto& r) { return r.first_frame_s; })},
          {"frame_ms_median", middle(cell, [](const auto& r) { return r.times.median_ms; })},
          {"frame_ms_p95", middle(cell, [](const auto& r) { return r.times.p95_ms; })},
          {"steady_ms_per_frame", steady},
          {"windowed", cell.repetitions.back().times.windowed},
          {"wall_s", middle(cell, wall_s)},
          {"frames", cell.repetitions.back().frames},
          {"fps", fps},
          {"times_real_time", sample.fps > 0 ? Json(fps / sample.fps) : Json()},
          {"forecast_two_hours_s",
           sample.fps > 0 ? Json(load + 1e-3 * steady * kTwoHours * sample.fps) : Json()}};
}

Json memory_json(const Cell& cell) {
  std::uint64_t host = 0;
  Json device;
  for (const auto& repetition : cell.repetitions) {
    host = std::max(host, repetition.host_peak_bytes);
    if (const auto peak = repetition.device_peak_bytes)
      device = device.is_null() ? *peak : std::max(device.get<std::uint64_t>(), *peak);
  }
  return {{"host_peak_bytes", host}, {"device_peak_bytes", device}};
}

Json energy_json(const Cell& cell) {
  std::vector<double> values;
  for (const auto& repetition : cell.repetitions)
    if (repetition.energy_j && repetition.frames > 0)
      values.push_back(*repetition.energy_j / static_cast<double>(repetition.frames));
  return values.empty() ? Json() : Json(median(std::move(values)));
}

// Of the last repetition.
Json stages_json(const Cell& cell) {
  auto stages = Json::array();
  for (const auto& stage : cell.repetitions.back().stages)
    stages.push_back(
        {{"name", stage.name}, {"type", stage.type}, {"busy_share", stage.busy_share}});
  return stages;
}

Json cell_json(const Cell& cell, const Sample& sample) {
  Json json{{"name", cell.name},
            {"slug", cell.slug},
            {"kind", kind_name(cell.kind)},
            {"approach", cell.approach},
            {"stereo", or_null(cell.stereo)},
            {"precision", cell.precision},
            {"device", cell.device},
            {"sample", sample.name},
            {"seconds", cell.seconds},
            {"status", cell.status == CellStatus::kWaiting ? "skipped" : status_name(cell.status)},
            {"reason", cell.status == CellStatus::kWaiting
                           ? Json("the benchmark was stopped or told to leave it out")
                           : or_null(cell.reason)},
            {"remedy", or_null(cell.remedy)},
            {"repetitions", cell.repetitions.size()},
            {"weights", cell.weights},
            {"quality", cell.quality},
            {"files", cell.files.is_object() ? cell.files : Json::object()}};
  if (cell.repetitions.empty()) return json;
  json["time"] = time_json(cell, sample);
  json["runs"] = {{"wall_s", each(cell, wall_s)},
                  {"steady_ms_per_frame", each(cell, steady_ms)},
                  {"cpu_ms_per_frame", each(cell, [](const auto& r) { return r.times.cpu_ms; })},
                  {"cpu_s", each(cell, [](const auto& r) { return r.cpu_s; })}};
  json["memory"] = memory_json(cell);
  json["energy_j_per_frame"] = energy_json(cell);
  json["stages"] = stages_json(cell);
  return json;
}

void write_file(const fs::path& file, const std::string& text) {
  auto partial = file;
  partial += ".partial";
  std::ofstream out(partial, std::ios::binary);
  out << text;
  if (!out.flush())
    throw host::Failure(
        host::ExitCode::kRunFailed,
        "cannot write '" + file.string() + "'; is there room, and may this user write there?");
  out.close();
  fs::rename(partial, file);
}

}  // namespace

Json make_report(const ReportInput& input) {
  auto samples = Json::array();
  for (const auto& sample : input.samples) samples.push_back(sample_json(sample));
  auto cells = Json::array();
  for (const auto& cell : input.cells) cells.push_back(cell_json(cell, input.samples[cell.sample]));
  return {{"relievo_bench", 1},       {"created", now_text()}, {"command", input.command},
          {"context", input.context}, {"samples", samples},    {"cells", cells}};
}

fs::path write_report(const Json& report, const fs::path& folder) {
  const auto text = [](const Json& json) {
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  fs::create_directories(folder);
  const auto whole = text(report);
  write_file(folder / "report.json", whole);
  write_file(folder / "google_benchmark.json", text(report_for_google(report)));
  write_file(folder / "report.md", report_as_markdown(report));
  // Read back from its own text, in which no byte is left that is no UTF-8.
  write_file(folder / "index.html", page_of(nlohmann::json::parse(whole)));
  return folder / "index.html";
}

}  // namespace relievo::bench
