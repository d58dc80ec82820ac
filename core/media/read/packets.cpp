#include "core/media/read/packets.hpp"

#include <array>
#include <iterator>

namespace relievo::media {
namespace {

// Some demuxers stumble over a damaged spot and go on behind it.
constexpr int kStumbles = 16;

}  // namespace

PacketPtr PacketReader::read() {
  if (!waiting_.empty()) {
    auto packet = std::move(waiting_.front());
    waiting_.pop_front();
    return packet;
  }
  auto packet = make_packet();
  for (int stumbles = 0;;) {
    const int result = av_read_frame(input_.format.get(), packet.get());
    if (result >= 0) {
      if (packet->stream_index == input_.video_stream) return packet;
      av_packet_unref(packet.get());
      continue;
    }
    if (result == AVERROR(EAGAIN)) continue;
    if (result == AVERROR_INVALIDDATA && ++stumbles < kStumbles) continue;
    read_error_ = result == AVERROR_EOF ? 0 : result;
    // Demuxers that lose their file midway call that its end, too.
    if (read_error_ == 0 && input_.format->pb != nullptr && input_.format->pb->error < 0 &&
        input_.format->pb->error != AVERROR_EOF)
      read_error_ = input_.format->pb->error;
    return nullptr;
  }
}

void PacketReader::put_back(std::deque<PacketPtr> packets) {
  waiting_.insert(waiting_.begin(), std::make_move_iterator(packets.begin()),
                  std::make_move_iterator(packets.end()));
}

bool PacketReader::seek_before(std::int64_t pts) {
  auto& format = *input_.format;
  const bool seekable = format.pb == nullptr || (format.pb->seekable & AVIO_SEEKABLE_NORMAL) != 0;
  if (!seekable) return false;
  // Containers index decoding times, or nothing at all: what they call "before" is checked, and
  // asked for with more and more room.
  static constexpr std::array<int, 4> kMarginSeconds{0, 2, 10, 60};
  for (const int margin : kMarginSeconds) {
    const auto wanted = pts - av_rescale_q(margin, {1, 1}, stream().time_base);
    waiting_.clear();
    if (avformat_seek_file(&format, input_.video_stream, INT64_MIN, wanted, wanted, 0) < 0)
      return false;
    auto packet = read();
    while (packet && (packet->flags & AV_PKT_FLAG_KEY) == 0) packet = read();
    if (!packet || packet->pts == AV_NOPTS_VALUE || packet->pts > pts) continue;
    waiting_.push_front(std::move(packet));
    return true;
  }
  return false;
}

}  // namespace relievo::media
