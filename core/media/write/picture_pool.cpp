#include "core/media/write/picture_pool.hpp"

extern "C" {
#include <libavutil/imgutils.h>
}

namespace relievo::media {
namespace {

constexpr int kAlignment = 64;
// swscale and encoders read and write whole vectors beyond the last line.
constexpr int kSlack = 256;

}  // namespace

PicturePool::PicturePool(AVPixelFormat format, int width, int height)
    : format_(format), width_(width), height_(height) {
  const int size = check_av(av_image_get_buffer_size(format, width, height, kAlignment),
                            RLV_E_UNSUPPORTED, "pictures of ", width, " x ", height);
  buffers_ = check_alloc(
      av_buffer_pool_init(static_cast<std::size_t>(size) + kAlignment + kSlack, nullptr));
}

PicturePool::~PicturePool() {
  av_buffer_pool_uninit(&buffers_);
}

AvFramePtr PicturePool::make() {
  auto picture = make_av_frame();
  picture->format = format_;
  picture->width = width_;
  picture->height = height_;
  picture->buf[0] = check_alloc(av_buffer_pool_get(buffers_));
  auto start = reinterpret_cast<std::uintptr_t>(picture->buf[0]->data);
  start = (start + kAlignment - 1) / kAlignment * kAlignment;
  check_av(av_image_fill_arrays(picture->data, picture->linesize,
                                reinterpret_cast<const std::uint8_t*>(start), format_, width_,
                                height_, kAlignment),
           RLV_E_MEMORY, "laying out a picture");
  picture->extended_data = picture->data;
  return picture;
}

}  // namespace relievo::media
