#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "core/media/change/soft_cut.hpp"

namespace relievo::media {
namespace {

// Contrast (standard deviation of luma, levels) below which a picture is one colour: at all, and
// relative to the pictures around.
constexpr float kNothing = 1.5F;
constexpr float kNextToNothing = 0.08F;
// Least contrast of what fades.
constexpr float kPicture = 6.0F;
// A ramp ends at this share of the picture's contrast; frames on it, and its largest step.
constexpr float kAll = 0.9F;
constexpr std::size_t kLeastRamp = 3;
constexpr float kStep = 0.45F;
// Correlation of a picture half faded with the one that fades.
constexpr float kAlike = 0.6F;
// Above this mean the colour is light, and a flash is possible.
constexpr float kLight = 128.0F;
// A picture is the same one as before the flash.
constexpr float kSame = 0.4F;

bool is_one_colour(const CutHistory& frames, std::size_t i, std::size_t last) {
  const float contrast = frames[i].signature.contrast;
  if (contrast < kNothing) return true;
  const auto reach = frames.look_ahead();
  float most = 0.0F;
  for (auto j = i - std::min(i, reach); j <= std::min(last, i + reach); ++j)
    most = std::max(most, frames[j].signature.contrast);
  return contrast < kNextToNothing * most;
}

float correlation(const ShotSignature& a, const ShotSignature& b) {
  const auto mean = [](const ShotSignature& s) {
    float sum = 0.0F;
    for (std::size_t k = 0; k < ShotSignature::kBlendLuma; ++k) sum += s.blend[k];
    return sum / ShotSignature::kBlendLuma;
  };
  const float mean_a = mean(a);
  const float mean_b = mean(b);
  float ab = 0.0F;
  float aa = 0.0F;
  float bb = 0.0F;
  for (std::size_t k = 0; k < ShotSignature::kBlendLuma; ++k) {
    const float x = a.blend[k] - mean_a;
    const float y = b.blend[k] - mean_b;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / std::sqrt(std::max(1e-6F, aa * bb));
}

// Frames over which a picture comes out of the one colour of frame `from`, forwards or backwards in
// time; 0 if it is there at once, or is no picture.
std::size_t ramp(const CutHistory& frames, std::size_t from, bool forwards, std::size_t last) {
  const auto room = std::min(frames.look_ahead(), forwards ? last - from : from);
  const auto at = [&](std::size_t k) {
    return forwards ? from + k : from - k;
  };
  const auto contrast = [&](std::size_t k) {
    return frames[at(k)].signature.contrast;
  };
  float most = 0.0F;
  for (std::size_t k = 1; k <= room; ++k) {
    if (frames[at(k)].transition == RLV_TRANSITION_HARD) break;
    if (k > 1 && contrast(k) < kNothing) break;
    most = std::max(most, contrast(k));
  }
  if (most < kPicture) return 0;
  std::size_t length = 0;
  std::optional<std::size_t> quarter;
  for (std::size_t k = 1; k <= room; ++k) {
    if (contrast(k) - contrast(k - 1) > kStep * most) return 0;
    length = k;
    if (!quarter && contrast(k) >= 0.25F * most) quarter = k;
    if (contrast(k) >= kAll * most) break;
  }
  if (length <= kLeastRamp || !quarter) return 0;
  const bool same =
      correlation(frames[at(*quarter)].signature, frames[at(length)].signature) >= kAlike;
  return same ? length : 0;
}

// The frames of one colour that hold frame i, or end before it.
struct Run {
  std::size_t first;
  std::size_t last;
};
std::optional<Run> run_at(const CutHistory& frames, std::size_t i, std::size_t known) {
  if (i == 0) return std::nullopt;
  std::size_t at = i;
  if (!is_one_colour(frames, i, known)) at = i - 1;
  if (!is_one_colour(frames, at, known)) return std::nullopt;
  Run run{at, at};
  while (run.first > 0 && is_one_colour(frames, run.first - 1, known)) --run.first;
  while (run.last < known && is_one_colour(frames, run.last + 1, known)) ++run.last;
  return run;
}

}  // namespace

bool is_fade(const CutHistory& frames, std::size_t i) {
  const auto known = frames.last_known(i);
  const auto run = run_at(frames, i, known);
  if (!run) return false;
  const bool goes_on = run->last == known;
  const bool comes_in = !goes_on && ramp(frames, run->last, true, known) > 0;
  const auto longest = frames.look_ahead();
  if (run->first == 0) {
    // It began before all that is known; a film that begins in black has no shot before.
    return !frames.has_first() && comes_in && i == run->last + 1;
  }
  if (run->last - run->first > longest && i == run->last + 1) return comes_in;
  for (auto j = run->first; j < i; ++j)
    if (frames[j].transition != RLV_TRANSITION_NONE) return false;
  const auto out = ramp(frames, run->first, false, known);
  if (out == 0) return false;
  if (comes_in && frames[run->first].signature.mean > kLight) {
    const auto in = ramp(frames, run->last, true, known);
    if (frames.distance(run->first - out, run->last + in, kNear) < kSame) return false;
  }
  const auto middle = (run->first + run->last + 1) / 2;
  const auto wanted = goes_on && !frames.is_end(i) ? run->first + longest / 2
                      : comes_in || goes_on        ? middle
                                                   : run->last + 1;
  return i >= std::min(wanted, run->first + longest / 2);
}

bool is_fading(const CutHistory& frames, std::size_t i) {
  const auto known = frames.last_known(i);
  const auto reach = frames.look_ahead();
  for (std::size_t k = 0; k <= std::min(i, reach); ++k) {
    if (!is_one_colour(frames, i - k, known)) continue;
    if (ramp(frames, i - k, true, known) >= k) return k > 0 || ramp(frames, i, false, known) > 0;
    break;
  }
  for (auto j = i; j <= known; ++j) {
    if (!is_one_colour(frames, j, known)) continue;
    return ramp(frames, j, false, known) >= j - i && ramp(frames, j, false, known) > 0;
  }
  return false;
}

}  // namespace relievo::media
