#include "plugins/depth_pro/pre_post.hpp"

namespace relievo::depth_pro {

at::Tensor preprocess(const std::vector<at::Tensor>& frames, std::int64_t side, at::Device device,
                      at::ScalarType dtype) {
  constexpr double kWhite = 255.0;
  constexpr double kMean = 0.5;
  constexpr double kDeviation = 0.5;
  std::vector<at::Tensor> pictures;
  pictures.reserve(frames.size());
  // One by one: the floats of a large picture weigh much, and go at once.
  for (const auto& frame : frames) {
    auto picture =
        frame.to(device, at::kByte)
            .permute({2, 0, 1})
            .unsqueeze(0)
            .to(at::kFloat, /*non_blocking=*/false, /*copy=*/true, at::MemoryFormat::Contiguous);
    picture.div_(kWhite).sub_(kMean).div_(kDeviation);
    if (picture.size(2) != side || picture.size(3) != side)
      picture = at::upsample_bilinear2d(picture, {side, side}, /*align_corners=*/false);
    pictures.push_back(picture.to(dtype));
  }
  return pictures.size() == 1 ? pictures.front() : at::cat(pictures);
}

at::Tensor at_size(const at::Tensor& canonical, PictureSize size) {
  if (canonical.size(0) == size.height && canonical.size(1) == size.width) return canonical;
  return at::upsample_bilinear2d(canonical.unsqueeze(0).unsqueeze(0), {size.height, size.width},
                                 /*align_corners=*/false)
      .squeeze(0)
      .squeeze(0);
}

at::Tensor metres(const at::Tensor& canonical, PictureSize size, double focal_px) {
  constexpr double kLeast = 1e-4;  // of inverse depth, 1 / m
  constexpr double kMost = 1e4;
  auto inverse = at_size(canonical.mul(static_cast<double>(size.width) / focal_px), size);
  return inverse.clamp_(kLeast, kMost).reciprocal_();
}

}  // namespace relievo::depth_pro
