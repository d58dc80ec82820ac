#include "tests/unit/stereo/view_run.hpp"

#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/support/paths.hpp"

namespace relievo::test {

DepthMap::DepthMap(int w, int h, const std::function<float(int, int)>& value)
    : width(w), height(h) {
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) values.push_back(value(x, y));
}

DepthMap DepthMap::mirrored() const {
  return {width, height, [this](int x, int y) {
            return values[static_cast<std::size_t>(y * width + width - 1 - x)];
          }};
}

namespace {

nlohmann::json node_manifest() {
  std::ifstream file(source_dir() / "plugins/stereo/plugin.json");
  return nlohmann::json::parse(file).at("nodes").at(0);
}

}  // namespace

std::vector<std::string> colour_formats_of_manifest() {
  return node_manifest().at("inputs").at(0).at("pixel_formats");
}

std::string view_params(const std::string& overrides) {
  const auto manifest = node_manifest();
  auto params = nlohmann::json::object();
  for (const auto& [name, schema] : manifest.at("params").items())
    params[name] = schema.at("default");
  params["range_look_ahead"] = 0;  // tests look at single frames
  params["comfort"] = "off";       // and at what strength and convergence do by themselves
  const auto changes = nlohmann::json::parse(overrides);
  for (const auto& [name, value] : changes.items()) {
    if (!params.contains(name)) throw std::runtime_error("stereo.view has no parameter " + name);
    params[name] = value;
  }
  return params.dump();
}

const rlv_node_type& ViewRun::type() {
  static const auto type = make_node_type<stereo::ViewNode>("stereo.view", "view");
  return type;
}

ViewRun::ViewRun(const std::string& params, const rlv_format& colour, std::uint32_t semantic,
                 std::uint32_t threads)
    : run_(),
      colour_(colour),
      semantic_(semantic),
      node_((run_.context.cpu_threads = threads, type()), run_.context, "stereo", "stereo",
            config_json(view_params(params))) {
  auto depth = colour;
  depth.semantic = semantic;
  depth.pixel_format = RLV_PF_MAP_F32;
  const rlv_format* const inputs[] = {&colour_, &depth};
  static_cast<void>(node_.plan(inputs, {colour_, colour_}));
  node_.open();
}

Frame ViewRun::colour_frame(std::int64_t index) const {
  return new_frame(node_, colour_, index);
}

Frame ViewRun::depth_frame(const DepthMap& depth, std::int64_t index) const {
  auto info = frame_info(colour_, index);
  info.semantic = semantic_;
  info.pixel_format = RLV_PF_MAP_F32;
  info.width = depth.width;
  info.height = depth.height;
  auto map = Host(node_.host()).new_frame(info);
  const auto plane = map.plane<float>(0);
  for (int y = 0; y < depth.height; ++y)
    for (int x = 0; x < depth.width; ++x)
      plane.at(x, y) = depth.values[static_cast<std::size_t>(y * depth.width + x)];
  return map;
}

std::vector<Frame> ViewRun::views(const Frame& colour, const Frame& depth) {
  std::vector<Frame> inputs{colour, depth};
  std::vector<Frame> outputs(2);
  if (node_.push(inputs) != Flow::kDone || node_.pull(outputs) != Flow::kDone)
    throw std::runtime_error("the view node gave no views");
  return outputs;
}

std::vector<Frame> ViewRun::views(const Frame& colour, const DepthMap& depth) {
  return views(colour, depth_frame(depth, colour.info().index));
}

}  // namespace relievo::test
