// make_scenes: writes scenes with their truth as folders; tools/README.md describes them.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/arguments.hpp"
#include "tools/scenes/npy.hpp"
#include "tools/scenes/render.hpp"

namespace {

using namespace relievo::scenes;

constexpr const char* kUsage =
    "usage: make_scenes FOLDER [--scene NAME]... [--seed N] [--size WxH] [--frames N] [--grain X]\n"
    "                   [--without right|flow]... [--list]\n";

nlohmann::json vector_json(const Vec3& v) {
  return {v.x, v.y, v.z};
}

void write_scene(const Scene& scene, const std::filesystem::path& folder, unsigned wanted) {
  std::filesystem::create_directories(folder);
  const int n = scene.frames, h = scene.height, w = scene.width;
  const bool with_right = (wanted & kRight) != 0;
  const bool with_flow = (wanted & kFlow) != 0;
  NpyWriter left(folder / "left.npy", "|u1", {n, h, w, 3});
  NpyWriter depth(folder / "depth.npy", "<f4", {n, h, w});
  NpyWriter moves(folder / "moves.npy", "|u1", {n, h, w});
  std::unique_ptr<NpyWriter> right, right_seen, flow, flow_seen;
  if (with_right)
    right = std::make_unique<NpyWriter>(folder / "right.npy", "|u1", std::vector{n, h, w, 3});
  if (with_right)
    right_seen =
        std::make_unique<NpyWriter>(folder / "right_seen.npy", "|u1", std::vector{n, h, w});
  if (with_flow)
    flow = std::make_unique<NpyWriter>(folder / "flow.npy", "<f4", std::vector{n, h, w, 2});
  if (with_flow)
    flow_seen = std::make_unique<NpyWriter>(folder / "flow_seen.npy", "|u1", std::vector{n, h, w});
  nlohmann::json cameras = nlohmann::json::array();
  const int threads = static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 0; i < n; ++i) {
    const auto frame = render(scene, i, wanted, threads);
    left.append(frame.left.data(), frame.left.size());
    depth.append(frame.depth.data(), frame.depth.size() * sizeof(float));
    moves.append(frame.moves.data(), frame.moves.size());
    if (with_right) right->append(frame.right.data(), frame.right.size());
    if (with_right) right_seen->append(frame.right_seen.data(), frame.right_seen.size());
    if (with_flow) flow->append(frame.flow.data(), frame.flow.size() * sizeof(float));
    if (with_flow) flow_seen->append(frame.flow_seen.data(), frame.flow_seen.size());
    const auto& r = frame.camera.rotation;
    cameras.push_back({{"focal_px", frame.focal_px()},
                       {"position", vector_json(frame.camera.position)},
                       {"right", vector_json(r.right)},
                       {"down", vector_json(r.down)},
                       {"forward", vector_json(r.forward)}});
  }
  for (auto* file : {&left, &depth, &moves}) file->finish();
  for (auto* file : {right.get(), right_seen.get(), flow.get(), flow_seen.get()})
    if (file != nullptr) file->finish();
  nlohmann::json shots = nlohmann::json::array();
  for (const auto& shot : scene.shots)
    shots.push_back(
        {{"kind", shot.kind}, {"frames", shot.frames}, {"translates", shot.translates}});
  const nlohmann::json about{{"format", 1},          {"name", scene.name},
                             {"seed", scene.seed},   {"width", w},
                             {"height", h},          {"frames", n},
                             {"fps", scene.fps},     {"baseline_m", scene.baseline},
                             {"grain", scene.grain}, {"cuts", scene.cuts()},
                             {"shots", shots},       {"cameras", cameras}};
  std::ofstream file(folder / "scene.json");
  file << about.dump(1) << '\n';
  if (!file) throw std::runtime_error("cannot write " + (folder / "scene.json").string());
}

int run(const std::vector<std::string>& arguments) {
  std::vector<std::string> names;
  std::string folder;
  SceneOptions options;
  std::uint64_t seed = 1;
  unsigned wanted = kEverything;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto value = [&]() -> const std::string& {
      if (i + 1 == arguments.size()) throw std::invalid_argument(argument + " needs a value");
      return arguments[++i];
    };
    if (argument == "--list") {
      for (const auto& name : scene_names()) std::cout << name << '\n';
      return 0;
    }
    if (argument == "--scene") {
      names.push_back(value());
    } else if (argument == "--seed") {
      seed = std::stoull(value());
    } else if (argument == "--frames") {
      options.frames = std::stoi(value());
    } else if (argument == "--grain") {
      options.grain = std::stod(value());
    } else if (argument == "--size") {
      const auto size = relievo::tools::size_of(value());
      options.width = size.width;
      options.height = size.height;
    } else if (argument == "--without") {
      const auto& what = value();
      if (what != "right" && what != "flow")
        throw std::invalid_argument("--without '" + what + "' is neither right nor flow");
      wanted &= ~static_cast<unsigned>(what == "right" ? kRight : kFlow);
    } else if (argument.rfind("--", 0) == 0 || !folder.empty()) {
      throw std::invalid_argument("unknown argument '" + argument + "'");
    } else {
      folder = argument;
    }
  }
  if (folder.empty()) throw std::invalid_argument("no folder to write to");
  if (names.empty()) names = scene_names();
  for (const auto& name : names) {
    const auto scene = make_scene(name, seed, options);
    const auto target = std::filesystem::path(folder) / (name + "_" + std::to_string(seed));
    write_scene(scene, target, wanted);
    std::cout << target.string() << std::endl;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::tools::run_tool("make_scenes", kUsage, argc, argv, run);
}
