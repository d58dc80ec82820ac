#include "core/media/write/tracks.hpp"

#include <algorithm>
#include <utility>

#include "core/media/write/metadata_copy.hpp"

namespace relievo::media {
namespace {

constexpr std::int64_t kSecond = AV_TIME_BASE;
// How far beyond the pictures the file is read, and how far if a sound track is still missing:
// files are interleaved coarsely.
constexpr std::int64_t kReadAhead = kSecond;
constexpr std::int64_t kFarthest = 10 * kSecond;
constexpr std::size_t kMostQueued = std::size_t{64} << 20;
// A subtitle that is still shown where a trimmed film begins has begun earlier.
constexpr std::int64_t kSeekBack = 10 * kSecond;
// What a read may take once the run is cancelled: the frames under way still get their sound from a
// source that gives it, one that stalls is given up.
constexpr std::chrono::seconds kPatience{1};

}  // namespace

Tracks::Tracks(const Host& host, const SourceFile& source, const Container& container,
               const std::string& wanted, const std::string& audio)
    : host_(host), container_(container), with_chapters_(wanted == "all") {
  if (source.path.empty() || source.is_still) return;
  if (!source.can_reopen) {
    notes_.emplace_back(
        "the source can be read only once: its sound, subtitles and chapters are lost");
    return;
  }
  open(source);
  if (!input_) return;
  plan_ = source.is_still ? TracksPlan{}
                          : plan_tracks(*input_, video_stream_, container_, wanted, audio);
  make_lines();
  for (const auto& note : plan_.notes) notes_.push_back(note);
}

// libav asks while it waits.
bool Tracks::gives_up() const {
  host_.progress(-1.0, "reading the source's other tracks");
  return host_.is_cancelled() && std::chrono::steady_clock::now() - read_begin_ > kPatience;
}

void Tracks::open(const SourceFile& source) {
  read_begin_ = std::chrono::steady_clock::now();
  auto opened = open_format(source.path, [this] { return gives_up(); });
  if (gives_up()) fail(RLV_E_CANCELLED, "opening '", source.path, "' was cancelled");
  if (!opened.format) {
    notes_.push_back(concat("the source '", source.path, "' cannot be read a second time (",
                            av_error_text(opened.error),
                            "): its sound, subtitles and chapters are lost"));
    return;
  }
  interrupt_ = std::move(opened.interrupt);
  input_ = std::move(opened.format);
  video_stream_ = source.video_stream;
  if ((input_->iformat->flags & AVFMT_TS_DISCONT) != 0)
    joints_.emplace(input_->nb_streams, video_stream_);
}

void Tracks::make_lines() {
  const auto* format = av_guess_format(container_.muxer, nullptr, nullptr);
  const auto* video = video_stream_ >= 0 && video_stream_ < static_cast<int>(input_->nb_streams)
                          ? input_->streams[video_stream_]
                          : nullptr;
  for (auto& stream : plan_.tracks) {
    if (stream.action != TrackAction::kCopy && stream.action != TrackAction::kConvert) continue;
    const auto& source = *input_->streams[stream.stream];
    const bool is_sound = source.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    Line line;
    line.source = stream.stream;
    line.is_sound = is_sound;
    try {
      if (stream.action == TrackAction::kCopy)
        line.track = make_copy_track(source, *format, container_.is_mp4_or_mov());
      else if (is_sound)
        line.track = make_audio_track(host_, source, stream.codec);
      else
        line.track =
            make_text_track(source, stream.codec, video != nullptr ? video->codecpar->width : 0,
                            video != nullptr ? video->codecpar->height : 0);
    } catch (const Error& e) {
      notes_.push_back(concat("track ", stream.stream, " (",
                              avcodec_get_name(source.codecpar->codec_id),
                              ") is left out: ", e.what()));
      continue;
    }
    lines_.push_back(std::move(line));
  }
  // The film's own packets are read too: they tell how far the file has been read.
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    const int index = static_cast<int>(i);
    const bool used = index == video_stream_ ||
                      std::any_of(lines_.begin(), lines_.end(),
                                  [&](const Line& line) { return line.source == index; });
    if (!used) input_->streams[i]->discard = AVDISCARD_ALL;
  }
  at_end_ = lines_.empty();
}

double Tracks::duration() const {
  return input_ && input_->duration > 0
             ? static_cast<double>(input_->duration) / static_cast<double>(kSecond)
             : 0.0;
}

void Tracks::begin(const Timeline& timeline) {
  timeline_ = timeline;
  if (at_end_ || !input_) return;
  if (timeline_.trimmed)
    seek_to(av_rescale_q(timeline_.cut, timeline_.clock, AV_TIME_BASE_Q) - kSeekBack);
  fill(0);
}

void Tracks::seek_to(std::int64_t microseconds) {
  if (input_->start_time != AV_NOPTS_VALUE && microseconds <= input_->start_time) return;
  read_begin_ = std::chrono::steady_clock::now();
  if (avformat_seek_file(input_.get(), -1, INT64_MIN, microseconds, microseconds, 0) < 0)
    host_.debug("the source cannot be searched; its tracks are read from the beginning");
}

std::int64_t Tracks::earliest() const {
  auto first = INT64_MAX;
  for (const auto& line : lines_) {
    if (line.queue.empty()) continue;
    const auto at = timeline_.output_us(line.queue.front()->pts, line.track->timebase());
    first = std::min(first, at + absorbed_delay(container_, line.track->codec()));
  }
  return first;
}

void Tracks::add_streams(Muxer& muxer, AVStream& video, std::vector<std::int64_t>& expected) {
  if (!input_) return;
  copy_global_metadata(*input_, muxer.context());
  if (with_chapters_) copy_chapters(*input_, muxer.context(), timeline_);
  if (video_stream_ >= 0 && video_stream_ < static_cast<int>(input_->nb_streams))
    copy_track_metadata(*input_->streams[video_stream_], video, container_);
  video.disposition = AV_DISPOSITION_DEFAULT;
  for (auto& line : lines_) {
    auto& target = muxer.add_stream();
    line.target = target.index;
    line.track->describe(target);
    copy_track_metadata(*input_->streams[line.source], target, container_);
    expected.push_back(expected_packets(line));
  }
  for (auto& plan : plan_.tracks) {
    if (plan.action != TrackAction::kAttachment && plan.action != TrackAction::kCover) continue;
    const auto& source = *input_->streams[plan.stream];
    auto& target = muxer.add_stream();
    expected.push_back(0);
    auto& codec = *target.codecpar;
    if (plan.action == TrackAction::kCover) {
      check_av(avcodec_parameters_copy(&codec, source.codecpar), RLV_E_MEMORY, "a cover");
      codec.codec_tag = 0;
      target.disposition = AV_DISPOSITION_ATTACHED_PIC;
      check_av(av_packet_ref(&target.attached_pic, &source.attached_pic), RLV_E_MEMORY, "a cover");
      continue;
    }
    const bool is_cover = source.codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    const auto* data = is_cover ? source.attached_pic.data : source.codecpar->extradata;
    const auto size = is_cover ? source.attached_pic.size : source.codecpar->extradata_size;
    codec.codec_type = AVMEDIA_TYPE_ATTACHMENT;
    codec.codec_id = source.codecpar->codec_id;
    codec.extradata = static_cast<std::uint8_t*>(
        check_alloc(av_mallocz(static_cast<std::size_t>(size) + AV_INPUT_BUFFER_PADDING_SIZE)));
    codec.extradata_size = size;
    std::copy_n(data, size, codec.extradata);
    copy_track_metadata(source, target, container_);
    if (is_cover) {
      const bool png = codec.codec_id == AV_CODEC_ID_PNG;
      target.disposition = 0;
      av_dict_set(&target.metadata, "filename", png ? "cover.png" : "cover.jpg",
                  AV_DICT_DONT_OVERWRITE);
      av_dict_set(&target.metadata, "mimetype", png ? "image/png" : "image/jpeg",
                  AV_DICT_DONT_OVERWRITE);
    }
  }
}

void Tracks::write_covers(Muxer& muxer) {
  for (unsigned i = 0; i < muxer.context().nb_streams; ++i) {
    const auto& stream = *muxer.context().streams[i];
    if (stream.attached_pic.size == 0) continue;
    PacketPtr packet(check_alloc(av_packet_clone(&stream.attached_pic)));
    packet->pts = packet->dts = 0;
    muxer.write(*packet, stream.index, stream.time_base);
  }
}

std::int64_t Tracks::expected_packets(const Line& line) const {
  const auto& source = *input_->streams[line.source];
  if (source.nb_frames > 0) return source.nb_frames;
  const auto& codec = *source.codecpar;
  if (!line.is_sound) return static_cast<std::int64_t>(duration());
  // 1024 samples is AAC's packet, and near the others'.
  const int samples = codec.frame_size > 0 ? codec.frame_size : 1024;
  return static_cast<std::int64_t>(duration() * codec.sample_rate / samples) + 16;
}

void Tracks::read_one() {
  auto& packet = *packet_;
  read_begin_ = std::chrono::steady_clock::now();
  const int result = av_read_frame(input_.get(), &packet);
  if (result < 0) {
    if (result != AVERROR_EOF && result != AVERROR(EAGAIN) && result != AVERROR_EXIT)
      host_.warn(concat("reading the source's other tracks stops early: ", av_error_text(result)));
    return end_all();
  }
  const auto& stream = *input_->streams[packet.stream_index];
  const auto part = part_of(packet);
  const bool is_joined = join(packet, part);
  if (packet.stream_index == video_stream_ && packet.dts != AV_NOPTS_VALUE) {
    position_ = std::max(position_, timeline_.output_us(packet.dts, stream.time_base));
    // Behind a wanted part the file may be long, and a subtitle track silent.
    if (timeline_.end != INT64_MAX &&
        av_rescale_q(packet.dts, stream.time_base, AV_TIME_BASE_Q) >= timeline_.end + kFarthest) {
      av_packet_unref(&packet);
      return end_all();
    }
  }
  for (auto& line : lines_) {
    if (line.source != packet.stream_index || line.ended) continue;
    if (is_joined && line.waiting.empty()) {
      take(line, packet, part);
    } else {
      queued_bytes_ += static_cast<std::size_t>(packet.size);
      line.waiting.push_back({PacketPtr(check_alloc(av_packet_clone(&packet))), part});
    }
  }
  av_packet_unref(&packet);
  offer_waiting(queued_bytes_ >= kMostQueued);
  if (std::all_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.ended; }))
    end_all();
}

// Which part of a glued file the packet belongs to; see time_joints.hpp.
std::size_t Tracks::part_of(const AVPacket& packet) {
  const auto stated = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (!joints_ || stated == AV_NOPTS_VALUE) return 0;
  const auto timebase = input_->streams[packet.stream_index]->time_base;
  const auto us = [&](std::int64_t t) {
    return av_rescale_q(t, timebase, AV_TIME_BASE_Q);
  };
  const auto pts = packet.pts != AV_NOPTS_VALUE ? packet.pts : stated;
  return joints_->arrive(packet.stream_index, us(stated), us(pts), us(packet.duration));
}

bool Tracks::join(AVPacket& packet, std::size_t part) const {
  if (part == 0) return true;
  const auto shift = joints_->shift(part);
  if (!shift) return false;
  const auto ticks =
      av_rescale_q(*shift, AV_TIME_BASE_Q, input_->streams[packet.stream_index]->time_base);
  if (packet.dts != AV_NOPTS_VALUE) packet.dts += ticks;
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += ticks;
  return true;
}

void Tracks::offer_waiting(bool at_all_costs) {
  for (auto& line : lines_) {
    if (line.waiting.empty()) continue;
    if (at_all_costs) joints_->guess(line.source);
    while (!line.waiting.empty() && join(*line.waiting.front().packet, line.waiting.front().part)) {
      const auto [packet, part] = std::move(line.waiting.front());
      line.waiting.pop_front();
      queued_bytes_ -= std::min(queued_bytes_, static_cast<std::size_t>(packet->size));
      if (!line.ended) take(line, *packet, part);
    }
  }
}

// Cuts what begins before the wanted part; false: nothing is left of it.
bool Tracks::cut(const Line& line, AVPacket& packet, AVRational timebase) const {
  if (!timeline_.trimmed || packet.pts == AV_NOPTS_VALUE) return true;
  const auto begin = av_rescale_q(timeline_.cut, timeline_.clock, timebase);
  const auto late = begin - packet.pts;
  if (late <= 0) return true;
  if (packet.duration <= late) return false;
  // A container without times before zero would move the pictures for the sake of a part of a
  // packet.
  if (line.is_sound) return container_.holds_negative_times();
  packet.pts = packet.dts = begin;
  packet.duration -= late;
  return true;
}

// Recorders let sound run on a little longer than pictures: behind a joint the rest of the old
// sound would push the new one back.
bool Tracks::is_heard_already(Line& line, const AVPacket& packet, std::size_t part) {
  if (part != line.part) line.overlaps = line.is_sound;
  line.part = part;
  if (packet.pts == AV_NOPTS_VALUE) return false;
  if (line.overlaps && packet.pts + packet.duration / 2 < line.end) return true;
  line.overlaps = false;
  line.end = packet.pts + packet.duration;
  return false;
}

void Tracks::take(Line& line, AVPacket& packet, std::size_t part) {
  if (is_heard_already(line, packet, part)) return;
  const auto timebase = input_->streams[line.source]->time_base;
  if (!cut(line, packet, timebase)) return;
  const auto before = line.queue.size();
  const auto pts = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (pts != AV_NOPTS_VALUE && timeline_.end != INT64_MAX &&
      av_compare_ts(pts, timebase, timeline_.end, AV_TIME_BASE_Q) >= 0) {
    line.track->finish(line.queue);
    line.ended = true;
  } else {
    line.track->take(packet, line.queue);
  }
  for (auto i = before; i < line.queue.size(); ++i)
    queued_bytes_ += static_cast<std::size_t>(line.queue[i]->size);
}

void Tracks::end_all() {
  offer_waiting(true);
  at_end_ = true;
  for (auto& line : lines_) {
    if (!line.ended) line.track->finish(line.queue);
    line.ended = true;
  }
}

void Tracks::fill(std::int64_t limit) {
  while (!at_end_ && queued_bytes_ < kMostQueued) {
    const bool behind = position_ < limit + kReadAhead;
    const bool missing = position_ < limit + kFarthest &&
                         std::any_of(lines_.begin(), lines_.end(), [](const Line& line) {
                           return line.is_sound && !line.ended && line.queue.empty();
                         });
    if (!behind && !missing) return;
    read_one();
  }
}

std::int64_t Tracks::due(const Line& line) const {
  if (line.queue.empty()) return INT64_MAX;
  return timeline_.output_us(line.queue.front()->dts, line.track->timebase());
}

void Tracks::write_queued(Muxer& muxer, std::int64_t limit) {
  for (;;) {
    const auto next =
        std::min_element(lines_.begin(), lines_.end(),
                         [&](const Line& a, const Line& b) { return due(a) < due(b); });
    if (next == lines_.end() || next->queue.empty() || due(*next) > limit) return;
    const auto packet = std::move(next->queue.front());
    next->queue.pop_front();
    queued_bytes_ -= std::min(queued_bytes_, static_cast<std::size_t>(packet->size));
    const auto timebase = next->track->timebase();
    packet->pts += timeline_.shift(timebase);
    packet->dts += timeline_.shift(timebase);
    muxer.write(*packet, next->target, timebase);
  }
}

void Tracks::write_until(Muxer& muxer, std::int64_t limit) {
  fill(limit);
  write_queued(muxer, limit);
}

void Tracks::write_rest(Muxer& muxer) {
  auto limit = std::max<std::int64_t>(0, position_);
  while (!at_end_) {
    limit += kSecond;
    write_until(muxer, limit);
    host_.progress(-1.0, "writing the rest of the sound");
    if (host_.is_cancelled()) fail(RLV_E_CANCELLED, "cancelled");
  }
  write_queued(muxer, INT64_MAX - 1);
}

}  // namespace relievo::media
