#include "core/host/node_instance.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <relievo/sdk/error.hpp>

#include "core/host/current_call.hpp"

namespace relievo::host {
namespace {

// Nodes have a handful of ports; the arrays that cross the border live on the stack.
constexpr std::size_t kMaxPorts = 16;

ExitCode exit_code_of(rlv_status status) {
  switch (status) {
    case RLV_E_CONFIG: return ExitCode::kUsage;
    case RLV_E_WEIGHTS: return ExitCode::kWeights;
    case RLV_E_CANCELLED: return ExitCode::kCancelled;
    default: return ExitCode::kRunFailed;
  }
}

rlv_error make_error() {
  rlv_error error{};
  error.struct_size = sizeof(error);
  return error;
}

}  // namespace

rlv_format make_format() {
  rlv_format format{};
  format.struct_size = sizeof(format);
  format.semantic = RLV_SEM_COLOUR;
  format.sar_den = 1;
  format.device_type = RLV_DEV_CPU;
  format.rate_den = 1;
  format.timebase_num = 1;
  format.timebase_den = 1;
  format.colour = {2, 2, 2, 0, 255, {0, 0, 0}};
  return format;
}

// Runs one call under its mark. An exception that crosses the border breaks the contract, whatever
// it says.
template <class Call>
rlv_status NodeInstance::call(const char* function, Call&& body) {
  const CallMark mark(plugin_name_.c_str(), name().c_str(), function);
  services_.note_sign_of_life();
  running_.store(function);
  struct Done {
    std::atomic<const char*>& running;
    ~Done() { running.store(nullptr); }
  } const done{running_};
  auto error = make_error();
  rlv_status status = RLV_OK;
  try {
    status = body(&error);
  } catch (const std::exception& e) {
    misbehaved(function, concat("let an exception escape (", e.what(), ")"));
  } catch (...) {
    misbehaved(function, "let an exception of unknown type escape");
  }
  if (status < 0) {
    error.message[sizeof(error.message) - 1] = '\0';
    fail(function, status, error.message);
  }
  return status;
}

void NodeInstance::fail(const char* function, rlv_status status, const char* message) const {
  const std::string text = message[0] != '\0' ? message
                                              : concat(function, "() failed with status ", status,
                                                       " and gave no reason");
  throw NodeFailure(exit_code_of(status), status, concat("node '", name(), "': ", text));
}

void NodeInstance::misbehaved(const char* function, const std::string& what) const {
  throw NodeFailure(ExitCode::kPlugin, RLV_E_INTERNAL,
                    concat("node '", name(), "': plugin '", plugin_name_, "' breaks the contract: ",
                           function, "() ", what, "; report this to its author"));
}

NodeInstance::NodeInstance(const rlv_node_type& type, RunContext& run, std::string node_name,
                           std::string plugin_name, const std::string& config_json)
    : type_(type),
      plugin_name_(std::move(plugin_name)),
      services_(run, std::move(node_name), plugin_name_) {
  call("create", [&](rlv_error* error) {
    return type_.create(services_.host(), config_json.c_str(), &node_, error);
  });
  if (node_ == nullptr) misbehaved("create", "returned 0 without a node");
}

NodeInstance::~NodeInstance() {
  if (node_ == nullptr) return;
  const CallMark mark(plugin_name_.c_str(), name().c_str(), "destroy");
  type_.destroy(node_);
}

PlannedNode NodeInstance::plan(std::span<const rlv_format* const> inputs,
                               std::vector<rlv_format> presets) {
  has_inputs_ = !inputs.empty();
  PlannedNode planned;
  planned.outputs = std::move(presets);
  std::array<rlv_format*, kMaxPorts> out{};
  if (inputs.size() > kMaxPorts || planned.outputs.size() > kMaxPorts)
    throw Failure(ExitCode::kUsage,
                  concat("node '", name(), "' has more than ", kMaxPorts, " ports"));
  std::transform(planned.outputs.begin(), planned.outputs.end(), out.begin(),
                 [](rlv_format& format) { return &format; });
  rlv_plan plan{};
  plan.struct_size = sizeof(plan);
  const auto status = call("plan", [&](rlv_error* error) {
    return type_.plan(node_, inputs.data(), static_cast<std::uint32_t>(inputs.size()), out.data(),
                      static_cast<std::uint32_t>(planned.outputs.size()), &plan, error);
  });
  if (status != RLV_OK) misbehaved("plan", concat("returned the flow status ", status));
  if (plan.look_ahead > plan.max_latency)
    misbehaved("plan", concat("promises a latency of ", plan.max_latency,
                              " frames but looks ahead by ", plan.look_ahead));
  planned.needs = {plan.max_latency, plan.look_ahead, plan.threads, plan.host_bytes,
                   plan.device_bytes};
  return planned;
}

void NodeInstance::open() {
  const auto status = call("open", [&](rlv_error* error) { return type_.open(node_, error); });
  if (status != RLV_OK) misbehaved("open", concat("returned the flow status ", status));
  push_said_again_ = false;
  draining_ = false;
}

Flow NodeInstance::push(std::span<Frame> frames) {
  std::array<const rlv_frame*, kMaxPorts> in{};
  std::transform(frames.begin(), frames.end(), in.begin(),
                 [](const Frame& frame) { return frame.get(); });
  const auto status = call("push", [&](rlv_error* error) {
    return type_.push(node_, in.data(), static_cast<std::uint32_t>(frames.size()), error);
  });
  if (status == RLV_OK) {
    for (auto& frame : frames) static_cast<void>(frame.release());
    push_said_again_ = false;
    return Flow::kDone;
  }
  if (status != RLV_AGAIN) misbehaved("push", concat("returned the status ", status));
  push_said_again_ = true;
  return Flow::kAgain;
}

Flow NodeInstance::pull(std::span<Frame> frames) {
  std::array<rlv_frame*, kMaxPorts> out{};
  const auto status = call("pull", [&](rlv_error* error) {
    return type_.pull(node_, out.data(), static_cast<std::uint32_t>(frames.size()), error);
  });
  if (status == RLV_AGAIN) {
    if (push_said_again_) misbehaved("pull", "says AGAIN straight after push() said AGAIN");
    if (draining_) misbehaved("pull", "says AGAIN after drain()");
    return Flow::kAgain;
  }
  if (status == RLV_EOS && !draining_ && has_inputs_) misbehaved("pull", "says EOS before drain()");
  if (status == RLV_EOS) return Flow::kEnd;
  if (status != RLV_OK) misbehaved("pull", concat("returned the status ", status));
  push_said_again_ = false;
  for (std::size_t i = 0; i < frames.size(); ++i)
    frames[i] = Frame::adopt(services_.host(), out.at(i));
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (!frames[i]) misbehaved("pull", concat("returned 0 with no frame for output ", i));
  return Flow::kDone;
}

void NodeInstance::drain() {
  const auto status = call("drain", [&](rlv_error* error) { return type_.drain(node_, error); });
  if (status != RLV_OK) misbehaved("drain", concat("returned the flow status ", status));
  draining_ = true;
}

void NodeInstance::reset() {
  const auto status = call("reset", [&](rlv_error* error) { return type_.reset(node_, error); });
  if (status != RLV_OK) misbehaved("reset", concat("returned the flow status ", status));
}

const void* NodeInstance::extension(const char* id) {
  if (type_.extension == nullptr) return nullptr;
  const CallMark mark(plugin_name_.c_str(), name().c_str(), "extension");
  return type_.extension(node_, id);
}

rlv_status NodeInstance::call_extension(const char* function,
                                        const std::function<rlv_status(rlv_error*)>& body) {
  return call(function, body);
}

std::chrono::steady_clock::duration NodeInstance::silent_for() const {
  return std::chrono::steady_clock::now() - services_.last_sign_of_life();
}

}  // namespace relievo::host
