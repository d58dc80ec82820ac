#include <algorithm>

#include "core/media/change/soft_cut.hpp"

namespace relievo::media {
namespace {

// Frames from the middle to each end.
constexpr std::size_t kShortest = 4;
constexpr std::size_t kLongest = 48;
// Frames farther out that must not change much more.
constexpr std::size_t kBeyond = 6;
constexpr float kCovered = 0.7F;
// Change of the shots themselves, over half as many frames, relative to that of the dissolve.
constexpr float kQuiet = 0.8F;
// Mean square difference of the ends, in levels.
constexpr float kLeastChange = 60.0F;
// Share of the new shot: largest step, largest step back, frames that show both.
constexpr float kStep = 0.30F;
constexpr float kBack = 0.08F;
constexpr int kBoth = 4;
// What is not explained by the blend, relative to the difference of the ends: on average, at most.
// Two unrelated ends and a third picture would leave 0.75.
constexpr float kRest = 0.065F;
constexpr float kMostRest = 0.20F;
// Structure of the ends that neither explains in the other.
constexpr float kLeastFar = 0.60F;
// Below this contrast, or this share of the other end's, there is no picture: a fade.
constexpr float kLeastContrast = 4.0F;
constexpr float kLeastShare = 0.2F;

// Whether the frames from first to last blend the two, half and half just before frame i.
bool is_blend(const CutHistory& frames, std::size_t first, std::size_t last, std::size_t i) {
  const float whole = frames.squared(first, last);
  if (whole < kLeastChange * ShotSignature::kBlend) return false;
  const float ends = frames.product(first, last);
  const float start = frames.product(first, first);
  float before = 0.0F;
  float sum = 0.0F;
  float most = 0.0F;
  int both = 0;
  for (auto t = first + 1; t <= last; ++t) {
    const float along = frames.product(t, last) - frames.product(t, first) - ends + start;
    const float share = along / whole;
    if (share - before > kStep || before - share > kBack) return false;
    if (t == i && !(before < 0.5F && share >= 0.5F)) return false;
    const float rest = std::max(0.0F, frames.squared(t, first) / whole - share * share);
    sum += rest;
    most = std::max(most, rest);
    if (share > 0.1F && share < 0.9F) ++both;
    before = share;
  }
  return both >= kBoth && most < kMostRest && sum < kRest * static_cast<float>(last - first);
}

bool is_dissolve(const CutHistory& frames, std::size_t i, std::size_t half) {
  const auto known = frames.last_known(i);
  const auto first = i - half;
  const auto last = i + half - 1;
  if (!is_blend(frames, first, last, i)) return false;
  const float whole = frames.squared(first, last);
  const auto wider = std::min(half + kBeyond, frames.look_ahead());
  const auto outer_first = i - std::min(i, wider);
  const auto outer_last = std::min(known, i + wider - 1);
  if (whole < kCovered * frames.squared(outer_first, outer_last)) return false;
  const auto apart = std::max<std::size_t>(3, half / 2);
  const float before = frames.squared(first - std::min(first, apart), first);
  const float after = frames.squared(last, std::min(known, last + apart));
  if (std::max(before, after) > kQuiet * whole) return false;
  const auto [low, high] =
      std::minmax(frames[first].signature.contrast, frames[last].signature.contrast);
  if (low < std::max(kLeastContrast, kLeastShare * high)) return false;
  // What grain and motion leave from frame to frame is not what tells the shots apart.
  float grain = 0.0F;
  for (auto t = first + 1; t <= last; ++t) grain += frames.normalised(frames[t].left, t - 1, t);
  grain = std::min(0.9F, grain / static_cast<float>(last - first));
  return frames.distance(first, last, kFar) - grain >= kLeastFar * (1.0F - grain);
}

}  // namespace

bool is_dissolve(const CutHistory& frames, std::size_t i) {
  const auto known = frames.last_known(i);
  for (std::size_t half = 1; half <= kLongest; ++half) {
    // No window reaches over a cut.
    if (half > i || i + half - 1 > known || frames[i - half].transition != RLV_TRANSITION_NONE)
      return false;
    if (half >= kShortest && (half < 6 || half % 2 == 0) && is_dissolve(frames, i, half))
      return true;
  }
  return false;
}

}  // namespace relievo::media
