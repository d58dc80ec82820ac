// Makes of a cell what the report tells: its pictures and measures once, its times again and again.
#pragma once

#include "core/bench/cell.hpp"
#include "core/bench/child_run.hpp"
#include "core/bench/pipeline.hpp"

namespace relievo::bench {

// [main] Neither throws for what goes wrong in the child: that is the cell's status and reason.
// Both throw Failure(kCancelled).

// The untimed run: depth, views, measures; the files of the cell's folder, as paths in front of
// which the report's folder stands.
void save_cell(Cell& cell, const PipelineContext& context, const ChildProgram& program,
               DeviceMeter& meter);
// One timed run; false if it failed.
[[nodiscard]] bool time_cell(Cell& cell, const PipelineContext& context,
                             const ChildProgram& program, DeviceMeter& meter);

// From the report of a timed run, started at `started` (s on the steady clock). Throws
// std::runtime_error if it lacks what is needed. Exported for tests.
[[nodiscard]] Repetition repetition_of(const Json& report, double started, int warm_up);

}  // namespace relievo::bench
