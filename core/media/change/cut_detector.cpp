#include "core/media/change/cut_detector.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace relievo::media {
namespace {

// Frames on each side that say what is usual.
constexpr std::size_t kNeighbours = 8;
// Frames on each side whose texture says how much there is to see at all.
constexpr std::size_t kTextureReach = 3;
// Structure below this (levels of 255, both pictures together) is noise and grain.
constexpr float kNoise = 3.0F;
// Texture of both pictures at which colour counts as much as structure.
constexpr float kFlat = 5.0F;

// A cut leaves at least this much unexplained, and this many times what is usual.
constexpr float kLeast = 0.40F;
constexpr float kTimes = 1.7F;
// A jump within one set leaves less, but shows in structure and colour at once.
constexpr float kLeastJump = 0.20F;
constexpr float kTimesJump = 2.1F;
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

}  // namespace

void CutDetector::add(const ShotSignature& signature) {
  Entry entry;
  entry.signature = signature;
  if (!entries_.empty()) {
    entry.left = structure_left(entries_.back().signature, signature);
    entry.colour = colour_distance(entries_.back().signature, signature);
  }
  entries_.push_back(entry);
}

// Relative to what there is to see: in the two frames, or for the last step of a fade in the frames
// around them.
float CutDetector::normalised(float left, std::size_t a, std::size_t b) const {
  const float both = entries_[a].signature.texture + entries_[b].signature.texture;
  float around = 0.0F;
  const auto begin = a > kTextureReach ? a - kTextureReach : 0;
  const auto end = std::min(entries_.size(), b + kTextureReach + 1);
  for (auto i = begin; i < end; ++i) around = std::max(around, entries_[i].signature.texture);
  return left / (std::max(both, around) + kNoise);
}

float CutDetector::score_of(std::size_t i) const {
  if (i == 0) return 0.0F;
  const auto& entry = entries_[i];
  const float both = entry.signature.texture + entries_[i - 1].signature.texture;
  return std::max(normalised(entry.left, i - 1, i), entry.colour * kFlat / (kFlat + both));
}

float CutDetector::distance(std::size_t a, std::size_t b, const Reach& reach) const {
  return normalised(structure_left(entries_[a].signature, entries_[b].signature, reach), a, b);
}

// The last frame that may be looked at for frame i.
std::size_t CutDetector::last_known(std::size_t i) const {
  return std::min(entries_.size() - 1, i + static_cast<std::size_t>(options_.look_ahead));
}

// What frames around i show without a cut: the upper half of their values on average (animation
// moves every other frame), and the two beside i. skip: how many frames from i on do not count.
float CutDetector::usual(std::size_t i, std::size_t skip, float Entry::*value) const {
  std::array<float, 2 * kNeighbours> values{};
  std::size_t count = 0;
  float beside = 0.0F;
  const auto begin = i > kNeighbours ? i - kNeighbours : 1;
  const auto end = std::min(last_known(i), i + kNeighbours);
  for (auto j = begin; j <= end; ++j) {
    if ((j >= i && j < i + skip) || entries_[j].is_cut || count == values.size()) continue;
    const float found = entries_[j].*value;
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
bool CutDetector::comes_back(std::size_t i, float score) const {
  const float change = entries_[i].colour;
  const auto again = [&](std::size_t a, std::size_t b) {
    const float both = entries_[a].signature.texture + entries_[b].signature.texture;
    const float colour = colour_distance(entries_[a].signature, entries_[b].signature);
    const float now = std::max(distance(a, b, kNear), colour * kFlat / (kFlat + both));
    if (now < kSame * score) return true;
    // Where light made the change, its going away tells more than what moved meanwhile.
    return change > kLight && colour < kLightGone * change && now < score;
  };
  // First the two frames at the change against all, then pairs ever farther away: one flash may
  // follow another.
  const auto first = i - 1 - std::min(i - 1, static_cast<std::size_t>(options_.look_ahead));
  const auto last = last_known(i);
  auto begin = i - 1;
  while (begin > first && !entries_[begin].is_cut) --begin;
  for (auto after = i + 1; after <= last; ++after)
    if (again(i - 1, after)) return true;
  for (auto before = begin; before + 1 < i; ++before)
    if (again(before, i)) return true;
  for (std::size_t back = 2; i >= begin + 1 + back; back *= 2)
    for (std::size_t ahead = 1; i + ahead <= last; ahead *= 2)
      if (again(i - 1 - back, i + ahead)) return true;
  return false;
}

bool CutDetector::is_cut(std::size_t i) {
  const auto strength = static_cast<float>(options_.sensitivity);
  for (auto j = i; j <= last_known(i); ++j) entries_[j].score = score_of(j);
  const float score = entries_[i].score;
  if (score * strength < kLeastJump) return false;
  const float times = score / std::max(1e-3F, usual(i, 1, &Entry::score));
  const bool plain = score * strength >= kLeast && times * strength >= kTimes;
  const bool jump = times * strength >= kTimesJump &&
                    entries_[i].colour * strength >= kTimesJump * usual(i, 1, &Entry::colour);
  if (!plain && !jump) return is_mixed_cut(i);
  if (plain && entries_[i].left > 0.0F && normalised(entries_[i].left, i - 1, i) >= kLeast &&
      distance(i - 1, i, kFar) * strength < kLeastFar)
    return false;
  return !comes_back(i, score);
}

// A cut that a change of frame rate has put into one frame: half the old picture, half the new.
bool CutDetector::is_mixed_cut(std::size_t i) const {
  const auto strength = static_cast<float>(options_.sensitivity);
  if (i < 2 || entries_[i - 1].is_cut) return false;
  const float half = std::min(entries_[i].score, entries_[i - 1].score);
  if (half * strength < kLeastHalf) return false;
  const float across = distance(i - 2, i, kFar);
  return across * strength >= kLeastMixed &&
         across * strength >= kTimesMixed * usual(i - 1, 2, &Entry::score) &&
         !comes_back(i, across);
}

std::optional<bool> CutDetector::next() {
  const auto known = entries_.size() - next_;
  const auto needed = static_cast<std::size_t>(options_.look_ahead) + 1;
  if (known == 0 || (!finished_ && known < needed)) return std::nullopt;
  const bool cut = next_ > 0 && is_cut(next_);
  entries_[next_].is_cut = cut;
  ++next_;
  ++decided_;
  const auto kept =
      std::max<std::size_t>(kNeighbours, static_cast<std::size_t>(options_.look_ahead) + 1) + 2;
  while (next_ > kept) {
    entries_.pop_front();
    --next_;
  }
  return cut;
}

}  // namespace relievo::media
