// What a config file says, checked for form: nodes, how they are wired, limits. What the names mean
// is for resolve.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/host/setting.hpp"
#include "core/host/spatial_config.hpp"

namespace relievo::host {

// `in: scale`, `in: stereo.left` or one entry of `in: {colour: scale, depth: depth}`.
struct InputRef {
  std::string port;  // empty: the node's own choice
  std::string node;
  std::string output;  // empty: the other node's own choice
  Place place;
};

struct NodeConfig {
  std::string name;
  std::string type;
  Place place;  // of the name
  Place type_place;
  std::vector<InputRef> inputs;
  std::string device = "auto";
  Place device_place;
  Setting params;                   // a map, or nothing
  std::optional<Setting> path;      // short for params.path
  std::optional<Setting> weights;   // {repo, revision, file} or {path}
  std::vector<std::string> prefer;  // for type auto: node types in order of preference
  // Not empty: the node is there only if its first input comes from one of these types; else those
  // who read it read that input.
  std::vector<std::string> only_after;
};

struct Limits {
  std::optional<std::uint64_t> memory;             // bytes
  std::optional<std::chrono::milliseconds> stall;  // 0: no watchdog
  std::optional<std::uint32_t> threads;
  std::vector<std::string> device_lock;  // devices whose nodes take turns, beside Metal
};

struct Config {
  std::string label;              // the file's name as the user gave it
  std::optional<Setting> input;   // path of the only source
  std::optional<Setting> output;  // path of the only sink
  std::vector<std::filesystem::path> plugin_folders;
  Limits limits;
  std::vector<NodeConfig> nodes;  // in the order of the file
  std::optional<SpatialConfig> spatial;
  bool sidecar = false;  // FILM.json beside each film
};

// Throws Failure(kUsage) with place, subject, fault and way out.
[[nodiscard]] Config parse_config(const Setting& root);

// That the config says 'version', and one that this program reads.
void check_version(const Setting& root);

// "8GiB", "500 MB", "1073741824" to bytes; "2min", "90s", "500ms" to milliseconds (a bare number is
// seconds). Throw std::runtime_error.
[[nodiscard]] std::uint64_t parse_bytes(const std::string& text);
[[nodiscard]] std::chrono::milliseconds parse_duration(const std::string& text);

}  // namespace relievo::host
