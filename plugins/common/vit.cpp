#include "plugins/common/vit.hpp"

#include <algorithm>

#include <relievo/sdk/error.hpp>

namespace relievo::nets {

Vit::Vit(const VitConfig& config, const NamedWeights& w) : config_(config) {
  const auto width = config.width;
  const auto patch = config.patch;
  // Patches do not overlap: the convolution is a Linear over the numbers of a patch.
  const auto embed = w["patch_embed"]["proj"];
  const auto numbers = 3 * patch * patch;
  auto filters = embed.take("weight", {width, 3, patch, patch}).reshape({width, numbers});
  // Half precision matrix units want rows of a multiple of 16 bytes.
  constexpr std::int64_t kAligned = 8;
  if (embed.dtype() != at::kFloat)
    filters = at::constant_pad_nd(filters, {0, (kAligned - numbers % kAligned) % kAligned});
  patch_embed_.weight = embed.place(filters);
  patch_embed_.bias = embed.get("bias", {width});
  sum_norm_ = SumNorm(patch_embed_.weight.device(), width, at::kFloat, embed.dtype());
  const bool half_sum = embed.dtype() == at::kHalf && !config.float_sum && !sum_norm_.is_one_pass();
  sum_type_ = half_sum ? at::kHalf : at::kFloat;
  class_token_ = w.take("cls_token", {1, 1, width});
  pos_embed_ = w.take("pos_embed", {1, config.grid * config.grid + 1, width});
  w.skip("mask_token");  // of training
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const auto b = w["blocks"][i];
    Block block;
    block.norm1 = LayerNorm(b["norm1"], width, config.eps, sum_type_);
    block.qkv = Linear(b["attn"]["qkv"], width, 3 * width);
    block.proj = Linear(b["attn"]["proj"], width, width, b["ls1"].take("gamma", {width}));
    block.norm2 = LayerNorm(b["norm2"], width, config.eps, sum_type_);
    block.fc1 = Linear(b["mlp"]["fc1"], width, 4 * width);
    block.fc2 = Linear(b["mlp"]["fc2"], 4 * width, width, b["ls2"].take("gamma", {width}));
    blocks_.push_back(std::move(block));
  }
  norm_ = LayerNorm(w["norm"], width, config.eps, sum_type_);
}

const at::Tensor& Vit::positions(std::int64_t rows, std::int64_t columns) const {
  if (positions_.defined() && rows == positions_rows_ && columns == positions_columns_)
    return positions_;
  const auto grid = config_.grid;
  const auto width = config_.width;
  auto patches = pos_embed_.narrow(1, 1, grid * grid);
  if (rows != grid || columns != grid) {
    // As the original does it: by the factor (size + 0.1) / grid, not to the size; the two differ
    // in where the samples lie.
    constexpr double kOffset = 0.1;
    const auto side = static_cast<double>(grid);
    patches =
        at::upsample_bicubic2d(
            patches.reshape({1, grid, grid, width}).permute({0, 3, 1, 2}).contiguous(),
            {rows, columns}, /*align_corners=*/false, (static_cast<double>(rows) + kOffset) / side,
            (static_cast<double>(columns) + kOffset) / side)
            .permute({0, 2, 3, 1})
            .reshape({1, rows * columns, width});
  }
  const auto first = class_token_.add(pos_embed_.narrow(1, 0, 1));
  positions_ = at::cat({first, patches}, 1)
                   .squeeze(0)
                   .to(patch_embed_.weight.device(), sum_type_)
                   .contiguous();
  positions_rows_ = rows;
  positions_columns_ = columns;
  return positions_;
}

at::Tensor Vit::embed(const at::Tensor& pictures) const {
  const auto patch = config_.patch;
  const auto n = pictures.size(0);
  const auto rows = pictures.size(2) / patch;
  const auto columns = pictures.size(3) / patch;
  if (rows * patch != pictures.size(2) || columns * patch != pictures.size(3) || rows < 1 ||
      columns < 1)
    fail(RLV_E_INTERNAL, "the network was given a picture of ", pictures.size(3), "x",
         pictures.size(2), ", which is no multiple of its patch of ", patch);
  // [n, 3, rows, patch, columns, patch] to one row of numbers per patch.
  const auto numbers = 3 * patch * patch;
  const auto padded = patch_embed_.weight.size(1);
  auto cells = at::empty({n, rows, columns, padded}, patch_embed_.weight.options());
  cells.narrow(3, 0, numbers)
      .unflatten(3, {3, patch, patch})
      .copy_(pictures.reshape({n, 3, rows, patch, columns, patch}).permute({0, 2, 4, 1, 3, 5}));
  if (padded > numbers) cells.narrow(3, numbers, padded - numbers).zero_();
  const auto& added = positions(rows, columns);
  auto x = at::empty({n, rows * columns + 1, config_.width}, added.options());
  x.narrow(1, 0, 1).copy_(added.narrow(0, 0, 1).unsqueeze(0).expand({n, 1, config_.width}));
  auto patches = x.narrow(1, 1, rows * columns);
  at::add_out(patches, added.narrow(0, 1, rows * columns),
              patch_embed_(cells.view({n, rows * columns, padded})));
  return x;
}

at::Tensor Vit::attend(const Block& block, const at::Tensor& x) const {
  const auto n = x.size(0);
  const auto length = x.size(1);
  const auto width = config_.width;
  const auto qkv = block.qkv(x).view({n, length, 3, config_.heads, width / config_.heads});
  const auto head = [&](std::int64_t i) {
    return qkv.select(2, i).transpose(1, 2);
  };
  return block.proj(at::scaled_dot_product_attention(head(0), head(1), head(2))
                        .transpose(1, 2)
                        .reshape({n, length, width}));
}

std::vector<at::Tensor> Vit::operator()(const at::Tensor& pictures,
                                        const std::vector<VitTap>& taps) const {
  auto x = embed(pictures);
  std::vector<at::Tensor> tapped(taps.size());
  std::int64_t last = 0;
  for (const auto& tap : taps) last = std::max(last, tap.block);
  auto read = sum_norm_.read(x, blocks_.front().norm1);
  for (std::int64_t i = 0; i <= last; ++i) {
    const auto& block = blocks_.at(static_cast<std::size_t>(i));
    read = sum_norm_.add(x, attend(block, read), block.norm2);
    read = block.fc2(block.fc1.gelu(read));
    if (i < last)
      read = sum_norm_.add(x, read, blocks_.at(static_cast<std::size_t>(i + 1)).norm1);
    else
      x.add_(read);
    for (std::size_t t = 0; t < taps.size(); ++t) {
      if (taps[t].block != i) continue;
      tapped[t] = taps[t].normed ? sum_norm_.read(x, norm_, {at::Tensor(), /*skipped=*/1})
                                 : x.narrow(1, 1, x.size(1) - 1)
                                       .to(patch_embed_.weight.scalar_type(), false, true,
                                           at::MemoryFormat::Contiguous);
    }
  }
  return tapped;
}

}  // namespace relievo::nets
