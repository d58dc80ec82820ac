// The pipelines that cells run, as the JSON that the program's own --config reads.
#pragma once

#include <filesystem>

#include "core/bench/cell.hpp"
#include "core/bench/samples.hpp"
#include "core/host/registry.hpp"

namespace relievo::bench {

// Where a cell keeps what it made; all in one folder.
struct CellFiles {
  std::filesystem::path folder;

  [[nodiscard]] std::filesystem::path depth_lossless() const { return folder / "depth.mkv"; }
  [[nodiscard]] std::filesystem::path depth_video() const { return folder / "depth.mp4"; }
  [[nodiscard]] std::filesystem::path sbs() const { return folder / "sbs.mp4"; }
  [[nodiscard]] std::filesystem::path anaglyph() const { return folder / "anaglyph.mp4"; }
  [[nodiscard]] std::filesystem::path sheet() const { return folder / "sheet.png"; }
  [[nodiscard]] std::filesystem::path log() const { return folder / "log.txt"; }
  // The pipelines that were run.
  [[nodiscard]] std::filesystem::path saving() const { return folder / "save.json"; }
  [[nodiscard]] std::filesystem::path timed() const { return folder / "timed.json"; }
};

struct PipelineContext {
  const BenchConfig& config;
  const Sample& sample;
  const host::Registry& registry;
  CellFiles files;
  CellFiles depth_files;  // stereo: of the cell whose depth it takes
};

// What is timed: the frames, the approach or the view, and a sink that writes nothing and tells
// when each frame came.
[[nodiscard]] Json timed_pipeline(const Cell& cell, const PipelineContext& context);
// What is looked at: depth, views and measures, not timed.
[[nodiscard]] Json saving_pipeline(const Cell& cell, const PipelineContext& context);
// The excerpt of a film as the pipeline's input, and nothing else.
[[nodiscard]] Json probing_pipeline(const Sample& sample, double seconds);
// The excerpt at 1080p24, or as it is where it is smaller or slower, to a file that decodes fast.
[[nodiscard]] Json preparing_pipeline(const Sample& sample, double seconds,
                                      const std::filesystem::path& output);

}  // namespace relievo::bench
