// A chain of libavfilter's filters, one picture in and one out, in order.
#pragma once

#include <cstdint>
#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// One thread at a time; libavfilter splits pictures among threads of its own.
class FilterChain {
 public:
  // filters as on FFmpeg's command line, for pictures of like's format, size and colour. Throws
  // RLV_E_UNSUPPORTED if this FFmpeg lacks a filter or it refuses such pictures.
  FilterChain(const std::string& filters, const AVFrame& like, std::uint32_t threads);

  // Pictures like this one can be pushed.
  [[nodiscard]] bool fits(const AVFrame& picture) const;
  void push(const AVFrame& picture);
  // No more pictures: those held come out now.
  void finish();
  // Empty: push more, or after finish() the end. Times of pictures mean nothing; their other
  // properties are kept.
  [[nodiscard]] AvFramePtr pull();

 private:
  FilterGraphPtr graph_;
  AVFilterContext* source_ = nullptr;
  AVFilterContext* sink_ = nullptr;
  int format_;
  int width_;
  int height_;
  std::int64_t count_ = 0;
};

}  // namespace relievo::media
