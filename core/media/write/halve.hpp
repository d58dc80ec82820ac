// Every second sample of a signal, without the aliases that dropping the others would give.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace relievo::media {

// Decimation by two with the Lanczos kernel of two lobes, stretched to the lower rate: eight taps.
// Output k is the signal at position 2 k + phase. With luma, or chroma centred between luma
// samples, phase is 0.5; see halving_phase() for the rest.
class Halver {
 public:
  explicit Halver(double phase);

  static constexpr int kBefore = 3;  // taps reach from 2 k - 3 to 2 k + 4
  static constexpr int kTaps = 8;

  // The weight of sample 2 k - kBefore + i. They sum to 1.
  [[nodiscard]] float weight(int i) const { return weights_.at(static_cast<std::size_t>(i)); }

  // in: an even number of samples; its ends are repeated outwards. out: half as many. Values are
  // not rounded or limited.
  void halve(std::span<const float> in, std::span<float> out);

 private:
  std::array<float, kTaps> weights_{};
  std::vector<float> even_;
  std::vector<float> odd_;
};

// Chroma samples of a picture whose luma is halved move with it. siting: where chroma sample 0 lies
// in luma samples (0 co-sited, 0.5 centred, 1); factor: luma samples per chroma sample (1, 2, 4).
// With factor 1 and siting 0 it is luma's own phase, 0.5.
[[nodiscard]] constexpr double halving_phase(double siting, int factor) {
  return (siting + 0.5) / factor;
}

}  // namespace relievo::media
