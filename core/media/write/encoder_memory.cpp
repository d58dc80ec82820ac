// The numbers were measured: peak resident memory of a process that drives the sink with 40 to 90
// frames of moving noise, minus what it had before open(), at 640x360, 1280x720 and 1920x1080, 8
// bits (10 bits behave as a picture of twice the bytes), with 2 and 8 threads, on a machine of 2
// cores (FFmpeg 5.1, x265 3.5, x264 r3095, SVT-AV1 1.4, libaom 3.6). In MiB at 2 threads:
//
//                      360p  720p  1080p   8 threads, 360p
//   x265 ultrafast       45   120    240     58
//   x265 superfast             139
//   x265 medium          76   200    388     93
//   x265 veryslow       129
//   x264 ultrafast       12
//   x264 medium          59   198    402     76
//   x264 veryslow        91
//   SVT-AV1 12           79
//   SVT-AV1 8            89   239    470     88
//   SVT-AV1 4           132
//   libaom-av1 6         70   202
//   ffv1                 39   148            40
//
// Each is nearly a constant plus a number of pictures, which grows with the look-ahead of the
// preset. The bounds below lie 5 to 40 % above what was measured; presets between were filled in by
// their look-ahead. Not measured: more threads than cores have (SVT-AV1 takes no more threads than
// the machine has), and what hardware encoders keep in host memory.
#include "core/media/write/encoder_memory.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

extern "C" {
#include <libavutil/imgutils.h>
}

namespace relievo::media {
namespace {

constexpr double kMiB = 1 << 20;
// Conversion to the encoder's format, the muxer's buffers, and the sound that is read ahead of the
// pictures.
constexpr double kAroundPictures = 4;
constexpr double kAroundBytes = 8 * kMiB;

struct Need {
  double bytes = 0;
  double bytes_per_thread = 0;
  double pictures = 0;
};

struct PresetPictures {
  std::string_view preset;
  double x265;
  double x264;
};
constexpr std::array kX26x{
    PresetPictures{"ultrafast", 85, 25},  PresetPictures{"superfast", 100, 25},
    PresetPictures{"veryfast", 125, 65},  PresetPictures{"faster", 125, 95},
    PresetPictures{"fast", 125, 130},     PresetPictures{"medium", 140, 155},
    PresetPictures{"slow", 185, 200},     PresetPictures{"slower", 300, 270},
    PresetPictures{"veryslow", 300, 270}, PresetPictures{"placebo", 400, 290}};

PresetPictures x26x_pictures(const std::string& preset) {
  const std::string_view wanted = preset.empty() ? "medium" : std::string_view(preset);
  for (const auto& entry : kX26x)
    if (entry.preset == wanted) return entry;
  return kX26x.back();
}

Need need_of(std::string_view encoder, const std::string& preset, double threads) {
  if (encoder == "libx265") {
    // Its frame threads (see encoder_options.cpp) hold pictures of their own.
    const double frame_threads = std::clamp(threads / 4, 0.0, 4.0);
    return {32 * kMiB, 3 * kMiB, x26x_pictures(preset).x265 + 8 * frame_threads};
  }
  if (encoder == "libx264") return {8 * kMiB, 3 * kMiB, x26x_pictures(preset).x264 + 4 * threads};
  if (encoder == "libsvtav1") {
    const double speed = preset.empty() ? 8 : std::strtod(preset.c_str(), nullptr);
    return {42 * kMiB, kMiB, 160 + 30 * std::max(0.0, 8 - speed) + 6 * threads};
  }
  if (encoder == "libaom-av1") return {30 * kMiB, 2 * kMiB, 150 + 4 * threads};
  if (encoder == "ffv1") return {8 * kMiB, kMiB, 125};
  return {96 * kMiB, kMiB, 40};
}

}  // namespace

std::uint64_t encoder_memory(const AVCodec& encoder, const EncoderWish& wish, AVPixelFormat format,
                             int width, int height, unsigned threads) {
  const int picture = check_av(av_image_get_buffer_size(format, width, height, 64),
                               RLV_E_UNSUPPORTED, "pictures of ", width, " x ", height);
  const auto need = need_of(encoder.name, wish.preset, threads);
  return static_cast<std::uint64_t>(kAroundBytes + need.bytes + need.bytes_per_thread * threads +
                                    (need.pictures + kAroundPictures) * picture);
}

}  // namespace relievo::media
