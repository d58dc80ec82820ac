#include "core/media/write/halve.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace relievo::media {
namespace {

double sinc(double x) {
  if (std::abs(x) < 1e-9) return 1.0;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

// Lanczos kernel with two lobes (C. Duchon, "Lanczos filtering in one and two dimensions", 1979).
double lanczos2(double x) {
  return std::abs(x) < 2.0 ? sinc(x) * sinc(x / 2.0) : 0.0;
}

}  // namespace

Halver::Halver(double phase) {
  std::array<double, kTaps> exact{};
  double sum = 0.0;
  for (int i = 0; i < kTaps; ++i) {
    auto& w = exact.at(static_cast<std::size_t>(i));
    w = lanczos2((i - kBefore - phase) / 2.0);
    sum += w;
  }
  for (std::size_t i = 0; i < exact.size(); ++i)
    weights_.at(i) = static_cast<float>(exact.at(i) / sum);
}

void Halver::halve(std::span<const float> in, std::span<float> out) {
  const auto n = static_cast<std::ptrdiff_t>(out.size());
  const auto last = static_cast<std::ptrdiff_t>(in.size()) - 1;
  // Samples 2 (j - 2) and 2 (j - 2) + 1: split so that the sum below runs over neighbours, which
  // compilers turn into vector code.
  even_.resize(out.size() + 5);
  odd_.resize(out.size() + 5);
  const auto at = [&](std::ptrdiff_t i) {
    return in[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, last))];
  };
  auto* e = even_.data();
  auto* o = odd_.data();
  for (std::ptrdiff_t j : {std::ptrdiff_t{0}, std::ptrdiff_t{1}, n + 2, n + 3, n + 4}) {
    e[j] = at(2 * (j - 2));
    o[j] = at(2 * (j - 2) + 1);
  }
  const auto* source = in.data();
  for (std::ptrdiff_t k = 0; k < n; ++k) {
    e[k + 2] = source[2 * k];
    o[k + 2] = source[2 * k + 1];
  }
  auto* result = out.data();
  const auto w = weights_;
  // Tap i is sample 2 k - 3 + i: odd ones at k - 2 .. k + 1, even ones at k - 1 .. k + 2.
  for (std::ptrdiff_t k = 0; k < n; ++k)
    result[k] = w[0] * o[k] + w[1] * e[k + 1] + w[2] * o[k + 1] + w[3] * e[k + 2] +
                w[4] * o[k + 2] + w[5] * e[k + 3] + w[6] * o[k + 3] + w[7] * e[k + 4];
}

}  // namespace relievo::media
