#include "core/media/read/side_data.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace relievo::media {
namespace {

constexpr std::array kTravelling{
    AV_FRAME_DATA_A53_CC,
    AV_FRAME_DATA_S12M_TIMECODE,
    AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
    AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
    AV_FRAME_DATA_ICC_PROFILE,
};

std::shared_ptr<AVBufferRef> own_buffer(AVBufferRef* buffer) {
  return {buffer, [](AVBufferRef* p) {
            av_buffer_unref(&p);
          }};
}

std::shared_ptr<AVBufferRef> copy_bytes(const SideBytes& bytes) {
  if (bytes.data == nullptr || bytes.size == 0) return nullptr;
  auto copy = own_buffer(check_alloc(av_buffer_alloc(bytes.size)));
  std::memcpy(copy->data, bytes.data, bytes.size);
  return copy;
}

std::shared_ptr<AVBufferRef> of_either(const AVStream& stream, AVPacketSideDataType in_stream,
                                       const AVFrame& picture, AVFrameSideDataType in_picture) {
  if (const auto* found = av_frame_get_side_data(&picture, in_picture))
    return share_buffer(found->buf);
  return copy_bytes(stream_side_data(stream, in_stream));
}

}  // namespace

SideBytes stream_side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
  const auto* found = av_packet_side_data_get(stream.codecpar->coded_side_data,
                                              stream.codecpar->nb_coded_side_data, type);
  return found == nullptr ? SideBytes{} : SideBytes{found->data, found->size};
#else
  std::size_t size = 0;
  const auto* data = av_stream_get_side_data(&stream, type, &size);
  return {data, data == nullptr ? 0 : size};
#endif
}

std::shared_ptr<AVBufferRef> share_buffer(const AVBufferRef* buffer) {
  return buffer == nullptr ? nullptr : own_buffer(check_alloc(av_buffer_ref(buffer)));
}

FrameSideData travelling_side_data(const AVFrame& picture) {
  FrameSideData travelling;
  for (int i = 0; i < picture.nb_side_data; ++i) {
    const auto& item = *picture.side_data[i];
    if (std::find(kTravelling.begin(), kTravelling.end(), item.type) != kTravelling.end())
      travelling.items.push_back({item.type, share_buffer(item.buf)});
  }
  return travelling;
}

HdrMetadata hdr_metadata(const AVStream& stream, const AVFrame& first) {
  return {
      of_either(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, first,
                AV_FRAME_DATA_MASTERING_DISPLAY_METADATA),
      of_either(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, first, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)};
}

}  // namespace relievo::media
