#include "core/media/write/frame_packing.hpp"

#include <algorithm>
#include <cstring>

namespace relievo::media {
namespace {

constexpr std::uint8_t kPayloadType = 45;

class BitWriter {
 public:
  void put(unsigned value, int bits) {
    for (int i = bits; i-- > 0;) {
      if (used_ % 8 == 0) bytes_.push_back(0);
      if ((value >> static_cast<unsigned>(i) & 1U) != 0)
        bytes_.back() |= static_cast<std::uint8_t>(0x80U >> static_cast<unsigned>(used_ % 8));
      ++used_;
    }
  }
  // As payloads end: a one and zeros up to a whole byte, if it is not whole.
  void align() {
    if (used_ % 8 != 0) put(1, 1);
    while (used_ % 8 != 0) put(0, 1);
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  int used_ = 0;
};

// frame_packing_arrangement_type
unsigned type_of(Packing packing) {
  switch (packing) {
    case Packing::kRows: return 2;
    case Packing::kSideBySide: return 3;
    case Packing::kOverUnder: break;
  }
  return 4;
}

Bytes payload(AVCodecID codec, const PackedViews& views) {
  BitWriter w;
  w.put(1, 1);  // frame_packing_arrangement_id ue: 0
  w.put(0, 1);  // cancel flag
  w.put(type_of(views.packing), 7);
  w.put(0, 1);                          // quincunx sampling
  w.put(views.right_first ? 2 : 1, 6);  // first view: 1 left, 2 right
  w.put(0, 6);                          // flipping, field views, frame 0, self-contained
  w.put(0, 16);                         // grid positions of both views
  w.put(0, 8);                          // reserved
  if (codec == AV_CODEC_ID_HEVC) {
    w.put(1, 1);  // persistence: until the next
    w.put(0, 1);  // the pixel shape is that of the packed picture
  } else {
    w.put(2, 3);  // repetition period ue: 1, until the next
    w.put(0, 1);  // no extension
  }
  w.align();
  return w.bytes();
}

// Two zeros and a small number would look like a start code: 7.3.1.1 of H.264, 7.3.1.1 of H.265.
Bytes escaped(const Bytes& bytes) {
  Bytes out;
  int zeros = 0;
  for (const auto b : bytes) {
    if (zeros >= 2 && b <= 3) {
      out.push_back(3);
      zeros = 0;
    }
    out.push_back(b);
    zeros = b == 0 ? zeros + 1 : 0;
  }
  return out;
}

// From the encoder's own headers: hvcC and avcC begin with version 1 and say it.
int length_bytes(const AVCodecContext& encoder) {
  const std::size_t place = encoder.codec_id == AV_CODEC_ID_HEVC ? 21 : 4;
  const auto size = static_cast<std::size_t>(std::max(0, encoder.extradata_size));
  if (size <= place || encoder.extradata[0] != 1) return 0;
  return (encoder.extradata[place] & 3) + 1;
}

}  // namespace

bool has_frame_packing_sei(AVCodecID codec, Packing packing) {
  if (packing == Packing::kRows) return codec == AV_CODEC_ID_H264;
  return codec == AV_CODEC_ID_HEVC || codec == AV_CODEC_ID_H264;
}

Bytes frame_packing_nal(AVCodecID codec, const PackedViews& views) {
  const auto content = payload(codec, views);
  Bytes message{kPayloadType, static_cast<std::uint8_t>(content.size())};
  message.insert(message.end(), content.begin(), content.end());
  message.push_back(0x80);  // rbsp_trailing_bits
  // HEVC: prefix SEI (39), layer 0, temporal id 0; H.264: SEI (6), not referred to.
  Bytes unit = codec == AV_CODEC_ID_HEVC ? Bytes{39U << 1U, 1} : Bytes{6};
  const auto safe = escaped(message);
  unit.insert(unit.end(), safe.begin(), safe.end());
  return unit;
}

FramePackingMarker::FramePackingMarker(const AVCodecContext& encoder, const PackedViews& views)
    : codec_(encoder.codec_id), length_bytes_(length_bytes(encoder)) {
  const auto nal = frame_packing_nal(codec_, views);
  if (length_bytes_ == 0)
    unit_ = {0, 0, 0, 1};
  else
    add_number(unit_, static_cast<std::size_t>(length_bytes_), nal.size());
  unit_.insert(unit_.end(), nal.begin(), nal.end());
}

bool FramePackingMarker::is_slice(std::uint8_t header) const {
  if (codec_ == AV_CODEC_ID_HEVC) return (header >> 1U & 63U) < 32;
  const unsigned type = header & 31U;
  return type >= 1 && type <= 5;
}

// Where the unit of the first slice begins, its start code or length included; the packet's size if
// there is none.
std::size_t FramePackingMarker::first_slice(ByteView packet) const {
  std::size_t at = 0;
  if (length_bytes_ != 0) {
    const auto width = static_cast<std::size_t>(length_bytes_);
    while (at + width < packet.size()) {
      if (is_slice(packet[at + width])) return at;
      const auto length = number_at(packet, at, width);
      if (length > packet.size() - at - width) break;
      at += width + static_cast<std::size_t>(length);
    }
    return packet.size();
  }
  for (; at + 3 < packet.size(); ++at) {
    if (packet[at] != 0 || packet[at + 1] != 0 || packet[at + 2] != 1) continue;
    if (is_slice(packet[at + 3])) return at > 0 && packet[at - 1] == 0 ? at - 1 : at;
  }
  return packet.size();
}

void FramePackingMarker::mark(AVPacket& packet) const {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0 || packet.size <= 0) return;
  const auto old_size = static_cast<std::size_t>(packet.size);
  const auto at = first_slice({packet.data, old_size});
  if (at == old_size) return;
  check_av(av_grow_packet(&packet, static_cast<int>(unit_.size())), RLV_E_MEMORY,
           "no memory for a packet");
  std::memmove(packet.data + at + unit_.size(), packet.data + at, old_size - at);
  std::memcpy(packet.data + at, unit_.data(), unit_.size());
}

}  // namespace relievo::media
