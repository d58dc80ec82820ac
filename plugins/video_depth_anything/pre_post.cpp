#include "plugins/video_depth_anything/pre_post.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "plugins/common/transfer.hpp"

namespace relievo::video_depth_anything {
namespace {

constexpr std::int64_t kPatch = 14;

// Half to even, as Python's round and NumPy's.
std::int64_t round_even(double value) {
  return static_cast<std::int64_t>(std::nearbyint(value));
}

std::int64_t to_patches(double side, std::int64_t least) {
  const auto patch = static_cast<double>(kPatch);
  const auto size = round_even(side / patch) * kPatch;
  if (size >= least) return size;
  return static_cast<std::int64_t>(std::ceil(side / patch)) * kPatch;
}

// Where the pixels of a map of `to` pixels over a picture of `source` pixels lie in a depth of
// `from` samples whose first and last are on the picture's first and last pixel.
std::vector<double> centres(std::int64_t to, std::int64_t source, std::int64_t from) {
  std::vector<double> positions(static_cast<std::size_t>(to), 0.0);
  if (source < 2) return positions;
  const auto pixel = static_cast<double>(source) / static_cast<double>(to);
  const auto cells = static_cast<double>(from - 1) / static_cast<double>(source - 1);
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] = ((static_cast<double>(i) + 0.5) * pixel - 0.5) * cells;
  return positions;
}

}  // namespace

PictureSize network_size(PictureSize source, std::int64_t input_size, bool wide_rule) {
  const auto width = static_cast<double>(source.width);
  const auto height = static_cast<double>(source.height);
  const double ratio = std::max(width, height) / std::min(width, height);
  constexpr double kWide = 1.78;
  if (wide_rule && ratio > kWide)
    input_size = round_even(std::trunc(static_cast<double>(input_size) * 1.777 / ratio) /
                            static_cast<double>(kPatch)) *
                 kPatch;
  // A strip of a picture: no less than one patch.
  input_size = std::max(input_size, kPatch);
  const auto wanted = static_cast<double>(input_size);
  const double scale = std::max(wanted / width, wanted / height);
  return {to_patches(scale * width, input_size), to_patches(scale * height, input_size)};
}

Preprocess::Preprocess(PictureSize source, PictureSize network, at::Device device,
                       at::ScalarType dtype, bool exact)
    : rows_(nets::AxisTaps::cubic(source.height, network.height, device, exact)),
      columns_(nets::AxisTaps::cubic(source.width, network.width, device, exact)),
      network_(network),
      device_(device),
      dtype_(dtype),
      sum_dtype_(exact && device.is_cpu() ? at::kDouble : at::kFloat) {
  constexpr std::array<double, 3> kMean{0.485, 0.456, 0.406};
  constexpr std::array<double, 3> kDeviation{0.229, 0.224, 0.225};
  constexpr double kWhite = 255.0;
  std::vector<double> factor;
  std::vector<double> offset;
  for (std::size_t c = 0; c < 3; ++c) {
    factor.push_back(1.0 / (kWhite * kDeviation.at(c)));
    offset.push_back(-kMean.at(c) / kDeviation.at(c));
  }
  const auto place = [&](const std::vector<double>& values) {
    return at::tensor(values, at::TensorOptions(at::kDouble)).to(sum_dtype_).to(device);
  };
  factor_ = place(factor);
  offset_ = place(offset);
}

at::Tensor Preprocess::operator()(const std::vector<at::Tensor>& frames) const {
  const auto bytes = nets::stack_on_device(frames, device_);
  if (device_.is_cuda() && dtype_ != at::kFloat) {
    const auto planes =
        bytes.permute({0, 3, 1, 2}).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
    const auto planar = [](const at::Tensor& per_channel) {
      return per_channel.view({1, 3, 1, 1});
    };
    return at::upsample_bicubic2d(planes, {network_.height, network_.width},
                                  /*align_corners=*/false)
        .mul_(planar(factor_))
        .add_(planar(offset_))
        .to(dtype_);
  }
  // Rows first: they are long stretches of memory, and fewer columns are left to gather from.
  const auto fewer = nets::resample(bytes, 1, rows_, sum_dtype_);
  auto picture = nets::resample(fewer, 2, columns_, sum_dtype_);
  return picture.mul_(factor_).add_(offset_).to(dtype_).permute({0, 3, 1, 2});
}

Postprocess::Postprocess(PictureSize source, PictureSize network, bool at_source_size,
                         at::Device device)
    : size_(at_source_size ? source : network), at_source_size_(at_source_size) {
  if (at_source_size) return;
  rows_ = nets::AxisTaps::linear(centres(network.height, source.height, network.height),
                                 network.height, device);
  columns_ = nets::AxisTaps::linear(centres(network.width, source.width, network.width),
                                    network.width, device);
}

at::Tensor Postprocess::operator()(const at::Tensor& depth) const {
  if (at_source_size_)
    return nets::enlarge_bilinear(depth.unsqueeze(1), {size_.height, size_.width}).squeeze(1);
  return nets::resample(nets::resample(depth, 1, rows_, at::kFloat), 2, columns_, at::kFloat);
}

}  // namespace relievo::video_depth_anything
