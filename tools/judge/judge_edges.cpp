// judge_edges: depth as soft as a network's through depth_refine.edges, against true depth and true
// right views.
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/arguments.hpp"
#include "tools/judge/edge_trial.hpp"
#include "tools/scenes/scene.hpp"

namespace {

using namespace relievo::judge;

constexpr const char* kUsage =
    "usage: judge_edges [--scenes a,b,...] [--seeds 1,2,...] [--frame N] [--size WxH]\n"
    "                   [--pairs FOLDER [--only a,b,...]] [--radius N] [--strength X]\n"
    "                   [--colour-sigma X] [--share X] [--blur X] [--wander X] [--noise X]\n"
    "                   [--grain X] [--no-views] [--no-change] [--save FOLDER]\n";

struct Settings {
  std::vector<std::string> scenes = relievo::scenes::scene_names();
  std::vector<std::string> seeds{"1", "2"};
  std::vector<std::string> only;
  int frame = 12;
  cv::Size size{1280, 720};
  std::string pairs;
  relievo::depth_refine::Options options;
  Softness softness;
  double grain = 3;
  std::string folder;
  bool views = true;
  bool change = true;
};

Settings read(const std::vector<std::string>& arguments) {
  Settings s;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const auto value = [&] {
      if (i + 1 == arguments.size()) throw std::invalid_argument(argument + " needs a value");
      return arguments[++i];
    };
    if (argument == "--scenes")
      s.scenes = relievo::tools::parts(value());
    else if (argument == "--seeds")
      s.seeds = relievo::tools::parts(value());
    else if (argument == "--frame")
      s.frame = std::stoi(value());
    else if (argument == "--size") {
      const auto size = relievo::tools::size_of(value());
      s.size = {size.width, size.height};
    } else if (argument == "--pairs")
      s.pairs = value();
    else if (argument == "--only")
      s.only = relievo::tools::parts(value());
    else if (argument == "--radius")
      s.options.radius = std::stoi(value());
    else if (argument == "--strength")
      s.options.strength = std::stof(value());
    else if (argument == "--colour-sigma")
      s.options.colour_sigma = std::stof(value());
    else if (argument == "--share")
      s.softness.share = std::stod(value());
    else if (argument == "--blur")
      s.softness.blur = std::stod(value());
    else if (argument == "--wander")
      s.softness.wander = std::stod(value());
    else if (argument == "--noise")
      s.softness.noise = std::stod(value());
    else if (argument == "--grain")
      s.grain = std::stod(value());
    else if (argument == "--save")
      s.folder = value();
    else if (argument == "--no-views")
      s.views = false;
    else if (argument == "--no-change")
      s.change = false;
    else
      throw std::invalid_argument("unknown argument '" + argument + "'");
  }
  return s;
}

// A line of the table: before, after for each figure.
struct Row {
  std::vector<double> values;
  void add(const Row& other) {
    values.resize(other.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
  }
  void print(const std::string& name, double count) const {
    std::printf("%-24s", name.c_str());
    for (std::size_t i = 0; i < values.size(); ++i)
      std::printf("%s%6.2f", i % 2 == 0 ? "  | " : " ", values[i] / count);
    std::printf("\n");
    std::fflush(stdout);
  }
};

Row judge(const EdgeSubject& subject, std::uint64_t seed, const Settings& s) {
  const auto soft = softened(subject.inverse, s.softness, seed);
  const auto before = enlarged(soft, subject.left.size());
  const auto after = refined(soft, subject.left, s.options);
  if (!s.folder.empty()) save_pictures(s.folder, subject, before, after);
  const auto a = edge_figures(subject, before);
  const auto b = edge_figures(subject, after);
  Row row{{a.near, b.near, a.beside, b.beside, a.between, b.between}};
  const auto push = [&](double x, double y) {
    row.values.push_back(x);
    row.values.push_back(y);
  };
  if (s.views) {
    const auto p = view_figures(subject, before);
    const auto q = view_figures(subject, after);
    push(p.all, q.all);
    push(p.near, q.near);
  }
  if (s.change) {
    auto softness = s.softness;
    if (softness.noise == 0) softness.noise = 0.01;
    const auto change = change_figures(subject, softness, s.grain, s.options, 6);
    push(change.before, change.after);
  }
  return row;
}

int run(const Settings& s) {
  std::printf("before and after; errors and change in %% of the depth range, views in dB\n");
  std::printf("%-24s  | %13s  | %13s  | %13s", "subject", "near edges", "elsewhere", "between");
  if (s.views) std::printf("  | %13s  | %13s", "view", "near edges");
  if (s.change) std::printf("  | %13s", "change");
  std::printf("\n");
  Row sum;
  double count = 0;
  const auto look = [&](const EdgeSubject& subject, std::uint64_t seed) {
    const auto row = judge(subject, seed, s);
    row.print(subject.name, 1);
    sum.add(row);
    count += 1;
  };
  if (s.pairs.empty()) {
    for (const auto& name : s.scenes)
      for (const auto& seed : s.seeds)
        look(scene_frame(name, std::stoull(seed), s.frame, s.size), std::stoull(seed));
  } else {
    std::vector<std::string> names = s.only;
    if (names.empty())
      for (const auto& entry : std::filesystem::directory_iterator(s.pairs))
        names.push_back(entry.path().filename().string());
    for (const auto& name : names) look(stereo_pair(std::filesystem::path(s.pairs) / name), 1);
  }
  if (count > 0) sum.print("mean", count);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::tools::run_tool("judge_edges", kUsage, argc, argv,
                                  [](const auto& arguments) { return run(read(arguments)); });
}
