#include "plugins/depth_pro/fold.hpp"

namespace relievo::depth_pro {
namespace {

// Rows (or columns) of a cell that read the same neighbouring cells.
struct Span {
  std::int64_t first, count;
  std::int64_t low, high;  // cells read: low .. high, relative to their own
};

std::vector<Span> spans(std::int64_t factor) {
  std::vector<Span> all{{0, 1, -1, 0}};
  if (factor > 2) all.push_back({1, factor - 2, 0, 0});
  all.push_back({factor - 1, 1, 0, 1});
  return all;
}

}  // namespace

at::Tensor chain(const at::Tensor& first, const at::Tensor& second) {
  const auto in = first.size(0);
  const auto middle = first.size(1);
  const auto k = first.size(2);
  const auto out = second.size(1);
  const auto l = second.size(2);
  return first.permute({0, 2, 3, 1})
      .reshape({in * k * k, middle})
      .mm(second.reshape({middle, out * l * l}))
      .view({in, k, k, out, l, l})
      .permute({0, 3, 1, 4, 2, 5})
      .reshape({in, out, k * l, k * l});
}

at::Tensor as_transposed(const at::Tensor& pointwise) {
  return pointwise.transpose(0, 1);
}

nets::CellUpsample cell_upsample(const nets::NamedWeights& w, const at::Tensor& weight,
                                 const at::Tensor& bias) {
  nets::CellUpsample layer;
  layer.factor = weight.size(2);
  layer.out = weight.size(1);
  const auto pixels = layer.factor * layer.factor;
  layer.weight =
      w.place(weight.permute({2, 3, 1, 0}).reshape({pixels * layer.out, weight.size(0)}));
  if (bias.defined()) layer.bias = w.place(bias.repeat({pixels}));
  return layer;
}

EdgeBias::EdgeBias(const nets::NamedWeights& w, const at::Tensor& weight,
                   const at::Tensor& constant) {
  // [out, 3, 3]: what each tap adds.
  const auto taps = weight.permute({0, 2, 3, 1}).matmul(constant);
  inner_ = taps.sum({1, 2});
  const auto vector = [&](const at::Tensor& values) {
    return w.place(values.contiguous()).view({1, -1, 1, 1});
  };
  const auto row = taps.sum(2);     // [out, ky]
  const auto column = taps.sum(1);  // [out, kx]
  top_ = vector(row.select(1, 0).neg());
  bottom_ = vector(row.select(1, 2).neg());
  left_ = vector(column.select(1, 0).neg());
  right_ = vector(column.select(1, 2).neg());
  // The tap in a corner was taken off twice, with its row and with its column.
  top_left_ = vector(taps.select(1, 0).select(1, 0));
  top_right_ = vector(taps.select(1, 0).select(1, 2));
  bottom_left_ = vector(taps.select(1, 2).select(1, 0));
  bottom_right_ = vector(taps.select(1, 2).select(1, 2));
}

void EdgeBias::correct(at::Tensor& map, Sides sides) const {
  const auto last_row = map.size(2) - 1;
  const auto last_column = map.size(3) - 1;
  const auto add_row = [&](std::int64_t at, const at::Tensor& value) {
    map.narrow(2, at, 1).add_(value);
  };
  const auto add_column = [&](std::int64_t at, const at::Tensor& value) {
    map.narrow(3, at, 1).add_(value);
  };
  const auto add_corner = [&](std::int64_t y, std::int64_t x, const at::Tensor& value) {
    map.narrow(2, y, 1).narrow(3, x, 1).add_(value);
  };
  if (sides.top) add_row(0, top_);
  if (sides.bottom) add_row(last_row, bottom_);
  if (sides.left) add_column(0, left_);
  if (sides.right) add_column(last_column, right_);
  if (sides.top && sides.left) add_corner(0, 0, top_left_);
  if (sides.top && sides.right) add_corner(0, last_column, top_right_);
  if (sides.bottom && sides.left) add_corner(last_row, 0, bottom_left_);
  if (sides.bottom && sides.right) add_corner(last_row, last_column, bottom_right_);
}

UpsampleConv::UpsampleConv(const nets::NamedWeights& w, const at::Tensor& up,
                           const at::Tensor& conv)
    : factor_(up.size(2)), out_(conv.size(0)) {
  const auto in = up.size(0);
  // Pixel p of a cell, tap k of the convolution: which cell it falls into, and which of its pixels.
  const auto hit = [&](std::int64_t p, std::int64_t k) {
    const auto at = p + k - 1 + factor_;
    return std::pair{at / factor_ - 1, at % factor_};
  };
  std::array<std::array<at::Tensor, 3>, 3> taps;  // [out, middle]
  for (std::size_t ky = 0; ky < 3; ++ky)
    for (std::size_t kx = 0; kx < 3; ++kx)
      taps.at(ky).at(kx) = conv.select(3, static_cast<std::int64_t>(kx))
                               .select(2, static_cast<std::int64_t>(ky))
                               .contiguous();
  for (const auto& r : spans(factor_))
    for (const auto& c : spans(factor_)) {
      const auto high = r.high - r.low + 1;
      const auto wide = c.high - c.low + 1;
      auto weight =
          at::zeros({r.count, c.count, high, wide, out_, in}, at::TensorOptions(at::kFloat));
      for (std::int64_t py = 0; py < r.count; ++py)
        for (std::int64_t px = 0; px < c.count; ++px)
          for (std::int64_t ky = 0; ky < 3; ++ky)
            for (std::int64_t kx = 0; kx < 3; ++kx) {
              const auto [cell_y, y] = hit(r.first + py, ky);
              const auto [cell_x, x] = hit(c.first + px, kx);
              const auto& tap =
                  taps.at(static_cast<std::size_t>(ky)).at(static_cast<std::size_t>(kx));
              weight[py][px][cell_y - r.low][cell_x - c.low].addmm_(
                  tap, up.select(3, x).select(2, y).t());
            }
      groups_.push_back({r.first, r.count, c.first, c.count, r.low<0, r.high> 0, c.low<0, c.high> 0,
                         w.place(weight.permute({0, 1, 4, 5, 2, 3})
                                     .reshape({r.count * c.count * out_, in, high, wide}))});
    }
}

at::Tensor UpsampleConv::compute(const Group& group, const at::Tensor& x,
                                 const at::Tensor& bias) const {
  const bool two_rows = group.sees_above || group.sees_below;
  const bool two_columns = group.sees_left || group.sees_right;
  // Padded on both sides the result is one cell too long; which end to leave out says which
  // neighbour is read.
  auto y = at::conv2d(x, group.weight, bias, {1, 1}, {two_rows ? 1 : 0, two_columns ? 1 : 0});
  if (two_rows) y = y.narrow(2, group.sees_above ? 0 : 1, x.size(2));
  if (two_columns) y = y.narrow(3, group.sees_left ? 0 : 1, x.size(3));
  return y;
}

at::Tensor UpsampleConv::operator()(const at::Tensor& x) const {
  const auto n = x.size(0);
  const auto rows = x.size(2);
  const auto columns = x.size(3);
  auto enlarged = at::empty({n, rows * factor_, columns * factor_, out_}, x.options());
  const auto cells = enlarged.view({n, rows, factor_, columns, factor_, out_});
  for (const auto& group : groups_)
    cells.narrow(2, group.first_row, group.rows)
        .narrow(4, group.first_column, group.columns)
        .copy_(compute(group, x, {})
                   .permute({0, 2, 3, 1})
                   .unflatten(3, {group.rows, group.columns, out_})
                   .permute({0, 1, 3, 2, 4, 5}));
  return enlarged.permute({0, 3, 1, 2});
}

}  // namespace relievo::depth_pro
