#include "plugins/stereo/film_fill.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

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
        agrees_(frames.size()) {}

  void paint(const HoleRun& run, int y) {
    std::fill(agrees_.begin(), agrees_.end(), std::nullopt);
    for (int x = run.begin; x < run.end; ++x) {
      const auto seen = film_.look(picture_column(static_cast<float>(x)), static_cast<float>(y));
      if (!seen) continue;
      auto& agrees = agrees_[at(seen->frame)];
      if (!agrees) agrees = agrees_beside(run, y, seen->frame);
      if (*agrees) put(x, y, *seen);
    }
  }

 private:
  // From a column of the map's source, or of the map, to one of the picture, or of the view.
  [[nodiscard]] float picture_column(float column) const {
    return target_.mirrored ? static_cast<float>(target_.map->width() - 1) - column : column;
  }
  // At a place in a frame, in samples of the component.
  [[nodiscard]] float value(const Sighting& seen, int c, float x, float y) const {
    const float v = sample(frames_[at(seen.frame)][at(c)], x, y, format_.low_bits,
                           seen.is_clear ? cubic_weights_at : linear_weights_at);
    return std::clamp(v, 0.0F, static_cast<float>(format_.max()));
  }
  void write(int c, int x, int y, float v) const {
    (*target_.view)[at(c)].at(x, y) =
        static_cast<T>(static_cast<std::int32_t>(std::lround(v)) << format_.low_bits);
  }
  void put(int x, int y, const Sighting& seen) const {
    for (int c = 0; c < format_.full_components; ++c)
      write(c, x, y, value(seen, c, seen.x, seen.y));
    if (target_.chroma != nullptr) put_chroma(x, y, seen);
    target_.map->show(x, y, static_cast<std::int32_t>(std::lround(seen.parallax * kPositionOne)));
  }
  // The samples of chroma that lie on the pixel, if they are holes.
  void put_chroma(int x, int y, const Sighting& seen) const {
    const auto& grid = *target_.chroma;
    const int row = grid.row_of(y);
    if (y < grid.upper(row) || y > grid.lower(row)) return;
    // 2 k + left <= x <= 2 k + right
    const int last = std::min((x - grid.left()) >> 1, grid.width() - 1);
    for (int k = std::max((x - grid.right() + 1) >> 1, 0); k <= last; ++k) {
      if (!grid.is_hole(*target_.map, k, row)) continue;
      // How far the sample lies beside the pixel is the same in the other frame.
      const int own = target_.mirrored ? grid.width() - 1 - k : k;
      const float moved_x = seen.x - picture_column(static_cast<float>(x));
      const float moved_y = seen.y - static_cast<float>(y);
      const float column =
          static_cast<float>(own) + moved_x / static_cast<float>(1 << format_.chroma_shift_x);
      const float line =
          static_cast<float>(row) + moved_y / static_cast<float>(1 << format_.chroma_shift_y);
      for (int c = format_.full_components; c < format_.components; ++c)
        write(c, k, row, value(seen, c, column, line));
    }
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
      const auto seen = memory_.follow(
          picture_column(source), static_cast<float>(y),
          static_cast<float>(map.displacement(x, y)) / static_cast<float>(kPositionOne), frame);
      if (!seen) continue;
      for (int c = 0; c < format_.full_components; ++c) {
        const auto own = static_cast<float>((*target_.view)[at(c)].at(x, y) >> format_.low_bits);
        difference += std::abs(value(*seen, c, seen->x, seen->y) - own);
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
