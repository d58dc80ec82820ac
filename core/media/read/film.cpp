#include "core/media/read/film.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <sstream>
#include <utility>

#include "core/media/read/side_data.hpp"

namespace relievo::media {
namespace {

// How far into a damaged file to look for a first picture.
constexpr int kLookPackets = 3000;
constexpr std::int64_t kLookBytes = std::int64_t{256} << 20U;
// A film whose last picture is this much before the end that the container states is cut off.
constexpr double kShortSeconds = 1.0;
constexpr double kShortPictures = 5.0;
constexpr int kPicturesPerSign = 50;

std::string seconds_text(double seconds) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << seconds << " s";
  return text.str();
}

std::string pictures_text(std::int64_t count) {
  return concat(count, count == 1 ? " picture" : " pictures");
}

std::optional<std::int64_t> stated(std::int64_t pts) {
  if (pts == AV_NOPTS_VALUE) return std::nullopt;
  return pts;
}

std::int64_t duration_of(const AVFrame& picture) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
  return picture.duration;
#else
  return picture.pkt_duration;
#endif
}

}  // namespace

Film::Film(FilmOptions options, Host host) : options_(std::move(options)), host_(host) {}

void Film::check_cancelled() const {
  if (host_.is_cancelled()) fail(RLV_E_CANCELLED, "reading ", name(), " was cancelled");
}

Film::Look Film::look() const {
  Look look;
  const auto host = host_;
  look.reader = std::make_unique<PacketReader>(
      open_input(options_.path, options_.track, [host] { return host.is_cancelled(); }));
  std::deque<PacketPtr> read;
  std::int64_t bytes = 0;
  PacketPtr last;
  DecoderOptions decoder_options;
  Decoder decoder(look.reader->stream(), std::move(decoder_options), [&]() -> PacketPtr {
    check_cancelled();
    if (read.size() >= kLookPackets || bytes > kLookBytes) return nullptr;
    auto packet = look.reader->read();
    if (!packet) return nullptr;
    bytes += packet->size;
    if (!look.packet) look.packet.reset(check_alloc(av_packet_clone(packet.get())));
    read.emplace_back(check_alloc(av_packet_clone(packet.get())));
    return packet;
  });
  look.picture = decoder.next();
  check_cancelled();
  if (!look.picture)
    fail(RLV_E_IO, "no picture of ", name(), " can be decoded (",
         avcodec_get_name(look.reader->stream().codecpar->codec_id), ", ", read.size(),
         read.size() == 1 ? " packet" : " packets",
         " read); the file is damaged: copy it again, or check that it plays elsewhere");
  look.reader->put_back(std::move(read));
  return look;
}

const FilmFacts& Film::examine() {
  if (facts_) return *facts_;
  auto seen = look();
  facts_ = film_facts(*seen.reader, *seen.picture, *seen.packet, options_);
  for (const auto& line : facts_->warnings) host_.warn(line);
  for (const auto& line : facts_->notes) host_.info(line);
  reader_ = std::move(seen.reader);
  return *facts_;
}

void Film::open() {
  examine();
  if (was_opened_) {
    if (!facts_->source.can_reopen)
      fail(RLV_E_IO, name(), " cannot be read a second time; store it in a file first");
    reader_ = look().reader;
  }
  was_opened_ = true;
  go_to_start();
  Upright::Options upright;
  upright.orientation = facts_->orientation;
  upright.crop = facts_->crop;
  upright.deinterlace = options_.deinterlace;
  upright.is_still = facts_->source.is_still;
  upright.threads = host_.cpu_threads();
  const auto host = host_;
  const auto title = name();
  upright.warn = [host, title](const std::string& line) {
    host.warn(title + ": " + line);
  };
  upright_ = std::make_unique<Upright>(facts_->promise, std::move(upright));

  DecoderOptions decoder;
  decoder.hwaccel = facts_->source.is_still ? "none" : options_.hwaccel;
  decoder.threads = host_.cpu_threads();
  decoder.info = [host](const std::string& line) {
    host.info(line);
  };
  auto* reader = reader_.get();
  decoder_ = std::make_unique<Decoder>(reader->stream(), std::move(decoder),
                                       [reader] { return reader->read(); });
  times_.emplace(facts_->nominal_duration, facts_->latest_plausible);
  waiting_.clear();
  finished_ = false;
  passed_end_ = false;
  given_ = 0;
  end_ = 0;
}

void Film::close() {
  decoder_.reset();
  upright_.reset();
  reader_.reset();
}

void Film::go_to_start() {
  const auto& source = facts_->source;
  if (source.trim_start == INT64_MIN || source.is_still) return;
  const auto start =
      av_rescale_q(source.trim_start, {1, AV_TIME_BASE}, reader_->stream().time_base);
  // A short way is read through: that costs less than a seek that has to be checked.
  if (options_.start < 1.0 || reader_->seek_before(start)) return;
  if (source.can_reopen) reader_ = look().reader;
}

bool Film::is_wanted(std::int64_t pts) {
  const auto& source = facts_->source;
  const AVRational unit{1, AV_TIME_BASE};
  if (source.trim_end != INT64_MAX &&
      av_compare_ts(pts, facts_->timebase, source.trim_end, unit) >= 0) {
    passed_end_ = true;
    return false;
  }
  return source.trim_start == INT64_MIN ||
         av_compare_ts(pts, facts_->timebase, source.trim_start, unit) >= 0;
}

// Decodes the next picture that is wanted into upright_; false at the end.
bool Film::decode_one() {
  for (int skipped = 0;; ++skipped) {
    check_cancelled();
    if (facts_->source.is_still && given_ > 0) return false;
    if (skipped % kPicturesPerSign == kPicturesPerSign - 1)
      host_.progress(-1.0, "going to the film's start");
    auto picture = decoder_->next();
    if (!picture) return false;
    const auto times = times_->next(stated(picture->best_effort_timestamp), duration_of(*picture));
    const bool wanted = is_wanted(times.pts);
    if (passed_end_) return false;
    if (!wanted) continue;
    ++given_;
    end_ = times.pts + times.duration;
    waiting_.push_back({times.pts, times.duration, travelling_side_data(*picture)});
    upright_->push(std::move(picture));
    return true;
  }
}

std::optional<FilmPicture> Film::next() {
  for (;;) {
    if (auto picture = upright_->pull()) {
      auto waiting = std::move(waiting_.front());
      waiting_.pop_front();
      return FilmPicture{std::move(picture), waiting.pts, waiting.duration,
                         std::move(waiting.side_data)};
    }
    if (finished_) return std::nullopt;
    if (!decode_one()) finish();
  }
}

void Film::finish() {
  finished_ = true;
  upright_->finish();
  check_cancelled();
  if (given_ == 0 && options_.start > 0.0)
    fail(RLV_E_CONFIG, "there is no picture of ", name(), " at or after 'start' (",
         seconds_text(options_.start), "); choose an earlier start");
  if (given_ == 0) fail(RLV_E_IO, "no picture of ", name(), " can be decoded; the file is damaged");
  report();
}

// One line each, at the end: only then the numbers are known.
void Film::report() {
  const auto& source = facts_->source;
  const auto in_film = [&](std::int64_t pts) {
    return static_cast<double>(pts) * av_q2d(facts_->timebase) -
           static_cast<double>(source.container_start) / AV_TIME_BASE;
  };
  const auto& damage = decoder_->damage();
  if (damage.pictures > 0)
    host_.warn(concat(
        pictures_text(damage.pictures), " of ", name(),
        damage.pictures == 1 ? " is damaged or missing" : " are damaged or missing",
        damage.first_pts ? concat(", the first at ", seconds_text(in_film(*damage.first_pts))) : "",
        "; ", pictures_text(given_), " were read"));
  if (times_->repaired() > 0)
    host_.warn(concat("the times of ", pictures_text(times_->repaired()), " of ", name(),
                      " are missing or do not run forward; they were repaired"));
  if (source.is_still || passed_end_) return;
  const auto& stream = reader_->stream();
  double missing = 0.0;
  double stated_end = 0.0;
  if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0) {
    const auto begin = stream.start_time == AV_NOPTS_VALUE ? 0 : stream.start_time;
    stated_end = in_film(begin + stream.duration);
    missing = stated_end - in_film(end_);
  }
  const double picture_seconds =
      static_cast<double>(facts_->nominal_duration) * av_q2d(facts_->timebase);
  const bool is_short = missing > std::max(kShortSeconds, kShortPictures * picture_seconds);
  if (is_short || reader_->read_error() != 0)
    host_.warn(concat(name(), " ends early, at ", seconds_text(in_film(end_)),
                      is_short ? concat(" of ", seconds_text(stated_end)) : "", " (",
                      pictures_text(given_), " read",
                      reader_->read_error() != 0 ? "; " + av_error_text(reader_->read_error()) : "",
                      "): it is cut off or damaged; what is there is kept"));
}

}  // namespace relievo::media
