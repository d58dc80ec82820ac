#include "core/bench/cell_runner.hpp"

#include <algorithm>
#include <stdexcept>

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;

void note_fault(Cell& cell, const ChildRun& run) {
  cell.status = run.skipped ? CellStatus::kSkipped : CellStatus::kFailed;
  cell.reason = run.fault;
  cell.remedy = run.remedy;
}

const Json* output_of(const Json& report, const char* node) {
  const auto outputs = report.find("outputs");
  if (outputs == report.end()) return nullptr;
  for (const auto& output : *outputs)
    if (output.value("node", "") == node) return &output;
  return nullptr;
}

Json files_json(const CellFiles& files) {
  Json json = Json::object();
  const auto folder = "cells/" + files.folder.filename().string() + "/";
  const auto add = [&](const char* key, const fs::path& file) {
    if (fs::exists(file)) json[key] = folder + file.filename().string();
  };
  add("depth_lossless", files.depth_lossless());
  add("depth_video", files.depth_video());
  add("sbs", files.sbs());
  add("anaglyph", files.anaglyph());
  add("sheet", files.sheet());
  add("log", files.log());
  return json;
}

}  // namespace

Repetition repetition_of(const Json& report, double started, int warm_up) {
  const auto* sink = output_of(report, "bench_sink");
  if (sink == nullptr || !sink->contains("moments_s"))
    throw std::runtime_error("the run told no moments of its frames");
  const auto moments = sink->at("moments_s").get<std::vector<double>>();
  const auto cpu = sink->value("cpu_moments_s", std::vector<double>{});
  const double began = report.at("began_s").get<double>();
  Repetition repetition;
  repetition.wall_s = report.at("seconds").get<double>();
  repetition.frames = report.at("frames").get<std::int64_t>();
  double open_s = 0;
  for (const auto& node : report.at("nodes")) {
    open_s = std::max(open_s, node.at("open_s").get<double>());
    if (node.at("name") == "bench_sink") continue;
    const double busy = node.at("busy_s").get<double>();
    repetition.stages.push_back({node.at("name").get<std::string>(),
                                 node.at("type").get<std::string>(),
                                 repetition.wall_s > 0 ? busy / repetition.wall_s : 0});
  }
  repetition.load_s = began + open_s - started;
  const auto times = frame_times(moments, cpu, began + open_s, warm_up);
  if (!times)
    throw std::runtime_error("the sample gives " + std::to_string(moments.size()) +
                             " frames, too few to tell a speed; take more seconds");
  repetition.times = *times;
  repetition.first_frame_s = moments.front() - started;
  return repetition;
}

void save_cell(Cell& cell, const PipelineContext& context, const ChildProgram& program,
               DeviceMeter& meter) {
  if (cell.status != CellStatus::kWaiting || cell.is_saved) return;
  cell.is_saved = true;
  const auto& files = context.files;
  fs::create_directories(files.folder);
  fs::remove(files.log());
  const auto run = run_pipeline(program, saving_pipeline(cell, context), files.saving(),
                                files.log(), context.config.time_limit, meter, {"--overwrite"});
  cell.files = files_json(files);
  if (!run.fault.empty()) {
    note_fault(cell, run);
    return;
  }
  if (const auto* measure = output_of(run.report, "bench_quality"))
    cell.quality = measure->value("quality", Json());
}

bool time_cell(Cell& cell, const PipelineContext& context, const ChildProgram& program,
               DeviceMeter& meter) {
  const auto& files = context.files;
  const auto run = run_pipeline(program, timed_pipeline(cell, context), files.timed(), files.log(),
                                context.config.time_limit, meter);
  if (!run.fault.empty()) {
    note_fault(cell, run);
    return false;
  }
  const double started =
      std::chrono::duration<double>(run.process.started.time_since_epoch()).count();
  try {
    auto repetition = repetition_of(run.report, started, context.config.warm_up);
    repetition.cpu_s = run.process.cpu_s;
    repetition.host_peak_bytes = run.process.peak_memory;
    repetition.device_peak_bytes = run.device.peak_bytes;
    repetition.energy_j = run.device.energy_j;
    cell.repetitions.push_back(std::move(repetition));
  } catch (const std::exception& e) {
    cell.status = CellStatus::kFailed;
    cell.reason = e.what();
    return false;
  }
  cell.status = CellStatus::kMeasured;
  return true;
}

}  // namespace relievo::bench
