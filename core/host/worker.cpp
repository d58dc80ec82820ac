#include "core/host/worker.hpp"

#include <algorithm>
#include <chrono>

#include <relievo/sdk/error.hpp>

#include "core/host/crash.hpp"
#include "core/host/current_call.hpp"
#include "core/host/frame.hpp"
#include "core/media/sink_extension.hpp"

namespace relievo::host {
namespace {

// Adds the time of its life to a counter.
class Stopwatch {
 public:
  explicit Stopwatch(std::atomic<std::int64_t>& sum)
      : sum_(sum), begin_(std::chrono::steady_clock::now()) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() {
    const auto spent = std::chrono::steady_clock::now() - begin_;
    sum_ += std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count();
  }

 private:
  std::atomic<std::int64_t>& sum_;
  const std::chrono::steady_clock::time_point begin_;
};

std::unique_lock<std::mutex> maybe_lock(std::mutex* mutex) {
  return mutex == nullptr ? std::unique_lock<std::mutex>() : std::unique_lock(*mutex);
}

// Pinned memory is the processor's as well.
bool lies_on(const DLTensor& plane, std::int32_t device_type) {
  const auto where = static_cast<std::int32_t>(plane.device.device_type);
  return where == device_type || (device_type == RLV_DEV_CPU && where == kDLCUDAHost);
}

}  // namespace

Worker::Worker(Graph& graph, std::size_t index, RunState& state, std::mutex* device_lock)
    : node_(graph.nodes[index]),
      state_(state),
      device_lock_(device_lock),
      inputs_(node_.inputs),
      outputs_(node_.outputs) {}

void Worker::run() {
  const SignalStack signal_stack;
  try {
    work();
  } catch (const Failure& failure) {
    state_.fail(failure);
  } catch (const std::exception& e) {
    state_.fail(Failure(ExitCode::kRunFailed, "node '" + node_.name + "': " + e.what()));
  }
  state_.arrive();
  if (node_.is_sink()) {
    try {
      finish_sink(state_.wait_for_verdict());
    } catch (const Failure& failure) {
      state_.fail(failure);
    } catch (const std::exception& e) {
      state_.fail(Failure(ExitCode::kRunFailed, "node '" + node_.name + "': " + e.what()));
    }
  }
  is_done_ = true;
  state_.leave();
}

void Worker::work() {
  {
    const Stopwatch watch(counters_.open_ns);
    node_.instance->open();
  }
  std::vector<Frame> frames(inputs_.size());
  auto step = Step::kGoOn;
  while (step == Step::kGoOn && !node_.is_source()) {
    step = take(frames);
    if (step == Step::kGoOn) step = feed(frames);
  }
  if (step == Step::kStopped) return;
  if (!node_.is_source()) {
    const Stopwatch watch(counters_.busy_ns);
    node_.instance->drain();
  }
  if (pull_all() == Step::kStopped) return;
  if (!pending_.empty())
    misbehaved(concat("gave back ", pending_.size(), " frames too few at its end"));
  for (const auto& edges : outputs_)
    for (const auto edge : edges) state_.channel(edge).finish();
}

Worker::Step Worker::take(std::vector<Frame>& frames) {
  const Stopwatch watch(counters_.wait_in_ns);
  std::size_t ended = 0;
  std::size_t connected = 0;
  const Frame* first = nullptr;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!inputs_[i]) continue;
    ++connected;
    const auto result = state_.channel(*inputs_[i]).pop(frames[i]);
    if (result == PopResult::kAborted) return Step::kStopped;
    if (result == PopResult::kEnd) {
      ++ended;
      continue;
    }
    const auto& info = info_of(frames[i].get());
    if (first != nullptr && info.index != info_of(first->get()).index)
      throw Failure(ExitCode::kRunFailed,
                    concat("node '", node_.name, "': its inputs are out of step (frames ",
                           info_of(first->get()).index, " and ", info.index, ")"));
    if (first == nullptr) pending_.push_back({info.index, info.pts, info.duration});
    first = &frames[i];
  }
  if (ended == connected) return Step::kEnd;
  if (ended > 0)
    throw Failure(ExitCode::kRunFailed,
                  "node '" + node_.name + "': one of its inputs ended before the others");
  ++counters_.frames_in;
  if (node_.is_sink() || node_.starts_clock) pending_.clear();
  return Step::kGoOn;
}

Worker::Step Worker::feed(std::vector<Frame>& frames) {
  while (call_push(frames) == Flow::kAgain)
    if (pull_all() == Step::kStopped) return Step::kStopped;
  if (pull_all() == Step::kStopped) return Step::kStopped;
  check_latency();
  return Step::kGoOn;
}

Worker::Step Worker::pull_all() {
  for (;;) {
    std::vector<Frame> frames(outputs_.size());
    const auto flow = call_pull(frames);
    if (flow != Flow::kDone) {
      if (flow == Flow::kAgain && node_.is_source())
        misbehaved("says AGAIN although it has no inputs");
      return Step::kGoOn;
    }
    ++counters_.frames_out;
    check_result(frames);
    if (hand_on(frames) == Step::kStopped) return Step::kStopped;
    // A source is asked for ever: the run may have been stopped while no edge was full.
    if (state_.stopped()) return Step::kStopped;
  }
}

Worker::Step Worker::hand_on(std::vector<Frame>& outputs) {
  const Stopwatch watch(counters_.wait_out_ns);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (outputs_[o].size() > 1 || reference_count(outputs[o].get()) > 1)
      mark_read_only(outputs[o].get());
    for (std::size_t e = 0; e < outputs_[o].size(); ++e) {
      auto frame = e + 1 == outputs_[o].size() ? std::move(outputs[o]) : outputs[o];
      if (!state_.channel(outputs_[o][e]).push(std::move(frame))) return Step::kStopped;
    }
  }
  return Step::kGoOn;
}

void Worker::check_result(const std::vector<Frame>& outputs) {
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const auto& info = info_of(outputs[o].get());
    const auto& format = node_.formats[o];
    if (info.clock != format.clock) misbehaved("changed the clock of a frame");
    if (info.pixel_format != format.pixel_format || info.width != format.width ||
        info.height != format.height || info.semantic != format.semantic)
      misbehaved(concat("gave a frame of another format or size (", info.width, "x", info.height,
                        ") than plan() promised"));
    for (std::uint32_t p = 0; p < outputs[o].plane_count(); ++p)
      if (!lies_on(outputs[o].tensor(p)->dl_tensor, format.device_type))
        misbehaved("gave a frame on another device than plan() promised");
    if (node_.is_source() || node_.starts_clock) continue;
    if (pending_.empty()) misbehaved("gave more frames than it was given");
    const auto& moment = pending_.front();
    if (info.index != moment.index || info.pts != moment.pts || info.duration != moment.duration)
      misbehaved(concat("gave frame ", info.index, " where frame ", moment.index,
                        " with its own times was due"));
  }
  if (!pending_.empty()) pending_.pop_front();
}

// The edges beside this node are sized by its promise: more held back would end in a deadlock
// without a word.
void Worker::check_latency() const {
  if (pending_.size() > node_.needs.max_latency)
    misbehaved(concat("holds back ", pending_.size(), " frames, but plan() promised at most ",
                      node_.needs.max_latency));
}

void Worker::misbehaved(const std::string& what) const {
  throw NodeFailure(ExitCode::kPlugin, RLV_E_INTERNAL,
                    concat("node '", node_.name, "': plugin '", node_.instance->plugin(),
                           "' breaks the contract: it ", what, "; report this to its author"));
}

Flow Worker::call_push(std::vector<Frame>& frames) {
  const auto turn = maybe_lock(device_lock_);
  const Stopwatch watch(counters_.busy_ns);
  return node_.instance->push(frames);
}

Flow Worker::call_pull(std::vector<Frame>& frames) {
  const auto turn = maybe_lock(device_lock_);
  const Stopwatch watch(counters_.busy_ns);
  return node_.instance->pull(frames);
}

void Worker::finish_sink(bool all_is_done) {
  const auto* sink =
      static_cast<const media::SinkExtension*>(node_.instance->extension(media::kSinkExtension));
  if (sink == nullptr || sink->struct_size < sizeof(media::SinkExtension)) return;
  std::vector<char> text(media::kSinkReportBytes);
  // Not thrown at once: the report of a file that could not be closed tells what is left of it.
  std::optional<Failure> failure;
  try {
    node_.instance->call_extension("finish", [&](rlv_error* error) {
      return sink->finish(node_.instance->node(), all_is_done ? 1 : 0, text.data(), text.size(),
                          error);
    });
  } catch (const NodeFailure& e) {
    failure = e;
  }
  text.back() = '\0';
  report_ = Json::parse(text.data(), nullptr, false);
  if (!report_.is_object()) report_ = Json::object();
  report_["node"] = node_.name;
  if (failure) throw Failure(ExitCode::kRunFailed, failure->what());
}

}  // namespace relievo::host
