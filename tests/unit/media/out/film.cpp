#include "tests/unit/media/out/film.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>

#include "core/media/nodes.hpp"
#include "tests/support/media_file.hpp"

namespace relievo::test {
namespace {

std::uint64_t new_clock() {
  static std::atomic<std::uint64_t> next{1000};
  return next++;
}

}  // namespace

Film small_film(int frames, std::uint32_t pixel_format, int width, int height) {
  Film film;
  film.format = colour_format(pixel_format, width, height);
  film.format.clock = new_clock();
  film.format.frame_count = frames;
  for (int i = 0; i < frames; ++i) film.times.push_back({i, 1});
  const int bits = static_cast<int>(RLV_PIXEL_BITS(pixel_format));
  film.paint = [bits](int view, std::int64_t frame, int component, int x, int y) {
    const int value = component == 0 ? 60 + 2 * ((x + static_cast<int>(frame)) % 40) + y + 20 * view
                                     : 118 + 8 * component + (x + y) % 5;
    return value << (bits - 8);
  };
  return film;
}

std::shared_ptr<media::ClockRecord> register_source(Film& film, const media::SourceFile& source) {
  return media::register_clock(film.format.clock, source);
}

Film film_of(const std::filesystem::path& source, double trim_start, double trim_end) {
  const auto file = read_file(source);
  const auto& video = file.video();
  Film film = small_film(0);
  film.format.timebase_num = video.timebase.num;
  film.format.timebase_den = video.timebase.den;
  auto packets = video.packets;
  std::sort(packets.begin(), packets.end(),
            [](const ReadPacket& a, const ReadPacket& b) { return a.pts < b.pts; });
  const double unit = av_q2d(video.timebase);
  for (const auto& packet : packets) {
    const double at = static_cast<double>(packet.pts) * unit;
    if (!packet.is_shown) continue;
    if ((trim_start >= 0 && at < trim_start) || (trim_end >= 0 && at >= trim_end)) continue;
    film.times.push_back({packet.pts, packet.duration});
  }
  film.format.frame_count = static_cast<std::int64_t>(film.times.size());
  const double seconds = static_cast<double>(packets.back().pts - packets.front().pts) * unit;
  film.format.rate_num = static_cast<std::int32_t>(
      std::lround(1000.0 * static_cast<double>(packets.size() - 1) / std::max(seconds, 1e-3)));
  film.format.rate_den = 1000;

  media::SourceFile record;
  record.path = source.string();
  record.video_stream = static_cast<int>(&video - file.streams.data());
  record.container_start = static_cast<std::int64_t>(std::lround(file.start * 1e6));
  if (trim_start >= 0) record.trim_start = static_cast<std::int64_t>(trim_start * 1e6);
  if (trim_end >= 0) record.trim_end = static_cast<std::int64_t>(trim_end * 1e6);
  register_source(film, record);
  return film;
}

std::string quick(const std::filesystem::path& path, const std::string& extra,
                  const std::string& preset) {
  auto json = nlohmann::json::parse(extra.empty() ? "{}" : extra);
  json["path"] = path.string();
  if (!preset.empty()) json["preset"] = preset;
  return json.dump();
}

std::vector<std::optional<rlv_format>> ports_of(const Film& film, bool both_views) {
  if (both_views) return {film.format, film.format, std::nullopt};
  return {std::nullopt, std::nullopt, film.format};
}

void push_film(SinkDriver& sink, const Film& film, bool both_views, std::size_t from,
               std::size_t to) {
  for (auto i = from; i < std::min(to, film.times.size()); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    const auto view = [&](int number) {
      auto info = frame_info(film.format, index);
      info.pts = film.times[i].pts;
      info.duration = film.times[i].duration;
      return painted_frame(sink.host(), info, [&](int component, int x, int y) {
        return film.paint(number, index, component, x, y);
      });
    };
    std::vector<Frame> frames(3);
    if (both_views) {
      frames[0] = view(0);
      frames[1] = view(1);
    } else {
      frames[2] = view(0);
    }
    sink.push(std::move(frames));
  }
}

nlohmann::json write_film(SinkDriver& sink, const Film& film, bool both_views) {
  static_cast<void>(sink.plan(ports_of(film, both_views)));
  sink.open();
  push_film(sink, film, both_views);
  sink.drain();
  return sink.finish(true);
}

nlohmann::json write_film(const std::string& params, const Film& film, bool both_views) {
  SinkDriver sink(media::sink_type(), params);
  return write_film(sink, film, both_views);
}

}  // namespace relievo::test
