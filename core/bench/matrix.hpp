// From what a config wishes for to the cells of the benchmark: approaches x devices x precisions x
// samples x seconds, and stereo methods on the depth of some of them.
#pragma once

#include <string>
#include <vector>

#include "core/bench/cell.hpp"
#include "core/bench/config.hpp"
#include "core/bench/samples.hpp"
#include "core/host/registry.hpp"

namespace relievo::bench {

// What 'auto' stands for here.
struct Devices {
  bool cuda = false;
  bool mps = false;
};

// All cells, depth before stereo. Those that cannot run here are in it too, skipped with reason and
// remedy: nodes that no plugin has, devices that are not there, samples that cannot be read. Cells
// that would do the same are there once: an approach without precisions has one cell for all of
// them, and a device that it does not compute on is replaced by the first that it does. config
// outlives the cells.
[[nodiscard]] std::vector<Cell> make_cells(const BenchConfig& config,
                                           const std::vector<Sample>& samples,
                                           const host::Registry& registry, const Devices& devices);

// Letters, digits, '.', '_' and '-' of a name; everything else becomes '-'.
[[nodiscard]] std::string slug_of(const std::string& name);
// "3s", "0.5s"
[[nodiscard]] std::string seconds_text(double seconds);

}  // namespace relievo::bench
