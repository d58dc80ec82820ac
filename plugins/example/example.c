/* example.c - a complete plugin in one C file: copy it, rename it, replace ramp_row().

   It makes the simplest depth there is: near at the bottom of the picture, far at the top. Nothing
   is held back, so push computes the result and pull hands it out. docs/writing-a-plugin.md walks
   through the file from top to bottom. */
#include <relievo/dlpack.h>
#include <relievo/plugin.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char manifest[] =
    "{\n"
    "  \"abi\": 1,\n"
    "  \"plugin\": \"example\",\n"
    "  \"version\": \"1.0.0\",\n"
    "  \"licence\": \"Apache-2.0\",\n"
    "  \"summary\": \"The template for plugins in C\",\n"
    "  \"runtime\": \"\",\n"
    "  \"nodes\": [\n"
    "    {\n"
    "      \"id\": \"example.ramp\",\n"
    "      \"label\": \"depth\",\n"
    "      \"summary\": \"Depth as a ramp: the bottom of the picture near, the top far\",\n"
    "      \"inputs\": [{\"name\": \"colour\", \"semantics\": [\"colour\"]}],\n"
    "      \"outputs\": [{\"name\": \"depth\", \"semantic\": \"relative_inverse\"}],\n"
    "      \"devices\": [\"cpu\"],\n"
    "      \"params\": {\n"
    "        \"near\": {\"type\": \"number\", \"default\": 1.0, \"minimum\": 0.0, \"maximum\": "
    "1.0,\n"
    "                 \"description\": \"inverse depth of the bottom row\"}\n"
    "      }\n"
    "    }\n"
    "  ]\n"
    "}\n";

struct rlv_node {
  const rlv_host* host;
  double near_value;
  rlv_frame* ready; /* the result that waits to be pulled; owned */
  int draining;
};

static rlv_status fail(rlv_error* error, rlv_status code, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  error->code = code;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return code;
}

/* The host has checked the configuration against the schema, so a search for the key is enough
   here; use a JSON library (or the C++ SDK, which brings one) as soon as there is more than a
   number. */
static double number_after(const char* json, const char* key, double otherwise) {
  const char* found = strstr(json, key);
  if (found == NULL || (found = strchr(found, ':')) == NULL) return otherwise;
  return strtod(found + 1, NULL);
}

static rlv_status create(const rlv_host* host, const char* config_json, rlv_node** out,
                         rlv_error* error) {
  rlv_node* node = calloc(1, sizeof *node);
  if (node == NULL) return fail(error, RLV_E_MEMORY, "out of memory");
  node->host = host;
  node->near_value = number_after(config_json, "\"near\"", 1.0);
  *out = node;
  return RLV_OK;
}

static rlv_status plan(rlv_node* node, const rlv_format* const* in, uint32_t n_in,
                       rlv_format* const* out, uint32_t n_out, rlv_plan* plan, rlv_error* error) {
  (void)node;
  if (n_in != 1 || n_out != 1 || in[0] == NULL)
    return fail(error, RLV_E_ARGUMENT, "one input and one output are wanted, not %u and %u", n_in,
                n_out);
  /* out[0] says what in[0] says: clock, size, rate. A map of numbers comes out. */
  out[0]->semantic = RLV_SEM_RELATIVE_INVERSE;
  out[0]->pixel_format = RLV_PF_MAP_F32;
  plan->max_latency = 0;
  return RLV_OK;
}

static rlv_status open_node(rlv_node* node, rlv_error* error) {
  (void)node; /* load weights here */
  (void)error;
  return RLV_OK;
}

static void ramp_row(float* row, int32_t width, float value) {
  for (int32_t x = 0; x < width; ++x) row[x] = value;
}

static rlv_status push(rlv_node* node, const rlv_frame* const* in, uint32_t n_in,
                       rlv_error* error) {
  rlv_frame_info info;
  rlv_frame* result = NULL;
  rlv_status status;
  (void)n_in;
  if (node->ready != NULL) return RLV_AGAIN; /* nothing was taken: pull first */

  info.struct_size = sizeof info;
  node->host->frame_info(in[0], &info); /* clock, index and times travel on in it */
  info.semantic = RLV_SEM_RELATIVE_INVERSE;
  info.pixel_format = RLV_PF_MAP_F32;
  status = node->host->frame_new(node->host->ctx, &info, &result, error);
  if (status != RLV_OK) return status;

  const DLTensor* map = &node->host->frame_plane(result, 0)->dl_tensor;
  float* samples = (float*)(void*)((char*)map->data + map->byte_offset);
  for (int64_t y = 0; y < map->shape[0]; ++y) {
    const float down = ((float)y + 0.5f) / (float)map->shape[0];
    ramp_row(samples + y * map->strides[0], (int32_t)map->shape[1], (float)node->near_value * down);
  }
  node->ready = result;
  node->host->frame_release(
      in[0]); /* RLV_OK says: the reference is ours now. We are done with it. */
  return RLV_OK;
}

static rlv_status pull(rlv_node* node, rlv_frame** out, uint32_t n_out, rlv_error* error) {
  (void)n_out;
  (void)error;
  if (node->ready == NULL) return node->draining ? RLV_EOS : RLV_AGAIN;
  out[0] = node->ready; /* the reference is the host's from here on */
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
  node->host->frame_release(node->ready);
  node->ready = NULL;
  node->draining = 0;
  return RLV_OK;
}

static void destroy(rlv_node* node) {
  node->host->frame_release(node->ready);
  free(node);
}

static const rlv_node_type ramp = {sizeof(rlv_node_type),
                                   0,
                                   "example.ramp",
                                   "depth",
                                   create,
                                   plan,
                                   open_node,
                                   push,
                                   pull,
                                   drain,
                                   reset,
                                   destroy,
                                   NULL};
static const rlv_node_type* const node_types[] = {&ramp};
static const rlv_plugin plugin = {
    sizeof(rlv_plugin), RLV_ABI_MAJOR, RLV_ABI_MINOR, 1, node_types, manifest, ""};

RLV_EXPORT const rlv_plugin* rlv_plugin_get(uint32_t host_abi_major, uint32_t host_abi_minor) {
  (void)host_abi_minor; /* an older minor serves us as well: we read nothing that it lacks */
  return host_abi_major == RLV_ABI_MAJOR ? &plugin : NULL;
}
