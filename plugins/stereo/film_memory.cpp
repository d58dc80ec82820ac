#include "plugins/stereo/film_memory.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

#include <relievo/sdk/depth_range.hpp>

#include "plugins/stereo/picture.hpp"

namespace relievo::stereo {
namespace {

constexpr double kSmallPixels = 960.0 * 540.0;
// Wider maps of the nearest thing around are not needed to know whether something is hidden.
constexpr int kNearestWidth = 960;
// A step of so many pixels of parallax is an edge.
constexpr double kEdgeStep = 1.5;
// How far behind the foreground motion is carried, as a share of the width.
constexpr double kReach = 0.08;
// Parallax that differs by so many pixels is that of something else.
constexpr float kOther = 2.0F;
// Less sure places are not followed on.
constexpr float kLeastSure = 0.2F;

// The first component (luma, red, grey) in 8 bits, at the size wanted.
cv::Mat1b small_grey(const Frame& colour, cv::Size size) {
  const auto info = colour.info();
  const auto format = picture_format(info.pixel_format, info.width, info.height, info.colour);
  const auto shrink = [&](const auto& plane, int type) {
    const auto bytes = static_cast<std::size_t>(plane.row_stride) * sizeof(*plane.data);
    const cv::Mat all(format.height, format.width,
                      CV_MAKETYPE(type, static_cast<int>(plane.pixel_stride)),
                      const_cast<void*>(static_cast<const void*>(plane.data)), bytes);
    cv::Mat first;
    cv::extractChannel(all, first, 0);
    cv::Mat little;
    cv::resize(first, little, size, 0, 0, cv::INTER_AREA);
    cv::Mat1b grey;
    little.convertTo(grey, CV_8U, 255.0 / (format.max() << format.low_bits));
    return grey;
  };
  return format.bits == 8 ? shrink(colour.plane<const std::uint8_t>(0), CV_8U)
                          : shrink(colour.plane<const std::uint16_t>(0), CV_16U);
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
  // Colours near an edge are mixed: what lies within a few pixels of something counts as hidden.
  const int divider = (size.width + kNearestWidth - 1) / kNearestWidth;
  const double margin = 1.0 * size.width / picture_width + size.width / 960.0;
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

// What a motion says of the surface that has about this inverse depth at a place: linear between
// those of the four pixels around that belong to it, else the nearest of its row that does.
struct Found {
  cv::Vec2f flow;
  float inverse;
  float sure;
};

std::optional<Found> find_surface(const HiddenMotion& motion, float x, float y, float inverse,
                                  float tolerance) {
  const auto& depth = motion.inverse;
  x = std::clamp(x, 0.0F, static_cast<float>(depth.cols - 1));
  y = std::clamp(y, 0.0F, static_cast<float>(depth.rows - 1));
  const int i = static_cast<int>(x);
  const int j = static_cast<int>(y);
  const float u = x - static_cast<float>(i);
  const float v = y - static_cast<float>(j);
  Found sum{{0, 0}, 0, 0};
  float weights = 0.0F;
  for (int k = 0; k < 4; ++k) {
    const int column = std::min(i + k % 2, depth.cols - 1);
    const int row = std::min(j + k / 2, depth.rows - 1);
    if (std::abs(depth(row, column) - inverse) > tolerance) continue;
    const float weight = (k % 2 == 0 ? 1 - u : u) * (k / 2 == 0 ? 1 - v : v);
    sum.flow += weight * motion.flow(row, column);
    sum.inverse += weight * depth(row, column);
    sum.sure += weight * motion.sure(row, column);
    weights += weight;
  }
  constexpr float kLeastWeight = 0.05F;
  if (weights > kLeastWeight)
    return Found{sum.flow * (1 / weights), sum.inverse / weights, sum.sure / weights};
  constexpr int kFarthest = 8;
  const int row = std::min(static_cast<int>(y + 0.5F), depth.rows - 1);
  for (int off = 1; off <= kFarthest; ++off) {
    for (const int column : {i + 1 + off, i - off}) {
      if (column < 0 || column >= depth.cols) continue;
      if (std::abs(depth(row, column) - inverse) <= tolerance)
        return Found{motion.flow(row, column), depth(row, column), motion.sure(row, column)};
    }
  }
  return std::nullopt;
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
  moment.grey = small_grey(colour, size);
  auto maps = depth_maps(depth, semantic, size, info.width);
  moment.inverse = std::move(maps.small);
  moment.nearest = std::move(maps.nearest);
  if (!moments_.empty() && is_same_shot(moments_.back(), moment)) {
    auto both = tracker_.track_both(moments_.back().grey, moment.grey);
    moments_.back().ahead = std::move(both.there);
    moment.back = std::move(both.back);
  }
  moments_.push_back(std::move(moment));
}

bool FilmMemory::is_ready() const {
  if (moments_.size() > present_ + static_cast<std::size_t>(reach_)) return true;
  return moments_.size() > present_ && !is_same_shot(moments_[present_], moments_.back());
}

void FilmMemory::present(double gain, double offset) {
  const auto& now = moments_[present_];
  tear_ = static_cast<float>(kEdgeStep / std::max(1e-9, std::abs(gain)));
  same_ = static_cast<float>(kOther / std::max(1e-9, std::abs(gain)));
  gain_ = static_cast<float>(gain);
  offset_ = static_cast<float>(offset);
  const int reach = std::max(4, cvRound(kReach * now.grey.cols));
  const auto hide = [&](tracking::Track& track, const cv::Mat1f& inverse,
                        std::optional<HiddenMotion>& hidden) {
    if (hidden || track.flow.empty()) return;
    hidden = hidden_motion(track.flow, track.trust, inverse, tear_, reach);
    track = {};
  };
  for (std::size_t i = present_; i < moments_.size() && is_same_shot(moments_[i], now); ++i)
    hide(moments_[i].ahead, moments_[i].inverse, moments_[i].hidden_ahead);
  hide(moments_[present_].back, now.inverse, moments_[present_].hidden_back);
  // Nobody goes ahead from the past.
  if (present_ > 0) moments_[present_ - 1].hidden_ahead.reset();
}

void FilmMemory::step(Walk& walk, bool ahead) const {
  const auto& moment = moments_[walk.moment];
  const auto& motion = ahead ? moment.hidden_ahead : moment.hidden_back;
  walk.goes_on = false;
  if (!motion) return;
  if (ahead ? walk.moment + 1 == moments_.size() : walk.moment == 0) return;
  const auto found = find_surface(*motion, walk.x, walk.y, walk.inverse, same_);
  if (!found) return;
  walk.sure = std::min(walk.sure, found->sure);
  if (walk.sure < kLeastSure) return;
  walk.x += found->flow[0];
  walk.y += found->flow[1];
  walk.inverse = found->inverse;
  walk.moment = ahead ? walk.moment + 1 : walk.moment - 1;
  walk.goes_on = true;
}

bool FilmMemory::is_seen(const Walk& walk) const {
  const auto& moment = moments_[walk.moment];
  if (walk.x < 0 || walk.y < 0 || walk.x > static_cast<float>(moment.grey.cols - 1) ||
      walk.y > static_cast<float>(moment.grey.rows - 1))
    return false;
  const auto& nearest = moment.nearest;
  const float scale_x = static_cast<float>(nearest.cols) / static_cast<float>(moment.grey.cols);
  const float scale_y = static_cast<float>(nearest.rows) / static_cast<float>(moment.grey.rows);
  const int x = std::clamp(static_cast<int>((walk.x + 0.5F) * scale_x), 0, nearest.cols - 1);
  const int y = std::clamp(static_cast<int>((walk.y + 0.5F) * scale_y), 0, nearest.rows - 1);
  return nearest(y, x) <= walk.inverse + tear_;
}

FilmMemory::Walk FilmMemory::start_at(float x, float y, float inverse) const {
  const auto& now = moments_[present_];
  const float scale_x = static_cast<float>(now.grey.cols) / static_cast<float>(now.size.width);
  const float scale_y = static_cast<float>(now.grey.rows) / static_cast<float>(now.size.height);
  return {present_, (x + 0.5F) * scale_x - 0.5F, (y + 0.5F) * scale_y - 0.5F, inverse, 1.0F, true};
}

Sighting FilmMemory::sighting_of(const Walk& walk) const {
  const auto& now = moments_[present_];
  const float scale_x = static_cast<float>(now.size.width) / static_cast<float>(now.grey.cols);
  const float scale_y = static_cast<float>(now.size.height) / static_cast<float>(now.grey.rows);
  return {static_cast<int>(walk.moment), (walk.x + 0.5F) * scale_x - 0.5F,
          (walk.y + 0.5F) * scale_y - 0.5F, walk.sure};
}

std::optional<Sighting> FilmMemory::look(float x, float y, float parallax) const {
  // Depth that moves nothing hides nothing.
  if (gain_ == 0.0F) return std::nullopt;
  const Walk start = start_at(x, y, (parallax - offset_) / gain_);
  std::array<Walk, 2> walks{start, start};
  for (int i = 0; i < reach_; ++i) {
    for (const bool ahead : {false, true}) {
      auto& walk = walks[ahead ? 1 : 0];
      if (!walk.goes_on) continue;
      step(walk, ahead);
      if (walk.goes_on && is_seen(walk)) return sighting_of(walk);
    }
    if (!walks[0].goes_on && !walks[1].goes_on) break;
  }
  return std::nullopt;
}

std::optional<Sighting> FilmMemory::follow(float x, float y, float parallax, int frame) const {
  if (gain_ == 0.0F) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(frame);
  Walk walk = start_at(x, y, (parallax - offset_) / gain_);
  while (walk.moment != wanted) {
    step(walk, wanted > present_);
    if (!walk.goes_on) return std::nullopt;
  }
  return sighting_of(walk);
}

std::uint64_t FilmMemory::memory(int width, int height, int frames) {
  const auto small = tracking::working_size({width, height}, kSmallPixels, 1.0);
  // Of a frame: grey, depth, the nearest thing, and motion in one or both directions.
  constexpr std::uint64_t kBytes = 1 + 4 + 4 + 24;
  return kBytes * static_cast<std::uint64_t>(small.area()) *
         static_cast<std::uint64_t>(2 * frames + 1);
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
