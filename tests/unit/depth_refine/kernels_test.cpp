// The version for any processor and the fastest one, sample by sample.
#include "kernels.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>
#include <opencv2/core.hpp>

namespace relievo::depth_refine::test {
namespace {

std::vector<float> numbers(std::size_t n, float low, float high, cv::RNG& random) {
  std::vector<float> all(n);
  for (auto& value : all) value = random.uniform(low, high);
  return all;
}
std::vector<std::uint8_t> bytes(std::size_t n, cv::RNG& random) {
  std::vector<std::uint8_t> all(n);
  for (auto& value : all) value = static_cast<std::uint8_t>(random.uniform(80, 140));
  return all;
}

TEST(DepthRefineKernels, LikenessIsTheFormulaAndTheSameBitsOnEveryProcessor) {
  cv::RNG random(3);
  for (const int n : {8, 24, 80}) {
    const auto size = static_cast<std::size_t>(n);
    std::vector<std::vector<float>> pixels, samples;
    for (int c = 0; c < 3; ++c) {
      pixels.push_back(numbers(size, 0, 255, random));
      samples.push_back(numbers(17, 0, 255, random));
    }
    const auto weight = numbers(17, 0, 2, random);
    std::vector<float> fast(size, 0.5F), plain(size, 0.5F);
    const Colours<float> of_pixels{pixels[0].data(), pixels[1].data(), pixels[2].data()};
    const Colours<float> of_samples{samples[0].data(), samples[1].data(), samples[2].data()};
    kernels().add_likeness(of_samples, weight.data(), 17, of_pixels, n, 0.005F, fast.data());
    portable_kernels().add_likeness(of_samples, weight.data(), 17, of_pixels, n, 0.005F,
                                    plain.data());
    EXPECT_EQ(fast, plain);
    for (std::size_t p = 0; p < size; ++p) {
      double sum = 0.5;
      for (std::size_t s = 0; s < 17; ++s) {
        const auto off = [&](std::size_t c) {
          return std::pow(pixels[c][p] - samples[c][s], 2);
        };
        sum += weight[s] / std::pow(1 + 0.005 * (off(0) + 2 * off(1) + 2 * off(2)), 2);
      }
      EXPECT_NEAR(plain[p], sum, 1e-4);
    }
  }
}

TEST(DepthRefineKernels, VotesAreTheSameBitsOnEveryProcessorAndInAnyPartOfARun) {
  cv::RNG random(4);
  constexpr std::size_t kLength = kBlock + 8;
  std::vector<std::vector<float>> depths;
  std::vector<std::vector<std::uint8_t>> colours;
  for (int k = 0; k < 18; ++k) {
    depths.push_back(numbers(kLength, 0, 1, random));
    for (int c = 0; c < 3; ++c) colours.push_back(bytes(kLength, random));
  }
  const auto tolerance = numbers(kLength, 0.1F, 0.4F, random);
  const auto neighbour = [&](std::size_t k, std::size_t at) {
    return Neighbour{depths[k].data() + at,
                     {colours[3 * k].data() + at, colours[3 * k + 1].data() + at,
                      colours[3 * k + 2].data() + at}};
  };
  const auto vote = [&](const Kernels& with, std::size_t at, int n) {
    std::vector<Neighbour> neighbours;
    for (std::size_t k = 0; k < 16; ++k) neighbours.push_back(neighbour(k, at));
    depth_refine::Run run;
    run.depth = neighbour(16, at).depth;
    run.colours = neighbour(16, at).colours;
    run.tolerance = tolerance.data() + at;
    run.neighbours = neighbours.data();
    run.neighbour_count = 16;
    run.past = neighbour(17, at);
    run.past_weight = 6;
    run.sharpness = 0.005F;
    std::vector<float> out(static_cast<std::size_t>(n));
    with.vote(run, out.data(), n);
    return out;
  };
  const auto all = vote(portable_kernels(), 0, kBlock);
  EXPECT_EQ(vote(kernels(), 0, kBlock), all);
  EXPECT_NE(all, std::vector<float>(depths[16].begin(), depths[16].begin() + kBlock));
  for (const int n : {1, 3, 8, 13}) {
    const auto part = vote(kernels(), 2, n);
    for (std::size_t i = 0; i < part.size() && i + 2 < kBlock; ++i) EXPECT_EQ(part[i], all[i + 2]);
  }
}

TEST(DepthRefineKernels, TheSpreadIsThatOfAllValues) {
  cv::RNG random(5);
  for (const int n : {1, 5, 8, 9, 20, 31}) {
    auto values = numbers(40 * 5, 0, 1, random);
    values[static_cast<std::size_t>(2 * 40 + n - 1)] = 3;
    values[static_cast<std::size_t>(4 * 40)] = -1;
    values[static_cast<std::size_t>(n)] = 9;  // behind the last
    EXPECT_EQ(kernels().spread(values.data(), 40, 5, n), 4);
    EXPECT_EQ(portable_kernels().spread(values.data(), 40, 5, n), 4);
  }
}

}  // namespace
}  // namespace relievo::depth_refine::test
