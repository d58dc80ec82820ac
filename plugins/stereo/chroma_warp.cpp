#include "plugins/stereo/chroma_warp.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "plugins/stereo/segment.hpp"

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

int floor_div(int a, int b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// A chroma sample has the size of two luma samples; this much nearer is in front, less is the same
// surface.
constexpr std::int32_t kInFront = kPositionOne / 4;

}  // namespace

ChromaWarper::ChromaWarper(const ChromaGrid& grid, int luma_width)
    : grid_(grid),
      luma_width_(luma_width),
      width_(grid.width()),
      offset2_(grid.offset2()),
      torn_(at(width_ + 2 + kRunPadding)),
      boundary2_(at(width_ + 2)) {}

void ChromaWarper::warp(const WarpedRow* const* rows, int row_count, bool soft, int row_index,
                        WarpedChroma& out) {
  out.edges.clear();
  out.edge_taps.clear();
  out.position.resize(at(width_));
  std::array<const std::int32_t*, 4> sources{};
  std::array<int, 4> first{};
  int count = 0;
  for (int r = 0; r < row_count; ++r) {
    for (int column = grid_.left(); column <= grid_.right(); ++column) {
      sources[at(count)] = rows[r]->targets();
      first[at(count++)] = column;
    }
  }
  kernels().merge_chroma(sources.data(), first.data(), count, out.position.data(), width_);
  find_tears(rows, row_count);
  if (any_tear_) keep_to_surfaces(out);
  if (!soft) return;
  const float share = 1.0F / static_cast<float>(row_count);
  for (int r = 0; r < row_count; ++r) add_soft_edges(*rows[r], share, row_index, out);
}

// A tear of the luma at column b lies between chroma samples k and k + 1 if b is between their
// columns. A tear that meets a sample divides it from both sides: such a sample is of no surface.
void ChromaWarper::find_tears(const WarpedRow* const* rows, int row_count) {
  if (any_tear_) std::fill(torn_.begin(), torn_.end(), std::uint8_t{0});
  any_tear_ = false;
  for (int r = 0; r < row_count; ++r) {
    for (const int tear : rows[r]->shape.tears()) {
      const int boundary2 = 2 * tear + 1;
      const int last = floor_div(boundary2 - offset2_, 4);
      for (int k = std::max(0, floor_div(boundary2 - offset2_ - 1, 4)); k <= last; ++k) {
        if (k >= width_ - 1) break;
        torn_[at(k + 1)] = 1;
        boundary2_[at(k + 1)] = boundary2;
        any_tear_ = true;
      }
    }
  }
}

void ChromaWarper::keep_to_surfaces(WarpedChroma& out) const {
  constexpr int kBlock = 64;
  for (int block = 0; block < width_; block += kBlock) {
    auto near = kernels().bits_near_tears(out.position.data() + block, torn_.data(),
                                          std::min(kBlock, width_ - block));
    for (; near != 0; near &= near - 1) {
      const int k = block + std::countr_zero(near);
      auto& position = out.position[at(k)];
      const int i = position >> kPositionBits;
      const auto* torn = torn_.data() + i;  // before sample i, behind it, behind the next
      if (torn[1] != 0) {
        const std::int64_t column2 = (std::int64_t{4} * position >> kPositionBits) + offset2_;
        position = (column2 < boundary2_[at(i + 1)] ? i : i + 1) << kPositionBits;
      } else {
        out.edge_taps.push_back({k, torn[0] != 0, torn[2] != 0});
      }
    }
  }
}

void ChromaWarper::add_soft_edges(const WarpedRow& row, float share, int row_index,
                                  WarpedChroma& out) const {
  for (const int tear : row.shape.tears()) {
    add_end(row.shape.disparity(tear), tear, true, share, row_index, out);
    add_end(row.shape.disparity(tear + 1), tear + 1, false, share, row_index, out);
  }
  add_end(row.shape.disparity(luma_width_ - 1), luma_width_ - 1, true, share, row_index, out);
}

void ChromaWarper::add_end(float disparity, int column, bool right_end, float share, int row_index,
                           WarpedChroma& out) const {
  const float half = right_end ? 0.5F : -0.5F;
  const float offset = 0.5F * static_cast<float>(offset2_);
  // The end of the surface in the target, in chroma samples: sample k spans k - 1/2 to k + 1/2.
  const float end = 0.5F * (static_cast<float>(column) - disparity + half - offset);
  const int target = floor_of(end + 0.5F);
  if (target < 0 || target >= width_) return;
  const float covered = end + 0.5F - static_cast<float>(target);
  const float alpha = right_end ? covered : 1.0F - covered;
  const std::int32_t behind = out.position[at(target)];
  if (behind < 0 && !right_end) return;  // what fills the hole continues this surface
  const auto depth = static_cast<std::int32_t>((static_cast<float>(target) + 0.5F * disparity) *
                                               static_cast<float>(kPositionOne));
  if (behind >= depth - kInFront || alpha <= 0.0F) return;
  // The last sample that lies inside the surface.
  const float inner = 0.5F * (static_cast<float>(column) + half - offset);
  const int source = right_end ? floor_of(inner) : -floor_of(-inner);
  out.edges.push_back({row_index, target, std::clamp(source, 0, width_ - 1), share * alpha});
}

}  // namespace relievo::stereo
