#include "core/media/write/hdr10.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "core/media/write/stream_side_data.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

namespace relievo::media {
namespace {

const AVMasteringDisplayMetadata* mastering(const Hdr10& hdr) {
  if (!hdr.mastering_display || hdr.mastering_display->size < sizeof(AVMasteringDisplayMetadata))
    return nullptr;
  return reinterpret_cast<const AVMasteringDisplayMetadata*>(hdr.mastering_display->data);
}

// Every codec's syntax wants all of it.
bool is_complete(const AVMasteringDisplayMetadata* m) {
  return m != nullptr && m->has_primaries != 0 && m->has_luminance != 0;
}

long steps(AVRational value, double per_unit) {
  return std::lround(av_q2d(value) * per_unit);
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

void attach(AVFrame& picture, AVFrameSideDataType type, const std::shared_ptr<AVBufferRef>& data) {
  if (!data || av_frame_get_side_data(&picture, type) != nullptr) return;
  BufferPtr reference(check_alloc(av_buffer_ref(data.get())));
  check_alloc(av_frame_new_side_data_from_buf(&picture, type, reference.get()));
  static_cast<void>(reference.release());
}

}  // namespace

std::string mastering_display_text(const Hdr10& hdr) {
  const auto* m = mastering(hdr);
  if (!is_complete(m)) return "";
  constexpr double kXy = 50000.0;
  constexpr double kNits = 10000.0;
  const auto& p = m->display_primaries;
  return formatted("G(%ld,%ld)B(%ld,%ld)R(%ld,%ld)WP(%ld,%ld)L(%ld,%ld)", steps(p[1][0], kXy),
                   steps(p[1][1], kXy), steps(p[2][0], kXy), steps(p[2][1], kXy),
                   steps(p[0][0], kXy), steps(p[0][1], kXy), steps(m->white_point[0], kXy),
                   steps(m->white_point[1], kXy), steps(m->max_luminance, kNits),
                   steps(m->min_luminance, kNits));
}

std::string mastering_display_decimal_text(const Hdr10& hdr) {
  const auto* m = mastering(hdr);
  if (!is_complete(m)) return "";
  const auto& p = m->display_primaries;
  return formatted("G(%.5f,%.5f)B(%.5f,%.5f)R(%.5f,%.5f)WP(%.5f,%.5f)L(%.4f,%.4f)", av_q2d(p[1][0]),
                   av_q2d(p[1][1]), av_q2d(p[2][0]), av_q2d(p[2][1]), av_q2d(p[0][0]),
                   av_q2d(p[0][1]), av_q2d(m->white_point[0]), av_q2d(m->white_point[1]),
                   av_q2d(m->max_luminance), av_q2d(m->min_luminance));
}

std::string content_light_text(const Hdr10& hdr) {
  if (!hdr.content_light || hdr.content_light->size < sizeof(AVContentLightMetadata)) return "";
  const auto* light = reinterpret_cast<const AVContentLightMetadata*>(hdr.content_light->data);
  return formatted("%u,%u", light->MaxCLL, light->MaxFALL);
}

void tell_container(const Hdr10& hdr, AVStream& stream) {
  if (is_complete(mastering(hdr)))
    add_stream_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                         hdr.mastering_display->data, hdr.mastering_display->size);
  if (hdr.content_light)
    add_stream_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, hdr.content_light->data,
                         hdr.content_light->size);
}

void tell_encoder(const Hdr10& hdr, AVFrame& picture) {
  attach(picture, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, hdr.mastering_display);
  attach(picture, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, hdr.content_light);
}

}  // namespace relievo::media
