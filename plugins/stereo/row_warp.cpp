#include "plugins/stereo/row_warp.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::int32_t fixed(float pixels) {
  return static_cast<std::int32_t>(std::lrint(pixels * static_cast<float>(kPositionOne)));
}

}  // namespace

void sharpen_ramps(float* disparity, int width, std::vector<std::uint8_t>& torn) {
  constexpr int kShortestRamp = 3;  // tears
  for (int x = 0; x < width - 1;) {
    if (torn[at(x)] == 0) {
      ++x;
      continue;
    }
    const bool rises = disparity[x + 1] > disparity[x];
    int end = x + 1;
    while (end < width - 1 && torn[at(end)] != 0 &&
           (disparity[end + 1] > disparity[end]) == rises)
      ++end;
    if (end - x >= kShortestRamp) {
      const float far = rises ? disparity[x] : disparity[end];
      const float near = rises ? disparity[end] : disparity[x];
      const float half = 0.5F * (far + near);
      for (int i = x + 1; i < end; ++i) disparity[i] = disparity[i] < half ? far : near;
    }
    x = end;
  }
}

RowWarper::RowWarper(int width)
    : width_(width),
      margin_(width + 8),
      canvas_(at(3 * width + 16)),
      target_row_(canvas_.data() + margin_),
      segment_storage_(at(4 * width)) {
  auto* s = segment_storage_.data();
  segments_ = {s, s + width, s + 2 * width, s + 3 * width};
}

void RowWarper::warp(WarpedRow& row, int growth, int row_index) {
  row.edges.clear();
  row.edge_taps.clear();
  row.tears.clear();
  edge_depths_.clear();
  row.torn.resize(at(width_));
  if (kernels().find_tears(row.disparity.data(), row.torn.data(), width_)) {
    list_tears(row);
    if (growth > 0) grow(row, growth);
  }
  std::fill_n(target_row_, width_, kHole);
  kernels().segments(row.disparity.data(), -margin_, segments_, width_);
  int first = 0;
  for (const int tear : row.tears) {
    draw_surface(row, first, tear, row_index);
    first = tear + 1;
  }
  draw_surface(row, first, width_ - 1, row_index);
  drop_hidden_edges(row);
  find_edge_taps(row);
  finish(row);
}

void RowWarper::list_tears(WarpedRow& row) {
  row.tears.clear();
  for (int x = 0; x < width_ - 1; ++x)
    if (row.torn[at(x)] != 0) row.tears.push_back(x);
}

// From right to left, so that a tear still finds its own foreground unchanged.
void RowWarper::grow(WarpedRow& row, int growth) {
  auto& d = row.disparity;
  for (auto tear = row.tears.rbegin(); tear != row.tears.rend(); ++tear) {
    const float front = d[at(*tear)];
    if (front <= d[at(*tear + 1)]) continue;
    const int last = std::min(*tear + growth, width_ - 1);
    for (int x = *tear + 1; x <= last; ++x) d[at(x)] = std::max(d[at(x)], front);
  }
  static_cast<void>(kernels().find_tears(d.data(), row.torn.data(), width_));
  list_tears(row);
}

void RowWarper::draw_surface(WarpedRow& row, int first, int last, int row_index) {
  const auto inside = [this](int target) { return target >= 0 && target < width_; };
  const auto soften = [&](int target, int source, float alpha) {
    row.edges.push_back({row_index, target, source, alpha});
    edge_depths_.push_back((target << kPositionBits) + fixed(row.disparity[at(source)]));
  };
  // The left end. Over a hole it is hard: what fills the hole continues this surface.
  const float left = row.disparity[at(first)];
  const int left_floor = static_cast<int>(std::floor(left));
  const float left_part = left - static_cast<float>(left_floor);
  const int left_target = first - left_floor - 1;
  if (left_part > 0.0F && inside(left_target)) {
    if (target_row_[left_target] != kHole)
      soften(left_target, first, left_part);
    else if (left_part >= 0.5F)
      target_row_[left_target] = first << kPositionBits;
  }
  for (int x = first; x < last; ++x) {
    auto* const target = target_row_ + segments_.target[x];
    target[segments_.second[x]] = segments_.position_of_second[x];
    *target = segments_.position[x];
  }
  const float right = row.disparity[at(last)];
  const int right_floor = static_cast<int>(std::floor(right));
  const float right_part = right - static_cast<float>(right_floor);
  const int right_target = last - right_floor;
  if (!inside(right_target)) return;
  if (right_part == 0.0F)
    target_row_[right_target] = last << kPositionBits;
  else
    soften(right_target, last, 1.0F - right_part);
}

// A surface drawn later may have come in front of an edge.
void RowWarper::drop_hidden_edges(WarpedRow& row) const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < row.edges.size(); ++i)
    if (target_row_[row.edges[i].target] < edge_depths_[i]) row.edges[kept++] = row.edges[i];
  row.edges.resize(kept);
}

void RowWarper::find_edge_taps(WarpedRow& row) const {
  for (const int tear : row.tears) {
    if (tear > 0 && row.torn[at(tear - 1)] == 0) add_edge_tap(row, tear - 1);
    if (tear + 2 < width_ && row.torn[at(tear + 1)] == 0) add_edge_tap(row, tear + 1);
  }
}

void RowWarper::add_edge_tap(WarpedRow& row, int segment) const {
  const bool left = segment > 0 && row.torn[at(segment - 1)] != 0;
  const bool right = segment + 2 < width_ && row.torn[at(segment + 1)] != 0;
  for (int i = 0; i <= segments_.second[segment]; ++i) {
    const int target = segments_.target[segment] + i;
    if (target < 0 || target >= width_ || target_row_[target] >> kPositionBits != segment) continue;
    row.edge_taps.push_back({target, left, right});
  }
}

void RowWarper::finish(WarpedRow& row) const {
  row.position.resize(at(width_ + 2));
  std::copy_n(target_row_, width_, row.position.data() + 1);
  row.position.front() = kHole;
  row.position.back() = kHole;
}

void RowWarper::warp_simple(WarpedRow& row) {
  row.edges.clear();
  row.edge_taps.clear();
  row.tears.clear();
  row.torn.assign(at(width_), 0);
  std::fill_n(target_row_, width_, kHole);
  for (int x = 0; x < width_; ++x)
    target_row_[x - static_cast<int>(std::floor(row.disparity[at(x)] + 0.5F))] =
        x << kPositionBits;
  for (int x = 0; x < width_; ++x) {
    if (target_row_[x] != kHole) continue;
    int end = x;
    while (end < width_ && target_row_[end] == kHole) ++end;
    const auto shift_of = [&](int target) {
      return target_row_[target] - (target << kPositionBits);
    };
    const bool has_left = x > 0;
    const bool has_right = end < width_;
    std::int32_t background = 0;
    if (has_right && (!has_left || shift_of(end) <= shift_of(x - 1)))
      background = target_row_[end];
    else if (has_left)
      background = target_row_[x - 1];
    std::fill(target_row_ + x, target_row_ + end, background);
    x = end;
  }
  finish(row);
}

void RowWarper::warp_backward(WarpedRow& row) const {
  row.edges.clear();
  row.edge_taps.clear();
  row.tears.clear();
  row.torn.assign(at(width_), 0);
  row.position.resize(at(width_ + 2));
  const std::int32_t last = (width_ - 1) << kPositionBits;
  for (int x = 0; x < width_; ++x)
    row.position[at(x + 1)] =
        std::clamp((x << kPositionBits) + fixed(row.disparity[at(x)]), 0, last);
  row.position.front() = kHole;
  row.position.back() = kHole;
}

}  // namespace relievo::stereo
