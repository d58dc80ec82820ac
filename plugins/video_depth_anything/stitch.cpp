#include "plugins/video_depth_anything/stitch.hpp"

#include <algorithm>

namespace relievo::video_depth_anything {

void Stitcher::restart() {
  current_ = tail_ = reference0_ = reference1_ = {};
}

at::Tensor Stitcher::fitted(const Part& part, std::int64_t first, std::int64_t count) const {
  auto depth = resize_(part.depth.narrow(0, first, count));
  if (part.first) return depth;
  return depth.mul(part.affine.scale).add_(part.affine.shift).clamp_min_(0);
}

Affine Stitcher::fit_to_reference(const at::Tensor& depth) const {
  // Metal has no double; its sums are taken in pairs, which is exact enough.
  const auto type = depth.is_mps() ? at::kFloat : at::kDouble;
  const auto x = resize_(depth.narrow(0, 0, kKeep)).to(type).flatten();
  const auto y = at::cat({fitted(reference0_, 0, 1), fitted(reference1_, 0, 1)}).to(type).flatten();
  // One read-back for all of them.
  const auto sums =
      at::stack({x.sum(), y.sum(), x.mul(x).sum(), x.mul(y).sum()}).to(at::kCPU, at::kDouble);
  const auto* s = sums.const_data_ptr<double>();
  return fit({static_cast<double>(x.numel()), s[0], s[1], s[2], s[3]});
}

void Stitcher::add(const at::Tensor& depth) {
  const auto slot = [](const Part& part, std::int64_t first, std::int64_t count) {
    return Part{part.depth.narrow(0, first, count).clone(), part.affine, part.first};
  };
  if (!current_.depth.defined()) {
    current_ = {depth, {}, true};
    reference0_ = slot(current_, kReference[0], 1);
  } else {
    tail_ = slot(current_, kWindowFrames - kBlend, kBlend);
    reference1_ = slot(current_, kReference[1], 1);
    current_ = {depth, fitted_ ? fit_to_reference(depth) : Affine{}, false};
  }
}

at::Tensor Stitcher::frames(int first_slot, int count) const {
  auto depth = fitted(current_, first_slot, count);
  if (current_.first) return depth;
  const int end = std::min(first_slot + count, kOverlap);
  for (int slot = std::max(first_slot, kKeep); slot < end; ++slot) {
    const int i = slot - kKeep;
    auto newer = depth.select(0, slot - first_slot);
    newer.mul_(blend_weight(i))
        .add_(fitted(tail_, i, 1).squeeze(0), /*alpha=*/1.0 - blend_weight(i));
  }
  return depth;
}

}  // namespace relievo::video_depth_anything
