// The host's side of frames: what an rlv_frame is, and the functions that rlv_host offers for it.
#pragma once

#include <cstdint>

#include <relievo/plugin.h>

namespace relievo::host {

// The functions behind rlv_host's frame_* fields. ctx is not used: frames belong to the process,
// not to a node.
rlv_status frame_new(void* ctx, const rlv_frame_info* info, rlv_frame** out,
                     rlv_error* error) noexcept;
rlv_status frame_wrap(void* ctx, const rlv_frame_info* info,
                      DLManagedTensorVersioned* const* planes, std::uint32_t count, rlv_frame** out,
                      rlv_error* error) noexcept;
void frame_retain(const rlv_frame* frame) noexcept;
void frame_release(const rlv_frame* frame) noexcept;
void frame_info(const rlv_frame* frame, rlv_frame_info* info) noexcept;
std::uint32_t frame_plane_count(const rlv_frame* frame) noexcept;
DLManagedTensorVersioned* frame_plane(const rlv_frame* frame, std::uint32_t plane) noexcept;

// What the frame says, without a copy.
const rlv_frame_info& info_of(const rlv_frame* frame) noexcept;

// Marks every plane read-only, before a frame with more than one holder is handed on.
void mark_read_only(const rlv_frame* frame) noexcept;
std::uint32_t reference_count(const rlv_frame* frame) noexcept;

// Frames alive in the process; for tests of leaks.
std::int64_t live_frames() noexcept;

}  // namespace relievo::host
