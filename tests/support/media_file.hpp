// Media files as tests see them, read back by libav.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <relievo/plugin.h>

extern "C" {
#include <libavcodec/codec_id.h>
#include <libavutil/avutil.h>
#include <libavutil/pixfmt.h>
#include <libavutil/rational.h>
}

namespace relievo::test {

struct ReadPacket {
  std::int64_t pts;
  std::int64_t dts;
  std::int64_t duration;
  std::size_t size;
  std::size_t hash;
  bool is_key;
  bool is_shown;  // false: decoded only because others need it
};

struct ReadStream {
  AVMediaType type;
  AVCodecID codec;
  std::uint32_t tag;
  AVRational timebase;
  AVRational sar;
  AVPixelFormat format;
  int width;
  int height;
  int channels;
  int sample_rate;
  int disposition;
  rlv_colour colour;  // chroma_location 255: unspecified
  std::map<std::string, std::string> metadata;
  bool has_mastering_display;
  bool has_content_light;
  std::vector<ReadPacket> packets;  // in file order
  std::string extradata;

  // In rising order, as seconds.
  [[nodiscard]] std::vector<double> times() const;
};

struct ReadChapter {
  double start;
  double end;
  std::string title;
};

struct ReadFile {
  std::string format;
  std::vector<ReadStream> streams;
  std::vector<ReadChapter> chapters;
  std::map<std::string, std::string> metadata;
  double start;     // seconds, of the container
  double duration;  // seconds

  [[nodiscard]] std::vector<const ReadStream*> of(AVMediaType type) const;
  // The first; throws if there is none.
  [[nodiscard]] const ReadStream& video() const&;
  [[nodiscard]] ReadStream video() && { return std::as_const(*this).video(); }
};

// Everything but the samples. Throws std::runtime_error if it cannot be opened.
[[nodiscard]] ReadFile read_file(const std::filesystem::path& path);

// A decoded picture, planes without gaps, samples of 16 bits whatever the format's.
struct DecodedPicture {
  std::int64_t pts;
  AVPixelFormat format;
  int width;
  int height;
  rlv_colour colour;
  bool has_mastering_display;
  std::uint32_t max_cll;       // 0 if not said
  std::vector<int> side_data;  // AVFrameSideDataType
  int stereo = -1;             // AVStereo3DType; -1 if not said
  bool stereo_inverted = false;
  // Of component c (Y, Cb, Cr or R, G, B).
  std::vector<std::vector<std::uint16_t>> components;
  std::vector<int> component_width;
  [[nodiscard]] int at(int c, int x, int y) const {
    return components.at(static_cast<std::size_t>(c))
        .at(static_cast<std::size_t>(y * component_width.at(static_cast<std::size_t>(c)) + x));
  }
};
// The pictures of the first video stream, at most limit of them.
[[nodiscard]] std::vector<DecodedPicture> decode_pictures(const std::filesystem::path& path,
                                                          std::size_t limit = SIZE_MAX);

// Mono samples of sound stream number track at 48 kHz, and the time of the first one; holes in time
// are filled with zeros.
struct DecodedSound {
  double start;
  std::vector<float> samples;
};
[[nodiscard]] DecodedSound decode_sound(const std::filesystem::path& path, std::size_t track = 0);

}  // namespace relievo::test
