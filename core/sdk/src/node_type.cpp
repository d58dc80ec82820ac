#include <relievo/sdk/node_type.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include <relievo/sdk/error.hpp>

namespace relievo::detail {
namespace {

// What stands behind an rlv_node made by the SDK.
struct Instance {
  const rlv_host* host;
  std::unique_ptr<Node> node;
};

Instance& instance(rlv_node* node) {
  return *reinterpret_cast<Instance*>(node);
}

// The largest length up to limit at which text can be cut without splitting a UTF-8 character.
std::size_t utf8_cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return limit;
}

rlv_status report(rlv_error* error, rlv_status code, std::string_view message) noexcept {
  if (error == nullptr) return code;
  error->code = code;
  const auto length = utf8_cut(message, sizeof(error->message) - 1);
  std::memcpy(error->message, message.data(), length);
  error->message[length] = '\0';
  std::replace(error->message, error->message + length, '\n', ' ');
  return code;
}

template <class Call>
rlv_status guarded(rlv_error* error, Call&& call) noexcept {
  try {
    return call();
  } catch (...) {
    return report_exception(error);
  }
}

rlv_status to_status(Flow flow) {
  switch (flow) {
    case Flow::kDone: return RLV_OK;
    case Flow::kAgain: return RLV_AGAIN;
    case Flow::kEnd: return RLV_EOS;
  }
  return RLV_E_INTERNAL;
}

rlv_status plan(rlv_node* node, const rlv_format* const* in, std::uint32_t n_in,
                rlv_format* const* out, std::uint32_t n_out, rlv_plan* plan,
                rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    const auto result = instance(node).node->plan({in, n_in}, {out, n_out});
    plan->max_latency = result.max_latency;
    plan->look_ahead = result.look_ahead;
    plan->threads = result.threads;
    plan->host_bytes = result.host_bytes;
    plan->device_bytes = result.device_bytes;
    return RLV_OK;
  });
}

rlv_status open(rlv_node* node, rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    instance(node).node->open();
    return RLV_OK;
  });
}

rlv_status push(rlv_node* node, const rlv_frame* const* in, std::uint32_t n_in,
                rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    auto& self = instance(node);
    std::vector<Frame> frames;
    frames.reserve(n_in);
    for (std::uint32_t i = 0; i < n_in; ++i) frames.push_back(Frame::share(self.host, in[i]));
    const auto flow = self.node->push(frames);
    // Taken: what the host handed over is ours to release; the node holds references of its own.
    if (flow == Flow::kDone)
      for (std::uint32_t i = 0; i < n_in; ++i) self.host->frame_release(in[i]);
    return to_status(flow);
  });
}

rlv_status pull(rlv_node* node, rlv_frame** out, std::uint32_t n_out, rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    std::vector<Frame> frames(n_out);
    const auto flow = instance(node).node->pull(frames);
    if (flow == Flow::kDone)
      for (std::uint32_t i = 0; i < n_out; ++i) out[i] = frames[i].release();
    return to_status(flow);
  });
}

rlv_status drain(rlv_node* node, rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    instance(node).node->drain();
    return RLV_OK;
  });
}

rlv_status reset(rlv_node* node, rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    instance(node).node->reset();
    return RLV_OK;
  });
}

void destroy(rlv_node* node) noexcept {
  delete reinterpret_cast<Instance*>(node);
}

const void* extension(rlv_node* node, const char* id) noexcept {
  return instance(node).node->extension(id);
}

}  // namespace

rlv_status create(NodeFactory factory, const rlv_host* host, const char* config_json,
                  rlv_node** out, rlv_error* error) noexcept {
  return guarded(error, [&]() -> rlv_status {
    auto made =
        std::make_unique<Instance>(Instance{host, factory(Host(host), Config(config_json))});
    *out = reinterpret_cast<rlv_node*>(made.release());
    return RLV_OK;
  });
}

rlv_node_type node_type_template(const char* id, const char* label) {
  rlv_node_type type{};
  type.struct_size = sizeof(type);
  type.id = id;
  type.label = label;
  type.plan = &plan;
  type.open = &open;
  type.push = &push;
  type.pull = &pull;
  type.drain = &drain;
  type.reset = &reset;
  type.destroy = &destroy;
  type.extension = &extension;
  return type;
}

}  // namespace relievo::detail

namespace relievo {

Node& node_of(rlv_node* node) noexcept {
  return *detail::instance(node).node;
}

rlv_status report_exception(rlv_error* error) noexcept {
  try {
    throw;
  } catch (const Error& e) {
    return detail::report(error, e.code() < 0 ? e.code() : RLV_E_INTERNAL, e.what());
  } catch (const std::bad_alloc&) {
    return detail::report(error, RLV_E_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return detail::report(error, RLV_E_INTERNAL, e.what());
  } catch (...) {
    return detail::report(error, RLV_E_INTERNAL, "an exception of unknown type was thrown");
  }
}

}  // namespace relievo
