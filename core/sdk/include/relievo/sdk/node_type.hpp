// From a C++ node class to the C table of relievo/plugin.h. Nothing thrown crosses the border:
// every call goes through a noexcept thunk that turns exceptions into a status and a message.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include <relievo/plugin.h>
#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

namespace relievo {

// Makes a node; may throw.
using NodeFactory = std::unique_ptr<Node> (*)(Host host, Config config);

namespace detail {

rlv_status create(NodeFactory factory, const rlv_host* host, const char* config_json,
                  rlv_node** out, rlv_error* error) noexcept;
// The calls that are the same for every class; create is set by make_node_type.
rlv_node_type node_type_template(const char* id, const char* label);

}  // namespace detail

// For functions of extensions, which get the node as the host knows it: the object behind the
// handle of a node whose type make_node_type() made.
[[nodiscard]] Node& node_of(rlv_node* node) noexcept;
// In a handler (catch): turns the current exception into a status, and into error's message unless
// error is NULL.
rlv_status report_exception(rlv_error* error) noexcept;

// The table of a class with a constructor T(Host, Config). id and label must live for ever.
template <class T>
[[nodiscard]] rlv_node_type make_node_type(const char* id, const char* label) {
  auto type = detail::node_type_template(id, label);
  type.create = [](const rlv_host* host, const char* config_json, rlv_node** out,
                   rlv_error* error) noexcept {
    return detail::create(
        [](Host h, Config c) -> std::unique_ptr<Node> {
          return std::make_unique<T>(h, std::move(c));
        },
        host, config_json, out, error);
  };
  return type;
}

}  // namespace relievo

// The manifest that relievo_add_plugin(... MANIFEST plugin.json) embeds.
extern "C" const char relievo_manifest_json[];

// Defines the exported symbol: RELIEVO_PLUGIN("", relievo::make_node_type<Depth>("mine.depth",
// "depth")) runtime: "" or "libtorch 2.13.0"; then the node types.
#define RELIEVO_PLUGIN(runtime, ...)                                                          \
  extern "C" RLV_EXPORT const rlv_plugin* rlv_plugin_get(uint32_t host_abi_major, uint32_t) { \
    if (host_abi_major != RLV_ABI_MAJOR) return nullptr;                                      \
    static const auto types = std::to_array<rlv_node_type>({__VA_ARGS__});                    \
    static const auto pointers = [] {                                                         \
      std::array<const rlv_node_type*, types.size()> all{};                                   \
      for (std::size_t i = 0; i < types.size(); ++i) all[i] = &types[i];                      \
      return all;                                                                             \
    }();                                                                                      \
    static const rlv_plugin plugin{                                                           \
        sizeof(rlv_plugin), RLV_ABI_MAJOR,         RLV_ABI_MINOR, types.size(),               \
        pointers.data(),    relievo_manifest_json, runtime};                                  \
    return &plugin;                                                                           \
  }
