#include "plugins/stereo/row_warp.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "plugins/stereo/segment.hpp"

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

std::int32_t fixed(float pixels) {
  return static_cast<std::int32_t>(std::lrint(pixels * static_cast<float>(kPositionOne)));
}

}  // namespace

WarpedRow::WarpedRow(int width)
    : shape(width), own_(at(width + 2), kHole), canvas_(own_.data() + 1) {}

void WarpedRow::clear() {
  edges.clear();
  edge_taps.clear();
  std::memset(canvas() - 1, kHoleByte, at(shape.width() + 2) * sizeof(std::int32_t));
}

void RowWarper::warp(WarpedRow& row, int row_index) {
  row.clear();
  edge_depths_.clear();
  int first = 0;
  for (const int tear : row.shape.tears()) {
    draw_surface(row, first, tear, row_index);
    first = tear + 1;
  }
  draw_surface(row, first, width_ - 1, row_index);
  drop_hidden_edges(row);
  for (const int tear : row.shape.tears()) {
    add_edge_tap(row, tear - 1);
    add_edge_tap(row, tear + 1);
  }
}

void RowWarper::draw_surface(WarpedRow& row, int first, int last, int row_index) {
  auto* const targets = row.canvas();
  const auto inside = [this](int target) {
    return target >= 0 && target < width_;
  };
  const auto soften = [&](int target, int source, float disparity, float alpha) {
    row.edges.push_back({row_index, target, source, alpha});
    edge_depths_.push_back((target << kPositionBits) + fixed(disparity));
  };
  // The left end. Over a hole it is hard: what fills the hole continues this surface.
  const float left = row.shape.disparity(first);
  const int left_floor = floor_of(left);
  const float left_part = left - static_cast<float>(left_floor);
  const int left_target = first - left_floor - 1;
  if (left_part > 0.0F && inside(left_target)) {
    if (targets[left_target] != kHole)
      soften(left_target, first, left, left_part);
    else if (left_part >= 0.5F)
      targets[left_target] = first << kPositionBits;
  }
  kernels().draw(row.shape.disparities(), first, last, width_, targets);
  const float right = row.shape.disparity(last);
  const int right_floor = floor_of(right);
  const float right_part = right - static_cast<float>(right_floor);
  const int right_target = last - right_floor;
  if (!inside(right_target)) return;
  if (right_part == 0.0F)
    targets[right_target] = last << kPositionBits;
  else
    soften(right_target, last, right, 1.0F - right_part);
}

// A surface drawn later may have come in front of an edge.
void RowWarper::drop_hidden_edges(WarpedRow& row) const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < row.edges.size(); ++i)
    if (row.targets()[row.edges[i].target] < edge_depths_[i]) row.edges[kept++] = row.edges[i];
  row.edges.resize(kept);
}

void RowWarper::add_edge_tap(WarpedRow& row, int segment) const {
  if (segment < 0 || segment + 1 >= width_ || row.shape.is_torn(segment)) return;
  const auto drawn =
      stereo::segment(row.shape.disparity(segment), row.shape.disparity(segment + 1), segment);
  for (int target = drawn.target; target < drawn.target + drawn.count; ++target) {
    if (target < 0 || target >= width_ || row.targets()[target] >> kPositionBits != segment)
      continue;
    row.edge_taps.push_back(
        {target, row.shape.is_torn(segment - 1), row.shape.is_torn(segment + 1)});
  }
}

void RowWarper::warp_simple(WarpedRow& row) const {
  row.clear();
  auto* const targets = row.canvas();
  for (int x = 0; x < width_; ++x) {
    const int target = x - floor_of(row.shape.disparity(x) + 0.5F);
    if (target >= 0 && target < width_) targets[target] = x << kPositionBits;
  }
  const auto shift_of = [&](int target) {
    return targets[target] - (target << kPositionBits);
  };
  for (int x = 0; x < width_; ++x) {
    if (targets[x] != kHole) continue;
    int end = x;
    while (end < width_ && targets[end] == kHole) ++end;
    const bool has_left = x > 0;
    const bool has_right = end < width_;
    std::int32_t background = 0;
    if (has_right && (!has_left || shift_of(end) <= shift_of(x - 1)))
      background = targets[end];
    else if (has_left)
      background = targets[x - 1];
    std::fill(targets + x, targets + end, background);
    x = end;
  }
}

void RowWarper::warp_backward(WarpedRow& row) const {
  row.clear();
  const std::int32_t last = (width_ - 1) << kPositionBits;
  for (int x = 0; x < width_; ++x)
    row.canvas()[x] = std::clamp((x << kPositionBits) + fixed(row.shape.disparity(x)), 0, last);
}

}  // namespace relievo::stereo
