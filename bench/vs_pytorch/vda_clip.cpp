// Our side of clip_vs_official.py: a clip in memory, frame by frame through the node, one timing
// for each line read.
//   vda_clip WEIGHTS MODEL FRAMES.rgb COUNT WIDTH HEIGHT TOTAL DEVICE PRECISION DEPTH_OUT EVERY
// The file has COUNT frames; the clip is TOTAL frames long and goes over them to and fro. Clock on:
// bytes of RGB in the host's frames; clock off: depth at source size, float32, in host memory.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node_type.hpp>

#include "bench/vs_pytorch/side.hpp"
#include "plugins/video_depth_anything/video_node.hpp"
#include "tests/support/harness.hpp"

namespace {

using namespace relievo;

// 0 1 2 .. n-1 n-2 .. 1 0 1 ..
std::int64_t to_and_fro(std::int64_t i, std::int64_t n) {
  if (n < 2) return 0;
  const auto at = i % (2 * n - 2);
  return at < n ? at : 2 * n - 2 - at;
}

struct Clip {
  std::string bytes;
  std::int64_t count;
  std::int64_t total;
  rlv_format format;
};

// The clip through the node; every n-th depth goes to the stream, if there is one. Returns seconds.
double go_over(host::NodeInstance& node, const Clip& clip, std::int64_t every, std::ostream* out) {
  const auto row = static_cast<std::size_t>(clip.format.width) * 3;
  const auto frame = row * static_cast<std::size_t>(clip.format.height);
  // Depth stays in memory to the end of the clip, as it does on the other side.
  std::vector<Frame> depths;
  const auto start = std::chrono::steady_clock::now();
  const auto pull = [&] {
    std::vector<Frame> moment(1);
    while (node.pull(moment) == Flow::kDone) depths.push_back(std::move(moment[0]));
  };
  for (std::int64_t i = 0; i < clip.total; ++i) {
    std::vector<Frame> moment{Host(node.host()).new_frame(test::frame_info(clip.format, i))};
    const auto plane = moment[0].plane<std::uint8_t>(0);
    const auto* from =
        clip.bytes.data() + static_cast<std::size_t>(to_and_fro(i, clip.count)) * frame;
    for (std::int32_t y = 0; y < clip.format.height; ++y)
      std::memcpy(plane.row(y), from + static_cast<std::size_t>(y) * row, row);
    while (node.push(moment) == Flow::kAgain) pull();
    pull();
  }
  node.drain();
  pull();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  if (static_cast<std::int64_t>(depths.size()) != clip.total)
    throw std::runtime_error("the node gave " + std::to_string(depths.size()) + " of " +
                             std::to_string(clip.total) + " maps");
  if (out != nullptr)
    for (std::int64_t i = 0; i < clip.total; i += every) {
      const auto map = depths[static_cast<std::size_t>(i)].plane<const float>(0);
      for (std::int32_t y = 0; y < clip.format.height; ++y)
        out->write(reinterpret_cast<const char*>(map.row(y)),
                   static_cast<std::streamsize>(sizeof(float)) * clip.format.width);
    }
  node.reset();
  return spent.count();
}

int run(const std::vector<std::string>& arguments) {
  Clip clip;
  clip.count = std::stoll(arguments.at(3));
  clip.total = std::stoll(arguments.at(6));
  clip.format =
      test::colour_format(RLV_PF_RGB24, std::stoi(arguments.at(4)), std::stoi(arguments.at(5)));
  clip.bytes.resize(static_cast<std::size_t>(clip.count * clip.format.width) *
                    static_cast<std::size_t>(clip.format.height) * 3);
  std::ifstream(arguments.at(2), std::ios::binary)
      .read(clip.bytes.data(), static_cast<std::streamsize>(clip.bytes.size()));
  const nlohmann::json config = {{"node", "depth"},
                                 {"device", arguments.at(7)},
                                 {"params",
                                  {{"model", arguments.at(1)},
                                   {"mode", "windowed"},
                                   {"input_size", 518},
                                   {"output_size", "source"},
                                   {"precision", arguments.at(8)},
                                   {"reset_at_cuts", true},
                                   {"batch", 0}}},
                                 {"weights", {{"network", arguments.at(0)}}}};
  test::TestRun context;
  const auto type =
      make_node_type<video_depth_anything::VideoNode>("video_depth_anything.depth", "depth");
  host::NodeInstance node(type, context.context, "depth", "video_depth_anything", config.dump());
  const std::vector<const rlv_format*> inputs{&clip.format};
  for (std::string line; std::getline(std::cin, line);) {
    // Loads the weights the first time only.
    static_cast<void>(node.plan(inputs, {clip.format}));
    node.open();
    std::optional<std::ofstream> out;
    if (line == "save") out.emplace(arguments.at(9), std::ios::binary);
    const auto wall = go_over(node, clip, std::stoll(arguments.at(10)), out ? &*out : nullptr);
    if (out) out->close();
    std::printf("{\"wall\": %.6f}\n", wall);
    std::fflush(stdout);
  }
  for (const auto& line : context.lines) std::cerr << line << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::bench::side_main(argc, argv, 11, "vda_clip", "clip_vs_official.py", run);
}
