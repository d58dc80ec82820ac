#include "core/media/write/muxer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <numeric>
#include <system_error>

#include "core/media/av_log.hpp"
#include "core/media/write/moov_size.hpp"
#include "core/media/write/output_file.hpp"

extern "C" {
#include <libavutil/opt.h>
}

namespace relievo::media {
namespace {

// Without a ':' that libav would take for a protocol.
std::string url_of(const std::filesystem::path& file) {
  return "file:" + file.string();
}

// libavformat up to 5.1 writes the delay of Opus but does not add it to the times, so that they are
// read back too early by it.
constexpr bool kAddsDelay = LIBAVFORMAT_VERSION_INT > AV_VERSION_INT(59, 30, 100);

// Room for the index beside the media data, with a margin for estimates that are a little low.
std::int64_t with_margin(std::int64_t bytes) {
  return std::min<std::int64_t>(bytes + bytes / 10, INT32_MAX);
}
// For a film of unknown length: the index of some minutes.
constexpr std::int64_t kUnknownRoom = std::int64_t{1} << 20;

}  // namespace

std::int64_t absorbed_delay(const Container& container, const AVCodecParameters& codec) {
  const bool matroska = container.family == Family::kMatroska || container.family == Family::kWebm;
  if (!matroska || codec.initial_padding <= 0 || codec.sample_rate <= 0) return 0;
  if (!kAddsDelay && codec.codec_id != AV_CODEC_ID_OPUS) return 0;
  return av_rescale(codec.initial_padding, AV_TIME_BASE, codec.sample_rate);
}

Muxer::Muxer(const Host& host, const Container& container, const std::filesystem::path& file)
    : container_(container), file_(file), writer_(host, file) {
  AVFormatContext* made = nullptr;
  check_av(avformat_alloc_output_context2(&made, nullptr, container.muxer, url_of(file).c_str()),
           RLV_E_UNSUPPORTED, "this FFmpeg cannot write ", container.ending);
  context_.reset(made);
  context_->pb = writer_.io();
  context_->flags |= AVFMT_FLAG_CUSTOM_IO;
  // The packets' relation to each other is exact already; see film_output.cpp.
  context_->avoid_negative_ts = 0;
}

AVStream& Muxer::add_stream() {
  return *check_alloc(avformat_new_stream(context_.get(), nullptr));
}

void Muxer::fail_io(int result, const char* doing) {
  failed_ = true;
  const auto said = take_av_error_line();
  fail(RLV_E_IO, doing, " '", file_.string(), "' failed after ",
       human_size(static_cast<std::uint64_t>(std::max<std::int64_t>(0, avio_tell(context_->pb)))),
       ": ", av_error_text(result), write_advice(result), said.empty() ? "" : "; libav: ", said);
}

void Muxer::write_header(const std::vector<std::int64_t>& expected) {
  auto& c = *context_;
  packets_.assign(c.nb_streams, 0);
  last_dts_.assign(c.nb_streams, AV_NOPTS_VALUE);
  Dictionary options;
  if (container_.is_mp4_or_mov()) {
    const bool known = !expected.empty() && expected.front() > 0;
    index_room_ = known ? with_margin(moov_bound(c, expected)) : kUnknownRoom;
    options.set("moov_size", std::to_string(index_room_));
    // Delays at the start are told in ticks of the film's clock; a millisecond would blur them.
    for (unsigned i = 0; i < c.nb_streams; ++i) {
      if (c.streams[i]->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
      int scale = c.streams[i]->time_base.den;
      while (scale < 10000) scale *= 2;  // as the muxer does with the track's own
      options.set("movie_timescale", std::to_string(scale));
      break;
    }
  } else {
    // What a crash or a full disk can cost: a cluster is kept in memory until it is whole.
    options.set("cluster_time_limit", "1000");
  }
  static_cast<void>(take_av_error_line());
  const int result = avformat_write_header(&c, options.address());
  if (result < 0) {
    const auto reason = take_av_error_line();
    if (c.pb->error < 0) fail_io(c.pb->error, "writing");
    fail(RLV_E_UNSUPPORTED, "'", file_.string(),
         "' cannot be begun: ", reason.empty() ? av_error_text(result) : reason);
  }
  header_written_ = true;
  if (index_room_ > 0) reserve_index_room();
  avio_flush(c.pb);
  if (c.pb->error < 0) fail_io(c.pb->error, "writing");
}

// The muxer leaves a hole behind 'ftyp'. Filled with a 'free' box it is valid even if the index has
// to go elsewhere, and its blocks are there when the disk is full.
void Muxer::reserve_index_room() {
  auto& pb = *context_->pb;
  avio_flush(&pb);
  std::array<unsigned char, 8> first{};
  std::ifstream(file_, std::ios::binary)
      .read(reinterpret_cast<char*>(first.data()), static_cast<std::streamsize>(first.size()));
  if (std::memcmp(first.data() + 4, "ftyp", 4) != 0)
    fail(RLV_E_INTERNAL, "'", file_.string(), "' does not begin with its file type");
  const auto hole = std::accumulate(first.begin(), first.begin() + 4, std::int64_t{0},
                                    [](std::int64_t sum, unsigned char b) { return sum << 8 | b; });
  const auto end = avio_tell(&pb);
  avio_seek(&pb, hole, SEEK_SET);
  avio_wb32(&pb, static_cast<unsigned>(index_room_));
  avio_write(&pb, reinterpret_cast<const unsigned char*>("free"), 4);
  static constexpr std::array<unsigned char, 4096> kZeros{};
  for (auto left = index_room_ - 8; left > 0; left -= static_cast<std::int64_t>(kZeros.size()))
    avio_write(&pb, kZeros.data(), static_cast<int>(std::min<std::int64_t>(left, kZeros.size())));
  avio_seek(&pb, end, SEEK_SET);
}

void Muxer::write(AVPacket& packet, int stream, AVRational timebase) {
  auto& c = *context_;
  const auto index = static_cast<std::size_t>(stream);
  const auto& target = *c.streams[stream];
  packet.stream_index = stream;
  packet.pos = -1;
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
  av_packet_rescale_ts(&packet, timebase, target.time_base);
  if (!kAddsDelay) {
    const auto delay = av_rescale_q(absorbed_delay(container_, *target.codecpar), AV_TIME_BASE_Q,
                                    target.time_base);
    packet.pts += delay;
    packet.dts += delay;
  }
  auto& last = last_dts_[index];
  const std::int64_t least = last == AV_NOPTS_VALUE
                                 ? packet.dts
                                 : last + ((c.oformat->flags & AVFMT_TS_NONSTRICT) != 0 ? 0 : 1);
  if (packet.dts < least) packet.dts = least;
  if (packet.pts < packet.dts) packet.pts = packet.dts;
  last = packet.dts;
  static_cast<void>(take_av_error_line());
  const int result = av_write_frame(&c, &packet);
  if (result < 0) fail_io(result, "writing");
  ++packets_[index];
}

// In which place the index is written, decided when its size is known.
void Muxer::place_index(bool complete) {
  auto& c = *context_;
  const auto bound = moov_bound(c, packets_);
  if (bound <= index_room_) return;
  av_opt_set_int(c.priv_data, "moov_size", 0, 0);
  // Moving everything behind the index rewrites the whole file in place: only if nothing hurries
  // and it cannot run out of space half way.
  std::error_code error;
  const auto space =
      std::filesystem::space(file_.parent_path().empty() ? "." : file_.parent_path(), error);
  const bool roomy = !error && space.available > 4U * static_cast<std::uintmax_t>(bound);
  if (complete && roomy) av_opt_set(c.priv_data, "movflags", "+faststart", 0);
}

void Muxer::close(bool complete) {
  if (closed_) return;
  closed_ = true;
  int result = 0;
  if (header_written_) {
    if (!complete || failed_) writer_.forgive();
    if (container_.is_mp4_or_mov()) place_index(complete && !failed_);
    result = av_write_trailer(context_.get());
  }
  const int closing = writer_.close();
  if (!complete) return;
  if (closing < 0) result = closing;
  if (result < 0)
    fail(RLV_E_IO, "closing '", file_.string(), "' failed: ", av_error_text(result),
         write_advice(result));
}

}  // namespace relievo::media
