#include "core/media/write/frame_side_data.hpp"

#include <algorithm>
#include <array>

namespace relievo::media {
namespace {

constexpr std::array kPassedOn{AV_FRAME_DATA_A53_CC,
                               AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
                               AV_FRAME_DATA_S12M_TIMECODE,
                               AV_FRAME_DATA_ICC_PROFILE,
                               AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
                               AV_FRAME_DATA_CONTENT_LIGHT_LEVEL};
// Not true any more of a picture that was tone-mapped.
constexpr std::array kOfHdr{AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
                            AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
                            AV_FRAME_DATA_CONTENT_LIGHT_LEVEL};

template <std::size_t kCount>
bool holds(const std::array<AVFrameSideDataType, kCount>& types, AVFrameSideDataType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

void attach_side_data(const FrameSideData& data, const Hdr10& hdr, bool with_hdr,
                      AVFrame& picture) {
  for (const auto& item : data.items) {
    if (!item.data || !holds(kPassedOn, item.type) || (!with_hdr && holds(kOfHdr, item.type)))
      continue;
    BufferPtr reference(check_alloc(av_buffer_ref(item.data.get())));
    check_alloc(av_frame_new_side_data_from_buf(&picture, item.type, reference.get()));
    static_cast<void>(reference.release());
  }
  tell_encoder(hdr, picture);
}

}  // namespace relievo::media
