#include "tests/unit/stereo/picture_io.hpp"

#include <cstddef>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/frame.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace relievo::test {
namespace {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* p) const {
    kFree(&p);
  }
};
using Input = std::unique_ptr<AVFormatContext, Freed<avformat_close_input>>;
using Codec = std::unique_ptr<AVCodecContext, Freed<avcodec_free_context>>;
using Image = std::unique_ptr<AVFrame, Freed<av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, Freed<av_packet_free>>;
struct FreeScaler {
  void operator()(SwsContext* p) const { sws_freeContext(p); }
};

void check(bool ok, const std::filesystem::path& file, const char* what) {
  if (!ok) throw std::runtime_error(file.string() + ": " + what);
}

Image decode(const std::filesystem::path& file) {
  av_log_set_level(AV_LOG_ERROR);  // libswscale warns about the names of JPEG's pixel formats
  AVFormatContext* raw = nullptr;
  check(avformat_open_input(&raw, file.c_str(), nullptr, nullptr) >= 0, file, "cannot be opened");
  const Input input(raw);
  check(avformat_find_stream_info(input.get(), nullptr) >= 0 && input->nb_streams > 0, file,
        "holds no picture");
  const auto* parameters = input->streams[0]->codecpar;
  const Codec codec(avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id)));
  check(avcodec_parameters_to_context(codec.get(), parameters) >= 0 &&
            avcodec_open2(codec.get(), nullptr, nullptr) >= 0,
        file, "cannot be decoded");
  const Packet packet(av_packet_alloc());
  Image image(av_frame_alloc());
  check(av_read_frame(input.get(), packet.get()) >= 0 &&
            avcodec_send_packet(codec.get(), packet.get()) >= 0 &&
            avcodec_send_packet(codec.get(), nullptr) >= 0 &&
            avcodec_receive_frame(codec.get(), image.get()) >= 0,
        file, "cannot be decoded");
  return image;
}

// Bit-exact where the file already has that format (or its other byte order).
Picture convert(const std::filesystem::path& file, AVPixelFormat format, int components,
                int bytes) {
  const auto image = decode(file);
  Picture picture{image->width, image->height, components, {}};
  const std::unique_ptr<SwsContext, FreeScaler> scaler(sws_getContext(
      image->width, image->height, static_cast<AVPixelFormat>(image->format), image->width,
      image->height, format, SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND, nullptr, nullptr,
      nullptr));
  check(scaler != nullptr, file, "has an unusual pixel format");
  const int line = (image->width * components * bytes + 63) / 64 * 64;
  std::vector<std::uint8_t> packed(
      static_cast<std::size_t>(line) * static_cast<std::size_t>(image->height) + 64);
  std::uint8_t* const data[4] = {packed.data(), nullptr, nullptr, nullptr};
  const int lines[4] = {line, 0, 0, 0};
  check(sws_scale(scaler.get(), image->data, image->linesize, 0, image->height, data, lines) ==
            image->height,
        file, "cannot be converted");
  picture.samples.reserve(static_cast<std::size_t>(image->width * image->height * components));
  for (int y = 0; y < image->height; ++y) {
    const auto* row = packed.data() + static_cast<std::ptrdiff_t>(y) * line;
    for (int i = 0; i < image->width * components; ++i)
      picture.samples.push_back(
          bytes == 1 ? row[i] : static_cast<std::uint16_t>(row[2 * i] | row[2 * i + 1] << 8));
  }
  return picture;
}

}  // namespace

Picture read_rgb8(const std::filesystem::path& file) {
  return convert(file, AV_PIX_FMT_RGB24, 3, 1);
}

Picture read_grey16(const std::filesystem::path& file) {
  return convert(file, AV_PIX_FMT_GRAY16LE, 1, 2);
}

void write_png(const std::filesystem::path& file, const Picture& rgb) {
  const Codec codec(avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_PNG)));
  check(codec != nullptr, file, "no PNG encoder in libavcodec");
  codec->width = rgb.width;
  codec->height = rgb.height;
  codec->pix_fmt = AV_PIX_FMT_RGB24;
  codec->time_base = {1, 1};
  check(avcodec_open2(codec.get(), nullptr, nullptr) >= 0, file, "PNG encoder does not open");
  const Image image(av_frame_alloc());
  image->width = rgb.width;
  image->height = rgb.height;
  image->format = AV_PIX_FMT_RGB24;
  check(av_frame_get_buffer(image.get(), 0) >= 0, file, "no memory");
  for (int y = 0; y < rgb.height; ++y)
    for (int x = 0; x < rgb.width; ++x)
      for (int c = 0; c < 3; ++c)
        image->data[0][y * image->linesize[0] + 3 * x + c] =
            static_cast<std::uint8_t>(rgb.at(x, y, c));
  const Packet packet(av_packet_alloc());
  check(avcodec_send_frame(codec.get(), image.get()) >= 0 &&
            avcodec_send_frame(codec.get(), nullptr) >= 0 &&
            avcodec_receive_packet(codec.get(), packet.get()) >= 0,
        file, "cannot be encoded");
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(packet->data), packet->size);
  check(out.good(), file, "cannot be written");
}

}  // namespace relievo::test
