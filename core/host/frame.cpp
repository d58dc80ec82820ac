#include "core/host/frame.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include <relievo/dlpack.h>
#include <relievo/sdk/error.hpp>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/host/buffer_pool.hpp"

struct rlv_frame {
  std::atomic<std::uint32_t> references{1};
  std::uint32_t plane_count = 0;
  rlv_frame_info info{};
  std::array<DLManagedTensorVersioned*, 4> planes{};
};

namespace relievo::host {
namespace {

std::atomic<std::int64_t> g_live_frames{0};

constexpr std::int64_t kLineAlignment = 64;
// Readers and writers with vector instructions (libswscale) may run past the end of the last line.
constexpr std::size_t kTail = 64;

std::int64_t align_up(std::int64_t value) {
  return (value + kLineAlignment - 1) / kLineAlignment * kLineAlignment;
}

// One block of pool memory that holds all planes of a frame; freed with the last plane.
struct Block {
  void* data;
  std::size_t bytes;
  std::atomic<std::uint32_t> planes;
};

// A plane inside a block: the tensor with the arrays that it points to.
struct PooledPlane {
  DLManagedTensorVersioned tensor{};
  std::array<std::int64_t, 3> shape{};
  std::array<std::int64_t, 3> strides{};
  Block* block = nullptr;
};

void release_block(Block* block) noexcept {
  if (block->planes.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  BufferPool::shared().give_back(block->data, block->bytes);
  delete block;
}

void delete_pooled_plane(DLManagedTensorVersioned* tensor) noexcept {
  auto* plane = static_cast<PooledPlane*>(tensor->manager_ctx);
  release_block(plane->block);
  delete plane;
}

std::unique_ptr<PooledPlane> make_plane(const PlaneLayout& layout) {
  auto plane = std::make_unique<PooledPlane>();
  plane->shape = {layout.height, layout.width, layout.components};
  plane->strides = {align_up(layout.row_bytes()) / (layout.type.bits / 8), layout.components, 1};
  auto& t = plane->tensor;
  t.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
  t.manager_ctx = plane.get();
  t.deleter = &delete_pooled_plane;
  t.dl_tensor.device = {kDLCPU, 0};
  t.dl_tensor.ndim = layout.components == 1 ? 2 : 3;
  t.dl_tensor.dtype = layout.type;
  t.dl_tensor.shape = plane->shape.data();
  t.dl_tensor.strides = plane->strides.data();
  return plane;
}

rlv_status refuse(rlv_error* error, rlv_status code, const std::string& message) noexcept {
  if (error != nullptr) {
    error->code = code;
    const auto length = std::min(message.size(), sizeof(error->message) - 1);
    std::memcpy(error->message, message.data(), length);
    error->message[length] = '\0';
  }
  return code;
}

// Copies what both sides know: a plugin of an older or newer minor has a shorter or longer struct.
void copy_info(rlv_frame_info& to, const rlv_frame_info& from, std::uint32_t known_by_both) {
  const auto own_size = to.struct_size;
  std::memcpy(&to, &from, known_by_both);
  to.struct_size = own_size;
}

void store_info(rlv_frame& frame, const rlv_frame_info& info) {
  frame.info = make_frame_info();
  copy_info(frame.info, info, std::min<std::uint32_t>(info.struct_size, sizeof(rlv_frame_info)));
}

// Everything that can fail comes first; then the planes get their shares of one block.
void allocate_planes(rlv_frame& frame) {
  const auto layout = picture_layout(frame.info.pixel_format, frame.info.width, frame.info.height);
  std::array<std::unique_ptr<PooledPlane>, 4> planes;
  std::size_t bytes = kTail;
  for (std::uint32_t i = 0; i < layout.plane_count; ++i) {
    const auto& plane = layout.planes.at(i);
    planes.at(i) = make_plane(plane);
    bytes += static_cast<std::size_t>(align_up(plane.row_bytes()) * plane.height);
  }
  auto block = std::make_unique<Block>();
  block->data = BufferPool::shared().take(bytes);
  if (block->data == nullptr)
    fail(RLV_E_MEMORY, "no memory for a frame of ", frame.info.width, "x", frame.info.height, " (",
         bytes, " bytes)");
  block->bytes = bytes;
  block->planes = layout.plane_count;
  auto* data = static_cast<char*>(block->data);
  for (std::uint32_t i = 0; i < layout.plane_count; ++i) {
    const auto& plane = layout.planes.at(i);
    planes.at(i)->block = block.get();
    planes.at(i)->tensor.dl_tensor.data = data;
    data += align_up(plane.row_bytes()) * plane.height;
    frame.planes.at(i) = &planes.at(i).release()->tensor;
  }
  frame.plane_count = layout.plane_count;
  static_cast<void>(block.release());
}

// Planes must be able to hold the picture that the info speaks of.
void check_planes(const rlv_frame_info& info, DLManagedTensorVersioned* const* planes,
                  std::uint32_t count) {
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  if (count != layout.plane_count)
    fail(RLV_E_ARGUMENT, "a frame of ", pixel_format_name(info.pixel_format), " has ",
         layout.plane_count, " planes, ", count, " were given");
  for (std::uint32_t i = 0; i < count; ++i) {
    if (planes[i] == nullptr) fail(RLV_E_ARGUMENT, "plane ", i, " is NULL");
    if (planes[i]->version.major != DLPACK_MAJOR_VERSION)
      fail(RLV_E_ARGUMENT, "plane ", i, " is of DLPack ", planes[i]->version.major,
           ", 1 is wanted");
    const auto& t = planes[i]->dl_tensor;
    const auto& want = layout.planes.at(i);
    const std::int32_t ndim = want.components == 1 ? 2 : 3;
    if (t.ndim != ndim || t.shape == nullptr || t.strides == nullptr)
      fail(RLV_E_ARGUMENT, "plane ", i, " needs ", ndim, " dimensions with shape and strides");
    if (t.shape[0] < want.height || t.shape[1] < want.width ||
        (ndim == 3 && t.shape[2] != want.components))
      fail(RLV_E_ARGUMENT, "plane ", i, " is ", t.shape[1], "x", t.shape[0], ", smaller than the ",
           want.width, "x", want.height, " that the picture needs");
    if (t.data == nullptr) fail(RLV_E_ARGUMENT, "plane ", i, " has no samples");
    if (t.dtype.code != want.type.code || t.dtype.bits != want.type.bits || t.dtype.lanes != 1)
      fail(RLV_E_ARGUMENT, "plane ", i, " has samples of another type than ",
           pixel_format_name(info.pixel_format));
  }
}

template <class Make>
rlv_status make_frame(const rlv_frame_info* info, rlv_frame** out, rlv_error* error,
                      Make&& make) noexcept {
  try {
    auto frame = std::make_unique<rlv_frame>();
    store_info(*frame, *info);
    if (frame->info.sync != RLV_SYNC_COMPLETE)
      fail(RLV_E_UNSUPPORTED, "this host takes completed frames only (sync is ", frame->info.sync,
           ")");
    make(*frame);
    g_live_frames.fetch_add(1, std::memory_order_relaxed);
    *out = frame.release();
    return RLV_OK;
  } catch (const Error& e) {
    return refuse(error, e.code(), e.what());
  } catch (const std::bad_alloc&) {
    return refuse(error, RLV_E_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return refuse(error, RLV_E_INTERNAL, e.what());
  }
}

}  // namespace

rlv_status frame_new(void* /*ctx*/, const rlv_frame_info* info, rlv_frame** out,
                     rlv_error* error) noexcept {
  return make_frame(info, out, error, [](rlv_frame& frame) { allocate_planes(frame); });
}

rlv_status frame_wrap(void* /*ctx*/, const rlv_frame_info* info,
                      DLManagedTensorVersioned* const* planes, std::uint32_t count, rlv_frame** out,
                      rlv_error* error) noexcept {
  return make_frame(info, out, error, [&](rlv_frame& frame) {
    check_planes(frame.info, planes, count);
    std::copy_n(planes, count, frame.planes.begin());
    frame.plane_count = count;
  });
}

void frame_retain(const rlv_frame* frame) noexcept {
  const_cast<rlv_frame*>(frame)->references.fetch_add(1, std::memory_order_relaxed);
}

void frame_release(const rlv_frame* frame) noexcept {
  if (frame == nullptr) return;
  auto* own = const_cast<rlv_frame*>(frame);
  if (own->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  for (std::uint32_t i = 0; i < own->plane_count; ++i) {
    auto* plane = own->planes.at(i);
    if (plane->deleter != nullptr) plane->deleter(plane);
  }
  delete own;
  g_live_frames.fetch_sub(1, std::memory_order_relaxed);
}

void frame_info(const rlv_frame* frame, rlv_frame_info* info) noexcept {
  copy_info(*info, frame->info, std::min<std::uint32_t>(info->struct_size, sizeof(rlv_frame_info)));
}

std::uint32_t frame_plane_count(const rlv_frame* frame) noexcept {
  return frame->plane_count;
}

DLManagedTensorVersioned* frame_plane(const rlv_frame* frame, std::uint32_t plane) noexcept {
  return plane < frame->plane_count ? frame->planes.at(plane) : nullptr;
}

const rlv_frame_info& info_of(const rlv_frame* frame) noexcept {
  return frame->info;
}

// Planes that are marked already are not written: other threads may be reading them.
void mark_read_only(const rlv_frame* frame) noexcept {
  for (std::uint32_t i = 0; i < frame->plane_count; ++i) {
    auto& flags = frame->planes.at(i)->flags;
    if ((flags & DLPACK_FLAG_BITMASK_READ_ONLY) == 0) flags |= DLPACK_FLAG_BITMASK_READ_ONLY;
  }
}

std::uint32_t reference_count(const rlv_frame* frame) noexcept {
  return frame->references.load(std::memory_order_acquire);
}

std::int64_t live_frames() noexcept {
  return g_live_frames.load(std::memory_order_relaxed);
}

}  // namespace relievo::host
