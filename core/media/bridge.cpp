#include "core/media/bridge.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <vector>

extern "C" {
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
}

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/formats.hpp"

namespace relievo::media {
namespace {

// Keeps a libav picture alive for as long as any of its planes is in use.
struct SharedPicture {
  AvFramePtr picture;
  std::atomic<std::uint32_t> planes;
};

struct PicturePlane {
  DLManagedTensorVersioned tensor{};
  std::array<std::int64_t, 3> shape{};
  std::array<std::int64_t, 3> strides{};
  SharedPicture* owner = nullptr;
};

void delete_picture_plane(DLManagedTensorVersioned* tensor) noexcept {
  auto* plane = static_cast<PicturePlane*>(tensor->manager_ctx);
  if (plane->owner->planes.fetch_sub(1, std::memory_order_acq_rel) == 1) delete plane->owner;
  delete plane;
}

// libav stores planar RGB as G, B, R; the contract has it in the order of its name.
std::size_t av_plane_index(std::uint32_t pixel_format, std::size_t plane) {
  static constexpr std::array<std::size_t, 4> kGbr{2, 0, 1, 3};
  const bool planar_rgb = RLV_PIXEL_MODEL(pixel_format) == RLV_MODEL_RGB &&
                          RLV_PIXEL_LAYOUT(pixel_format) == RLV_LAYOUT_PLANAR;
  return planar_rgb ? kGbr.at(plane) : plane;
}

// DLPack strides of consumers are rarely ready for a negative line step.
AvFramePtr top_down(const AVFrame& picture) {
  AvFramePtr own(check_alloc(av_frame_clone(&picture)));
  const bool flipped = std::any_of(std::begin(picture.linesize), std::end(picture.linesize),
                                   [](int step) { return step < 0; });
  if (!flipped) return own;
  auto copy = make_av_frame();
  copy->format = picture.format;
  copy->width = picture.width;
  copy->height = picture.height;
  check_av(av_frame_get_buffer(copy.get(), 0), RLV_E_MEMORY, "no memory for a picture");
  check_av(av_frame_copy(copy.get(), &picture), RLV_E_INTERNAL, "copying a picture");
  check_av(av_frame_copy_props(copy.get(), &picture), RLV_E_MEMORY, "copying a picture");
  return copy;
}

}  // namespace

void describe_picture(const AVFrame& picture, rlv_frame_info& info) {
  info.semantic = RLV_SEM_COLOUR;
  info.pixel_format =
      pixel_format_of(static_cast<AVPixelFormat>(picture.format)).value_or(RLV_PF_NONE);
  info.width = picture.width;
  info.height = picture.height;
  info.sar_num = picture.sample_aspect_ratio.num;
  info.sar_den = std::max(1, picture.sample_aspect_ratio.den);
  info.colour = colour_of(picture);
}

Frame wrap_picture(const Host& host, const AVFrame& picture, rlv_frame_info info) {
  describe_picture(picture, info);
  if (info.pixel_format == RLV_PF_NONE)
    fail(RLV_E_UNSUPPORTED, "pictures of libav's format ", picture.format, " are not carried");
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  std::vector<std::unique_ptr<PicturePlane>> planes(layout.plane_count);
  for (auto& plane : planes) plane = std::make_unique<PicturePlane>();
  auto owner = std::make_unique<SharedPicture>();
  owner->picture = top_down(picture);
  owner->planes = layout.plane_count;

  std::array<DLManagedTensorVersioned*, 4> tensors{};
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const auto& want = layout.planes.at(i);
    const auto source = av_plane_index(info.pixel_format, i);
    auto& plane = *planes[i];
    plane.owner = owner.get();
    plane.shape = {want.height, want.width, want.components};
    plane.strides = {owner->picture->linesize[source] / (want.type.bits / 8), want.components, 1};
    plane.tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    plane.tensor.manager_ctx = &plane;
    plane.tensor.deleter = &delete_picture_plane;
    plane.tensor.flags = DLPACK_FLAG_BITMASK_READ_ONLY;
    plane.tensor.dl_tensor = {owner->picture->data[source],
                              {kDLCPU, 0},
                              want.components == 1 ? 2 : 3,
                              want.type,
                              plane.shape.data(),
                              plane.strides.data(),
                              0};
    tensors.at(i) = &plane.tensor;
  }
  auto frame = host.wrap_frame(info, {tensors.data(), planes.size()});
  for (auto& plane : planes) static_cast<void>(plane.release());
  static_cast<void>(owner.release());
  return frame;
}

AvFramePtr picture_of(const Frame& frame) {
  const auto info = frame.info();
  auto picture = make_av_frame();
  picture->format = av_pixel_format_of(info.pixel_format);
  if (picture->format == AV_PIX_FMT_NONE)
    fail(RLV_E_UNSUPPORTED, "libav has no pixel format for ", pixel_format_name(info.pixel_format));
  picture->width = info.width;
  picture->height = info.height;
  picture->sample_aspect_ratio = {info.sar_num, std::max(1, info.sar_den)};
  set_colour(*picture, info.colour);
  for (std::uint32_t i = 0; i < frame.plane_count(); ++i) {
    const auto& t = frame.tensor(i)->dl_tensor;
    if (t.device.device_type != kDLCPU)
      fail(RLV_E_UNSUPPORTED, "the picture does not lie in CPU memory");
    const auto index = av_plane_index(info.pixel_format, i);
    picture->data[index] = static_cast<std::uint8_t*>(t.data) + t.byte_offset;
    picture->linesize[index] = static_cast<int>(t.strides[0] * (t.dtype.bits / 8));
  }
  // libav counts references to a buffer; this one's only content is our reference to the frame.
  auto keeper = std::make_unique<Frame>(frame);
  picture->buf[0] = check_alloc(av_buffer_create(
      picture->data[0], 1, [](void* opaque, std::uint8_t*) { delete static_cast<Frame*>(opaque); },
      keeper.get(), AV_BUFFER_FLAG_READONLY));
  static_cast<void>(keeper.release());
  return picture;
}

}  // namespace relievo::media
