// What the program does, one function per action. Each prints its results on stdout and returns the
// exit code; what goes wrong is thrown as Failure.
#pragma once

#include "core/app/options.hpp"
#include "core/host/log.hpp"

namespace relievo::app {

[[nodiscard]] int list_plugins(const Options& options, host::Log& log);
[[nodiscard]] int describe(const Options& options, host::Log& log);
// The JSON Schema of pipeline files, for editors.
[[nodiscard]] int print_schema(const Options& options, host::Log& log);
[[nodiscard]] int validate_plugin(const Options& options, host::Log& log);
[[nodiscard]] int validate_in_process(const Options& options, host::Log& log);
[[nodiscard]] int print_manifest(const Options& options);
// The players that --preset knows, and their limits.
[[nodiscard]] int list_presets(const Options& options);
// What a film file is, and where it says that it is 3D.
[[nodiscard]] int inspect(const Options& options, host::Log& log);
// What strength and convergence suit a film, and why; writes a plot of its parallax.
[[nodiscard]] int analyse(const Options& options, host::Log& log);
[[nodiscard]] int models(const Options& options, host::Log& log);
// The benchmark of a config that has a block 'bench'; run_pipeline() calls it.
[[nodiscard]] int run_bench(const Options& options, host::Log& log);
// host bench compare
[[nodiscard]] int compare_reports(const Options& options);
// Runs the pipeline, or with --dry-run only plans it.
[[nodiscard]] int run_pipeline(const Options& options, host::Log& log);

}  // namespace relievo::app
