#include "core/host/runner.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include <relievo/sdk/error.hpp>

#include "core/host/run_state.hpp"
#include "core/host/worker.hpp"

namespace relievo::host {
namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::milliseconds kProgressEvery{500};
// How long the others get to close their files once a node hangs.
constexpr std::chrono::seconds kLastWords{10};

double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) * 1e-9;
}

std::string device_kind(const GraphNode& node) {
  if (node.device != "auto") return node.device.substr(0, node.device.find(':'));
#if defined(__APPLE__)
  const auto& devices = node.spec->devices;
  if (std::find(devices.begin(), devices.end(), "mps") != devices.end()) return "mps";
#endif
  return "cpu";
}

class Run {
 public:
  Run(Graph& graph, RunContext& context, const RunOptions& options)
      : graph_(graph),
        context_(context),
        options_(options),
        state_(make_channels(graph), graph.nodes.size()),
        begin_(std::chrono::steady_clock::now()) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
      workers_.push_back(
          std::make_unique<Worker>(graph, i, state_, device_lock_of(graph.nodes[i])));
  }

  RunReport run() {
    std::vector<std::thread> threads;
    threads.reserve(workers_.size());
    try {
      for (auto& worker : workers_) threads.emplace_back([&worker] { worker->run(); });
    } catch (const std::system_error& e) {
      state_.fail(Failure(ExitCode::kRunFailed,
                          concat("the system gives no thread for node '",
                                 graph_.nodes[threads.size()].name, "': ", e.what())));
      for (std::size_t i = threads.size(); i < workers_.size(); ++i) state_.leave();
    }
    const bool hung = !watch();
    // A thread that hangs cannot be joined; it is left to the end of the process.
    for (auto& thread : threads) hung ? thread.detach() : thread.join();
    return make_report(hung);
  }

 private:
  static std::vector<std::unique_ptr<FrameChannel>> make_channels(const Graph& graph) {
    std::vector<std::unique_ptr<FrameChannel>> channels;
    for (const auto& edge : graph.edges)
      channels.push_back(std::make_unique<FrameChannel>(edge.capacity));
    return channels;
  }

  // Metal crashes when two threads use it at once; other devices take turns only when asked.
  std::mutex* device_lock_of(const GraphNode& node) {
    const auto kind = device_kind(node);
    const auto& asked = options_.device_lock;
    if (kind != "mps" && std::find(asked.begin(), asked.end(), kind) == asked.end()) return nullptr;
    return &device_locks_[kind];
  }

  // Until all workers have left. False if one never will.
  bool watch() {
    auto next_progress = begin_ + kProgressEvery;
    while (!state_.wait_until_left(kTick)) {
      if (!context_.cancelled && options_.cancel_requested()) {
        // In this order: a node that sees the wish and says that it was cancelled is no failure.
        state_.cancel();
        context_.cancelled = true;
      }
      if (const auto hang = find_hang()) {
        state_.fail(Failure(
            ExitCode::kPlugin,
            concat("node '", hang->node->name, "': plugin '", hang->node->instance->plugin(),
                   "' has been in ", hang->function, "() for ",
                   std::chrono::duration_cast<std::chrono::seconds>(hang->silent).count(),
                   " s without a sign of life (limits.stall)")));
        // The others close their files; a node that was only slow may still come back.
        static_cast<void>(state_.wait_until_left(kLastWords, 1));
        return state_.wait_until_left(kTick);
      }
      const auto now = std::chrono::steady_clock::now();
      if (now < next_progress) continue;
      next_progress = now + kProgressEvery;
      options_.on_progress(progress());
    }
    return true;
  }

  struct Hang {
    const GraphNode* node;
    const char* function;
    std::chrono::steady_clock::duration silent;
  };

  std::optional<Hang> find_hang() const {
    if (context_.stall_limit.count() == 0) return std::nullopt;
    for (const auto& node : graph_.nodes) {
      // Both once: the call may return at any time.
      const auto silent = node.instance->silent_for();
      const char* const function = node.instance->running_function();
      if (function != nullptr && silent > context_.stall_limit)
        return Hang{&node, function, silent};
    }
    return std::nullopt;
  }

  std::int64_t frames_done() const {
    std::optional<std::int64_t> least;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (!graph_.nodes[i].is_sink()) continue;
      const auto frames = workers_[i]->counters().frames_in.load();
      least = std::min(least.value_or(frames), frames);
    }
    return least.value_or(0);
  }

  Progress progress() const {
    Progress progress;
    progress.frames = frames_done();
    progress.expected = graph_.expected_frames();
    progress.elapsed = std::chrono::steady_clock::now() - begin_;
    std::int64_t most = -1;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      const auto busy = workers_[i]->counters().busy_ns.load();
      if (busy <= most) continue;
      most = busy;
      progress.slowest = graph_.nodes[i].name;
    }
    return progress;
  }

  RunReport make_report(bool hung) const {
    RunReport report;
    report.failure = state_.failure();
    report.later_failures = state_.later_failures();
    report.hung = hung;
    report.frames = frames_done();
    report.began = begin_;
    report.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      const auto& counters = workers_[i]->counters();
      report.nodes.push_back({graph_.nodes[i].name, graph_.nodes[i].spec->id,
                              counters.frames_in.load(), counters.frames_out.load(),
                              seconds(counters.open_ns), seconds(counters.busy_ns),
                              seconds(counters.wait_in_ns), seconds(counters.wait_out_ns)});
      if (graph_.nodes[i].is_sink() && workers_[i]->is_done() && !workers_[i]->report().is_null())
        report.sinks.push_back(workers_[i]->report());
    }
    // A wish that came when every file was done already changed nothing.
    const auto sinks = std::count_if(graph_.nodes.begin(), graph_.nodes.end(),
                                     [](const GraphNode& node) { return node.is_sink(); });
    const auto done = std::count_if(report.sinks.begin(), report.sinks.end(),
                                    [](const Json& sink) { return sink.value("complete", false); });
    report.cancelled = context_.cancelled && !report.failure && done < sinks;
    return report;
  }

  Graph& graph_;
  RunContext& context_;
  const RunOptions& options_;
  RunState state_;
  const std::chrono::steady_clock::time_point begin_;
  std::map<std::string, std::mutex> device_locks_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

RunReport run_graph(Graph& graph, RunContext& run, const RunOptions& options) {
  auto state = std::make_unique<Run>(graph, run, options);
  auto report = state->run();
  // The thread of a hung node still uses all of this.
  if (report.hung) static_cast<void>(state.release());
  return report;
}

Json report_as_json(const RunReport& report) {
  auto nodes = Json::array();
  for (const auto& node : report.nodes)
    nodes.push_back({{"name", node.name},
                     {"type", node.type},
                     {"frames_in", node.frames_in},
                     {"frames_out", node.frames_out},
                     {"open_s", node.open_s},
                     {"busy_s", node.busy_s},
                     {"waiting_in_s", node.waiting_in_s},
                     {"waiting_out_s", node.waiting_out_s}});
  Json json = {
      {"status", report.failure     ? "failed"
                 : report.cancelled ? "cancelled"
                                    : "done"},
      {"frames", report.frames},
      {"seconds", report.seconds},
      {"began_s", std::chrono::duration<double>(report.began.time_since_epoch()).count()},
      {"fps", report.seconds > 0 ? static_cast<double>(report.frames) / report.seconds : 0.0},
      {"outputs", report.sinks},
      {"nodes", nodes}};
  if (report.failure) json["message"] = report.failure->what();
  return json;
}

}  // namespace relievo::host
