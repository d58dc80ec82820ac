// What the block 'bench' of a config says, checked for form.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"
#include "core/host/setting.hpp"

namespace relievo::bench {

using host::Json;

// One or more nodes between the frames ('colour') and the node called 'depth'.
struct Approach {
  std::string name;
  host::Place place;
  Json nodes;              // name -> {type, in, params, device, weights}, as in a pipeline file
  bool takes_all = false;  // 'found': stands for the depth nodes that nothing else names
};

// A node type that makes two views, and its parameters.
struct StereoMethod {
  std::string name;
  host::Place place;
  std::string type;
  Json params;
};

// A film, or a folder of films.
struct SampleWish {
  std::filesystem::path path;
  host::Place place;
  std::string name;  // empty: the file's
  double start_s = 0;
  std::optional<std::filesystem::path> truth;  // true depth, read by depth_source
  Json truth_params;                           // kind, scale
};

struct BenchConfig {
  std::string label;  // the file's name as the user gave it
  std::filesystem::path output;
  std::vector<std::filesystem::path> plugin_folders;
  std::vector<double> seconds{3};
  int repetitions = 5;
  // Timed repetitions of a cell end after this; the first is always made.
  std::chrono::milliseconds budget{std::chrono::minutes(2)};
  std::chrono::milliseconds time_limit{std::chrono::minutes(15)};  // of one run
  int warm_up = 8;                  // frames that the steady state leaves out
  std::optional<int> threads;       // CPU threads of each node
  bool prepare = true;              // larger films at 1080p24 first
  std::vector<SampleWish> samples;  // empty: samples/ of the working folder, or beside the config
  std::filesystem::path default_samples;
  std::vector<Approach> approaches;
  std::vector<StereoMethod> stereo;
  std::vector<std::string> stereo_on;  // approaches whose depth the stereo cells take
  std::vector<std::string> devices{"auto"};
  std::vector<std::string> precisions{"auto"};
};

// Whether the config is one of a benchmark.
[[nodiscard]] bool is_bench(const host::Setting& root);

// Throws host::Failure(kUsage) with place, subject, fault and way out.
[[nodiscard]] BenchConfig parse_bench(const host::Setting& root);

// Keys of the block, for the schema and for messages.
[[nodiscard]] const std::vector<std::string>& bench_keys();

}  // namespace relievo::bench
