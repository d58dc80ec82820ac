#include "core/bench/pipeline.hpp"

#include <algorithm>

namespace relievo::bench {
namespace {

constexpr const char* kFrames = "colour";  // as approaches call what they get
constexpr const char* kDepth = "depth";

Json source(const std::filesystem::path& file, double start, double seconds) {
  return {{"type", "source"},
          {"path", file.string()},
          {"params", {{"start", start}, {"seconds", seconds}}}};
}

Json film_sink(const Json& in, const std::filesystem::path& file, Json params) {
  params["tracks"] = "none";
  params["overwrite"] = true;
  return {{"type", "sink"}, {"in", in}, {"path", file.string()}, {"params", std::move(params)}};
}

// Browsers play H.264 of 8 bits with 4:2:0.
Json film_params() {
  return {{"codec", "h264"}, {"bit_depth", 8}, {"chroma", "420"}, {"quality", 18}};
}

Json timing_sink(const char* in) {
  return {{"type", "sink"}, {"in", in}, {"path", "null"}, {"params", {{"moments", true}}}};
}

Json view_node(const StereoMethod& method, const char* colour) {
  return {{"type", method.type},
          {"in", {{"colour", colour}, {"depth", kDepth}}},
          {"params", method.params}};
}

Json with_limits(Json nodes, const BenchConfig& config) {
  Json pipeline{{"version", 1}};
  if (!config.plugin_folders.empty()) {
    auto folders = Json::array();
    for (const auto& folder : config.plugin_folders) folders.push_back(folder.string());
    pipeline["plugins"] = {{"path", folders}};
  }
  if (config.threads) pipeline["limits"] = {{"threads", *config.threads}};
  pipeline["nodes"] = std::move(nodes);
  return pipeline;
}

// Frames and depth: those of the approach, or for a stereo cell the saved ones.
Json frames_and_depth(const Cell& cell, const PipelineContext& context) {
  const auto& sample = context.sample;
  Json nodes;
  nodes["source"] = source(sample.played(), sample.played_start_s(), cell.seconds);
  nodes[kFrames] = {{"type", "cuts"}, {"in", "source"}};
  if (cell.kind == CellKind::kDepth) {
    for (const auto& [name, node] : cell.nodes.items()) nodes[name] = node;
  } else {
    nodes[kDepth] = {{"type", "depth_source"},
                     {"in", kFrames},
                     {"path", context.depth_files.depth_lossless().string()},
                     {"params", {{"kind", "inverse"}}}};
  }
  return nodes;
}

// Views of numbered columns tell where each pixel came from; holes are left open where the node can
// do that.
void add_column_views(Json& nodes, const StereoMethod& method, const host::NodeSpec& spec) {
  nodes["bench_columns"] = {{"type", "quality.columns"}, {"in", kFrames}};
  auto view = view_node(method, "bench_columns");
  const auto* fill = spec.parameter("fill");
  if (fill != nullptr &&
      std::find(fill->allowed.begin(), fill->allowed.end(), Json("none")) != fill->allowed.end())
    view["params"]["fill"] = "none";
  nodes["bench_column_views"] = std::move(view);
}

}  // namespace

Json timed_pipeline(const Cell& cell, const PipelineContext& context) {
  auto nodes = frames_and_depth(cell, context);
  if (cell.kind == CellKind::kStereo) nodes["view"] = view_node(*cell.method, kFrames);
  nodes["bench_sink"] = timing_sink(cell.kind == CellKind::kStereo ? "view" : kDepth);
  return with_limits(std::move(nodes), context.config);
}

Json saving_pipeline(const Cell& cell, const PipelineContext& context) {
  const auto& files = context.files;
  auto nodes = frames_and_depth(cell, context);
  Json sheet_in{{"colour", kFrames}, {"depth", kDepth}};
  Json measure_in = sheet_in;
  if (cell.kind == CellKind::kDepth)
    nodes["bench_lossless"] = film_sink(kDepth, files.depth_lossless(), {{"codec", "ffv1"}});
  auto coloured = film_params();
  coloured["colormap"] = "inferno";
  nodes["bench_depth"] = film_sink(kDepth, files.depth_video(), std::move(coloured));
  const auto* spec =
      cell.method == nullptr ? nullptr : context.registry.find(cell.method->type).spec;
  if (spec != nullptr) {
    nodes["bench_view"] = view_node(*cell.method, kFrames);
    nodes["bench_sbs"] = film_sink("bench_view", files.sbs(), film_params());
    auto mixed = film_params();
    mixed["layout"] = "anaglyph";
    nodes["bench_anaglyph"] = film_sink("bench_view", files.anaglyph(), std::move(mixed));
    sheet_in["view"] = "bench_view";
    if (context.registry.find("quality.columns").spec != nullptr) {
      add_column_views(nodes, *cell.method, *spec);
      measure_in["view"] = "bench_column_views";
    }
  }
  nodes["bench_sheet"] = {{"type", "contact_sheet"},
                          {"in", sheet_in},
                          {"path", files.sheet().string()},
                          {"params", {{"overwrite", true}}}};
  if (context.sample.truth) {
    nodes["bench_truth"] = {
        {"type", "depth_source"}, {"in", kFrames}, {"path", context.sample.truth->string()}};
    if (context.sample.truth_params.is_object())
      nodes["bench_truth"]["params"] = context.sample.truth_params;
    measure_in["truth"] = "bench_truth";
  }
  if (context.registry.find("quality.measure").spec != nullptr)
    nodes["bench_quality"] = {{"type", "quality.measure"}, {"in", measure_in}};
  return with_limits(std::move(nodes), context.config);
}

Json probing_pipeline(const Sample& sample, double seconds) {
  return {{"version", 1},
          {"nodes",
           {{"source", source(sample.file, sample.start_s, seconds)},
            {"sink", {{"type", "sink"}, {"in", "source"}, {"path", "null"}}}}}};
}

Json preparing_pipeline(const Sample& sample, double seconds, const std::filesystem::path& output) {
  Json scale{{"max_width", kPreparedWidth}, {"max_height", kPreparedHeight}};
  if (sample.fps > kPreparedFps * kFpsSlack) scale["fps"] = kPreparedFps;
  return {{"version", 1},
          {"nodes",
           {{"source", source(sample.file, sample.start_s, seconds)},
            {"scale", {{"type", "scale"}, {"in", "source"}, {"params", scale}}},
            {"sink", film_sink("scale", output,
                               {{"codec", "h264"}, {"preset", "veryfast"}, {"quality", 12}})}}}};
}

}  // namespace relievo::bench
