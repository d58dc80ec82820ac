#include "tests/unit/depth_refine/refine_run.hpp"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/support/paths.hpp"

namespace relievo::depth_refine::test {
namespace {

std::string all_params(const std::string& overrides) {
  std::ifstream file(relievo::test::source_dir() / "plugins/depth_refine/plugin.json");
  const auto manifest = nlohmann::json::parse(file).at("nodes").at(0).at("params");
  auto params = nlohmann::json::object();
  for (const auto& [name, schema] : manifest.items()) params[name] = schema.at("default");
  params.update(nlohmann::json::parse(overrides));
  return params.dump();
}

}  // namespace

RefineRun::RefineRun(std::uint32_t semantic, const std::string& params, std::uint32_t threads,
                     std::uint32_t pixel_format)
    : colour_(relievo::test::colour_format(pixel_format, 240, 136)), depth_(colour_) {
  context_.context.cpu_threads = threads;
  depth_.semantic = semantic;
  depth_.pixel_format = RLV_PF_MAP_F32;
  depth_.width = 115;
  depth_.height = 65;
  depth_.focal_px = 100;
  node_ = std::make_unique<host::NodeInstance>(
      *relievo::test::loaded_plugin(RLV_DEPTH_REFINE_PLUGIN).node_types[0], context_.context,
      "refine", "depth_refine", relievo::test::config_json(all_params(params)));
  const rlv_format* const inputs[] = {&depth_, &colour_};
  planned_ = node_->plan(inputs, {depth_});
  node_->open();
}

std::vector<Frame> RefineRun::frames(std::int64_t index, const cv::Mat1f& depth, cv::Size picture,
                                     const Painter& paint, std::int64_t shot,
                                     std::uint32_t transition) const {
  const auto make = [&](const rlv_format& format, cv::Size size) {
    auto info = relievo::test::frame_info(format, index);
    info.width = size.width;
    info.height = size.height;
    info.focal_px = format.focal_px;
    info.shot_id = shot;
    info.transition = transition;
    return Host(node_->host()).new_frame(info);
  };
  std::vector<Frame> in;
  in.push_back(make(depth_, depth.size()));
  const auto map = in[0].plane<float>(0);
  for (int y = 0; y < depth.rows; ++y) std::copy_n(depth[y], depth.cols, map.row(y));
  in.push_back(make(colour_, picture));
  paint(in[1]);
  return in;
}

std::vector<cv::Mat1f> RefineRun::run(const std::vector<Moment>& moments) const {
  std::vector<std::vector<Frame>> inputs;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const auto& picture = moments[i].picture;
    const auto paint = [&](const Frame& frame) {
      const auto plane = frame.plane<std::uint8_t>(0);
      for (int y = 0; y < picture.rows; ++y)
        std::copy_n(picture.ptr(y), 3 * picture.cols, plane.row(y));
    };
    inputs.push_back(frames(static_cast<std::int64_t>(i), moments[i].depth, picture.size(), paint,
                            moments[i].shot, moments[i].transition));
  }
  std::vector<cv::Mat1f> maps;
  for (const auto& out : relievo::test::run_node(*node_, std::move(inputs)))
    maps.push_back(map_of(out[0]));
  return maps;
}

cv::Mat1f RefineRun::run(const cv::Mat1f& depth, const cv::Mat3b& picture) const {
  return run({{depth, picture, 0, RLV_TRANSITION_NONE}}).at(0);
}

cv::Mat1f map_of(const Frame& frame) {
  const auto plane = frame.plane<const float>(0);
  const auto info = frame.info();
  cv::Mat1f map(info.height, info.width);
  for (int y = 0; y < map.rows; ++y) std::copy_n(plane.row(y), map.cols, map[y]);
  return map;
}

cv::Mat3b painted(cv::Size size, const std::function<cv::Vec3d(int, int)>& colour) {
  cv::Mat3b picture(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x)
      for (int c = 0; c < 3; ++c)
        picture(y, x)[c] = cv::saturate_cast<std::uint8_t>(colour(x, y)[c]);
  return picture;
}

cv::Mat3b textured(cv::Size size, cv::Scalar colour, double contrast, std::uint64_t seed) {
  cv::RNG random(seed);
  cv::Mat coarse(std::max(1, size.height / 6), std::max(1, size.width / 6), CV_32FC3), fine;
  random.fill(coarse, cv::RNG::NORMAL, colour, cv::Scalar::all(contrast));
  cv::resize(coarse, fine, size, 0, 0, cv::INTER_LINEAR);
  cv::Mat picture;
  fine.convertTo(picture, CV_8UC3);
  return picture;
}

}  // namespace relievo::depth_refine::test
