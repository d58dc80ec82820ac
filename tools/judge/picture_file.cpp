#include "tools/judge/picture_file.hpp"

#include <functional>
#include <memory>
#include <stdexcept>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

namespace relievo::judge {
namespace {

struct Closer {
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Closer>;

void require(bool fine, const std::filesystem::path& path, const char* what) {
  if (!fine) throw std::runtime_error("cannot " + std::string(what) + " " + path.string());
}

// Decodes and converts; hands lines of `row_bytes` to store(y, line).
void read(const std::filesystem::path& path, AVPixelFormat wanted, int bytes_per_pixel,
          const std::function<void(int, int)>& size,
          const std::function<void(int, const std::uint8_t*)>& store) {
  AVFormatContext* opened = nullptr;
  require(avformat_open_input(&opened, path.c_str(), nullptr, nullptr) >= 0, path, "open");
  const Owned<AVFormatContext> file(opened);
  require(avformat_find_stream_info(file.get(), nullptr) >= 0 && file->nb_streams > 0, path,
          "read");
  const auto* parameters = file->streams[0]->codecpar;
  const Owned<AVCodecContext> decoder(
      avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id)));
  require(decoder && avcodec_parameters_to_context(decoder.get(), parameters) >= 0 &&
              avcodec_open2(decoder.get(), nullptr, nullptr) >= 0,
          path, "decode");
  const Owned<AVPacket> packet(av_packet_alloc());
  const Owned<AVFrame> frame(av_frame_alloc());
  int status = AVERROR(EAGAIN);
  while (status < 0) {
    const bool more = av_read_frame(file.get(), packet.get()) >= 0;
    const int sent = avcodec_send_packet(decoder.get(), more ? packet.get() : nullptr);
    av_packet_unref(packet.get());
    require(sent >= 0, path, "decode");
    status = avcodec_receive_frame(decoder.get(), frame.get());
    require(status >= 0 || more, path, "decode");
  }
  const Owned<SwsContext> scaler(
      sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format),
                     frame->width, frame->height, wanted, SWS_POINT, nullptr, nullptr, nullptr));
  require(scaler != nullptr, path, "convert");
  const int stride = (frame->width * bytes_per_pixel + 63) / 64 * 64;
  std::vector<std::uint8_t> samples(static_cast<std::size_t>(stride) * frame->height + 64);
  std::uint8_t* const lines[] = {samples.data()};
  const int strides[] = {stride};
  sws_scale(scaler.get(), frame->data, frame->linesize, 0, frame->height, lines, strides);
  size(frame->width, frame->height);
  for (int y = 0; y < frame->height; ++y)
    store(y, samples.data() + static_cast<std::size_t>(y) * stride);
}

}  // namespace

RgbPicture read_rgb(const std::filesystem::path& path) {
  RgbPicture picture;
  read(
      path, AV_PIX_FMT_RGB24, 3,
      [&](int width, int height) {
        picture.width = width;
        picture.height = height;
      },
      [&](int, const std::uint8_t* line) {
        picture.samples.insert(picture.samples.end(), line, line + picture.width * 3);
      });
  return picture;
}

GreyPicture read_grey16(const std::filesystem::path& path) {
  GreyPicture picture;
  read(
      path, AV_PIX_FMT_GRAY16LE, 2,
      [&](int width, int height) {
        picture.width = width;
        picture.height = height;
      },
      [&](int, const std::uint8_t* line) {
        for (int x = 0; x < picture.width; ++x)
          picture.samples.push_back(static_cast<std::uint16_t>(line[2 * x] | line[2 * x + 1] << 8));
      });
  return picture;
}

}  // namespace relievo::judge
