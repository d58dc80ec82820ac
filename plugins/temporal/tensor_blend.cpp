#include "tensor_blend.hpp"

#include <array>

#include <ATen/ops/arange.h>
#include <ATen/ops/grid_sampler_2d.h>

#include "plugins/common/transfer.hpp"

namespace relievo::temporal {
namespace {

// The past where each pixel was, bilinear, held inside the map.
at::Tensor fetched(const at::Tensor& past, const at::Tensor& at_x, const at::Tensor& at_y) {
  // Places as the operator wants them: -1 to 1 between the outermost pixels.
  const auto normalised = [](const at::Tensor& at, std::int64_t size) {
    return at.mul(2.0 / static_cast<double>(std::max<std::int64_t>(size - 1, 1))).sub_(1.0);
  };
  const auto grid = at::stack({normalised(at_x, past.size(1)), normalised(at_y, past.size(0))}, 2);
  constexpr std::int64_t kBilinear = 0, kBorder = 1;
  return at::grid_sampler_2d(past.unsqueeze(0).unsqueeze(0), grid.unsqueeze(0), kBilinear, kBorder,
                             /*align_corners=*/true)
      .squeeze(0)
      .squeeze(0);
}

// Every other pixel of every other row is enough.
at::Tensor thinned(const at::Tensor& map) {
  return map.slice(0, 0, map.size(0), 2).slice(1, 0, map.size(1), 2);
}

at::Tensor moments(const at::Tensor& expected, const at::Tensor& result, const at::Tensor& weight,
                   double floor) {
  const auto a = thinned(expected), b = thinned(result), w = thinned(weight);
  const auto counts = w.gt(0);
  // Where the weight is none, what is not a number must not count either.
  const auto known = [&](const at::Tensor& of) {
    return at::where(counts, of, 0.0);
  };
  const auto x = known(a), y = known(b);
  const auto n = known(w.div(a.square().add_(floor * floor + 1e-30)));
  const auto nx = n.mul(x), ny = n.mul(y);
  return at::stack({n, nx, ny, nx.mul(x), nx.mul(y), ny.mul(y)})
      .flatten(1)
      .sum({1}, /*keepdim=*/false, x.is_mps() ? at::kFloat : at::kDouble)
      .unsqueeze(0);
}

// A thread has a pixel of the map; a block's share of the moments, of every other pixel of every
// other row, comes out in one piece, so that their sum does not depend on who is first.
constexpr const char* kSource = R"(
struct Settings {
  float scale, shift;                      // of the fit
  float constant, along_x, along_y, near;  // of the change of depth
  float strength, edge, floor;
};

// Place i of a line of `size` among `samples` that cover the same length.
struct Between {
  int low, high;
  float share;
  __device__ Between(int i, float grow, int samples) {
    const float at = fminf(fmaxf((i + 0.5f) / grow - 0.5f, 0.0f), samples - 1.0f);
    low = static_cast<int>(at);
    high = min(low + 1, samples - 1);
    share = at - low;
  }
};

__device__ float mixed(float a, float b, float share) { return a + share * (b - a); }
__device__ float4 mixed(float4 a, float4 b, float share) {
  return make_float4(mixed(a.x, b.x, share), mixed(a.y, b.y, share), mixed(a.z, b.z, share),
                     mixed(a.w, b.w, share));
}

// Bilinear, held inside; what is not a number is at 0.
__device__ float fetched(const float* map, float x, float y, int rows, int columns) {
  x = fminf(x > 0 ? x : 0, columns - 1.0f);
  y = fminf(y > 0 ? y : 0, rows - 1.0f);
  const int left = min(static_cast<int>(x), max(columns - 2, 0));
  const int top = min(static_cast<int>(y), max(rows - 2, 0));
  const float* const corner = map + static_cast<long long>(top) * columns + left;
  const int right = columns > 1 ? 1 : 0, below = rows > 1 ? columns : 0;
  return mixed(mixed(corner[0], corner[right], x - left),
               mixed(corner[below], corner[below + right], x - left), y - top);
}

// Afterwards thread i < 6 has the block's sum of values[i] in its values[0]. Called once.
__device__ void sum_over_block(double (&values)[6]) {
  __shared__ double sums[32][6];
  const int thread = threadIdx.y * 32 + threadIdx.x;
  for (int i = 0; i < 6; ++i) {
    for (int lanes = 16; lanes > 0; lanes /= 2)
      values[i] += __shfl_down_sync(0xffffffffu, values[i], lanes);
    if (threadIdx.x == 0) sums[threadIdx.y][i] = values[i];
  }
  __syncthreads();
  if (thread >= 6) return;
  double sum = 0;
  for (int row = 0; row < blockDim.y; ++row) sum += sums[row][thread];
  sums[0][thread] = sum;
  values[0] = sum;
}

extern "C" __global__ void __launch_bounds__(1024)
    blend(const float* map, const float* past, const float4* track, float* result, double* drift,
          Settings settings, int rows, int columns, int small_rows, int small_columns) {
  const int x = blockIdx.x * 32 + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  double sums[6] = {0, 0, 0, 0, 0, 0};
  if (x < columns && y < rows) {
    const float grow_x = static_cast<float>(columns) / small_columns;
    const float grow_y = static_cast<float>(rows) / small_rows;
    const Between across(x, grow_x, small_columns), down(y, grow_y, small_rows);
    const float4* const upper = track + down.low * small_columns;
    const float4* const lower = track + down.high * small_columns;
    const float4 at = mixed(mixed(upper[across.low], lower[across.low], down.share),
                            mixed(upper[across.high], lower[across.high], down.share), across.share);
    float expected = fetched(past, x + grow_x * at.x, y + grow_y * at.y, rows, columns);
    const float factor = settings.constant + settings.along_x * x + settings.along_y * y +
                         settings.near * expected;
    expected *= fminf(fmaxf(factor, 0.8f), 1.25f);
    const long long here = static_cast<long long>(y) * columns + x;
    const float value = settings.scale * map[here] + settings.shift;
    const float difference = expected - value;
    const float jump = difference / (settings.edge * (fabsf(expected) + settings.floor));
    // Falls from 1 at no jump to 1/4 at a jump of one.
    const float close = 1 / (1 + jump * jump);
    const float moved = value + settings.strength * at.z * close * close * difference;
    const bool known = moved * 0 == 0;  // finite
    const float answer = known ? moved : value;
    result[here] = answer;
    const double weight = known ? static_cast<double>(at.w) * close * close : 0;
    if (x % 2 == 0 && y % 2 == 0 && weight > 0) {
      const double a = expected, b = answer, floor = settings.floor;
      const double n = weight / (a * a + floor * floor + 1e-30);
      sums[0] = n;
      sums[1] = n * a;
      sums[2] = n * b;
      sums[3] = n * a * a;
      sums[4] = n * a * b;
      sums[5] = n * b * b;
    }
  }
  sum_over_block(sums);
  const int thread = threadIdx.y * 32 + threadIdx.x;
  if (thread < 6) drift[(blockIdx.y * gridDim.x + blockIdx.x) * 6 + thread] = sums[0];
}
)";

// Settings of the source.
struct Settings {
  Alignment fit;
  DepthChange change;
  BlendOptions options;
};
static_assert(sizeof(Settings) == 9 * sizeof(float));

}  // namespace

nets::CudaKernel::Code TensorBlend::code() {
  return {kSource, "blend", {}};
}

TensorBlend::TensorBlend(cv::Size size, at::Device device)
    : kernel_(nets::CudaKernel::get(device, code())) {
  const auto options = at::TensorOptions(at::kFloat).device(device);
  y_ = at::arange(size.height, options).unsqueeze(1);
  x_ = at::arange(size.width, options).unsqueeze(0);
}

TensorBlended TensorBlend::launch(const at::Tensor& map, const Alignment& fit,
                                  const at::Tensor& past, const at::Tensor& track,
                                  const DepthChange& change, const BlendOptions& options) const {
  constexpr unsigned kSide = 32;  // of a block
  auto rows = static_cast<int>(map.size(0)), columns = static_cast<int>(map.size(1));
  auto small_rows = static_cast<int>(track.size(0)),
       small_columns = static_cast<int>(track.size(1));
  const auto wide = (static_cast<unsigned>(columns) + kSide - 1) / kSide;
  const auto high = (static_cast<unsigned>(rows) + kSide - 1) / kSide;
  auto result = at::empty(map.sizes(), map.options());
  auto drift = at::empty({wide * high, 6}, map.options().dtype(at::kDouble));
  const auto* map_data = map.const_data_ptr<float>();
  const auto* past_data = past.const_data_ptr<float>();
  const auto* track_data = track.const_data_ptr<float>();
  auto* result_data = result.data_ptr<float>();
  auto* drift_data = drift.data_ptr<double>();
  Settings settings{fit, change, options};
  const std::array<void*, 10> arguments{&map_data,   &past_data,    &track_data, &result_data,
                                        &drift_data, &settings,     &rows,       &columns,
                                        &small_rows, &small_columns};
  kernel_->launch({wide, high, 1, kSide, kSide}, arguments);
  return {result, nets::start_to_host(drift)};
}

TensorBlended TensorBlend::operator()(const at::Tensor& map, const Alignment& fit,
                                      const at::Tensor& past, const at::Tensor& track,
                                      const DepthChange& change,
                                      const BlendOptions& options) const {
  if (kernel_) return launch(map, fit, past, track, change, options);
  const auto large = at::upsample_bilinear2d(track.permute({2, 0, 1}).contiguous().unsqueeze(0),
                                             {map.size(0), map.size(1)},
                                             /*align_corners=*/false)
                         .squeeze(0);
  const auto grow = [](std::int64_t size, std::int64_t small) {
    return static_cast<double>(size) / static_cast<double>(small);
  };
  const auto at_x = large.select(0, 0).mul_(grow(map.size(1), track.size(1))).add_(x_);
  const auto at_y = large.select(0, 1).mul_(grow(map.size(0), track.size(0))).add_(y_);
  const auto trust = large.select(0, 2), still = large.select(0, 3);

  auto expected = fetched(past, at_x, at_y);
  const auto factor = x_.mul(change.along_x)
                          .add(y_.mul(change.along_y))
                          .add(expected, change.near)
                          .add_(change.constant)
                          .clamp_(0.8, 1.25);
  expected.mul_(factor);

  const auto value = map.mul(fit.scale).add_(fit.shift);
  const auto difference = expected.sub(value);
  const auto jump =
      difference.div(expected.abs().add_(options.floor).mul_(options.edge)).square_().add_(1);
  // Falls from 1 at no jump to 1/4 at a jump of one.
  const auto near = jump.reciprocal().square_();
  const auto moved = value.addcmul(trust.mul(near), difference, options.strength);
  const auto finite = moved.isfinite();
  auto result = at::where(finite, moved, value);
  const auto weight = at::where(finite, still.mul(near), 0.0);
  return {result, nets::start_to_host(moments(expected, result, weight, options.floor))};
}

}  // namespace relievo::temporal
