#include "plugins/stereo/film_memory.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/depth_range.hpp>

#include "plugins/common/tracking/grey_picture.hpp"
#include "plugins/stereo/bilinear.hpp"

namespace relievo::stereo {
namespace {

constexpr double kSmallPixels = 960.0 * 540.0;
// Wider maps of the nearest thing around are not needed to know whether something is hidden.
constexpr int kNearestWidth = 960;
// A step of so many pixels of parallax is an edge.
constexpr double kEdgeStep = 1.5;
// Parallax that differs by so many pixels is that of something else.
constexpr double kOther = 2.0;

bool is_inside(const Place& place, cv::Size size) {
  return place.x >= 0 && place.y >= 0 && place.x <= static_cast<float>(size.width - 1) &&
         place.y <= static_cast<float>(size.height - 1);
}

struct DepthMaps {
  cv::Mat1f small;
  cv::Mat1f nearest;
};

DepthMaps depth_maps(const Plane<const float>& depth, std::uint32_t semantic, cv::Size small,
                     int picture_width) {
  const cv::Size size{depth.width, depth.height};
  cv::Mat1f all(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) all(y, x) = inverse_depth(depth.at(x, y), semantic);
  DepthMaps maps{cv::Mat1f(small), {}};
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x)
      maps.small(y, x) = all((2 * y + 1) * size.height / (2 * small.height),
                             (2 * x + 1) * size.width / (2 * small.width));
  // Colours near an edge are mixed: what lies within a pixel of something counts as hidden.
  const int divider = (size.width + kNearestWidth - 1) / kNearestWidth;
  const double margin = 0.5 * size.width / picture_width + 0.5 * size.width / 960.0;
  const int reach = std::max(divider, static_cast<int>(std::lround(margin)));
  cv::Mat1f wide;
  cv::dilate(all, wide, cv::getStructuringElement(cv::MORPH_RECT, {2 * reach + 1, 2 * reach + 1}));
  if (divider == 1)
    maps.nearest = wide;
  else
    cv::resize(wide, maps.nearest, {size.width / divider, size.height / divider}, 0, 0,
               cv::INTER_NEAREST);
  return maps;
}

}  // namespace

bool FilmMemory::is_same_shot(const Moment& a, const Moment& b) {
  return a.shot_id == b.shot_id && a.size == b.size && a.format == b.format;
}

void FilmMemory::add(const Frame& colour, const Plane<const float>& depth, std::uint32_t semantic) {
  const auto info = colour.info();
  Moment moment;
  moment.colour = colour;
  moment.shot_id = info.shot_id;
  moment.size = {info.width, info.height};
  moment.format = info.pixel_format;
  const auto size = tracking::working_size(moment.size, kSmallPixels, 1.0);
  moment.grey = tracking::grey_picture(colour, size);
  auto maps = depth_maps(depth, semantic, size, info.width);
  moment.inverse = std::move(maps.small);
  moment.nearest = std::move(maps.nearest);
  const cv::Size half{(size.width + 1) / 2, (size.height + 1) / 2};
  moment.stands = cv::Mat1b::zeros(half);
  moment.moves = cv::Mat1f(half, std::numeric_limits<float>::max());
  if (!moments_.empty()) {
    auto& last = moments_.back();
    if (is_same_shot(last, moment)) {
      const auto both = tracker_.track_both(last.grey, moment.grey);
      last.ahead = camera_motion(both, {last.grey, last.inverse}, {moment.grey, moment.inverse});
      const auto back = last.ahead ? last.ahead->inverted() : std::nullopt;
      if (!back) last.ahead.reset();
      if (back) {
        judge(both.there, *last.ahead, moment, last);
        judge(both.back, *back, last, moment);
      }
    }
    last.grey.release();
  }
  moments_.push_back(std::move(moment));
}

// Where there is little to see, flow is that of something beside. What looks as it would if it
// stood still counts as standing.
void FilmMemory::judge(const tracking::Track& track, const CameraMotion& motion,
                       const Moment& other, Moment& moment) {
  constexpr float kLeastTrust = 0.5F;
  constexpr float kNear = 0.75F;  // pixels
  constexpr float kFar = 1.5F;
  constexpr float kAlike = 10.0F;  // grey values
  for (int row = 0; row < moment.moves.rows; ++row) {
    for (int column = 0; column < moment.moves.cols; ++column) {
      const int x = 2 * column;
      const int y = 2 * row;
      const Place from{static_cast<float>(x), static_cast<float>(y), moment.inverse(y, x)};
      Place to{};
      if (!motion.move(from, to) || !is_inside(to, other.grey.size())) continue;
      const float there = bilinear(other.grey, to.x, to.y);
      const bool is_alike = std::abs(there - static_cast<float>(moment.grey(y, x))) < kAlike;
      const auto flow = track.flow(y, x);
      const float off_x = to.x - from.x - flow[0];
      const float off_y = to.y - from.y - flow[1];
      const float miss = off_x * off_x + off_y * off_y;
      const bool is_sure = track.trust(y, x) > kLeastTrust;
      if (is_alike || (is_sure && miss < kNear * kNear))
        moment.stands(row, column) = 1;
      else if (is_sure && miss > kFar * kFar)
        moment.moves(row, column) = std::min(
            moment.moves(row, column), other.inverse(cvRound(to.y), cvRound(to.x)) - to.inverse);
    }
  }
}

bool FilmMemory::is_ready() const {
  if (moments_.size() > present_ + static_cast<std::size_t>(reach_)) return true;
  return moments_.size() > present_ && !is_same_shot(moments_[present_], moments_.back());
}

bool FilmMemory::is_covered(const Moment& moment, const Place& place, int away) const {
  const auto& nearest = moment.nearest;
  const float scale_x = static_cast<float>(nearest.cols) / static_cast<float>(moment.inverse.cols);
  const float scale_y = static_cast<float>(nearest.rows) / static_cast<float>(moment.inverse.rows);
  const int x = std::clamp(static_cast<int>((place.x + 0.5F) * scale_x), 0, nearest.cols - 1);
  const int y = std::clamp(static_cast<int>((place.y + 0.5F) * scale_y), 0, nearest.rows - 1);
  const float own = place.inverse + tear_;
  for (int j = std::max(0, y - away); j <= std::min(nearest.rows - 1, y + away); ++j)
    for (int i = std::max(0, x - away); i <= std::min(nearest.cols - 1, x + away); ++i)
      if (nearest(j, i) > own) return true;
  return false;
}

// Motion at an edge is that of both sides, so the same surface is asked around.
bool FilmMemory::stands(const Moment& moment, const Place& place) const {
  constexpr int kAround = 4;  // of the half-size map
  const int column = static_cast<int>(place.x) / 2;
  const int row = static_cast<int>(place.y) / 2;
  const auto& moves = moment.moves;
  int stand = 0;
  int move = 0;
  for (int y = std::max(0, row - kAround); y <= std::min(moves.rows - 1, row + kAround); ++y) {
    for (int x = std::max(0, column - kAround); x <= std::min(moves.cols - 1, column + kAround);
         ++x) {
      if (std::abs(moment.inverse(2 * y, 2 * x) - place.inverse) > same_) continue;
      // What something hides in the other frame cannot be told.
      const bool seems_to_move = moves(y, x) <= tear_;
      const bool seems_to_stand = moment.stands(y, x) != 0;
      if (seems_to_stand && !seems_to_move) ++stand;
      if (seems_to_move && !seems_to_stand) ++move;
    }
  }
  return stand >= move;
}

// What comes close to an edge counts as well: it may pass it by less than a pixel a frame, and only
// whole pixels are looked at.
std::vector<FilmMemory::Lost> FilmMemory::lost(const Moment& from, const CameraMotion& motion,
                                               const Moment& to) const {
  std::vector<Lost> places;
  for (int y = 0; y < from.inverse.rows; ++y) {
    for (int x = 0; x < from.inverse.cols; ++x) {
      const Place place{static_cast<float>(x), static_cast<float>(y), from.inverse(y, x)};
      Place there{};
      if (!motion.move(place, there)) continue;
      if (is_inside(there, to.inverse.size()) && !is_covered(to, there, 1 + growth_)) continue;
      if (is_covered(from, place)) continue;
      if (stands(from, place)) places.push_back({place, !is_covered(from, place, 1)});
    }
  }
  return places;
}

void FilmMemory::collect(std::size_t moment, const std::vector<Lost>& places,
                         const CameraMotion& motion) {
  const auto& now = moments_[present_];
  for (const auto& [place, is_clear] : places) {
    Place here{};
    if (!motion.move(place, here)) continue;
    if (is_inside(here, now.inverse.size()) && !is_covered(now, here, growth_)) continue;
    hidden_.push_back({here, static_cast<int>(moment), place.x, place.y, is_clear});
  }
}

void FilmMemory::present(double gain, double offset, int growth) {
  const auto& now = moments_[present_];
  growth_ = (growth * now.nearest.cols + now.size.width - 1) / now.size.width;
  tear_ = static_cast<float>(kEdgeStep / std::max(1e-9, std::abs(gain)));
  same_ = static_cast<float>(kOther / std::max(1e-9, std::abs(gain)));
  gain_ = static_cast<float>(gain);
  offset_ = static_cast<float>(offset);
  hidden_.clear();
  ways_.assign(moments_.size(), std::nullopt);
  ways_[present_] = CameraMotion{};
  if (gain_ == 0.0F) return;  // depth that moves nothing hides nothing
  CameraMotion forth;
  for (auto i = present_ + 1; i < moments_.size(); ++i) {
    const auto& step = moments_[i - 1].ahead;
    if (!step || i > present_ + static_cast<std::size_t>(reach_)) break;
    forth = step->after(forth);
    ways_[i] = forth;
  }
  CameraMotion back;
  for (auto i = present_; i-- > 0;) {
    const auto step = moments_[i].ahead ? moments_[i].ahead->inverted() : std::nullopt;
    if (!step) break;
    back = step->after(back);
    ways_[i] = back;
  }
  for (std::size_t off = 1; off <= static_cast<std::size_t>(reach_); ++off) {
    if (off <= present_ && ways_[present_ - off]) {
      auto& moment = moments_[present_ - off];
      auto& next = moments_[present_ - off + 1];
      if (!moment.lost_ahead) moment.lost_ahead = lost(moment, *moment.ahead, next);
      if (const auto way = ways_[present_ - off]->inverted())
        collect(present_ - off, *moment.lost_ahead, *way);
    }
    if (present_ + off < moments_.size() && ways_[present_ + off]) {
      auto& moment = moments_[present_ + off];
      auto& before = moments_[present_ + off - 1];
      if (!moment.lost_back) moment.lost_back = lost(moment, *before.ahead->inverted(), before);
      if (const auto way = ways_[present_ + off]->inverted())
        collect(present_ + off, *moment.lost_back, *way);
    }
  }
}

std::optional<Sighting> FilmMemory::follow(float x, float y, float parallax, int frame) const {
  const auto& way = ways_[static_cast<std::size_t>(frame)];
  if (gain_ == 0.0F || !way) return std::nullopt;
  const auto& now = moments_[present_];
  const auto& there = moments_[static_cast<std::size_t>(frame)];
  const float scale_x = static_cast<float>(now.inverse.cols) / static_cast<float>(now.size.width);
  const float scale_y = static_cast<float>(now.inverse.rows) / static_cast<float>(now.size.height);
  Place to{};
  if (!way->move(
          {(x + 0.5F) * scale_x - 0.5F, (y + 0.5F) * scale_y - 0.5F, (parallax - offset_) / gain_},
          to))
    return std::nullopt;
  if (!is_inside(to, there.inverse.size()) || is_covered(there, to)) return std::nullopt;
  return Sighting{frame, (to.x + 0.5F) / scale_x - 0.5F, (to.y + 0.5F) / scale_y - 0.5F, parallax,
                  true};
}

std::uint64_t FilmMemory::memory(int width, int height, int frames) {
  const auto small = tracking::working_size({width, height}, kSmallPixels, 1.0);
  // Of a frame: depth, the nearest thing, and at half the size what stands and what moves.
  constexpr std::uint64_t kBytes = 4 + 4 + 2;
  // What is hidden in the present frame, and where it arrives in both views: seldom more places
  // than the picture has.
  constexpr std::uint64_t kHiddenBytes = sizeof(HiddenPlace) + 2 * 32;
  return static_cast<std::uint64_t>(small.area()) *
         (kBytes * static_cast<std::uint64_t>(2 * frames + 1) + kHiddenBytes);
}

void FilmMemory::forward() {
  ++present_;
  while (present_ > static_cast<std::size_t>(reach_)) {
    moments_.pop_front();
    --present_;
  }
}

void FilmMemory::forget() {
  moments_.clear();
  present_ = 0;
}

}  // namespace relievo::stereo
