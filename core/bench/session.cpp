#include "core/bench/session.hpp"

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <set>
#include <sstream>
#include <system_error>

#include <unistd.h>

#include "core/bench/context.hpp"
#include "core/bench/old_cells.hpp"
#include "core/bench/report.hpp"
#include "core/bench/weights_used.hpp"
#include "core/host/failure.hpp"
#include "core/host/machine.hpp"
#include "core/host/user_folders.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;
using host::ExitCode;
using host::Failure;

#if defined(__APPLE__)
constexpr bool kIsMac = true;
#else
constexpr bool kIsMac = false;
#endif

std::string speed_text(const Repetition& repetition) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << repetition.times.steady_ms
       << " ms a frame, loaded in " << repetition.load_s << " s";
  return text.str();
}

fs::path make_scratch() {
  auto pattern = (fs::temp_directory_path() / "relievo_bench_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw Failure(ExitCode::kRunFailed, "cannot make a folder in '" +
                                            fs::temp_directory_path().string() +
                                            "'; is there room, and may this user write there?");
  return pattern;
}

}  // namespace

Session::Session(BenchConfig config, SessionOptions options, host::Log& log)
    : config_(std::move(config)), options_(std::move(options)), log_(log) {
  check_output();
  registry_ = host::Registry::discover(
      host::SearchPath::standard(options_.program.plugin_path, config_.plugin_folders),
      host::default_cache_root());
  for (const auto& broken : registry_.broken()) log_.warn(broken.reason);
  samples_ = list_samples(config_);
  scratch_ = make_scratch();
  for (auto& sample : samples_) look_at(sample);
  const auto devices = meter_.devices();
  machine_ =
      context_json(registry_, devices,
                   config_.threads ? static_cast<unsigned>(*config_.threads) : host::usable_cpus());
  machine_["seconds"] =
      config_.seconds.size() == 1 ? Json(config_.seconds.front()) : Json(config_.seconds);
  cells_ = make_cells(config_, samples_, registry_, {!devices.empty(), kIsMac});
  for (auto& cell : cells_) cell.weights = weights_used(cell.nodes, registry_, log_);
}

Session::~Session() {
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
}

void Session::check_output() const {
  if (options_.overwrite || !fs::exists(config_.output / "report.json")) return;
  throw Failure(ExitCode::kUsage, "there is a report in '" + config_.output.string() +
                                      "' already; --overwrite replaces it, --output puts the new "
                                      "one elsewhere");
}

double Session::longest() const {
  return *std::max_element(config_.seconds.begin(), config_.seconds.end());
}

CellFiles Session::files_of(const Cell& cell) const {
  return {config_.output / "cells" / cell.slug};
}

PipelineContext Session::context_of(const Cell& cell) const {
  return {config_, samples_[cell.sample], registry_, files_of(cell),
          files_of(cells_[cell.depth_cell])};
}

// What it is, told by a dry run: this program links no decoder.
void Session::look_at(Sample& sample) {
  Sample as_played = sample;
  as_played.file = sample.played();
  as_played.start_s = sample.played_start_s();
  const auto run = run_pipeline(options_.program, probing_pipeline(as_played, longest()),
                                scratch_ / "probe.json", scratch_ / "samples.txt",
                                config_.time_limit, meter_, {"--dry-run"});
  if (!run.fault.empty()) {
    sample.fault = "the sample cannot be used: " + run.fault;
    return;
  }
  const auto& picture = run.report.at("nodes").at(0).at("outputs").at(0);
  sample.width = picture.value("width", 0);
  sample.height = picture.value("height", 0);
  const auto rate = picture.at("rate").get<std::vector<double>>();
  sample.fps = rate[1] > 0 ? rate[0] / rate[1] : 0;
  sample.frames = run.report.value("expected_frames", std::int64_t{0});
}

void Session::prepare_samples() {
  if (samples_are_ready_) return;
  samples_are_ready_ = true;
  for (auto& sample : samples_) {
    const bool larger = sample.width > kPreparedWidth || sample.height > kPreparedHeight ||
                        sample.fps > kPreparedFps * kFpsSlack;
    // True depth belongs to the frames as they are.
    if (config_.prepare && larger && sample.fault.empty() && !sample.truth) prepare(sample);
  }
}

void Session::prepare(Sample& sample) {
  const auto folder = fs::current_path() / "samples" / "1080p24fps";
  fs::create_directories(folder);
  const auto file = folder / (slug_of(sample.name) + "_" + seconds_text(sample.start_s) + "_" +
                              seconds_text(longest()) + ".mp4");
  Preparation done{std::nullopt, file};
  if (!fs::exists(file) || fs::last_write_time(file) < fs::last_write_time(sample.file)) {
    log_.info("sample " + sample.name + ": bringing it to 1080p24");
    const auto run = run_pipeline(options_.program, preparing_pipeline(sample, longest(), file),
                                  scratch_ / "prepare.json", scratch_ / "samples.txt",
                                  config_.time_limit, meter_, {"--overwrite"});
    if (!run.fault.empty()) {
      for (auto& cell : cells_)
        if (&samples_[cell.sample] == &sample && cell.status == CellStatus::kWaiting) {
          cell.status = CellStatus::kFailed;
          cell.reason = "the sample cannot be brought to 1080p24: " + run.fault;
        }
      return;
    }
    const auto frames = run.report.value("frames", std::int64_t{0});
    if (frames > 0)
      done.ms_per_frame =
          1e3 * run.report.at("seconds").get<double>() / static_cast<double>(frames);
  }
  sample.prepared = std::move(done);
  look_at(sample);
}

void Session::save(std::size_t index) {
  prepare_samples();
  auto& cell = cells_[index];
  if (cell.status != CellStatus::kWaiting || cell.is_saved) return;
  if (cell.kind == CellKind::kStereo) {
    save(cell.depth_cell);
    const auto& depth = cells_[cell.depth_cell];
    if (depth.status == CellStatus::kSkipped || depth.status == CellStatus::kFailed) {
      cell.status = depth.status;
      cell.reason = "the depth that it takes is not there: " + depth.reason;
      cell.remedy = depth.remedy;
      return;
    }
  }
  log_.info(cell.name + ": depth, views and measures");
  save_cell(cell, context_of(cell), options_.program, meter_);
  if (!cell.reason.empty())
    log_.warn(cell.name + ": " + status_name(cell.status) + ": " + cell.reason);
}

const Repetition* Session::measure(std::size_t index) {
  save(index);
  auto& cell = cells_[index];
  if (cell.status == CellStatus::kSkipped || cell.status == CellStatus::kFailed) return nullptr;
  if (!time_cell(cell, context_of(cell), options_.program, meter_)) {
    log_.warn(cell.name + ": " + status_name(cell.status) + ": " + cell.reason);
    return nullptr;
  }
  const auto& last = cell.repetitions.back();
  log_.info(cell.name + ": " + speed_text(last));
  if (cell.seconds == longest()) samples_[cell.sample].frames = last.frames;
  return &last;
}

void Session::run() {
  std::vector<double> spent_s(cells_.size(), 0);
  const double budget_s = std::chrono::duration<double>(config_.budget).count();
  for (std::size_t i = 0; i < cells_.size(); ++i) save(i);
  for (int repetition = 0; repetition < config_.repetitions; ++repetition)
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (repetition > 0 && spent_s[i] >= budget_s) continue;
      if (const auto* run = measure(i)) spent_s[i] += run->load_s + run->wall_s;
    }
}

Json Session::report() const {
  return make_report({config_, samples_, cells_, machine_, options_.command});
}

fs::path Session::write() const {
  std::set<std::string> slugs;
  for (const auto& cell : cells_) slugs.insert(cell.slug);
  remove_old_cells(config_.output, slugs);
  return write_report(report(), config_.output);
}

}  // namespace relievo::bench
