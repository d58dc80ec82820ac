#include "tests/unit/temporal/flicker_trial.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <opencv2/imgproc.hpp>

#include "core/metrics/depth_agreement.hpp"
#include "core/metrics/flicker.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::temporal::test {
namespace {

std::span<const float> span_of(const cv::Mat1f& map) {
  return {map[0], map.total()};
}

// What moves by itself, where it ends and depth jumps.
cv::Mat1b moving_edges(const cv::Mat1b& moves, const cv::Mat1f& inverse) {
  constexpr float kJump = 0.05F;  // of the inverse depth
  cv::Mat1b edges = cv::Mat1b::zeros(moves.size());
  const auto compare = [&](int y, int x, int other_y, int other_x) {
    const float a = inverse(y, x), b = inverse(other_y, other_x);
    if (moves(y, x) != moves(other_y, other_x) && std::abs(a - b) > kJump * std::max(a, b))
      edges(y, x) = 255;
  };
  for (int y = 0; y + 1 < moves.rows; ++y) {
    for (int x = 0; x + 1 < moves.cols; ++x) {
      compare(y, x, y, x + 1);
      compare(y, x, y + 1, x);
    }
  }
  cv::Mat1b wide;
  cv::dilate(edges, wide, cv::getStructuringElement(cv::MORPH_ELLIPSE, {7, 7}));
  return wide;
}

double log_median(const cv::Mat1f& inverse) {
  std::vector<float> known;
  for (const float value : inverse)
    if (std::isfinite(value)) known.push_back(value);
  return -std::log(std::max(1e-9, metrics::median(std::move(known))));
}

// In the size that motion is looked for in for a map of this size.
cv::Mat1b small_grey(const cv::Mat3b& picture, cv::Size map) {
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_RGB2GRAY);
  cv::resize(grey, grey, tracking::working_size(map), 0, 0, cv::INTER_AREA);
  return grey;
}

}  // namespace

Shot scene_shot(const std::string& name, std::uint64_t seed, cv::Size size, int frames) {
  const auto scene = scenes::make_scene(name, seed, {size.width, size.height, frames, 1.5});
  Shot shot;
  bool any_moves = false;
  for (int i = 0; i < frames; ++i) {
    const auto frame = scenes::render(scene, i, scenes::kFlow);
    cv::Mat3b picture(size);
    std::copy(frame.left.begin(), frame.left.end(), picture.data);
    cv::Mat1f inverse(size);
    std::transform(frame.depth.begin(), frame.depth.end(), inverse.begin(),
                   [](float depth) { return 1 / depth; });
    cv::Mat1b moves(size);
    std::copy(frame.moves.begin(), frame.moves.end(), moves.begin());
    any_moves = any_moves || cv::countNonZero(moves) > 0;
    shot.near_moving_edges.push_back(moving_edges(moves, inverse));
    shot.pictures.push_back(picture);
    shot.truth.push_back(inverse);
    shot.focal = frame.focal_px();
    if (i + 1 == frames) break;
    cv::Mat2f flow(size);
    std::copy(frame.flow.begin(), frame.flow.end(), flow.ptr<float>());
    cv::Mat1b seen(size);
    std::copy(frame.flow_seen.begin(), frame.flow_seen.end(), seen.begin());
    shot.flow.push_back(flow);
    shot.seen.push_back(seen);
  }
  if (!any_moves) shot.near_moving_edges.clear();
  return shot;
}

std::vector<cv::Mat1f> with_flicker(const std::vector<cv::Mat1f>& truth, const Flicker& flicker,
                                    std::uint64_t seed) {
  cv::RNG random(seed);
  std::vector<cv::Mat1f> maps;
  for (const auto& map : truth) {
    cv::Mat1f coarse(5, 8), noise;
    random.fill(coarse, cv::RNG::NORMAL, 0, flicker.noise);
    cv::resize(coarse, noise, map.size(), 0, 0, cv::INTER_CUBIC);
    double sum = 0;
    int count = 0;
    for (const float value : map)
      if (std::isfinite(value)) sum += value, ++count;
    const double scale = 1 + random.uniform(-flicker.scale, flicker.scale);
    const double shift = random.uniform(-flicker.shift, flicker.shift) * sum / std::max(1, count);
    maps.emplace_back(map.mul(1 + noise) * scale + shift);
  }
  return maps;
}

FlickeringFilm flickering_film(const std::string& scene, std::uint64_t seed, cv::Size size,
                               int frames) {
  const auto shot = scene_shot(scene, seed, size, frames);
  FlickeringFilm film{with_flicker(shot.truth, {}, seed + 1), {}, 0};
  for (const auto& picture : shot.pictures) film.greys.push_back(small_grey(picture, size));
  film.focal = shot.focal * film.greys.front().cols / size.width;
  return film;
}

std::vector<cv::Mat1f> filtered(const Shot& shot, const std::vector<cv::Mat1f>& maps,
                                const FilterOptions& options, int look_ahead, bool with_focal) {
  ShotFilter<RecursiveFilter> filter(options, look_ahead);
  std::vector<cv::Mat1f> results;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto grey = small_grey(shot.pictures[i], maps[i].size());
    const double focal = with_focal ? shot.focal * grey.cols / shot.pictures[i].cols : 0;
    for (auto& map : filter.next(maps[i], grey, focal)) results.push_back(map);
  }
  for (auto& map : filter.finish()) results.push_back(map);
  return results;
}

Figures figures_of(const Shot& shot, const std::vector<cv::Mat1f>& maps) {
  metrics::Aligner aligner;
  for (std::size_t i = 0; i < maps.size(); ++i)
    aligner.add(span_of(maps[i]), span_of(shot.truth[i]));
  const auto best = aligner.best();
  Figures result;
  std::vector<double> levels;
  cv::Mat1f last;
  double edges = 0;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const cv::Mat1f map = maps[i] * best.scale + best.shift;
    const auto& truth = shot.truth[i];
    result.error += metrics::abs_rel(span_of(map), span_of(truth), {});
    levels.push_back(log_median(map));
    if (!shot.near_moving_edges.empty() && cv::countNonZero(shot.near_moving_edges[i]) > 0) {
      cv::Mat1f there(truth.size(), std::numeric_limits<float>::quiet_NaN());
      truth.copyTo(there, shot.near_moving_edges[i]);
      result.edge_error += metrics::abs_rel(span_of(map), span_of(there), {});
      edges += 1;
    }
    if (i > 0 && !shot.flow.empty())
      result.flicker += metrics::flicker({span_of(last), span_of(shot.truth[i - 1])},
                                         {span_of(map), span_of(truth)},
                                         {shot.flow[i - 1].ptr<float>(), 2 * map.total()},
                                         {shot.seen[i - 1].ptr(), map.total()}, map.cols, map.rows);
    last = map;
  }
  const auto frames = static_cast<double>(maps.size());
  result.error /= frames;
  result.flicker /= std::max(1.0, frames - 1);
  result.edge_error /= std::max(1.0, edges);
  result.slope = metrics::slope(levels);
  return result;
}

double slope_of(const std::vector<cv::Mat1f>& maps) {
  std::vector<double> levels;
  for (const auto& map : maps) levels.push_back(log_median(map));
  return metrics::slope(levels);
}

}  // namespace relievo::temporal::test
