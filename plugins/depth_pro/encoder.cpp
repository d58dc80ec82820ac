#include "plugins/depth_pro/encoder.hpp"

#include <algorithm>
#include <utility>

#include <relievo/sdk/error.hpp>

namespace relievo::depth_pro {

at::Tensor shrunk(const at::Tensor& pictures, std::int64_t side) {
  if (pictures.size(2) == side) return pictures;
  return at::upsample_bilinear2d(pictures, {side, side}, /*align_corners=*/false);
}

Encoder::Encoder(const ModelConfig& config, const nets::NamedWeights& w)
    : config_(config),
      patch_encoder_(config.vit, w["patch_encoder"]),
      image_encoder_(config.vit, w["image_encoder"]) {}

Encoder::Tokens Encoder::run_windows(const at::Tensor& windows, std::int64_t finest,
                                     const RunOptions& options) const {
  const auto total = windows.size(0);
  const auto at_once = std::max<std::int64_t>(1, options.windows_at_once);
  const auto end_block = config_.vit.depth - 1;
  const std::vector<nets::VitTap> all{
      {config_.taps[0], false}, {config_.taps[1], false}, {end_block, true}};
  const std::vector<nets::VitTap> only_last{{end_block, true}};
  if (at_once >= total) {
    auto tokens = patch_encoder_(windows, all);
    return {tokens[0].narrow(0, 0, finest), tokens[1].narrow(0, 0, finest), tokens[2]};
  }
  Tokens kept;
  const auto put = [&](at::Tensor& to, const at::Tensor& from, std::int64_t first,
                       std::int64_t count) {
    if (!to.defined()) to = at::empty({count, from.size(1), from.size(2)}, from.options());
    to.narrow(0, first, from.size(0)).copy_(from);
  };
  for (std::int64_t first = 0; first < total;) {
    const bool fine = first < finest;
    const auto left = (fine ? finest : total) - first;
    // One that is left over goes along: alone it would take longer than in company.
    const auto count = at_once > 1 && left == at_once + 1 ? left : std::min(at_once, left);
    auto tokens = patch_encoder_(windows.narrow(0, first, count), fine ? all : only_last);
    if (fine) {
      put(kept.tap0, tokens[0], first, finest);
      put(kept.tap1, tokens[1], first, finest);
    }
    put(kept.last, tokens.back(), first, total);
    first += count;
    options.tell(kEncoderShare * static_cast<double>(first) / static_cast<double>(total + 1));
  }
  return kept;
}

at::Tensor Encoder::merged(const at::Tensor& tokens, const WindowGrid& grid, std::int64_t n,
                           at::ScalarType precision) const {
  const auto is_it = [&](const Kept& k) {
    return k.cells == grid.cells && k.steps == grid.steps && k.n == n;
  };
  auto found = std::find_if(kept_.begin(), kept_.end(), is_it);
  if (found == kept_.end()) {
    constexpr std::size_t kMost = 8;
    if (kept_.size() == kMost) kept_.erase(kept_.begin());
    kept_.push_back(
        {grid.cells, grid.steps, n,
         at::tensor(kept_cells(grid, n), at::TensorOptions(at::kLong)).to(tokens.device())});
    found = std::prev(kept_.end());
  }
  const auto width = tokens.size(2);
  return tokens.reshape({-1, width})
      .index_select(0, found->rows)
      .to(precision)
      .view({n, grid.side(), grid.side(), width})
      .permute({0, 3, 1, 2});
}

Encodings Encoder::operator()(const at::Tensor& pictures, const RunOptions& options) const {
  const auto n = pictures.size(0);
  const auto side = pictures.size(3);
  const auto cells = side / config_.picture_side(1);
  if (pictures.size(2) != side || config_.picture_side(cells) != side || cells % 4 != 0)
    fail(RLV_E_INTERNAL, "the network was given pictures of ", side, "x", pictures.size(2));
  const auto finest = WindowGrid::finest(cells);
  const auto middle = WindowGrid::middle(cells);
  const auto patch = config_.vit.patch;
  const auto smallest = shrunk(pictures, side / 4);
  const auto windows = at::cat(
      {split(pictures, finest, patch), split(shrunk(pictures, side / 2), middle, patch), smallest});
  auto tokens = run_windows(windows, finest.count() * n, options);
  const auto last = [&](std::int64_t first, std::int64_t count) {
    return tokens.last.narrow(0, first * n, count * n);
  };
  // Raw outputs of blocks may come in the type that the encoder sums in.
  const auto precision = pictures.scalar_type();
  Encodings encodings;
  encodings.latent0 = merged(std::exchange(tokens.tap0, {}), finest, n, precision);
  encodings.latent1 = merged(std::exchange(tokens.tap1, {}), finest, n, precision);
  encodings.level0 = merged(last(0, finest.count()), finest, n, precision);
  encodings.level1 = merged(last(finest.count(), middle.count()), middle, n, precision);
  encodings.level2 = nets::map_of_tokens(last(finest.count() + middle.count(), 1), cells, cells);
  options.show("encoder.patch_encoder.norm", tokens.last);
  const auto image = image_encoder_(smallest, {{config_.vit.depth - 1, true}})[0];
  options.show("encoder.image_encoder.norm", image);
  encodings.image = nets::map_of_tokens(image, cells, cells);
  options.tell(kEncoderShare);
  return encodings;
}

}  // namespace relievo::depth_pro
