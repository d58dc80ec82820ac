#include "core/bench/config.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/bench/presets.hpp"
#include "core/bench/setting_values.hpp"
#include "core/host/config.hpp"
#include "core/host/suggest.hpp"

namespace relievo::bench {
namespace {

namespace fs = std::filesystem;
using host::Setting;

constexpr const char* kStereoType = "stereo.view";
constexpr double kMostSeconds = 86400;

[[noreturn]] void unknown(const host::Place& place, const std::string& what,
                          const std::string& word, const std::vector<std::string>& known) {
  const auto suggestion = host::did_you_mean(word, known);
  host::fail_at(place,
                "unknown " + what + " '" + word + "'" +
                    (suggestion.empty() ? "; there are " + host::listed(known) : suggestion));
}

Approach approach_of_word(const Setting& item) {
  const auto word = *item.text();
  Approach approach{word, item.place, {}, false};
  if (word == "found") {
    approach.takes_all = true;
  } else if (const auto* preset = find_preset(word)) {
    approach.name = preset->name;
    approach.nodes = depth_nodes(preset->type, Json::parse(preset->params));
  } else if (word.find('.') != std::string::npos) {
    approach.nodes = depth_nodes(word, Json::object());
  } else {
    auto known = preset_names();
    known.emplace_back("found");
    unknown(item.place, "approach", word, known);
  }
  return approach;
}

// Paths in a map of weights are the config's, not those of the pipeline that is made of it.
void settle_weights(const Setting& setting, Json& node) {
  const auto* weights = setting.find("weights");
  if (weights == nullptr) return;
  if (const auto* path = weights->find("path"))
    node["weights"]["path"] = path_of(*path, "'weights.path'").string();
}

// {name, preset or type, params, device, weights}, or {name, nodes}.
Approach approach_of_map(const Setting& item) {
  const std::string what = "an approach";
  host::check_known_keys(item, what, {"name", "type", "params", "device", "weights", "nodes"});
  const auto* name = item.find("name");
  const auto* type = item.find("type");
  const auto* nodes = item.find("nodes");
  if ((type == nullptr) == (nodes == nullptr))
    host::fail_at(item.place, "an approach has either a 'type' or 'nodes'");
  Approach approach;
  approach.place = item.place;
  if (type != nullptr) {
    approach = approach_of_word(*type);
    if (approach.takes_all) host::fail_at(type->place, "'found' takes no parameters");
    auto& node = approach.nodes["depth"];
    if (const auto* params = item.find("params")) node["params"].update(as_json(*params));
    if (const auto* device = item.find("device"))
      node["device"] = host::text_of(*device, "'device'");
    if (const auto* weights = item.find("weights")) node["weights"] = as_json(*weights);
    settle_weights(item, node);
  } else {
    approach.nodes = as_json(*nodes);
    if (nodes->map() == nullptr || nodes->find("depth") == nullptr)
      host::fail_at(nodes->place,
                    "'nodes' is a map of nodes, of which one is called 'depth'; 'colour' is where "
                    "the frames come from");
    for (const auto& entry : *nodes->map()) {
      host::check_known_keys(entry.value, "node '" + entry.key + "'",
                             {"type", "in", "params", "device", "weights"});
      if (entry.value.find("type") == nullptr)
        host::fail_at(entry.key_place, "node '" + entry.key + "' has no 'type'");
      settle_weights(entry.value, approach.nodes[entry.key]);
    }
  }
  if (name != nullptr) approach.name = host::text_of(*name, "'name'");
  if (approach.name.empty())
    host::fail_at(item.place, "an approach of several nodes needs a 'name'");
  return approach;
}

std::vector<Approach> approaches_of(const Setting& setting) {
  std::vector<Approach> approaches;
  std::set<std::string> names;
  for (const auto& item : items_of(setting)) {
    approaches.push_back(item.text() != nullptr ? approach_of_word(item) : approach_of_map(item));
    if (!names.insert(approaches.back().name).second)
      host::fail_at(item.place, "there are two approaches called '" + approaches.back().name +
                                    "'; give one a 'name' of its own");
  }
  if (approaches.empty())
    host::fail_at(setting.place,
                  "'approaches' names none; there are " + host::listed(preset_names()));
  return approaches;
}

StereoMethod method_of(const Setting& item) {
  if (const auto* word = item.text()) {
    if (word->find('.') != std::string::npos) return {*word, item.place, *word, Json::object()};
    return {*word, item.place, kStereoType, {{"method", *word}}};
  }
  host::check_known_keys(item, "a stereo method", {"name", "type", "params"});
  StereoMethod method;
  method.place = item.place;
  const auto* name = item.find("name");
  if (name == nullptr) host::fail_at(item.place, "a stereo method of several keys needs a 'name'");
  method.name = host::text_of(*name, "'name'");
  const auto* type = item.find("type");
  method.type = type == nullptr ? kStereoType : host::text_of(*type, "'type'");
  const auto* params = item.find("params");
  method.params = params == nullptr ? Json::object() : as_json(*params);
  return method;
}

void parse_stereo(const Setting& setting, BenchConfig& config) {
  const auto* methods = &setting;
  if (setting.map() != nullptr && setting.find("methods") != nullptr) {
    host::check_known_keys(setting, "'bench.stereo'", {"methods", "on"});
    methods = setting.find("methods");
    if (const auto* on = setting.find("on")) {
      std::vector<std::string> known;
      for (const auto& approach : config.approaches) known.push_back(approach.name);
      for (const auto& item : items_of(*on)) {
        auto word = host::text_of(item, "'bench.stereo.on'");
        if (const auto* preset = find_preset(word); preset != nullptr) word = preset->name;
        if (std::find(known.begin(), known.end(), word) == known.end())
          unknown(item.place, "approach", word, known);
        config.stereo_on.push_back(word);
      }
    }
  }
  std::set<std::string> names;
  for (const auto& item : items_of(*methods)) {
    config.stereo.push_back(method_of(item));
    if (!names.insert(config.stereo.back().name).second)
      host::fail_at(item.place,
                    "there are two stereo methods called '" + config.stereo.back().name + "'");
  }
}

SampleWish sample_of(const Setting& item) {
  SampleWish sample;
  sample.place = item.place;
  if (item.text() != nullptr) {
    sample.path = path_of(item, "a sample");
    return sample;
  }
  host::check_known_keys(item, "a sample", {"file", "name", "start", "truth"});
  const auto* file = item.find("file");
  if (file == nullptr) host::fail_at(item.place, "a sample has no 'file'");
  sample.path = path_of(*file, "'file'");
  if (const auto* name = item.find("name")) sample.name = host::text_of(*name, "'name'");
  if (const auto* start = item.find("start"))
    sample.start_s = number_of(*start, "'start'", 0, kMostSeconds);
  if (const auto* truth = item.find("truth")) {
    if (truth->text() != nullptr) {
      sample.truth = path_of(*truth, "'truth'");
    } else {
      host::check_known_keys(*truth, "'truth'", {"path", "kind", "scale"});
      const auto* path = truth->find("path");
      if (path == nullptr) host::fail_at(truth->place, "'truth' has no 'path'");
      sample.truth = path_of(*path, "'truth.path'");
      sample.truth_params = as_json(*truth);
      sample.truth_params.erase("path");
    }
  }
  return sample;
}

void check_words(const Setting& setting, const std::string& what,
                 const std::vector<std::string>& known) {
  for (const auto& item : items_of(setting)) {
    const auto word = host::text_of(item, "'bench." + what + "s'");
    const bool numbered = word.starts_with("cuda:") && what == "device";
    if (!numbered && std::find(known.begin(), known.end(), word) == known.end())
      unknown(item.place, what, word, known);
  }
}

void parse_numbers(const Setting& bench, BenchConfig& config) {
  if (const auto* seconds = bench.find("seconds")) {
    config.seconds.clear();
    for (const auto& item : items_of(*seconds))
      config.seconds.push_back(number_of(item, "'bench.seconds'", 0.1, kMostSeconds));
  }
  if (const auto* repetitions = bench.find("repetitions"))
    config.repetitions = integer_of(*repetitions, "'bench.repetitions'", 1, 1000);
  if (const auto* budget = bench.find("budget"))
    config.budget = duration_of(*budget, "'bench.budget'");
  if (const auto* limit = bench.find("time_limit"))
    config.time_limit = duration_of(*limit, "'bench.time_limit'");
  if (const auto* warm_up = bench.find("warm_up"))
    config.warm_up = integer_of(*warm_up, "'bench.warm_up'", 0, 100000);
  if (const auto* threads = bench.find("threads"))
    config.threads = integer_of(*threads, "'bench.threads'", 1, 1024);
  if (const auto* prepare = bench.find("prepare"))
    config.prepare = boolean_of(*prepare, "'bench.prepare'");
}

}  // namespace

const std::vector<std::string>& bench_keys() {
  static const std::vector<std::string> keys{"seconds",    "repetitions", "budget",  "time_limit",
                                             "warm_up",    "threads",     "prepare", "samples",
                                             "approaches", "stereo",      "devices", "precisions"};
  return keys;
}

bool is_bench(const Setting& root) {
  return root.find("bench") != nullptr;
}

BenchConfig parse_bench(const Setting& root) {
  host::check_known_keys(root, "the config of a benchmark",
                         {"version", "input", "output", "plugins", "bench"});
  host::check_version(root);
  BenchConfig config;
  config.label = root.place.origin ? root.place.origin->label : "";
  const auto base = root.place.origin ? root.place.origin->base : fs::path();
  config.default_samples = fs::absolute(base / "../tests/data").lexically_normal();
  const auto* output = root.find("output");
  config.output = output != nullptr ? path_of(*output, "'output'") : fs::absolute("out/bench");
  if (const auto* plugins = root.find("plugins")) {
    host::check_known_keys(*plugins, "'plugins'", {"path"});
    if (const auto* path = plugins->find("path"))
      for (const auto& item : items_of(*path))
        config.plugin_folders.push_back(path_of(item, "'plugins.path'"));
  }
  const auto& bench = *root.find("bench");
  host::check_known_keys(bench, "'bench'", bench_keys());
  parse_numbers(bench, config);
  const auto* approaches = bench.find("approaches");
  if (approaches == nullptr)
    host::fail_at(bench.place,
                  "'bench' has no 'approaches'; there are " + host::listed(preset_names()));
  config.approaches = approaches_of(*approaches);
  if (const auto* stereo = bench.find("stereo")) parse_stereo(*stereo, config);
  if (config.stereo_on.empty()) config.stereo_on.push_back(config.approaches.front().name);
  if (const auto* samples = bench.find("samples"))
    for (const auto& item : items_of(*samples)) config.samples.push_back(sample_of(item));
  if (const auto* input = root.find("input")) {
    config.samples.clear();
    config.samples.push_back(sample_of(*input));
  }
  if (const auto* devices = bench.find("devices")) {
    check_words(*devices, "device", {"auto", "cpu", "cuda", "mps"});
    config.devices = words_of(*devices, "'bench.devices'");
  }
  if (const auto* precisions = bench.find("precisions")) {
    check_words(*precisions, "precision", {"auto", "f32", "f16", "bf16"});
    config.precisions = words_of(*precisions, "'bench.precisions'");
  }
  return config;
}

}  // namespace relievo::bench
