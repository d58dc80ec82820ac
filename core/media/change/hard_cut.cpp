#include "core/media/change/hard_cut.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace relievo::media {
namespace {

// Frames on each side that say what is usual.
constexpr std::size_t kNeighbours = 8;
// The same for each block by itself.
constexpr std::size_t kBlockNeighbours = 4;
// Flashes, and rows of them, last no longer than this.
constexpr std::size_t kFlash = 8;
// Texture of both pictures at which colour counts as much as structure.
constexpr float kFlat = 5.0F;

// A cut leaves at least this much unexplained, and this many times what is usual.
constexpr float kLeast = 0.40F;
constexpr float kTimes = 1.7F;
// A jump within one scene: what blocks show beyond kBlockTimes of their usual change and
// kBlockNoise levels, relative to texture, times the share of blocks that do.
constexpr float kBlockTimes = 1.5F;
constexpr float kBlockNoise = 0.5F;
constexpr float kLeastJump = 0.006F;
// Frames that must be there on either side.
constexpr std::size_t kBlockBeside = 2;
// What remains of a jump when blocks are looked for far away.
constexpr float kStillJump = 0.4F;
// The change in all must be this many times the usual, unless the jump is clear.
constexpr float kTimesJump = 1.9F;
constexpr float kClearJump = 0.05F;
// Across a frame that mixes both pictures; each half is a weak change by itself.
constexpr float kLeastHalf = 0.20F;
constexpr float kLeastMixed = 0.50F;
constexpr float kTimesMixed = 2.5F;
// After a flash the picture is again what it was, up to what moved meanwhile.
constexpr float kSame = 0.70F;
constexpr float kLight = 0.30F;
constexpr float kLightGone = 0.25F;
// Even far away in the picture, nothing of the other one is found.
constexpr float kLeastFar = 0.30F;

float both_textures(const CutHistory& frames, std::size_t a, std::size_t b) {
  return frames[a].signature.texture + frames[b].signature.texture;
}

float score_of(const CutHistory& frames, std::size_t i) {
  if (i == 0) return 0.0F;
  const float both = both_textures(frames, i - 1, i);
  return std::max(frames.normalised(frames[i].left, i - 1, i),
                  frames[i].colour * kFlat / (kFlat + both));
}

// What frames around i show without a cut: the upper half of their values on average (animation
// moves every other frame), and the two beside i. skip: how many frames from i on do not count.
float usual(const CutHistory& frames, std::size_t i, std::size_t skip) {
  std::array<float, 2 * kNeighbours> values{};
  std::size_t count = 0;
  float beside = 0.0F;
  const auto begin = i > kNeighbours ? i - kNeighbours : 1;
  const auto end = std::min(frames.last_known(i), i + kNeighbours);
  for (auto j = begin; j <= end; ++j) {
    if ((j >= i && j < i + skip) || frames[j].transition == RLV_TRANSITION_HARD ||
        count == values.size())
      continue;
    const float found = frames[j].score;
    values.at(count++) = found;
    if (j + 1 == i || j == i + skip) beside = std::max(beside, found);
  }
  if (count == 0) return 0.0F;
  std::sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), std::greater<>());
  const auto half = (count + 1) / 2;
  float sum = 0.0F;
  for (std::size_t k = 0; k < half; ++k) sum += values.at(k);
  return std::max(beside, sum / static_cast<float>(half));
}

// The picture before i is seen again soon after it, or the one at i was seen shortly before.
bool comes_back(const CutHistory& frames, std::size_t i, float score) {
  const float change = frames[i].colour;
  const auto again = [&](std::size_t a, std::size_t b) {
    const float both = both_textures(frames, a, b);
    const float colour = colour_distance(frames[a].signature, frames[b].signature);
    const float now = std::max(frames.distance(a, b, kNear), colour * kFlat / (kFlat + both));
    if (now < kSame * score) return true;
    // Where light made the change, its going away tells more than what moved meanwhile.
    return change > kLight && colour < kLightGone * change && now < score;
  };
  // First the two frames at the change against all, then pairs ever farther away: one flash may
  // follow another.
  const auto reach = std::min(kFlash, frames.look_ahead());
  const auto first = i - 1 - std::min(i - 1, reach);
  const auto last = std::min(frames.last_known(i), i + reach);
  auto begin = i - 1;
  while (begin > first && frames[begin].transition == RLV_TRANSITION_NONE) --begin;
  for (auto after = i + 1; after <= last; ++after)
    if (again(i - 1, after)) return true;
  for (auto before = begin; before + 1 < i; ++before)
    if (again(before, i)) return true;
  for (std::size_t back = 2; i >= begin + 1 + back; back *= 2)
    for (std::size_t ahead = 1; i + ahead <= last; ahead *= 2)
      if (again(i - 1 - back, i + ahead)) return true;
  return false;
}

// How far the blocks of i stand out, given how they changed.
float jump(const CutHistory& frames, std::size_t i, const BlockChange& change) {
  BlockChange most{};
  const auto begin = i > kBlockNeighbours ? i - kBlockNeighbours : 1;
  const auto end = std::min(frames.last_known(i), i + kBlockNeighbours);
  for (auto j = begin; j <= end; ++j) {
    if (j == i || frames[j].transition == RLV_TRANSITION_HARD) continue;
    for (std::size_t b = 0; b < most.size(); ++b) most[b] = std::max(most[b], frames[j].change[b]);
  }
  float sum = 0.0F;
  float standing_out = 0.0F;
  for (std::size_t b = 0; b < most.size(); ++b) {
    const float beyond = change[b] - kBlockTimes * most[b] - kBlockNoise;
    if (beyond <= 0.0F) continue;
    sum += beyond;
    standing_out += 1.0F;
  }
  const auto count = static_cast<float>(most.size());
  return frames.normalised(2.0F * sum / count, i - 1, i) * standing_out / count;
}

// The same when blocks are looked for far away, where a camera that starts, or is bumped, would let
// them be found.
float far_jump(const CutHistory& frames, std::size_t i) {
  return jump(frames, i, block_change(frames[i - 1].signature, frames[i].signature, kFar));
}

bool is_jump(const CutHistory& frames, std::size_t i, float strength, float times) {
  // Only frames on both sides, of no other shot, say what is usual.
  if (i < kBlockBeside + 1 || frames.last_known(i) < i + kBlockBeside) return false;
  for (auto j = i - std::min(i, kBlockNeighbours); j < i; ++j)
    if (frames[j].transition == RLV_TRANSITION_HARD) return false;
  const float near = jump(frames, i, frames[i].change);
  if (near * strength < kLeastJump) return false;
  if (near * strength < kClearJump && times * strength < kTimesJump) return false;
  const float far = far_jump(frames, i);
  return far * strength >= kLeastJump && far >= kStillJump * near;
}

// A cut that a change of frame rate has put into one frame: half the old picture, half the new.
bool is_mixed_cut(const CutHistory& frames, std::size_t i, float strength) {
  if (i < 2 || frames[i - 1].transition != RLV_TRANSITION_NONE) return false;
  const float half = std::min(frames[i].score, frames[i - 1].score);
  if (half * strength < kLeastHalf) return false;
  const float across = frames.distance(i - 2, i, kFar);
  return across * strength >= kLeastMixed &&
         across * strength >= kTimesMixed * usual(frames, i - 1, 2) &&
         !comes_back(frames, i, across);
}

}  // namespace

bool is_hard_cut(CutHistory& frames, std::size_t i, double sensitivity) {
  const auto strength = static_cast<float>(sensitivity);
  const auto known = std::min(frames.last_known(i), i + kNeighbours);
  for (auto j = i; j <= known; ++j) frames.set_score(j, score_of(frames, j));
  if (i == 0) return false;
  const float score = frames[i].score;
  const float times = score / std::max(1e-3F, usual(frames, i, 1));
  const bool plain = score * strength >= kLeast && times * strength >= kTimes;
  if (!plain && !is_jump(frames, i, strength, times)) return is_mixed_cut(frames, i, strength);
  if (plain && frames.normalised(frames[i].left, i - 1, i) >= kLeast &&
      frames.distance(i - 1, i, kFar) * strength < kLeastFar &&
      far_jump(frames, i) * strength < kClearJump)
    return false;
  return !comes_back(frames, i, score);
}

}  // namespace relievo::media
