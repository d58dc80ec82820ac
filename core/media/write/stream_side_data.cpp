#include "core/media/write/stream_side_data.hpp"

#include <cstring>

namespace relievo::media {

void add_stream_side_data(AVStream& stream, AVPacketSideDataType type, const void* data,
                          std::size_t size) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 30, 101)
  auto* room =
      check_alloc(av_packet_side_data_new(&stream.codecpar->coded_side_data,
                                          &stream.codecpar->nb_coded_side_data, type, size, 0))
          ->data;
#else
  auto* room = check_alloc(av_stream_new_side_data(&stream, type, size));
#endif
  std::memcpy(room, data, size);
}

}  // namespace relievo::media
