// One plugin, wrong in one way: which one is chosen by BAD_<FAULT>. Its node takes colour and gives
// it back.
#include <relievo/plugin.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#ifdef BAD_UNDEFINED_SYMBOL
extern "C" void this_function_exists_nowhere();
#endif

struct rlv_node {
  const rlv_host* host;
  const rlv_frame* ready;
  bool draining;
};

namespace {

const char kManifest[] =
#ifdef BAD_BAD_MANIFEST
    "{\"abi\": 1, \"plugin\": \"" BAD_NAME
    "\", \"version\": \"1\", \"nodes\": [{\"id\": \"" BAD_NAME
    ".node\", \"label\": \"filter\", \"inptus\": []}]}";
#else
    "{\"abi\": 1, \"plugin\": \"" BAD_NAME
    "\", \"version\": \"1\", \"nodes\": [{\"id\": \"" BAD_NAME
    ".node\", \"label\": \"filter\","
    "\"inputs\": [{\"name\": \"colour\", \"semantics\": [\"colour\"]}],"
    "\"outputs\": [{\"name\": \"colour\", \"semantic\": \"colour\"}]}]}";
#endif

#ifdef BAD_CRASH_IN_LOAD
struct Crasher {
  Crasher() { std::raise(SIGSEGV); }
} g_crasher;
#endif

rlv_status create(const rlv_host* host, const char*, rlv_node** out, rlv_error*) {
#ifdef BAD_CRASH_IN_CREATE
  std::raise(SIGSEGV);
#endif
#ifdef BAD_UNDEFINED_SYMBOL
  this_function_exists_nowhere();
#endif
  *out = new rlv_node{host, nullptr, false};
  return RLV_OK;
}

rlv_status plan(rlv_node*, const rlv_format* const*, std::uint32_t, rlv_format* const*,
                std::uint32_t, rlv_plan*, rlv_error*) {
  return RLV_OK;
}

rlv_status open_node(rlv_node*, rlv_error*) {
  return RLV_OK;
}

rlv_status push(rlv_node* node, const rlv_frame* const* in, std::uint32_t, rlv_error*) {
#ifdef BAD_THROWS_IN_PUSH
  throw std::runtime_error("nobody catches me");
#endif
#ifdef BAD_HANG_IN_PUSH
  for (;;) std::this_thread::sleep_for(std::chrono::milliseconds(50));
#endif
  if (node->ready != nullptr) return RLV_AGAIN;
  node->ready = in[0];
  return RLV_OK;
}

rlv_status pull(rlv_node* node, rlv_frame** out, std::uint32_t, rlv_error*) {
  if (node->ready == nullptr) return node->draining ? RLV_EOS : RLV_AGAIN;
  out[0] = const_cast<rlv_frame*>(node->ready);
  node->ready = nullptr;
  return RLV_OK;
}

rlv_status drain(rlv_node* node, rlv_error*) {
  node->draining = true;
  return RLV_OK;
}

rlv_status reset(rlv_node* node, rlv_error*) {
  node->host->frame_release(node->ready);
  *node = {node->host, nullptr, false};
  return RLV_OK;
}

void destroy(rlv_node* node) {
  node->host->frame_release(node->ready);
  delete node;
}

}  // namespace

#ifdef BAD_NO_SYMBOL
extern "C" RLV_EXPORT const rlv_plugin* some_other_symbol(std::uint32_t, std::uint32_t) {
#else
extern "C" RLV_EXPORT const rlv_plugin* rlv_plugin_get(std::uint32_t, std::uint32_t) {
#endif
#ifdef BAD_THROWS_IN_GET
  throw std::runtime_error("not even here");
#endif
#ifdef BAD_REFUSES
  return nullptr;
#endif
  static const rlv_node_type type{sizeof(rlv_node_type),
                                  0,
                                  BAD_NAME ".node",
                                  "filter",
                                  &create,
                                  &plan,
                                  &open_node,
                                  &push,
                                  &pull,
                                  &drain,
                                  &reset,
                                  &destroy,
                                  nullptr};
  static const rlv_node_type* const types[] = {&type};
  static rlv_plugin plugin{
      sizeof(rlv_plugin), RLV_ABI_MAJOR, RLV_ABI_MINOR, 1, types, kManifest, ""};
#ifdef BAD_WRONG_MAJOR
  plugin.abi_major = 2;
#endif
#ifdef BAD_NULL_TABLE
  plugin.node_types = nullptr;
#endif
#ifdef BAD_SHORT_STRUCT
  plugin.struct_size = 16;
#endif
  return &plugin;
}
