#include "core/media/change/cut_history.hpp"

#include <algorithm>
#include <numeric>

namespace relievo::media {
namespace {

// Frames on each side whose texture says how much there is to see at all.
constexpr std::size_t kTextureReach = 3;
// Structure below this (levels of 255, both pictures together) is noise and grain.
constexpr float kNoise = 3.0F;

}  // namespace

CutHistory::CutHistory(int look_ahead) : look_ahead_(static_cast<std::size_t>(look_ahead)) {}

void CutHistory::add(const ShotSignature& signature) {
  CutEntry entry;
  entry.signature = signature;
  if (!entries_.empty()) {
    const auto& before = entries_.back().signature;
    entry.change = block_change(before, signature);
    entry.left = 2.0F * std::accumulate(entry.change.begin(), entry.change.end(), 0.0F) /
                 static_cast<float>(entry.change.size());
    entry.colour = colour_distance(before, signature);
  }
  const auto reach = std::min(entries_.size(), 2 * look_ahead_ + 1);
  entry.products.reserve(reach + 1);
  entry.products.push_back(blend_product(signature, signature));
  for (std::size_t k = 1; k <= reach; ++k)
    entry.products.push_back(blend_product(signature, entries_[entries_.size() - k].signature));
  entries_.push_back(std::move(entry));
}

bool CutHistory::is_ready() const {
  const auto known = entries_.size() - next_;
  return known > 0 && (finished_ || known > look_ahead_);
}

void CutHistory::decide(std::uint32_t transition) {
  entries_[next_++].transition = transition;
  // As far back as a fade with its pause, or a dissolve with what was before it.
  while (next_ > 2 * look_ahead_ + 16) {
    entries_.pop_front();
    --next_;
    ++dropped_;
  }
}

std::size_t CutHistory::last_known(std::size_t i) const {
  return std::min(entries_.size() - 1, i + look_ahead_);
}

bool CutHistory::is_end(std::size_t i) const {
  return finished_ && last_known(i) + 1 == entries_.size();
}

float CutHistory::normalised(float left, std::size_t a, std::size_t b) const {
  const float both = entries_[a].signature.texture + entries_[b].signature.texture;
  float around = 0.0F;
  const auto begin = a > kTextureReach ? a - kTextureReach : 0;
  const auto end = std::min(entries_.size(), b + kTextureReach + 1);
  for (auto i = begin; i < end; ++i) around = std::max(around, entries_[i].signature.texture);
  return left / (std::max(both, around) + kNoise);
}

float CutHistory::distance(std::size_t a, std::size_t b, const Reach& reach) const {
  return normalised(structure_left(entries_[a].signature, entries_[b].signature, reach), a, b);
}

float CutHistory::product(std::size_t a, std::size_t b) const {
  return entries_[std::max(a, b)].products[std::max(a, b) - std::min(a, b)];
}

float CutHistory::squared(std::size_t a, std::size_t b) const {
  return std::max(0.0F, product(a, a) + product(b, b) - 2.0F * product(a, b));
}

}  // namespace relievo::media
