// What a plugin says of itself before it is loaded: plugin.json, beside the library or embedded in
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"

namespace relievo::host {

struct InputSpec {
  std::string name;
  std::vector<std::uint32_t> semantics;      // empty: any
  std::vector<std::uint32_t> pixel_formats;  // best first; empty: any
  std::vector<std::string> devices;          // empty: cpu
  bool srgb = false;                         // wants display-referred sRGB, whatever the source
  bool contiguous = false;                   // lines without padding
  bool optional = false;
};

struct OutputSpec {
  std::string name;
  std::optional<std::uint32_t> semantic;  // nothing: that of the first input, or one of semantics
  std::vector<std::uint32_t> semantics;   // where a parameter decides: plan() says which
};

// A file of weights, and for which parameter values it is needed.
struct WeightSpec {
  std::string name;   // how the node asks for it
  std::string model;  // how people ask for it: "depth_x.depth:small"; empty for one that only a
                      // config names
  Json when;          // {"model": "small"}: all must match; empty object: always
  std::string repo;
  std::string revision;
  std::string file;
  std::string licence;  // SPDX or the hub's word for it; empty: not known, since a config names
                        // another repository
};

enum class NewClock { kNever, kAlways, kIfFps };

struct NodeSpec {
  std::string id;
  std::string label;
  std::string summary;
  std::vector<InputSpec> inputs;
  std::vector<OutputSpec> outputs;
  std::string default_input;  // where `in: node` goes if no names match
  std::map<std::string, std::vector<std::string>>
      groups;  // one name for several inputs: view -> left, right
  std::vector<std::string> devices;
  std::vector<ParameterSpec> parameters;
  std::vector<WeightSpec> weights;
  NewClock new_clock = NewClock::kNever;

  [[nodiscard]] std::optional<std::size_t> input(const std::string& name) const;
  [[nodiscard]] std::optional<std::size_t> output(const std::string& name) const;
  [[nodiscard]] const ParameterSpec* parameter(const std::string& name) const;
};

struct Manifest {
  std::string plugin;
  std::string version;
  std::string licence;
  std::string summary;
  std::string runtime;  // "libtorch 2.13"; empty: none
  std::vector<NodeSpec> nodes;
  std::string text;  // as written

  [[nodiscard]] const NodeSpec* node(const std::string& id) const;
};

// Throws Failure(kPlugin) that begins with origin ("/path/x.json") and names the fault.
[[nodiscard]] Manifest parse_manifest(const std::string& text, const std::string& origin);

}  // namespace relievo::host
