// Short films for the sink: frames with given times, and the file that they are said to come from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/media/clocks.hpp"
#include "tests/unit/media/out/sink_driver.hpp"

namespace relievo::test {

struct FilmTime {
  std::int64_t pts;
  std::int64_t duration;
};

struct Film {
  rlv_format format{};
  std::vector<FilmTime> times;
  // Sample of a component of view 0 (left) or 1 (right) at x, y of frame.
  std::function<int(int view, std::int64_t frame, int component, int x, int y)> paint;
};

// frames pictures at 24 a second, a picture that moves a little; small, so that encoders are quick.
[[nodiscard]] Film small_film(int frames, std::uint32_t pixel_format = RLV_PF_YUV420P,
                              int width = 64, int height = 48);
// A film with the times of a file's video track, as its source node would give them; registers the
// clock with that file. trim_start and trim_end in seconds of the source's time line.
[[nodiscard]] Film film_of(const std::filesystem::path& source, double trim_start = -1,
                           double trim_end = -1);
// Says that film comes from source.
std::shared_ptr<media::ClockRecord> register_source(Film& film, const media::SourceFile& source);

// {"path": path, <extra>} with the quickest settings of encoders.
[[nodiscard]] std::string quick(const std::filesystem::path& path, const std::string& extra = "",
                                const std::string& preset = "ultrafast");

// Formats of the ports left, right and picture.
[[nodiscard]] std::vector<std::optional<rlv_format>> ports_of(const Film& film, bool both_views);
void push_film(SinkDriver& sink, const Film& film, bool both_views, std::size_t from = 0,
               std::size_t to = SIZE_MAX);
// plan, open, every frame, drain, finish: the report.
nlohmann::json write_film(SinkDriver& sink, const Film& film, bool both_views = true);
nlohmann::json write_film(const std::string& params, const Film& film, bool both_views = true);

}  // namespace relievo::test
