/* A filter with two inputs in plain C, built once from the frozen header of ABI 1.0 and once
   from a header of the future: it gives its colour input back and checks that the depth beside
   it is of the same moment. It keeps one frame back, so that references cross calls. */
#include RLV_TEST_HEADER

#include <stdio.h>
#include <stdlib.h>

static const char manifest[] =
    "{\"abi\": 1, \"plugin\": \"two_input\", \"version\": \"1.0.0\", \"summary\": \"two inputs\", "
    "\"nodes\": [{"
    "\"id\": \"two_input.filter\", \"label\": \"filter\","
    "\"inputs\": [{\"name\": \"colour\", \"semantics\": [\"colour\"]},"
    " {\"name\": \"depth\", \"semantics\": [\"relative_inverse\"]}],"
    "\"outputs\": [{\"name\": \"colour\", \"semantic\": \"colour\"}]}]}";

struct rlv_node {
  const rlv_host* host;
  const rlv_frame* held;
  const rlv_frame* ready;
  int draining;
};

static rlv_status create(const rlv_host* host, const char* config, rlv_node** out,
                         rlv_error* error) {
  (void)config;
  (void)error;
  *out = calloc(1, sizeof **out);
  if (*out == NULL) return RLV_E_MEMORY;
  (*out)->host = host;
  return RLV_OK;
}

static rlv_status plan(rlv_node* node, const rlv_format* const* in, uint32_t n_in,
                       rlv_format* const* out, uint32_t n_out, rlv_plan* plan, rlv_error* error) {
  (void)node;
  if (n_in != 2 || n_out != 1 || in[0]->width != in[1]->width) {
    error->code = RLV_E_ARGUMENT;
    snprintf(error->message, sizeof error->message, "the inputs do not fit");
    return error->code;
  }
  out[0]->semantic = RLV_SEM_COLOUR;
  plan->max_latency = 1;
  plan->look_ahead = 1;
  return RLV_OK;
}

static rlv_status open_node(rlv_node* node, rlv_error* error) {
  (void)node;
  (void)error;
  return RLV_OK;
}

static rlv_status push(rlv_node* node, const rlv_frame* const* in, uint32_t n_in,
                       rlv_error* error) {
  rlv_frame_info colour;
  rlv_frame_info depth;
  (void)n_in;
  if (node->ready != NULL) return RLV_AGAIN;
  colour.struct_size = sizeof colour;
  depth.struct_size = sizeof depth;
  node->host->frame_info(in[0], &colour);
  node->host->frame_info(in[1], &depth);
  if (colour.index != depth.index || colour.clock != depth.clock || colour.pts != depth.pts ||
      colour.struct_size != sizeof colour) {
    error->code = RLV_E_ARGUMENT;
    snprintf(error->message, sizeof error->message, "two moments in one push");
    return error->code;
  }
  node->host->frame_release(in[1]);
  node->ready = node->held;
  node->held = in[0];
  return RLV_OK;
}

static rlv_status pull(rlv_node* node, rlv_frame** out, uint32_t n_out, rlv_error* error) {
  (void)n_out;
  (void)error;
  if (node->ready == NULL && node->draining) {
    node->ready = node->held;
    node->held = NULL;
    if (node->ready == NULL) return RLV_EOS;
  }
  if (node->ready == NULL) return RLV_AGAIN;
  out[0] = (rlv_frame*)node->ready;
  node->ready = NULL;
  return RLV_OK;
}

static rlv_status drain(rlv_node* node, rlv_error* error) {
  (void)error;
  node->draining = 1;
  return RLV_OK;
}

static rlv_status reset(rlv_node* node, rlv_error* error) {
  (void)error;
  node->host->frame_release(node->held);
  node->host->frame_release(node->ready);
  node->held = node->ready = NULL;
  node->draining = 0;
  return RLV_OK;
}

static void destroy(rlv_node* node) {
  node->host->frame_release(node->held);
  node->host->frame_release(node->ready);
  free(node);
}

RLV_EXPORT const rlv_plugin* rlv_plugin_get(uint32_t major, uint32_t minor) {
  static rlv_node_type type;
  static const rlv_node_type* types[] = {&type};
  static rlv_plugin plugin;
  (void)minor;
  if (major != RLV_ABI_MAJOR) return NULL;
  type.struct_size = sizeof type;
  type.id = "two_input.filter";
  type.label = "filter";
  type.create = create;
  type.plan = plan;
  type.open = open_node;
  type.push = push;
  type.pull = pull;
  type.drain = drain;
  type.reset = reset;
  type.destroy = destroy;
  plugin.struct_size = sizeof plugin;
  plugin.abi_major = RLV_ABI_MAJOR;
  plugin.abi_minor = RLV_ABI_MINOR;
  plugin.node_type_count = 1;
  plugin.node_types = types;
  plugin.manifest_json = manifest;
  plugin.runtime = "";
  return &plugin;
}
