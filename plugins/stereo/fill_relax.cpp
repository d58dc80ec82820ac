#include "plugins/stereo/fill_relax.hpp"

namespace relievo::stereo {
namespace {

// Over-relaxation: steps this much longer than Gauss and Seidel's converge in half the rounds
// (D. Young, "Iterative Solution of Large Linear Systems", 1971; above 1, below 2).
constexpr float kStep = 1.4F;

}  // namespace

void find_shares(std::span<const CellRun> runs, const std::uint8_t* part, float* share) {
  const auto shares = kernels().neighbour_shares;
  for (const auto& run : runs)
    shares(part + run.own, part + run.above, part + run.below, kStep, share + run.own, run.length);
}

void relax(std::span<const CellRun> runs, std::span<float* const> planes, const float* share) {
  const auto relax_run = kernels().relax;
  for (int pass = 0; pass < 2 * kRelaxRounds; ++pass)
    for (const auto& run : runs)
      relax_run(planes.data(), static_cast<int>(planes.size()), run, share, kStep,
                (run.begin + run.y + pass) & 1);
}

}  // namespace relievo::stereo
