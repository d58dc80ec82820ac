#include "tools/judge/cut_film.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>
#include <utility>

namespace relievo::judge {
namespace {

constexpr int kWidth = Picture::kWidth;
constexpr int kHeight = Picture::kHeight;

std::uint8_t to_sample(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
}

// Of the numbers low to high, both included; the same with every library.
std::size_t draw(std::mt19937& random, std::size_t low, std::size_t high) {
  return high <= low ? low : low + random() % (high - low + 1);
}
float draw(std::mt19937& random, float low, float high) {
  return low + (high - low) * static_cast<float>(random() >> 8) * 0x1p-24F;
}

Shot part_of(const Shot& shot, std::mt19937& random, std::size_t length) {
  length = std::min(length, shot.size());
  const auto begin =
      static_cast<std::ptrdiff_t>(draw(random, std::size_t{0}, shot.size() - length));
  return {shot.begin() + begin, shot.begin() + begin + static_cast<std::ptrdiff_t>(length)};
}

void append(Shot& film, const Shot& more, std::size_t from = 0) {
  film.insert(film.end(), more.begin() + static_cast<std::ptrdiff_t>(from), more.end());
}

Picture blend(const Picture& a, const Picture& b, float share) {
  Picture mix;
  for (std::size_t i = 0; i < mix.samples.size(); ++i)
    mix.samples[i] = to_sample((1.0F - share) * static_cast<float>(a.samples[i]) +
                               share * static_cast<float>(b.samples[i]));
  return mix;
}

// Light turned up (gain) with light from elsewhere on top (lift, in levels).
void brighten(Picture& picture, float gain, float lift) {
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const auto v = static_cast<float>(picture.samples[i]);
    picture.samples[i] = i < Picture::kPlane
                             ? to_sample(v * gain + lift)
                             : to_sample(127.5F + (v - 127.5F) * std::min(gain, 1.0F));
  }
}

// Noise of the given standard deviation, correlated over two samples as film grain is.
void add_grain(Picture& picture, float deviation, std::mt19937& random) {
  float last = 0.0F;
  for (std::size_t i = 0; i < Picture::kPlane; ++i) {
    // The sum of four uniform numbers has a standard deviation of 0.577.
    float sum = -2.0F;
    for (int k = 0; k < 4; ++k) sum += static_cast<float>(random() >> 8) * 0x1p-24F;
    const float now = sum * deviation / 0.577F;
    picture.samples[i] = to_sample(static_cast<float>(picture.samples[i]) + now + 0.5F * last);
    last = now;
  }
}

// The window of the given size with its corner at (left, top), enlarged to a whole picture.
Picture window(const Picture& from, float left, float top, float size) {
  Picture view;
  for (std::size_t c = 0; c < 3; ++c)
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const float sx = std::clamp(left + size * static_cast<float>(x), 0.0F, kWidth - 1.001F);
        const float sy = std::clamp(top + size * static_cast<float>(y), 0.0F, kHeight - 1.001F);
        const auto ix = static_cast<std::size_t>(sx);
        const auto iy = static_cast<std::size_t>(sy);
        const float fx = sx - static_cast<float>(ix);
        const float fy = sy - static_cast<float>(iy);
        const auto* row = from.samples.data() + c * Picture::kPlane + iy * kWidth + ix;
        const auto at = [&](int i) {
          return static_cast<float>(row[i]);
        };
        view.samples[c * Picture::kPlane + static_cast<std::size_t>(y * kWidth + x)] =
            to_sample((1 - fy) * ((1 - fx) * at(0) + fx * at(1)) +
                      fy * ((1 - fx) * at(kWidth) + fx * at(kWidth + 1)));
      }
  return view;
}

// A shot that is none of the last two.
std::size_t another(const std::vector<Shot>& shots, std::mt19937& random,
                    std::array<std::size_t, 2>& last) {
  std::size_t next = 0;
  do next = draw(random, std::size_t{0}, shots.size() - 1);
  while (next == last[0] || (shots.size() > 2 && next == last[1]));
  last = {next, last[0]};
  return next;
}

void join_hard(CutFilm& film, const Shot& next) {
  const int at = static_cast<int>(film.pictures.size());
  film.joins.push_back({Join::Kind::kHard, at, at});
  append(film.pictures, next);
}

// Frames at the end of a film that are free for a join, so that none runs into the one before.
std::size_t free_frames(const CutFilm& film) {
  const int begin = film.joins.empty() ? 0 : film.joins.back().last + 1;
  return film.pictures.size() - static_cast<std::size_t>(begin);
}

// Both shots go on while one becomes the other; shots keep some frames to themselves.
void join_dissolve(CutFilm& film, const Shot& next, std::size_t frames) {
  frames = std::min({frames, free_frames(film) - 4, next.size() / 2 - 4});
  const auto begin = film.pictures.size() - frames;
  for (std::size_t i = 0; i < frames; ++i) {
    auto& picture = film.pictures[begin + i];
    picture = blend(picture, next[i], static_cast<float>(i + 1) / static_cast<float>(frames + 1));
  }
  film.joins.push_back(
      {Join::Kind::kDissolve, static_cast<int>(begin), static_cast<int>(film.pictures.size()) - 1});
  append(film.pictures, next, frames);
}

Picture of_one_colour(std::uint8_t luma) {
  Picture picture;
  std::fill_n(picture.samples.begin(), Picture::kPlane, luma);
  std::fill(picture.samples.begin() + Picture::kPlane, picture.samples.end(), std::uint8_t{128});
  return picture;
}

void join_fade(CutFilm& film, const Shot& next, std::size_t out, std::size_t pause, std::size_t in,
               std::uint8_t luma) {
  const auto colour = of_one_colour(luma);
  out = std::min(out, free_frames(film) - 4);
  in = std::min(in, next.size() / 2 - 4);
  const auto begin = film.pictures.size() - out;
  for (std::size_t i = 0; i < out; ++i)
    film.pictures[begin + i] = blend(film.pictures[begin + i], colour,
                                     static_cast<float>(i + 1) / static_cast<float>(out));
  for (std::size_t i = 0; i < pause; ++i) film.pictures.push_back(colour);
  for (std::size_t i = 0; i < in; ++i)
    film.pictures.push_back(blend(colour, next[i], static_cast<float>(i) / static_cast<float>(in)));
  film.joins.push_back(
      {Join::Kind::kFade, static_cast<int>(begin), static_cast<int>(film.pictures.size()) - 1});
  append(film.pictures, next, in);
}

void join_any_fade(CutFilm& film, const Shot& next, std::mt19937& random) {
  const auto out = draw(random, std::size_t{6}, std::size_t{24});
  const auto pause = draw(random, std::size_t{0}, std::size_t{12});
  const auto in = draw(random, std::size_t{6}, std::size_t{24});
  join_fade(film, next, out, pause, in,
            draw(random, std::size_t{0}, std::size_t{4}) == 0 ? 235 : 16);
}

void flash(Shot& shot, std::size_t first, std::mt19937& random) {
  const auto frames = draw(random, std::size_t{1}, std::size_t{4});
  const float lift = draw(random, 60.0F, 250.0F);
  const bool dies_away = draw(random, std::size_t{0}, std::size_t{1}) == 1;
  for (std::size_t i = 0; i < frames && first + i < shot.size(); ++i)
    brighten(shot[first + i], 1.0F, dies_away ? lift / static_cast<float>(1U << i) : lift);
}

CutFilm splices(const std::vector<Shot>& shots, std::mt19937& random) {
  CutFilm film;
  std::array<std::size_t, 2> last{shots.size(), shots.size()};
  for (auto count = draw(random, std::size_t{4}, std::size_t{12}); count > 0; --count) {
    const auto& shot = shots[another(shots, random, last)];
    const auto piece = part_of(shot, random, draw(random, std::size_t{8}, std::size_t{50}));
    if (film.pictures.empty())
      append(film.pictures, piece);
    else
      join_hard(film, piece);
  }
  return film;
}

CutFilm halves(const std::vector<Shot>& shots, std::mt19937& random) {
  CutFilm film;
  std::array<std::size_t, 2> last{shots.size(), shots.size()};
  for (auto count = draw(random, std::size_t{2}, std::size_t{5}); count > 0; --count) {
    const auto& shot = shots[another(shots, random, last)];
    const auto half = shot.size() / 2;
    const auto apart = std::max<std::size_t>(8, shot.size() / 4);
    const auto length = draw(random, std::size_t{8}, std::min<std::size_t>(40, half));
    // One piece ends, or begins, far enough from where the other begins, or ends.
    Shot early(shot.begin(), shot.begin() + static_cast<std::ptrdiff_t>(half));
    Shot late(shot.begin() + static_cast<std::ptrdiff_t>(half), shot.end());
    const bool forward = draw(random, std::size_t{0}, std::size_t{1}) == 1;
    if (forward) early.resize(half - apart / 2);
    if (forward) late.erase(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(apart / 2));
    const auto a = part_of(early, random, length);
    const auto b = part_of(late, random, length);
    if (film.pictures.empty())
      append(film.pictures, forward ? a : b);
    else
      join_hard(film, forward ? a : b);
    join_hard(film, forward ? b : a);
  }
  return film;
}

CutFilm dissolves(const std::vector<Shot>& shots, std::mt19937& random) {
  CutFilm film;
  std::array<std::size_t, 2> last{shots.size(), shots.size()};
  for (auto count = draw(random, std::size_t{3}, std::size_t{5}); count > 0; --count) {
    const auto piece = part_of(shots[another(shots, random, last)], random, 90);
    if (film.pictures.empty())
      append(film.pictures, piece);
    else
      join_dissolve(film, piece, draw(random, std::size_t{8}, std::size_t{40}));
  }
  return film;
}

CutFilm fades(const std::vector<Shot>& shots, std::mt19937& random) {
  CutFilm film;
  std::array<std::size_t, 2> last{shots.size(), shots.size()};
  for (auto count = draw(random, std::size_t{3}, std::size_t{5}); count > 0; --count) {
    const auto piece = part_of(shots[another(shots, random, last)], random, 70);
    if (film.pictures.empty())
      append(film.pictures, piece);
    else
      join_any_fade(film, piece, random);
  }
  return film;
}

CutFilm mixed(const std::vector<Shot>& shots, std::mt19937& random) {
  CutFilm film;
  std::array<std::size_t, 2> last{shots.size(), shots.size()};
  for (auto count = draw(random, std::size_t{5}, std::size_t{9}); count > 0; --count) {
    auto piece = part_of(shots[another(shots, random, last)], random,
                         draw(random, std::size_t{40}, std::size_t{90}));
    if (draw(random, std::size_t{0}, std::size_t{2}) == 0 && piece.size() > 40)
      flash(piece, draw(random, piece.size() / 2 - 2, piece.size() / 2 + 2), random);
    const auto how = draw(random, std::size_t{0}, std::size_t{5});
    if (film.pictures.empty())
      append(film.pictures, piece);
    else if (how == 0)
      join_dissolve(film, piece, draw(random, std::size_t{8}, std::size_t{40}));
    else if (how == 1)
      join_any_fade(film, piece, random);
    else
      join_hard(film, piece);
  }
  const float grain = std::max(0.0F, draw(random, -6.0F, 6.0F));
  if (grain > 0.0F)
    for (auto& picture : film.pictures) add_grain(picture, grain, random);
  return film;
}

// One shot, changed all over.
Shot any_part(const std::vector<Shot>& shots, std::mt19937& random, std::size_t length = 96) {
  return part_of(shots[draw(random, std::size_t{0}, shots.size() - 1)], random, length);
}

CutFilm plain(const std::vector<Shot>& shots, std::mt19937& random) {
  return {any_part(shots, random, 240), {}};
}

CutFilm flashes(const std::vector<Shot>& shots, std::mt19937& random) {
  auto shot = any_part(shots, random);
  for (std::size_t at = draw(random, std::size_t{2}, std::size_t{12}); at + 8 < shot.size();
       at += draw(random, std::size_t{6}, std::size_t{40}))
    flash(shot, at, random);
  return {std::move(shot), {}};
}

CutFilm flicker(const std::vector<Shot>& shots, std::mt19937& random) {
  auto shot = any_part(shots, random);
  for (auto& picture : shot) brighten(picture, draw(random, 0.5F, 1.5F), 0.0F);
  return {std::move(shot), {}};
}

CutFilm grain(const std::vector<Shot>& shots, std::mt19937& random) {
  auto shot = any_part(shots, random);
  const float deviation = draw(random, 5.0F, 25.0F);
  for (auto& picture : shot) add_grain(picture, deviation, random);
  return {std::move(shot), {}};
}

// A window swept over the shot, its edge moving by at most 12 % of its width a frame.
CutFilm pans(const std::vector<Shot>& shots, std::mt19937& random) {
  const auto shot = any_part(shots, random);
  constexpr float kSize = 0.4F;
  constexpr float kRoom = (1.0F - kSize) * kWidth;
  const float top = draw(random, 0.0F, (1.0F - kSize) * kHeight);
  const float speed = draw(random, 0.02F, 0.12F) * kSize * kWidth;
  Shot film;
  float left = draw(random, 0.0F, kRoom);
  float direction = draw(random, std::size_t{0}, std::size_t{1}) == 1 ? 1.0F : -1.0F;
  std::size_t rest = draw(random, std::size_t{3}, std::size_t{12});
  for (const auto& picture : shot) {
    film.push_back(window(picture, left, top, kSize));
    if (rest > 0) {
      --rest;
      continue;
    }
    left += direction * speed;
    if (left >= 0.0F && left <= kRoom) continue;
    left = std::clamp(left, 0.0F, kRoom);
    direction = -direction;
    rest = draw(random, std::size_t{0}, std::size_t{12});
  }
  return {std::move(film), {}};
}

CutFilm fast(const std::vector<Shot>& shots, std::mt19937& random) {
  const auto times = draw(random, std::size_t{2}, std::size_t{4});
  const auto shot = any_part(shots, random, 96 * times);
  Shot film;
  for (std::size_t i = 0; i < shot.size(); i += times) film.push_back(shot[i]);
  return {std::move(film), {}};
}

CutFilm shakes(const std::vector<Shot>& shots, std::mt19937& random) {
  const auto shot = any_part(shots, random);
  const float strength = draw(random, 0.01F, 0.06F);
  constexpr float kSize = 0.8F;
  Shot film;
  for (const auto& picture : shot)
    film.push_back(window(picture, kWidth * (0.1F + strength * draw(random, -1.0F, 1.0F)),
                          kHeight * (0.1F + strength * draw(random, -1.0F, 1.0F)), kSize));
  return {std::move(film), {}};
}

using Maker = std::function<CutFilm(const std::vector<Shot>&, std::mt19937&)>;
const std::map<std::string, Maker>& makers() {
  static const std::map<std::string, Maker> all{
      {"splices", splices}, {"halves", halves}, {"dissolves", dissolves}, {"fades", fades},
      {"mixed", mixed},     {"plain", plain},   {"flashes", flashes},     {"flicker", flicker},
      {"grain", grain},     {"pans", pans},     {"fast", fast},           {"shakes", shakes}};
  return all;
}

}  // namespace

const std::vector<std::string>& cut_film_kinds() {
  static const std::vector<std::string> names{"splices", "halves", "dissolves", "fades",
                                              "mixed",   "plain",  "flashes",   "flicker",
                                              "grain",   "pans",   "fast",      "shakes"};
  return names;
}

CutFilm make_cut_film(const std::string& kind, const std::vector<Shot>& shots,
                      std::mt19937& random) {
  const auto maker = makers().find(kind);
  if (maker == makers().end())
    throw std::invalid_argument("there is no kind of film '" + kind + "'");
  if (shots.size() < 2) throw std::invalid_argument("films with cuts need at least two shots");
  return maker->second(shots, random);
}

}  // namespace relievo::judge
