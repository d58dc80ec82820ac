// time_depth: what a depth node costs a frame, on pictures of one generated scene held in memory.
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "tools/judge/subjects.hpp"

namespace {

constexpr const char* kUsage = "usage: time_depth PLUGIN [WxH [SCENE [FRAMES]]]\n";

int run(int argc, char** argv) {
  using namespace relievo::judge;
  const std::string size = argc > 2 ? argv[2] : "1280x720";
  const std::string scene = argc > 3 ? argv[3] : "pan";
  const int frames = argc > 4 ? std::stoi(argv[4]) : 48;
  const auto by = size.find('x');
  if (argc < 2 || by == std::string::npos) {
    std::cerr << kUsage;
    return 2;
  }
  const DepthRunner runner(argv[1], R"({"working_pixels": 102400, "look_ahead": 8, "cues": 1.0})");
  const auto subject = scene_subjects(scene, 1, frames, std::stoi(size.substr(0, by)),
                                      std::stoi(size.substr(by + 1)))
                           .front();
  for (int round = 0; round < 3; ++round) {
    double cpu = 0;
    const auto start = std::chrono::steady_clock::now();
    const auto maps = runner.run(
        static_cast<int>(subject.pictures.size()), subject.width, subject.height,
        [&](int i) { return subject.pictures[static_cast<std::size_t>(i)].data(); },
        [](int) { return 0; }, &cpu);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf("%s %s: %zu frames, %.1f ms of processor and %.1f ms of time a frame\n",
                scene.c_str(), size.c_str(), maps.size(),
                1000 * cpu / static_cast<double>(maps.size()),
                1000 * wall.count() / static_cast<double>(maps.size()));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "time_depth: " << error.what() << '\n' << kUsage;
    return 1;
  }
}
