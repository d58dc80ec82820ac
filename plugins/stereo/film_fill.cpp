#include "plugins/stereo/film_fill.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "plugins/stereo/cubic.hpp"

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Linear, as a cubic's weights: it reaches less far.
CubicWeights linear_weights_at(float f) {
  return {0.0F, 1.0F - f, f, 0.0F};
}

// By the same weights both ways; the border is repeated.
template <class T>
float sample(const Plane<const T>& plane, float x, float y, int low_bits,
             CubicWeights (*weights_at)(float)) {
  const float left = std::floor(x);
  const float top = std::floor(y);
  const auto across = weights_at(x - left);
  const auto down = weights_at(y - top);
  const auto line = [&](int row) {
    row = std::clamp(row, 0, plane.height - 1);
    const auto value = [&](int column) {
      return static_cast<float>(plane.at(std::clamp(column, 0, plane.width - 1), row) >> low_bits);
    };
    const int i = static_cast<int>(left);
    return across.before * value(i - 1) + across.at * value(i) + across.next * value(i + 1) +
           across.after * value(i + 2);
  };
  const int j = static_cast<int>(top);
  return down.before * line(j - 1) + down.at * line(j) + down.next * line(j + 1) +
         down.after * line(j + 2);
}

// Where samples of a component lie in the picture: picture = step * sample + offset.
struct Grid {
  float step_x = 1.0F;
  float step_y = 1.0F;
  float offset_x = 0.0F;
  float offset_y = 0.0F;
};

Grid grid_of(const PictureFormat& format, bool is_chroma) {
  if (!is_chroma) return {};
  Grid grid;
  grid.step_x = static_cast<float>(1 << format.chroma_shift_x);
  grid.step_y = static_cast<float>(1 << format.chroma_shift_y);
  grid.offset_x = 0.5F * static_cast<float>(format.chroma_x2);
  grid.offset_y = format.chroma_shift_y > 0 ? 0.5F * static_cast<float>(format.chroma_y2) : 0.0F;
  return grid;
}

// One run of holes, and the frames that it is painted from.
template <class T>
class RunPainter {
 public:
  RunPainter(const FilmMemory& memory, const FilmView& film,
             const std::vector<Components<const T>>& frames, const PictureFormat& format,
             const FilmTarget<T>& target)
      : memory_(memory),
        film_(film),
        frames_(frames),
        format_(format),
        target_(target),
        grid_(grid_of(format, target.first >= format.full_components)),
        agrees_(frames.size()) {}

  void paint(const HoleRun& run, int y) {
    std::fill(agrees_.begin(), agrees_.end(), std::nullopt);
    for (int x = run.begin; x < run.end; ++x) {
      const auto [column, row] = picture_place(static_cast<float>(x), y);
      const auto seen = film_.look(column, row);
      if (!seen) continue;
      auto& agrees = agrees_[at(seen->frame)];
      if (!agrees) agrees = agrees_beside(run, y, seen->frame);
      if (*agrees) put(x, y, *seen);
    }
  }

 private:
  // From a place in the map's source, or in the map, to one in the picture, or in the view.
  [[nodiscard]] std::pair<float, float> picture_place(float column, int y) const {
    if (target_.mirrored) column = static_cast<float>(target_.map->width() - 1) - column;
    return {grid_.step_x * column + grid_.offset_x,
            grid_.step_y * static_cast<float>(y) + grid_.offset_y};
  }
  [[nodiscard]] float value(const Sighting& seen, int c) const {
    const auto& plane = frames_[at(seen.frame)][at(c)];
    const float x = (seen.x - grid_.offset_x) / grid_.step_x;
    const float y = (seen.y - grid_.offset_y) / grid_.step_y;
    const float v =
        sample(plane, x, y, format_.low_bits, seen.is_clear ? cubic_weights_at : linear_weights_at);
    return std::clamp(v, 0.0F, static_cast<float>(format_.max()));
  }
  void put(int x, int y, const Sighting& seen) const {
    for (int c = target_.first; c < target_.last; ++c) {
      const auto v = static_cast<std::int32_t>(std::lround(value(seen, c)));
      (*target_.view)[at(c)].at(x, y) = static_cast<T>(v << format_.low_bits);
    }
    target_.map->show(
        x, y, static_cast<std::int32_t>(std::lround(seen.parallax / grid_.step_x * kPositionOne)));
  }
  // Whether the frame shows beside the run what the view shows there.
  [[nodiscard]] bool agrees_beside(const HoleRun& run, int y, int frame) const {
    constexpr int kBeside = 8;       // pixels that are compared
    constexpr float kAlike = 12.0F;  // mean difference in 8-bit steps
    const auto& map = *target_.map;
    const int step = run.side;
    const int edge = step > 0 ? run.end : run.begin - 1;
    float difference = 0.0F;
    int count = 0;
    for (int i = 1; i <= kBeside; ++i) {
      const int x = edge + step * i;
      if (x < 0 || x >= map.width() || map.is_hole(x, y)) break;
      if (std::abs(map.displacement(x, y) - run.background) > 2 * kPositionOne) break;
      const float source = static_cast<float>(map.row(y)[x]) / static_cast<float>(kPositionOne);
      const auto [column, row] = picture_place(source, y);
      const auto seen = memory_.follow(column, row,
                                       grid_.step_x * static_cast<float>(map.displacement(x, y)) /
                                           static_cast<float>(kPositionOne),
                                       frame);
      if (!seen) continue;
      for (int c = target_.first; c < target_.last; ++c) {
        const auto own = static_cast<float>((*target_.view)[at(c)].at(x, y) >> format_.low_bits);
        difference += std::abs(value(*seen, c) - own);
        ++count;
      }
    }
    return count == 0 ||
           difference / static_cast<float>(count) * 255.0F / static_cast<float>(format_.max()) <=
               kAlike;
  }

  const FilmMemory& memory_;
  const FilmView& film_;
  const std::vector<Components<const T>>& frames_;
  const PictureFormat& format_;
  const FilmTarget<T>& target_;
  Grid grid_;
  std::vector<std::optional<bool>> agrees_;  // each frame with what is beside the run
};

}  // namespace

template <class T>
void paint_from_film(const FilmMemory& memory, const FilmView& film,
                     const std::vector<Components<const T>>& frames, const PictureFormat& format,
                     const FilmTarget<T>& target, int band) {
  RunPainter<T> painter(memory, film, frames, format, target);
  const int begin = band * target.map->band_rows();
  const int end = std::min(begin + target.map->band_rows(), target.map->height());
  for (int y = begin; y < end; ++y)
    for (const auto& run : target.map->holes(y))
      if (run.side != 0) painter.paint(run, y);
  target.map->close_shown(band);
}

template void paint_from_film(const FilmMemory&, const FilmView&,
                              const std::vector<Components<const std::uint8_t>>&,
                              const PictureFormat&, const FilmTarget<std::uint8_t>&, int);
template void paint_from_film(const FilmMemory&, const FilmView&,
                              const std::vector<Components<const std::uint16_t>>&,
                              const PictureFormat&, const FilmTarget<std::uint16_t>&, int);

}  // namespace relievo::stereo
