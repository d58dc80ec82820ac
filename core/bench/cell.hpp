// One cell of the benchmark's matrix, and what became of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bench/config.hpp"
#include "core/bench/timing.hpp"

namespace relievo::bench {

enum class CellKind { kDepth, kStereo };
enum class CellStatus { kWaiting, kMeasured, kSkipped, kFailed };

[[nodiscard]] const char* kind_name(CellKind kind);
[[nodiscard]] const char* status_name(CellStatus status);

struct StageShare {
  std::string name;
  std::string type;
  double busy_share = 0;  // of the run's time
};

// One timed run.
struct Repetition {
  double load_s = 0;         // from the program's start until every node was open
  double first_frame_s = 0;  // from the program's start until the first frame was there
  double wall_s = 0;         // the run of the whole sample, weights and all nodes opened in it
  double cpu_s = 0;          // processor time of the whole process
  FrameTimes times;
  std::int64_t frames = 0;
  std::uint64_t host_peak_bytes = 0;
  std::optional<std::uint64_t> device_peak_bytes;
  std::optional<double> energy_j;
  std::vector<StageShare> stages;
};

struct Cell {
  std::string name;  // "depth/motion_cues/f32/cpu/golf/3s"
  std::string slug;  // of its folder
  CellKind kind = CellKind::kDepth;
  std::string approach;
  std::string stereo;  // method; empty for depth
  std::string precision;
  std::string device;
  std::size_t sample = 0;  // index
  double seconds = 0;
  Json nodes;                            // of the approach, with device and precision
  const StereoMethod* method = nullptr;  // of its views
  std::size_t depth_cell = 0;            // stereo: whose saved depth it takes

  CellStatus status = CellStatus::kWaiting;
  std::string reason;
  std::string remedy;
  bool is_saved = false;
  std::vector<Repetition> repetitions;
  Json quality;  // as quality.measure reports it; null
  Json weights;  // {"repo", "revision"}; null
  Json files;    // as the report lists them
};

}  // namespace relievo::bench
