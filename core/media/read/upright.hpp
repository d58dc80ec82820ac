// Pictures as the viewer is to see them: without combs, upright, in the promised format and size.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "core/media/av.hpp"
#include "core/media/change/swscale.hpp"
#include "core/media/read/filters.hpp"
#include "core/media/read/orientation.hpp"

namespace relievo::media {

enum class Deinterlace { kAuto, kOn, kOff };

// What every picture that comes out has.
struct PicturePromise {
  AVPixelFormat format = AV_PIX_FMT_NONE;
  int width = 0;
  int height = 0;
  AVRational sample_aspect{0, 1};
  rlv_colour colour{};
};

// The promise for a stream whose decoded pictures are like this one: turned, in a format that
// frames carry.
[[nodiscard]] PicturePromise promise_of(const AVFrame& decoded, const Orientation& orientation,
                                        bool is_still);

// One picture in, one out, in order; deinterlacing holds one back. One thread at a time.
class Upright {
 public:
  struct Options {
    Orientation orientation;
    std::string crop;  // libavfilter's, before turning; "" keeps all
    Deinterlace deinterlace = Deinterlace::kAuto;
    bool is_still = false;
    std::uint32_t threads = 1;
    std::function<void(const std::string&)> warn = [](const std::string&) {
    };
  };
  Upright(PicturePromise promise, Options options);

  void push(AvFramePtr decoded);
  void finish();
  [[nodiscard]] AvFramePtr pull();

 private:
  [[nodiscard]] std::string filters_for(const AVFrame& picture) const;
  void close_chain();
  void collect();
  [[nodiscard]] AvFramePtr keep_promise(AvFramePtr picture);

  const PicturePromise promise_;
  const Options options_;
  bool saw_interlaced_ = false;
  bool told_of_size_ = false;
  std::unique_ptr<FilterChain> chain_;
  std::string chain_filters_;
  PictureScaler scaler_;
  std::deque<AvFramePtr> ready_;
};

}  // namespace relievo::media
