#include "core/media/read/film_facts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/media/read/dolby_vision.hpp"
#include "core/media/read/exif.hpp"
#include "core/media/read/hw_device.hpp"
#include "core/media/read/side_data.hpp"
#include "core/media/read/stereo_input.hpp"

namespace relievo::media {
namespace {

constexpr double kFilmWidth = 36.0;  // mm
constexpr const char* kAppleFocal = "com.apple.quicktime.camera.focal_length.35mm_equivalent";
// A picture this much behind the container's end has a damaged time.
constexpr std::int64_t kPlausibleSeconds = 60;

double number_of(const AVDictionary* metadata, const char* key) {
  const auto* entry = av_dict_get(metadata, key, nullptr, 0);
  return entry == nullptr ? 0.0 : std::strtod(entry->value, nullptr);
}

// Where containers say how to hold the picture: with it, or with the stream.
std::optional<ParsedMatrix> display_matrix(const AVStream& stream, const AVFrame& picture) {
  constexpr std::size_t kBytes = 9 * sizeof(std::int32_t);
  if (const auto* found = av_frame_get_side_data(&picture, AV_FRAME_DATA_DISPLAYMATRIX);
      found != nullptr && found->size >= kBytes)
    return orientation_of_matrix(reinterpret_cast<const std::int32_t*>(found->data));
  const auto in_stream = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (in_stream.size >= kBytes)
    return orientation_of_matrix(reinterpret_cast<const std::int32_t*>(in_stream.data));
  return std::nullopt;
}

Orientation find_orientation(const AVStream& stream, const AVFrame& first, const ExifFacts& exif,
                             std::vector<std::string>& warnings) {
  if (exif.orientation != 0) return orientation_of_exif(exif.orientation);
  const auto matrix = display_matrix(stream, first);
  if (!matrix) return {};
  if (!matrix->exact)
    warnings.push_back(concat("the film asks to be shown at an odd angle; it is turned by ",
                              matrix->orientation.degrees(), " degrees instead"));
  return matrix->orientation;
}

// Seconds of the stream, else of the container; 0 if neither knows.
double duration_of(const AVFormatContext& format, const AVStream& stream) {
  if (stream.duration != AV_NOPTS_VALUE && stream.duration > 0)
    return static_cast<double>(stream.duration) * av_q2d(stream.time_base);
  if (format.duration != AV_NOPTS_VALUE && format.duration > 0)
    return static_cast<double>(format.duration) / AV_TIME_BASE;
  return 0.0;
}

std::int64_t estimate_count(const AVStream& stream, AVRational rate, double available,
                            const FilmOptions& options) {
  double seconds = std::max(0.0, available - options.start);
  if (options.seconds > 0.0)
    seconds = available > 0.0 ? std::min(seconds, options.seconds) : options.seconds;
  const auto average = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : rate;
  const bool whole = options.start <= 0.0 && options.seconds <= 0.0;
  const auto by_time =
      average.den > 0 ? std::llround(std::min(seconds * av_q2d(average), 1e12)) : 0LL;
  // The container counts pictures that an edit list hides, too.
  if (whole && stream.nb_frames > 0)
    return by_time > 0 ? std::min<std::int64_t>(stream.nb_frames, by_time) : stream.nb_frames;
  return by_time;
}

std::int64_t to_microseconds(double seconds) {
  return std::llround(std::min(seconds, 1e12) * AV_TIME_BASE);
}

SourceFile describe_source(const PacketReader& reader, const AVFrame& first,
                           const FilmOptions& options) {
  SourceFile source;
  source.path = options.path;
  source.video_stream = reader.input().video_stream;
  source.is_still = reader.input().is_still;
  source.can_reopen = reader.input().can_reopen;
  const auto start_time = reader.format().start_time;
  source.container_start = start_time == AV_NOPTS_VALUE ? 0 : start_time;
  if (options.start > 0.0)
    source.trim_start = source.container_start + to_microseconds(options.start);
  if (options.seconds > 0.0)
    source.trim_end = source.container_start + to_microseconds(options.start + options.seconds);
  auto hdr = hdr_metadata(reader.stream(), first);
  source.mastering_display = std::move(hdr.mastering_display);
  source.content_light = std::move(hdr.content_light);
  return source;
}

// Hardware hands its pictures over in another layout: promised where it is likely, so that they
// need not be changed again.
AVPixelFormat expected_format(AVPixelFormat decoded, const AVStream& stream,
                              const std::string& hwaccel) {
  for (const auto type : hardware_candidates(hwaccel))
    if (is_plausible(type) && find_hardware_codec(stream.codecpar->codec_id, type).codec != nullptr)
      return downloaded_format(decoded);
  return decoded;
}

}  // namespace

FilmFacts film_facts(const PacketReader& reader, const AVFrame& first, const AVPacket& packet,
                     const FilmOptions& options) {
  auto& format = reader.format();
  auto& stream = reader.stream();
  const bool is_still = reader.input().is_still;
  FilmFacts facts;
  ExifFacts exif;
  if (is_still) exif = read_exif({packet.data, static_cast<std::size_t>(packet.size)});
  facts.orientation = find_orientation(stream, first, exif, facts.warnings);

  if (auto line = check_dolby_vision(stream, options.path); !line.empty())
    facts.notes.push_back(std::move(line));
  const auto stereo =
      stereo_input(format, stream, first, reader.input().can_reopen ? options.path : std::string());
  const auto view = choose_view(stereo, options.unpack, first, options.path);
  facts.crop = view.crop;
  if (!view.warning.empty()) facts.warnings.push_back(view.warning);

  facts.promise = promise_of(first, facts.orientation, is_still);
  facts.promise.width = facts.orientation.is_transposed() ? view.height : view.width;
  facts.promise.height = facts.orientation.is_transposed() ? view.width : view.height;
  if (!is_still)
    facts.promise.format = expected_format(facts.promise.format, stream, options.hwaccel);
  // The container's word counts more than the decoder's.
  auto aspect = av_guess_sample_aspect_ratio(&format, &stream, const_cast<AVFrame*>(&first));
  if (aspect.num <= 0 || aspect.den <= 0) aspect = {0, 1};
  if (facts.orientation.is_transposed() && aspect.num > 0) std::swap(aspect.num, aspect.den);
  facts.promise.sample_aspect = aspect;

  facts.timebase = stream.time_base;
  if (!is_still) facts.rate = av_guess_frame_rate(&format, &stream, nullptr);
  if (facts.rate.num <= 0 || facts.rate.den <= 0) facts.rate = {0, 1};
  const auto picture_time = facts.rate.num > 0 ? av_inv_q(facts.rate) : AVRational{1, 25};
  facts.nominal_duration =
      std::max<std::int64_t>(1, av_rescale_q(1, picture_time, stream.time_base));

  const double seconds = is_still ? 0.0 : duration_of(format, stream);
  facts.frame_count = is_still ? 1 : estimate_count(stream, facts.rate, seconds, options);
  if (seconds > 0.0 && options.start >= seconds)
    fail(RLV_E_CONFIG, "'start' is ", options.start, " s, but '", options.path, "' is only ",
         seconds, " s long; choose an earlier start");
  facts.source = describe_source(reader, first, options);
  facts.latest_plausible = INT64_MAX;
  if (format.duration != AV_NOPTS_VALUE && format.duration > 0) {
    const auto last = facts.source.container_start + format.duration;
    facts.latest_plausible = av_rescale_q(last, {1, AV_TIME_BASE}, stream.time_base) +
                             av_rescale_q(kPlausibleSeconds, {1, 1}, stream.time_base);
  }

  double focal = exif.focal_35mm;
  if (focal <= 0.0) focal = number_of(format.metadata, kAppleFocal);
  if (focal <= 0.0) focal = number_of(stream.metadata, kAppleFocal);
  if (focal > 0.0 && std::isfinite(focal))
    facts.focal_px = static_cast<float>(focal / kFilmWidth * std::max(view.width, view.height));
  return facts;
}

}  // namespace relievo::media
