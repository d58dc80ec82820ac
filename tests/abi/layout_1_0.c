/* The layout of ABI 1.0 on 64-bit machines, number by number: a change here is a break for
   every plugin in the field. New fields go behind the last one of a struct; they change a SIZE
   (raise it together with RLV_ABI_MINOR), never an AT. */
#include <relievo/plugin.h>

#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define AT(type, field, offset) \
  _Static_assert(offsetof(type, field) == (offset), "offset of " #type "." #field)

#if UINTPTR_MAX == UINT64_MAX

SIZE(rlv_error, 1032);
AT(rlv_error, struct_size, 0);
AT(rlv_error, code, 4);
AT(rlv_error, message, 8);

SIZE(rlv_colour, 8);
AT(rlv_colour, primaries, 0);
AT(rlv_colour, transfer, 1);
AT(rlv_colour, matrix, 2);
AT(rlv_colour, full_range, 3);
AT(rlv_colour, chroma_location, 4);
AT(rlv_colour, reserved, 5);

SIZE(rlv_frame_info, 120);
AT(rlv_frame_info, struct_size, 0);
AT(rlv_frame_info, semantic, 4);
AT(rlv_frame_info, clock, 8);
AT(rlv_frame_info, index, 16);
AT(rlv_frame_info, pts, 24);
AT(rlv_frame_info, duration, 32);
AT(rlv_frame_info, timebase_num, 40);
AT(rlv_frame_info, timebase_den, 44);
AT(rlv_frame_info, shot_id, 48);
AT(rlv_frame_info, transition, 56);
AT(rlv_frame_info, pixel_format, 60);
AT(rlv_frame_info, width, 64);
AT(rlv_frame_info, height, 68);
AT(rlv_frame_info, sar_num, 72);
AT(rlv_frame_info, sar_den, 76);
AT(rlv_frame_info, colour, 80);
AT(rlv_frame_info, rotation_done, 88);
AT(rlv_frame_info, focal_px, 92);
AT(rlv_frame_info, sync, 96);
AT(rlv_frame_info, reserved, 100);
AT(rlv_frame_info, sync_object, 104);
AT(rlv_frame_info, sync_value, 112);

SIZE(rlv_format, 80);
AT(rlv_format, struct_size, 0);
AT(rlv_format, semantic, 4);
AT(rlv_format, pixel_format, 8);
AT(rlv_format, width, 12);
AT(rlv_format, height, 16);
AT(rlv_format, sar_num, 20);
AT(rlv_format, sar_den, 24);
AT(rlv_format, device_type, 28);
AT(rlv_format, device_id, 32);
AT(rlv_format, rate_num, 36);
AT(rlv_format, rate_den, 40);
AT(rlv_format, timebase_num, 44);
AT(rlv_format, timebase_den, 48);
AT(rlv_format, focal_px, 52);
AT(rlv_format, clock, 56);
AT(rlv_format, frame_count, 64);
AT(rlv_format, colour, 72);

SIZE(rlv_plan, 32);
AT(rlv_plan, struct_size, 0);
AT(rlv_plan, max_latency, 4);
AT(rlv_plan, look_ahead, 8);
AT(rlv_plan, threads, 12);
AT(rlv_plan, host_bytes, 16);
AT(rlv_plan, device_bytes, 24);

SIZE(rlv_host, 128);
AT(rlv_host, struct_size, 0);
AT(rlv_host, abi_minor, 4);
AT(rlv_host, ctx, 8);
AT(rlv_host, log, 16);
AT(rlv_host, progress, 24);
AT(rlv_host, is_cancelled, 32);
AT(rlv_host, cpu_threads, 40);
AT(rlv_host, cache_folder, 48);
AT(rlv_host, memory_budget, 56);
AT(rlv_host, frame_new, 64);
AT(rlv_host, frame_wrap, 72);
AT(rlv_host, frame_retain, 80);
AT(rlv_host, frame_release, 88);
AT(rlv_host, frame_info, 96);
AT(rlv_host, frame_plane_count, 104);
AT(rlv_host, frame_plane, 112);
AT(rlv_host, extension, 120);

SIZE(rlv_node_type, 96);
AT(rlv_node_type, struct_size, 0);
AT(rlv_node_type, reserved, 4);
AT(rlv_node_type, id, 8);
AT(rlv_node_type, label, 16);
AT(rlv_node_type, create, 24);
AT(rlv_node_type, plan, 32);
AT(rlv_node_type, open, 40);
AT(rlv_node_type, push, 48);
AT(rlv_node_type, pull, 56);
AT(rlv_node_type, drain, 64);
AT(rlv_node_type, reset, 72);
AT(rlv_node_type, destroy, 80);
AT(rlv_node_type, extension, 88);

SIZE(rlv_plugin, 40);
AT(rlv_plugin, struct_size, 0);
AT(rlv_plugin, abi_major, 4);
AT(rlv_plugin, abi_minor, 8);
AT(rlv_plugin, node_type_count, 12);
AT(rlv_plugin, node_types, 16);
AT(rlv_plugin, manifest_json, 24);
AT(rlv_plugin, runtime, 32);
#endif

_Static_assert(RLV_ABI_MAJOR == 1, "a new major is a new contract");
_Static_assert(RLV_PF_YUV420P == 0x00080022,
               "pixel format codes are stored in manifests of the field");
_Static_assert(RLV_PF_P010 == 0x010a0122,
               "pixel format codes are stored in manifests of the field");

int relievo_layout_is_checked_when_this_compiles(void);
int relievo_layout_is_checked_when_this_compiles(void) {
  return 0;
}
