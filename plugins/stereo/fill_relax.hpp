// Relaxation towards a smooth surface over runs of cells, wherever their neighbours lie in memory.
#pragma once

#include <cstdint>
#include <span>

#include "plugins/stereo/kernels.hpp"

namespace relievo::stereo {

// Rounds of red-black relaxation on each level. With a coarser level to start from, more change
// little.
inline constexpr int kRelaxRounds = 2;
// Rows that a value travels in these rounds.
inline constexpr int kRelaxReach = 2 * kRelaxRounds;

// Sets the share that each neighbour has in a cell's next value. `part` is 0 for cells that take
// no part. All planes of cells need kRunPadding cells behind their last.
void find_shares(std::span<const CellRun> runs, const std::uint8_t* part, float* share);

// Goes towards the solution of Laplace's equation on the runs: values approach the mean of their
// neighbours that take part. Cells that take no part must hold 0.
void relax(std::span<const CellRun> runs, std::span<float* const> planes, const float* share);

}  // namespace relievo::stereo
