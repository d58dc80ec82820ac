// judge_depth: a depth node against the plain ramp, on generated scenes and recorded data.
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/arguments.hpp"
#include "tools/judge/subjects.hpp"
#include "tools/scenes/npy.hpp"
#include "tools/scenes/scene.hpp"

namespace {

using namespace relievo::judge;

constexpr const char* kUsage =
    "usage: judge_depth PLUGIN [--params JSON] [--seeds 1,2,...] [--frames N] [--scenes a,b,...]\n"
    "                   [--data FOLDER] [--no-scenes] [--each N] [--keep FOLDER]\n"
    "                   [--size WxH]\n";

void head() {
  std::printf("%-34s %3s %7s %7s %6s | %7s %6s | %6s %6s | %7s %8s %6s\n", "subject", "n", "AbsRel",
              "ramp", "gain", "shot", "ramp", "rank", "ramp", "flicker", "slope", "ms");
}

void report(const std::string& name, const Outcome& mine, const Outcome& ramp, int each) {
  const auto& m = mine.verdict;
  const auto& r = ramp.verdict;
  std::printf("%-34s %3d %7.4f %7.4f %5.0f%% | %7.4f %6.4f | %6.3f %6.3f | %7.4f %8.3f %6.1f\n",
              name.c_str(), m.frames, m.abs_rel, r.abs_rel, 100 * (1 - m.abs_rel / r.abs_rel),
              m.abs_rel_shot, r.abs_rel_shot, m.rank, r.rank, m.flicker,
              m.true_slope != 0 ? m.slope / m.true_slope : 0, mine.cpu_ms_per_frame);
  for (std::size_t i = 0; each > 0 && i < m.each.size(); i += static_cast<std::size_t>(each))
    std::printf(
        "    %4zu  scale %8.4f  shift %8.4f  AbsRel %7.4f  median depth %7.3f m  true %7.3f m\n", i,
        m.each[i].scale, m.each[i].shift, m.each[i].abs_rel, m.each[i].median,
        m.each[i].true_median);
  std::fflush(stdout);
}

// The maps as FOLDER/<name>.npy, [frames, height, width] of float.
void keep(const std::filesystem::path& folder, std::string name,
          const std::vector<DepthMap>& maps) {
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  std::filesystem::create_directories(folder);
  relievo::scenes::NpyWriter file(
      folder / (name + ".npy"), "<f4",
      {static_cast<int>(maps.size()), maps.at(0).height, maps.at(0).width});
  for (const auto& map : maps) file.append(map.values.data(), map.values.size() * sizeof(float));
  file.finish();
}

int run(const std::vector<std::string>& arguments) {
  std::string plugin, data, folder;
  std::string params = R"({"working_pixels": 102400, "look_ahead": 8, "cues": 1.0})";
  std::vector<std::string> seeds{"1", "2"};
  auto names = relievo::scenes::scene_names();
  int frames = 48, width = 640, height = 360;
  int each = 0;  // print every so manyth frame's own fit
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto value = [&] {
      if (i + 1 == arguments.size()) throw std::invalid_argument(argument + " needs a value");
      return arguments[++i];
    };
    if (argument == "--params")
      params = value();
    else if (argument == "--seeds")
      seeds = relievo::tools::parts(value());
    else if (argument == "--frames")
      frames = std::stoi(value());
    else if (argument == "--scenes")
      names = relievo::tools::parts(value());
    else if (argument == "--each")
      each = std::stoi(value());
    else if (argument == "--size") {
      const auto size = relievo::tools::size_of(value());
      width = size.width;
      height = size.height;
    } else if (argument == "--keep")
      folder = value();
    else if (argument == "--no-scenes")
      names.clear();
    else if (argument == "--data")
      data = value();
    else if (argument.rfind("--", 0) == 0 || !plugin.empty())
      throw std::invalid_argument("unknown argument '" + argument + "'");
    else
      plugin = argument;
  }
  if (plugin.empty()) throw std::invalid_argument("no plugin to judge");
  const DepthRunner mine(plugin, params);
  const DepthRunner ramp({}, {});
  head();
  const auto look = [&](const Subject& subject, const std::string& name) {
    const auto outcome = judge(mine, subject);
    report(name, outcome, judge(ramp, subject), each);
    if (!folder.empty()) keep(folder, name, outcome.maps);
  };
  for (const auto& name : names)
    for (const auto& seed : seeds)
      for (const auto& subject : scene_subjects(name, std::stoull(seed), frames, width, height))
        look(subject, subject.name + (subject.translates ? " *" : "") + " #" + seed);
  if (data.empty()) return 0;
  const std::filesystem::path root(data);
  for (const auto& entry : std::filesystem::directory_iterator(root / "rgbd"))
    if (entry.path().filename().string().rfind("seq_", 0) == 0)
      look(rgbd_sequence(entry.path()), entry.path().filename().string() + " *");
  for (const auto& [name, scale] :
       {std::pair{"icl_livingroom", 5000.0}, {"kinect_dining_room", 1000.0}})
    if (std::filesystem::exists(root / "rgbd" / name))
      for (const auto& subject : rgbd_stills(root / "rgbd" / name, scale))
        look(subject, subject.name);
  for (const auto& entry : std::filesystem::directory_iterator(root / "stereo"))
    look(stereo_still(entry.path()), entry.path().filename().string());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::tools::run_tool("judge_depth", kUsage, argc, argv, run);
}
