// Pictures of one size and format whose memory is used again.
#pragma once

#include "core/media/av.hpp"

namespace relievo::media {

// Any thread may release a picture; make() belongs to one.
class PicturePool {
 public:
  PicturePool(AVPixelFormat format, int width, int height);
  PicturePool(const PicturePool&) = delete;
  PicturePool& operator=(const PicturePool&) = delete;
  ~PicturePool();

  // A writable picture with lines padded to 64 bytes; samples are undefined. Throws RLV_E_MEMORY.
  [[nodiscard]] AvFramePtr make();

 private:
  AVPixelFormat format_;
  int width_;
  int height_;
  AVBufferPool* buffers_ = nullptr;
};

}  // namespace relievo::media
