#include "core/host/spatial_job.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <unistd.h>

#include "core/host/placeholders.hpp"
#include "core/host/presets.hpp"
#include "core/host/shell_words.hpp"
#include "core/host/suggest.hpp"

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

constexpr const char* kTool = "spatial";

struct Form {
  const char* layout;  // of the sink
  const char* format;  // of the tool
};
constexpr std::array kForms{Form{"full_sbs", "sbs"}, Form{"half_sbs", "hsbs"},
                            Form{"full_tb", "ou"}, Form{"half_tb", "hou"}};

std::string format_of(const ResolvedNode& sink) {
  const auto layout = sink.params.value("layout", "");
  for (const auto& form : kForms)
    if (layout == form.layout) return form.format;
  return "";
}

std::string lower_ending(const fs::path& file) {
  auto ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

// A sink that gets both eyes' views; depth and single pictures come in elsewhere.
bool takes_views(const ResolvedNode& node) {
  const auto& spec = *node.type.spec;
  if (spec.id != "sink" || spec.inputs.empty()) return false;
  return spec.inputs[0].name == "left" && !node.inputs.empty() && node.inputs[0].has_value();
}

const ResolvedNode& named_sink(const SpatialConfig& config, const ResolvedGraph& graph) {
  std::vector<std::string> names;
  for (const auto& node : graph.nodes) {
    if (!takes_views(node)) continue;
    if (node.name == config.from) return node;
    names.push_back(node.name);
  }
  fail_at(config.place, "'spatial.from': no sink called '" + config.from +
                            "' writes both views; there are " + listed(names) +
                            did_you_mean(config.from, names));
}

const ResolvedNode& choose_sink(const SpatialConfig& config, const ResolvedGraph& graph) {
  if (!config.from.empty()) return named_sink(config, graph);
  std::vector<const ResolvedNode*> fitting;
  std::vector<std::string> names;
  const ResolvedNode* other = nullptr;
  for (const auto& node : graph.nodes) {
    if (!takes_views(node)) continue;
    other = &node;
    if (format_of(node).empty()) continue;
    fitting.push_back(&node);
    names.push_back(node.name);
  }
  if (fitting.size() == 1) return *fitting[0];
  if (fitting.size() > 1)
    fail_at(config.place,
            "'spatial' can take the film of " + listed(names) + "; name one of them with 'from'");
  if (other != nullptr) return *other;
  fail_at(config.place,
          "'spatial' needs a sink that writes both views; connect one to a stereo node");
}

void check_film(const SpatialConfig& config, const ResolvedNode& sink, const fs::path& film) {
  const std::string what = "'spatial': the film of node '" + sink.name + "' ";
  if (format_of(sink).empty())
    fail_at(config.place, what + "has the layout '" + sink.params.value("layout", "") +
                              "'; the tool reads full_sbs, half_sbs, full_tb and half_tb");
  if (sink.params.value("view_order", "") == "right_first")
    fail_at(config.place, what +
                              "has the right eye's view first, and the tool takes the first "
                              "one for the left eye's; leave 'view_order' out");
  if (film == "null") fail_at(config.place, what + "is not written ('null'); give the sink a file");
  const auto ending = lower_ending(film);
  if (ending != ".mp4" && ending != ".mov")
    fail_at(config.place, what + "is '" + film.string() + "'; the tool reads .mp4 and .mov");
  const auto codec = sink.params.value("codec", "");
  if (codec != "hevc" && codec != "h264")
    fail_at(config.place, what + "has the codec '" + codec + "'; take hevc or h264 for the tool");
}

// NAME of NAME_LRF_Full_SBS: what players read would be wrong of the new film.
std::string name_without_token(const std::string& stem) {
  for (const auto& preset : presets()) {
    const std::string token = preset.token;
    if (!token.empty() && stem.size() > token.size() && stem.ends_with(token))
      return stem.substr(0, stem.size() - token.size());
  }
  return stem;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code missing;
  return a.lexically_normal() == b.lexically_normal() || fs::equivalent(a, b, missing);
}

void check_output(const SpatialJob& job, const ResolvedGraph& graph) {
  const std::string what = "'spatial': the output '" + job.output.string() + "' ";
  const auto ending = lower_ending(job.output);
  if (ending != ".mov" && ending != ".mp4")
    fail_at(job.config.place, what + "ends in neither .mov (which Apple's Photos needs) nor .mp4");
  for (const auto& node : graph.nodes)
    for (const auto& parameter : node.type.spec->parameters) {
      if (!parameter.is_output_path && !parameter.is_input_path) continue;
      if (!node.params.contains(parameter.name)) continue;
      if (is_same_file(job.output, node.params.at(parameter.name).get<std::string>()))
        fail_at(job.config.place,
                what + "is the file of node '" + node.name + "'; give it another name with 'path'");
    }
  std::error_code missing;
  if (fs::exists(job.output, missing) && !job.config.overwrite)
    fail_at(job.config.place, what +
                                  "is there already; choose another name with 'path', or use "
                                  "--overwrite");
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

bool may_run(const fs::path& file) {
  std::error_code missing;
  return fs::is_regular_file(file, missing) && access(file.c_str(), X_OK) == 0;
}

}  // namespace

SpatialJob plan_spatial(const SpatialConfig& config, const ResolvedGraph& graph, bool overwrite) {
  const auto& sink = choose_sink(config, graph);
  SpatialJob job;
  job.config = config;
  job.config.overwrite = config.overwrite || overwrite;
  job.node = sink.name;
  job.film = sink.params.value("path", "");
  check_film(config, sink, job.film);
  job.format = format_of(sink);
  if (config.path.empty())
    job.output =
        job.film.parent_path() / (name_without_token(job.film.stem().string()) + "_spatial.mov");
  else
    job.output = fill_placeholders(config.path, source_path(graph), config.place, "'spatial.path'");
  check_output(job, graph);
  if (!config.tool.empty() && !may_run(config.tool))
    fail_at(config.place, "'spatial.tool': '" + config.tool + "' is no program that can be run");
  return job;
}

std::vector<std::string> spatial_arguments(const SpatialJob& job, const fs::path& output,
                                           bool may_replace) {
  const auto& config = job.config;
  std::vector<std::string> words{"make",     "-i", job.film.string(), "-f",
                                 job.format, "-o", output.string()};
  const auto add = [&](const char* flag, const std::optional<double>& value) {
    if (value) words.insert(words.end(), {flag, number(*value)});
  };
  if (config.kind == SpatialKind::kSpatial) {
    add("--cdist", config.baseline);
    add("--hfov", config.field_of_view);
    add("--hadjust", config.disparity_adjustment);
  }
  words.insert(words.end(), {"--projection", config.projection, "--primary", config.primary,
                             "--hero", config.hero});
  if (config.bitrate) words.insert(words.end(), {"-b", std::to_string(*config.bitrate) + "M"});
  add("-q", config.quality);
  if (!config.audio) words.emplace_back("-n");
  if (config.faststart) words.emplace_back("--faststart");
  if (config.use_gpu) words.emplace_back("--use-gpu");
  if (may_replace) words.emplace_back("-y");
  return words;
}

std::string spatial_command(const SpatialJob& job) {
  auto words = spatial_arguments(job, job.output, job.config.overwrite);
  words.insert(words.begin(), job.config.tool.empty() ? kTool : job.config.tool);
  return shell_text(words);
}

std::optional<fs::path> find_spatial(const SpatialJob& job) {
  if (!job.config.tool.empty())
    return may_run(job.config.tool) ? std::optional<fs::path>(job.config.tool) : std::nullopt;
  const char* folders = std::getenv("PATH");
  std::istringstream all(folders == nullptr ? "" : folders);
  for (std::string folder; std::getline(all, folder, ':');) {
    // An empty entry is the working folder: nothing is run from there by chance.
    if (folder.empty()) continue;
    const auto candidate = fs::path(folder) / kTool;
    if (may_run(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace relievo::host
