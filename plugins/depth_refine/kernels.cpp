#include "kernels.hpp"

#include <algorithm>
#include <array>
#include <cstring>

// Every loop is written once, on vectors of eight (an extension of GCC's and Clang's that is there
// for any processor), as a body that is always inlined: the AVX2 version is the same source in a
// function for that target.
#define RLV_REFINE_BODY static inline __attribute__((always_inline))
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // no vector is handed over by value once all is inlined
#endif

namespace relievo::depth_refine {
namespace {

constexpr int kLanes = 8;
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));

// Differences of colour say more of where a thing ends than those of brightness: shading changes
// only these.
constexpr float kChroma = 2.0F;

RLV_REFINE_BODY Floats load(const float* from) {
  Floats v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
RLV_REFINE_BODY Floats load(const std::uint8_t* from) {
  Bytes v;
  std::memcpy(&v, from, sizeof v);
  return __builtin_convertvector(v, Floats);
}
RLV_REFINE_BODY void store(float* to, Floats v) {
  std::memcpy(to, &v, sizeof v);
}
RLV_REFINE_BODY Floats all(float value) {
  return Floats{} + value;
}
RLV_REFINE_BODY Floats smaller(Floats a, Floats b) {
  return a < b ? a : b;
}
RLV_REFINE_BODY Floats greater(Floats a, Floats b) {
  return a > b ? a : b;
}

struct EightColours {
  Floats luma, first, second;
};

template <class T>
RLV_REFINE_BODY EightColours load_colours(const Colours<T>& from, int at) {
  return {load(from.luma + at), load(from.first_chroma + at), load(from.second_chroma + at)};
}

// 1 / (1 + d^2 * sharpness)^2 of the distance d of two colours.
RLV_REFINE_BODY Floats likeness(const EightColours& a, Floats luma, Floats first, Floats second,
                                float sharpness) {
  const Floats dl = a.luma - luma, da = a.first - first, db = a.second - second;
  const Floats d = 1.0F + (dl * dl * sharpness + (da * da + db * db) * (kChroma * sharpness));
  return 1.0F / (d * d);
}

RLV_REFINE_BODY void add_likeness_body(const Colours<float>& samples, const float* weight,
                                       int count, const Colours<float>& pixels, int n,
                                       float sharpness, float* density) {
  for (int p = 0; p < n; p += kLanes) {
    const auto colours = load_colours(pixels, p);
    Floats sum = load(density + p);
    for (int s = 0; s < count; ++s)
      sum += weight[s] * likeness(colours, all(samples.luma[s]), all(samples.first_chroma[s]),
                                  all(samples.second_chroma[s]), sharpness);
    store(density + p, sum);
  }
}

struct Votes {
  Floats nearer{}, farther{}, all{}, near_sum{}, far_sum{};
};

RLV_REFINE_BODY void count_votes(const Neighbour& other, int at, const EightColours& colours,
                                 Floats depth, Floats tolerance, float weight, float sharpness,
                                 Votes& votes) {
  const auto theirs = load_colours(other.colours, at);
  const Floats w = weight * likeness(colours, theirs.luma, theirs.first, theirs.second, sharpness);
  const Floats step = load(other.depth + at) - depth;
  const Floats none{};
  const Floats up = step > tolerance ? w : none;
  const Floats down = step < -tolerance ? w : none;
  votes.nearer += up;
  votes.farther += down;
  votes.all += w;
  votes.near_sum += up * (step > tolerance ? step : none);
  votes.far_sum += down * (step < -tolerance ? step : none);
}

RLV_REFINE_BODY void vote_eight(const Run& run, int at, float* out) {
  const auto colours = load_colours(run.colours, at);
  const Floats depth = load(run.depth + at), tolerance = load(run.tolerance + at);
  Votes votes;
  for (int k = 0; k < run.neighbour_count; ++k)
    count_votes(run.neighbours[k], at, colours, depth, tolerance, 1.0F, run.sharpness, votes);
  Votes with_past = votes;
  if (run.past.depth != nullptr)
    count_votes(run.past, at, colours, depth, tolerance, run.past_weight, run.sharpness, with_past);
  const Floats none{}, one = all(1.0F);
  const Floats nearer = with_past.nearer, farther = with_past.farther;
  const Floats same = 1.0F + with_past.all - nearer - farther;
  const auto go_near = (nearer > same) & (nearer >= farther) & (votes.nearer > none);
  const auto go_far = (farther > same) & (farther > nearer) & (votes.farther > none);
  const Floats up = votes.near_sum / (go_near ? votes.nearer : one);
  const Floats down = votes.far_sum / (go_far ? votes.farther : one);
  store(out + at, depth + (go_near ? up : go_far ? down : none));
}

// The last few pixels of a row, through copies as long as a vector.
RLV_REFINE_BODY void vote_few(const Run& run, int at, float* out, int n) {
  struct Copy {
    std::array<float, kLanes> depth{};
    std::array<std::uint8_t, kLanes> luma{}, first{}, second{};
    Neighbour take(const float* from, const Colours<std::uint8_t>& colours, int begin, int count) {
      std::copy_n(from + begin, count, depth.begin());
      std::copy_n(colours.luma + begin, count, luma.begin());
      std::copy_n(colours.first_chroma + begin, count, first.begin());
      std::copy_n(colours.second_chroma + begin, count, second.begin());
      return {depth.data(), {luma.data(), first.data(), second.data()}};
    }
  };
  std::array<Copy, kMaxNeighbours> copies;
  std::array<Neighbour, kMaxNeighbours> neighbours;
  Copy own, past;
  std::array<float, kLanes> tolerance{}, result;
  std::copy_n(run.tolerance + at, n, tolerance.begin());
  Run few = run;
  for (int k = 0; k < run.neighbour_count; ++k) {
    const auto index = static_cast<std::size_t>(k);
    neighbours[index] =
        copies[index].take(run.neighbours[k].depth, run.neighbours[k].colours, at, n);
  }
  few.neighbours = neighbours.data();
  const auto self = own.take(run.depth, run.colours, at, n);
  few.depth = self.depth;
  few.colours = self.colours;
  few.tolerance = tolerance.data();
  if (run.past.depth != nullptr) few.past = past.take(run.past.depth, run.past.colours, at, n);
  vote_eight(few, 0, result.data());
  std::copy_n(result.begin(), n, out + at);
}

RLV_REFINE_BODY void vote_body(const Run& run, float* out, int n) {
  int at = 0;
  for (; at + kLanes <= n; at += kLanes) vote_eight(run, at, out);
  if (at < n) vote_few(run, at, out, n - at);
}

RLV_REFINE_BODY float spread_body(const float* values, std::ptrdiff_t stride, int rows, int n) {
  float lowest = values[0], highest = values[0];
  if (n < kLanes) {
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < n; ++x) {
        lowest = std::min(lowest, values[y * stride + x]);
        highest = std::max(highest, values[y * stride + x]);
      }
    return highest - lowest;
  }
  Floats low = load(values), high = low;
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < n; x += kLanes) {
      // The last step overlaps the one before.
      const Floats v = load(values + y * stride + (x + kLanes <= n ? x : n - kLanes));
      low = smaller(v, low);
      high = greater(v, high);
    }
  for (int i = 0; i < kLanes; ++i) {
    lowest = std::min(lowest, low[i]);
    highest = std::max(highest, high[i]);
  }
  return highest - lowest;
}

void add_likeness_plain(const Colours<float>& samples, const float* weight, int count,
                        const Colours<float>& pixels, int n, float sharpness, float* density) {
  add_likeness_body(samples, weight, count, pixels, n, sharpness, density);
}
void vote_plain(const Run& run, float* out, int n) {
  vote_body(run, out, n);
}
float spread_plain(const float* values, std::ptrdiff_t stride, int rows, int n) {
  return spread_body(values, stride, rows, n);
}
constexpr Kernels kPortable{"portable", add_likeness_plain, vote_plain, spread_plain};

#if defined(__x86_64__)
__attribute__((target("avx2"))) void add_likeness_avx2(const Colours<float>& samples,
                                                       const float* weight, int count,
                                                       const Colours<float>& pixels, int n,
                                                       float sharpness, float* density) {
  add_likeness_body(samples, weight, count, pixels, n, sharpness, density);
}
__attribute__((target("avx2"))) void vote_avx2(const Run& run, float* out, int n) {
  vote_body(run, out, n);
}
__attribute__((target("avx2"))) float spread_avx2(const float* values, std::ptrdiff_t stride,
                                                  int rows, int n) {
  return spread_body(values, stride, rows, n);
}
constexpr Kernels kAvx2{"avx2", add_likeness_avx2, vote_avx2, spread_avx2};

const Kernels& fastest() {
  return __builtin_cpu_supports("avx2") != 0 ? kAvx2 : kPortable;
}
#else
const Kernels& fastest() {
  return kPortable;
}
#endif

}  // namespace

const Kernels& kernels() {
  static const Kernels& chosen = fastest();
  return chosen;
}

const Kernels& portable_kernels() {
  return kPortable;
}

}  // namespace relievo::depth_refine
