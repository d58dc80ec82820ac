// judge_fill: holes filled from the frame itself and from other frames, against true right views.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/arguments.hpp"
#include "tools/judge/fill_trial.hpp"

namespace {

using namespace relievo;

constexpr const char* kUsage =
    "usage: judge_fill [--scenes a,b,...] [--seeds 1,2,...] [--frames N] [--size WxH]\n"
    "                  [--baseline METRES] [--grain X] [--depth-width N]\n"
    "                  [--params JSON] [--save FOLDER]\n";

// The default of stereo.view's film_frames.
constexpr int kFilmFrames = 12;

int run(const std::vector<std::string>& arguments) {
  std::vector<std::string> names{"dolly", "pan", "walkers", "fast", "handheld", "room"};
  std::vector<std::string> seeds{"1"};
  scenes::SceneOptions options;
  options.frames = 48;
  double baseline = 0.063;
  int depth_width = 0;
  std::string params = "{}";
  std::string save;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (i + 1 == arguments.size()) throw std::invalid_argument(argument + " needs a value");
    const auto& value = arguments[++i];
    if (argument == "--scenes")
      names = tools::parts(value);
    else if (argument == "--seeds")
      seeds = tools::parts(value);
    else if (argument == "--frames")
      options.frames = std::stoi(value);
    else if (argument == "--size") {
      const auto size = tools::size_of(value);
      options.width = size.width;
      options.height = size.height;
    } else if (argument == "--baseline")
      baseline = std::stod(value);
    else if (argument == "--grain")
      options.grain = std::stod(value);
    else if (argument == "--depth-width")
      depth_width = std::stoi(value);
    else if (argument == "--params")
      params = value;
    else if (argument == "--save")
      save = value;
    else
      throw std::invalid_argument("unknown argument '" + argument + "'");
  }
  const auto with_film = [&] {
    auto text = params;
    text.insert(1, text == "{}" ? R"("fill": "film")" : R"("fill": "film", )");
    return text;
  }();
  std::printf(
      "dB in holes, and in those that other frames show (bound: what they show, at its true\n"
      "place); change along the motion over the truth's\n");
  std::printf("%-14s %6s %6s | %6s %6s %6s | %6s %6s %6s | %6s %6s\n", "scene", "holes%", "shown%",
              "still", "film", "more", "still", "film", "bound", "still", "film");
  double gain = 0, shown_gain = 0, ratio = 0, count = 0;
  for (const auto& name : names) {
    for (const auto& seed : seeds) {
      auto scene = scenes::make_scene(name, std::stoull(seed), options);
      scene.baseline = baseline;
      const judge::FillTrial trial(scene, kFilmFrames);
      const auto folder = save.empty() ? save : save + "/" + name + "_" + seed;
      const auto still =
          trial.figures(params, depth_width, save.empty() ? save : folder + "/still");
      const auto film =
          trial.figures(with_film, depth_width, save.empty() ? save : folder + "/film");
      std::printf("%-14s %6.2f %6.1f | %6.2f %6.2f %+6.2f | %6.2f %6.2f %6.2f | %6.2f %6.2f\n",
                  (name + " #" + seed).c_str(), trial.holes(), trial.shown(), still.psnr, film.psnr,
                  film.psnr - still.psnr, still.shown_psnr, film.shown_psnr, trial.shown_bound(),
                  still.change / still.true_change, film.change / film.true_change);
      std::fflush(stdout);
      gain += film.psnr - still.psnr;
      shown_gain += film.shown_psnr - still.shown_psnr;
      ratio += film.change / film.true_change;
      count += 1;
    }
  }
  if (count > 0)
    std::printf("mean: %+.2f dB, where shown %+.2f dB, change %.2f\n", gain / count,
                shown_gain / count, ratio / count);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::tools::run_tool("judge_fill", kUsage, argc, argv, run);
}
