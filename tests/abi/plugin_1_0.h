/* FROZEN: relievo/plugin.h as released with ABI 1.0. Never edit: plugins in the field were built from it.

   relievo/plugin.h - the whole contract between the host and a plugin, version 1.0.

   C11, C++17 or C++20; includes nothing of this project and links to nothing. A plugin is a
   shared library that exports one symbol, rlv_plugin_get(). docs/abi.md explains the contract
   with its state diagram; this file states it.

   Conventions
   - Strings are UTF-8, ended by NUL, and never NULL unless said so.
   - Threads: [main] is the host's control thread; [worker] is the one thread that owns a node
     from open() to reset(); [any] may be called from every thread. No two calls on the same
     node overlap.
   - No call may throw, longjmp or exit; a plugin never changes process state (locale, signal
     handlers, thread counts of a shared run time, log call-backs of a shared library).
   - Growth: every struct begins with struct_size, set by whoever allocates it. Fields are only
     ever appended; read or write only what struct_size covers. Structs stand behind single
     pointers, never in arrays, so that they can grow.
   - Ownership: "takes" means that the callee now owns one reference and must release it;
     "borrows" means that the pointer is good until the call returns, or as long as stated. */
#ifndef RELIEVO_PLUGIN_H_
#define RELIEVO_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#define RLV_ABI_MAJOR 1u /* a different major is refused before anything else is touched */
#define RLV_ABI_MINOR 0u /* a higher minor has appended fields or new extension ids */

#if defined(_WIN32)
#define RLV_EXPORT __declspec(dllexport)
#else
#define RLV_EXPORT __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* DLPack 1.x, by pointer only; a plugin that touches samples includes its own dlpack.h (the SDK
   brings one). */
struct DLManagedTensorVersioned;

/* ---------------------------------------------------------------- status */

typedef int32_t
    rlv_status; /* 0: done. Above 0: flow control. Below 0: failure, described in rlv_error. */
enum {
  RLV_OK = 0,
  RLV_AGAIN = 1,       /* push: pull first, nothing was taken. pull: push more (or drain) first. */
  RLV_EOS = 2,         /* pull, after drain: every frame has been given out */
  RLV_E_ARGUMENT = -1, /* the host broke this contract */
  RLV_E_CONFIG = -2,   /* a parameter has a value that the schema allows and the node cannot use */
  RLV_E_UNSUPPORTED = -3, /* a format, size or device that the node cannot handle */
  RLV_E_WEIGHTS = -4,     /* weights missing, damaged, or of another model */
  RLV_E_MEMORY = -5,      /* host or device memory exhausted */
  RLV_E_DEVICE = -6,      /* the device or its driver failed */
  RLV_E_CANCELLED = -7,   /* is_cancelled() was true and the call gave up */
  RLV_E_INTERNAL = -8,    /* anything else */
  RLV_E_IO = -9           /* reading or writing a file failed */
};

/* Owned by the caller of the function that may fail. On failure the callee sets code and
   message: what failed, on which value, what to do. message always ends with NUL and holds one
   line. */
typedef struct rlv_error {
  uint32_t struct_size;
  rlv_status code;
  char message[1024];
} rlv_error;

/* ---------------------------------------------------------------- what a frame holds */

/* What the numbers of a frame mean. */
enum {
  RLV_SEM_COLOUR = 1,
  RLV_SEM_METRES = 2,           /* distance along the optical axis; larger is farther */
  RLV_SEM_INVERSE_METRES = 3,   /* 1 / metres; larger is nearer */
  RLV_SEM_RELATIVE_INVERSE = 4, /* up to an unknown scale and shift; larger is nearer */
  RLV_SEM_DISPARITY_PX = 5,     /* x_left - x_right in pixels of this frame; larger is nearer */
  RLV_SEM_FLOW = 6,             /* dx and dy to the next frame, in pixels of this frame */
  RLV_SEM_CONFIDENCE = 7        /* 0 (none) to 1 */
};

/* Pixel formats are built from parts, so that a reader can handle a family of them without a
   table. */
enum {
  RLV_MODEL_GREY = 1, /* one component of light */
  RLV_MODEL_YCBCR = 2,
  RLV_MODEL_RGB = 3,
  RLV_MODEL_MAP1 = 4, /* one number per pixel: depth, disparity, confidence */
  RLV_MODEL_MAP2 = 5  /* two numbers per pixel: flow */
};
enum {
  RLV_SUBSAMPLING_444 = 0,
  RLV_SUBSAMPLING_422 = 1,
  RLV_SUBSAMPLING_420 = 2,
  RLV_SUBSAMPLING_440 = 3,
  RLV_SUBSAMPLING_411 = 4,
  RLV_SUBSAMPLING_410 = 5
};
enum {
  RLV_LAYOUT_PLANAR = 0,     /* one plane per component, in the order of the model, alpha last */
  RLV_LAYOUT_SEMIPLANAR = 1, /* luma, then Cb and Cr interleaved */
  RLV_LAYOUT_INTERLEAVED = 2 /* one plane, components in the order of the model, alpha last */
};
enum { RLV_SAMPLE_UINT = 0, RLV_SAMPLE_FLOAT = 1 };

/* bits: significant bits of a sample, stored in 8, 16 or 32; high: 1 if they lie at the top of
   the storage (P010). */
#define RLV_PIXEL_FORMAT(model, subsampling, layout, sample, bits, high, alpha) \
  ((uint32_t)(model) | (uint32_t)(subsampling) << 4 | (uint32_t)(layout) << 8 | \
   (uint32_t)(sample) << 12 | (uint32_t)(bits) << 16 | (uint32_t)(high) << 24 | \
   (uint32_t)(alpha) << 25)
#define RLV_PIXEL_MODEL(f) ((f)&0xFu)
#define RLV_PIXEL_SUBSAMPLING(f) ((f) >> 4 & 0xFu)
#define RLV_PIXEL_LAYOUT(f) ((f) >> 8 & 0xFu)
#define RLV_PIXEL_SAMPLE(f) ((f) >> 12 & 0xFu)
#define RLV_PIXEL_BITS(f) ((f) >> 16 & 0xFFu)
#define RLV_PIXEL_HIGH(f) ((f) >> 24 & 1u)
#define RLV_PIXEL_ALPHA(f) ((f) >> 25 & 1u)

#define RLV_PF_NONE 0u /* not decided */
#define RLV_PF_GREY8 \
  RLV_PIXEL_FORMAT(RLV_MODEL_GREY, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, 8, 0, 0)
#define RLV_PF_GREY16 \
  RLV_PIXEL_FORMAT(RLV_MODEL_GREY, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, 16, 0, 0)
#define RLV_PF_YUV420P \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, 0, RLV_SAMPLE_UINT, 8, 0, 0)
#define RLV_PF_YUV422P \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_422, 0, RLV_SAMPLE_UINT, 8, 0, 0)
#define RLV_PF_YUV444P \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_444, 0, RLV_SAMPLE_UINT, 8, 0, 0)
#define RLV_PF_YUV420P10 \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, 0, RLV_SAMPLE_UINT, 10, 0, 0)
#define RLV_PF_YUV422P10 \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_422, 0, RLV_SAMPLE_UINT, 10, 0, 0)
#define RLV_PF_YUV444P10 \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_444, 0, RLV_SAMPLE_UINT, 10, 0, 0)
#define RLV_PF_YUV420P12 \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, 0, RLV_SAMPLE_UINT, 12, 0, 0)
#define RLV_PF_YUV420P16 \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, 0, RLV_SAMPLE_UINT, 16, 0, 0)
#define RLV_PF_NV12                                                                              \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, RLV_LAYOUT_SEMIPLANAR, RLV_SAMPLE_UINT, \
                   8, 0, 0)
#define RLV_PF_P010                                                                              \
  RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_420, RLV_LAYOUT_SEMIPLANAR, RLV_SAMPLE_UINT, \
                   10, 1, 0)
#define RLV_PF_RGB24 \
  RLV_PIXEL_FORMAT(RLV_MODEL_RGB, 0, RLV_LAYOUT_INTERLEAVED, RLV_SAMPLE_UINT, 8, 0, 0)
#define RLV_PF_RGB48 \
  RLV_PIXEL_FORMAT(RLV_MODEL_RGB, 0, RLV_LAYOUT_INTERLEAVED, RLV_SAMPLE_UINT, 16, 0, 0)
#define RLV_PF_RGBF32 \
  RLV_PIXEL_FORMAT(RLV_MODEL_RGB, 0, RLV_LAYOUT_INTERLEAVED, RLV_SAMPLE_FLOAT, 32, 0, 0)
#define RLV_PF_MAP_F32 \
  RLV_PIXEL_FORMAT(RLV_MODEL_MAP1, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_FLOAT, 32, 0, 0)
#define RLV_PF_MAP_F16 \
  RLV_PIXEL_FORMAT(RLV_MODEL_MAP1, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_FLOAT, 16, 0, 0)
#define RLV_PF_MAP_U16 \
  RLV_PIXEL_FORMAT(RLV_MODEL_MAP1, 0, RLV_LAYOUT_PLANAR, RLV_SAMPLE_UINT, 16, 0, 0)
#define RLV_PF_FLOW_F32 \
  RLV_PIXEL_FORMAT(RLV_MODEL_MAP2, 0, RLV_LAYOUT_INTERLEAVED, RLV_SAMPLE_FLOAT, 32, 0, 0)

enum { RLV_DEV_CPU = 1, RLV_DEV_CUDA = 2, RLV_DEV_METAL = 8 }; /* the numbers of DLDeviceType */

/* How a frame's shot joins the one before; meaningful on the first frame of a shot. */
enum {
  RLV_TRANSITION_NONE = 0,
  RLV_TRANSITION_HARD = 1,
  RLV_TRANSITION_DISSOLVE = 2,
  RLV_TRANSITION_FADE = 3
};

/* When the samples may be read. 1.0 hosts hand over and accept RLV_SYNC_COMPLETE only; the
   others are reserved. */
enum { RLV_SYNC_COMPLETE = 0, RLV_SYNC_CUDA_EVENT = 1, RLV_SYNC_METAL_SHARED_EVENT = 2 };

#define RLV_NO_PTS INT64_MIN /* pts or duration unknown */

/* ITU-T H.273 code points; 2 is "unspecified" in all of the first three. */
typedef struct rlv_colour { /* never grows */
  uint8_t primaries;        /* ColourPrimaries: 1 BT.709, 9 BT.2020, 12 P3-D65 */
  uint8_t transfer;         /* TransferCharacteristics: 1 BT.709, 13 sRGB, 16 PQ, 18 HLG */
  uint8_t matrix;           /* MatrixCoefficients: 0 RGB, 1 BT.709, 5 and 6 BT.601, 9 BT.2020 */
  uint8_t full_range;       /* VideoFullRangeFlag: 1 full, 0 limited */
  uint8_t chroma_location;  /* ChromaLocType 0..5 as H.265 E.3.1 has it; 255 unspecified */
  uint8_t reserved[3];      /* 0 */
} rlv_colour;

/* Everything a frame says beside its samples. A plugin reads it with rlv_host.frame_info,
   changes what it changed, and hands it to frame_new or frame_wrap: clock, index, pts and
   duration then travel on by themselves. */
typedef struct rlv_frame_info {
  uint32_t struct_size;
  uint32_t semantic; /* RLV_SEM_* */
  /* Frames of one clock and index show the same moment: the key on which branches join. */
  uint64_t clock;
  int64_t index;        /* 0, 1, 2 ... on its clock */
  int64_t pts;          /* in timebase units, or RLV_NO_PTS */
  int64_t duration;     /* in timebase units, or RLV_NO_PTS */
  int32_t timebase_num; /* seconds per unit = num / den */
  int32_t timebase_den;
  int64_t shot_id;       /* changes where a new shot begins; 0 until a node has looked for cuts */
  uint32_t transition;   /* RLV_TRANSITION_* */
  uint32_t pixel_format; /* RLV_PF_* */
  int32_t width;         /* picture area in pixels; planes are at least as large as it asks for */
  int32_t height;
  int32_t sar_num; /* sample aspect ratio, width : height; 0 : 1 unknown */
  int32_t sar_den;
  rlv_colour colour;
  int32_t rotation_done; /* degrees clockwise by which the source was turned upright already */
  float focal_px;        /* horizontal, in pixels of this frame, scales with it; 0 unknown */
  uint32_t sync;         /* RLV_SYNC_* */
  uint32_t reserved;     /* 0 */
  uint64_t sync_object;  /* event as an integer; 0 with RLV_SYNC_COMPLETE */
  uint64_t sync_value;
  /* fields of later minors are appended here */
} rlv_frame_info;

/* Opaque, owned by the host, reference-counted. Planes: a frame has up to four, each a DLPack
   tensor of [rows, columns] (one component) or [rows, columns, components], with strides as
   decoded (lines may be padded), row 0 at the top. A map covers exactly the picture area of its
   colour frame, samples at pixel centres, whatever its size. A frame given to a node is shared,
   and therefore read-only, unless no plane carries DLPack's read-only flag. */
typedef struct rlv_frame rlv_frame;

/* What flows along an edge; the same for all its frames between open() and reset(). */
typedef struct rlv_format {
  uint32_t struct_size;
  uint32_t semantic;
  uint32_t pixel_format;
  int32_t width;
  int32_t height;
  int32_t sar_num;
  int32_t sar_den;
  int32_t device_type; /* RLV_DEV_* */
  int32_t device_id;
  int32_t
      rate_num; /* nominal frames per second, 0 / 1 unknown; times come from pts, never from it */
  int32_t rate_den;
  int32_t timebase_num;
  int32_t timebase_den;
  float focal_px;
  uint64_t clock;
  int64_t frame_count; /* expected number of frames, an estimate; 0 unknown */
  rlv_colour colour;
  /* fields of later minors are appended here */
} rlv_format;

/* What a node needs and promises; filled by plan(). */
typedef struct rlv_plan {
  uint32_t struct_size;
  uint32_t
      max_latency;     /* a promise: after k pushes at least k - max_latency frames can be pulled */
  uint32_t look_ahead; /* frames after i that the result for i depends on; at most max_latency */
  uint32_t threads;    /* CPU threads that the node would like to use; 0 = no wish */
  uint64_t host_bytes; /* memory beside the frames that it holds back */
  uint64_t device_bytes;
  /* fields of later minors are appended here */
} rlv_plan;

/* ---------------------------------------------------------------- what the host offers */

enum { RLV_LOG_DEBUG = 0, RLV_LOG_INFO = 1, RLV_LOG_WARNING = 2, RLV_LOG_ERROR = 3 };

/* One per node; good until destroy() has returned. ctx is passed back to every call. */
typedef struct rlv_host {
  uint32_t struct_size;
  uint32_t abi_minor;
  void* ctx;
  void (*log)(void* ctx, int32_t level, const char* message); /* [any] one line, no newline */
  /* [worker] Tells a long call's progress, 0 to 1 (below 0: unknown), and keeps the watchdog
     quiet. */
  void (*progress)(void* ctx, double fraction, const char* activity);
  int32_t (*is_cancelled)(void* ctx); /* [any] non-zero: give up soon with RLV_E_CANCELLED */
  uint32_t (*cpu_threads)(void* ctx); /* [any] threads this node may keep busy */
  /* [main][worker] Absolute path of a folder of this plugin's own. */
  const char* (*cache_folder)(void* ctx);
  /* [any] Bytes that the run may use on the device; 0 unknown. */
  uint64_t (*memory_budget)(void* ctx, int32_t device_type, int32_t device_id);

  /* [any] New frame on the CPU from the host's pool, planes laid out for info->pixel_format,
     lines padded to 64 bytes. The caller owns the reference in *out. Sample values are
     undefined. */
  rlv_status (*frame_new)(void* ctx, const rlv_frame_info* info, rlv_frame** out, rlv_error* error);
  /* [any] Wraps the caller's tensors. On RLV_OK the host has taken all of them and calls each
     one's deleter, from any thread, when the last reference goes; otherwise the caller keeps
     them. planes may be NULL only if count is 0. */
  rlv_status (*frame_wrap)(void* ctx, const rlv_frame_info* info,
                           struct DLManagedTensorVersioned* const* planes, uint32_t count,
                           rlv_frame** out, rlv_error* error);
  void (*frame_retain)(const rlv_frame* frame);  /* [any] */
  void (*frame_release)(const rlv_frame* frame); /* [any] NULL is allowed */
  /* [any] Copies the first info->struct_size bytes (at most what the host knows) of what the
     frame says. */
  void (*frame_info)(const rlv_frame* frame, rlv_frame_info* info);
  uint32_t (*frame_plane_count)(const rlv_frame* frame); /* [any] */
  /* [any] Borrowed for as long as the caller holds its reference to the frame; NULL if there is
     no such plane. Never call its deleter. */
  struct DLManagedTensorVersioned* (*frame_plane)(const rlv_frame* frame, uint32_t plane);

  const void* (*extension)(void* ctx, const char* id); /* [any] NULL if unknown */
  /* fields of later minors are appended here */
} rlv_host;

/* ---------------------------------------------------------------- what a plugin offers */

typedef struct rlv_node rlv_node; /* private to the plugin */

/* A kind of node. Its ports, parameters, weights and devices stand in the manifest under its
   id. The order of calls: create, plan (once or more), open, { push | pull }, drain, pull until
   RLV_EOS, reset, then open again or destroy. */
typedef struct rlv_node_type {
  uint32_t struct_size;
  uint32_t reserved; /* 0 */
  const char* id;    /* "plugin.node", as in the manifest */
  const char* label; /* "depth", "filter" or "view": for people, never for behaviour */

  /* [main] Cheap; touches no device and reads no weights. config_json is an object: "node" (its
     name in the graph), "params" (every parameter of the schema, typed and with its default),
     "weights" (name to absolute path), "device". */
  rlv_status (*create)(const rlv_host* host, const char* config_json, rlv_node** out,
                       rlv_error* error);

  /* [main] From input formats to output formats and needs. Cheap and repeatable; reads no
     weights, touches no device. in[i] is NULL for an optional port that is not connected.
     out[i] comes filled with what the first input says (a node without inputs gets only a
     clock): change what differs. */
  rlv_status (*plan)(rlv_node* node, const rlv_format* const* in, uint32_t n_in,
                     rlv_format* const* out, uint32_t n_out, rlv_plan* plan, rlv_error* error);

  rlv_status (*open)(
      rlv_node* node,
      rlv_error* error); /* [worker] allocates and loads, for the last plan's formats */

  /* [worker] One frame per connected input, all of one clock and index, NULL where none is
     connected. RLV_OK: takes every reference. RLV_AGAIN: takes nothing; the host pulls at least
     once, then offers the same frames again. */
  rlv_status (*push)(rlv_node* node, const rlv_frame* const* in, uint32_t n_in, rlv_error* error);

  /* [worker] RLV_OK: fills every out[i] with a frame whose reference now is the host's.
     RLV_AGAIN: push more first (never straight after a push that said RLV_AGAIN, never from a
     node without inputs). RLV_EOS: after drain, done. Frames come out in order, one per pushed
     index, with clock, index, pts and duration unchanged. A node without outputs answers
     RLV_AGAIN, and after drain RLV_EOS once all is written. */
  rlv_status (*pull)(rlv_node* node, rlv_frame** out, uint32_t n_out, rlv_error* error);

  rlv_status (*drain)(rlv_node* node,
                      rlv_error* error); /* [worker] no more input comes: finish what is held */
  rlv_status (*reset)(rlv_node* node,
                      rlv_error* error); /* [worker] forget all frames, keep the weights */
  void (*destroy)(rlv_node* node);       /* [main] in any state; releases everything */
  const void* (*extension)(rlv_node* node,
                           const char* id); /* [any] NULL if unknown; the field may be NULL */
  /* fields of later minors are appended here */
} rlv_node_type;

typedef struct rlv_plugin {
  uint32_t struct_size;
  uint32_t abi_major; /* RLV_ABI_MAJOR and _MINOR of the header that the plugin was built with */
  uint32_t abi_minor;
  uint32_t node_type_count;
  const rlv_node_type* const* node_types;
  const char* manifest_json; /* docs/writing-a-plugin.md has its keys */
  const char* runtime; /* "libtorch 2.13.0": one process holds one such run time only; "" if none */
  /* fields of later minors are appended here */
} rlv_plugin;

/* The only exported symbol. [main] Does no work: no allocation, no device, no thread. The
   result lives for ever; a plugin that cannot serve this host returns NULL. */
RLV_EXPORT const rlv_plugin* rlv_plugin_get(uint32_t host_abi_major, uint32_t host_abi_minor);

#ifdef __cplusplus
}
#endif

#endif /* RELIEVO_PLUGIN_H_ */
