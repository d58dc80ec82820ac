// Opening a film or picture, and saying plainly why it cannot be opened.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// True makes blocking reads give up.
using IsCancelled = std::function<bool()>;

struct OpenedInput {
  std::unique_ptr<IsCancelled> interrupt;  // as in OpenedFormat
  InputPtr format;
  int video_stream = -1;
  // One picture, not a film: JPEG, PNG, AVIF ...
  bool is_still = false;
  // The same name can be opened again from the beginning; false for pipes.
  bool can_reopen = true;
};

// What av_* functions take for a path of ours: "-" is standard input, URLs stay as they are, and
// everything else is a file even if it has a colon in it.
[[nodiscard]] std::string av_url(const std::string& path);

// A container with all its streams.
struct OpenedFormat {
  std::unique_ptr<IsCancelled> interrupt;  // outlives format, which asks it
  InputPtr format;                         // empty if the file cannot be opened
  int error = 0;                           // libav's code, then
};

// Opens path and finds out about its streams. is_cancelled is kept and asked during every later
// read that blocks, on the thread that reads.
[[nodiscard]] OpenedFormat open_format(const std::string& path, const IsCancelled& is_cancelled);

// Opens path and chooses a video stream: track counts the streams that are moving pictures (cover
// art does not count), -1 takes the best. Every other stream is discarded. is_cancelled: as in
// open_format(). Throws RLV_E_IO (missing, folder, empty, not permitted, cut off),
// RLV_E_UNSUPPORTED (no film, no picture in it), RLV_E_CONFIG (no such track) or RLV_E_CANCELLED.
[[nodiscard]] OpenedInput open_input(const std::string& path, int track,
                                     const IsCancelled& is_cancelled);

}  // namespace relievo::media
