// Our side of vs_pytorch.py: one timing for each line read.
//   vda_timing WEIGHTS network|film|window FRAMES.rgb COUNT WIDTH HEIGHT THREADS DEVICE PRECISION
//   DEPTH_OUT
// network: one pass over 32 frames. window: what a later window of a film costs the network, with
// 22 new frames and the features of ten kept; frames normalised and on the device, as in network.
// film: everything, from bytes to depth.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "bench/vs_pytorch/side.hpp"
#include "plugins/common/device.hpp"
#include "plugins/common/state_dict.hpp"
#include "plugins/common/transfer.hpp"
#include "plugins/video_depth_anything/film.hpp"
#include "plugins/video_depth_anything/node_parts.hpp"

namespace {

using namespace relievo;
using namespace relievo::video_depth_anything;

ModelConfig config_of(const std::string& weights) {
  const auto width = nets::read_state_dict(weights).at("pretrained.cls_token").size(2);
  return ModelConfig::named(width == 384 ? "small" : width == 768 ? "base" : "large", true);
}

// The network's part of one later window of a film, by the parts that WindowedFilm is made of.
at::Tensor later_window(const DepthNetwork& network, WindowFeatures& kept,
                        const at::Tensor& pictures, std::int64_t batch) {
  kept.begin_window();
  for (std::int64_t first = kOverlap; first < kWindowFrames; first += batch) {
    const auto some = pictures.narrow(0, first, std::min(batch, kWindowFrames - first));
    kept.store(first, network.encode(some), some);
  }
  return network.decode(kept.features(), finished_at_once(batch));
}

int run(const std::vector<std::string>& arguments) {
  const auto& weights = arguments.at(0);
  const auto& what = arguments.at(1);
  const bool film = what == "film";
  const auto count = std::stoll(arguments.at(3));
  const auto width = std::stoll(arguments.at(4));
  const auto height = std::stoll(arguments.at(5));
  const auto device = nets::choose_device(arguments.at(7));
  const auto precision = nets::choose_precision(arguments.at(8), device);
  nets::prepare_thread(static_cast<std::uint32_t>(std::stoul(arguments.at(6))), precision);

  auto frames = at::empty({count, height, width, 3}, at::TensorOptions(at::kByte));
  std::ifstream(arguments.at(2), std::ios::binary)
      .read(static_cast<char*>(frames.data_ptr()), static_cast<std::streamsize>(frames.nbytes()));
  FilmOptions options;
  options.source = {width, height};
  options.input_size = std::min(width, height);
  options.device = device;
  options.precision = precision;
  options.batch = device.is_cpu() ? 2 : 11;
  const auto config = config_of(weights);
  const auto maker = [&](at::ScalarType type) {
    return load_network(weights, config, device, type);
  };
  std::vector<at::Tensor> depths;
  FilmEvents events;
  events.depth = [&](const at::Tensor& depth) {
    depths.push_back(depth);
  };
  events.progress = [](double) {
  };
  events.warn = [](const std::string& line) {
    std::cerr << line << "\n";
  };
  // One network in memory, as in use.
  std::unique_ptr<WindowedFilm> whole;
  if (film) whole = std::make_unique<WindowedFilm>(options, maker, events);
  std::unique_ptr<FilmNetwork> net;
  if (!film) net = std::make_unique<FilmNetwork>(options, maker, events);
  std::vector<at::Tensor> clip;
  for (std::int64_t i = 0; i < std::min<std::int64_t>(count, kWindowFrames); ++i)
    clip.push_back(frames.select(0, i));
  at::Tensor pictures;
  WindowFeatures kept;
  if (!film) pictures = net->pictures(clip);
  if (what == "window") {
    for (std::int64_t first = 0; first < kWindowFrames; first += options.batch) {
      const auto some = pictures.narrow(0, first, std::min(options.batch, kWindowFrames - first));
      kept.store(first, net->network().encode(some), some);
    }
  }

  for (std::string line; std::getline(std::cin, line);) {
    depths.clear();
    nets::wait_for(device);
    const auto wall = std::chrono::steady_clock::now();
    const auto cpu = bench::cpu_seconds();
    at::Tensor depth;
    if (film) {
      for (std::int64_t i = 0; i < count; ++i) whole->push(frames.select(0, i), 0);
      whole->finish();
    } else if (what == "window") {
      depth = later_window(net->network(), kept, pictures, options.batch);
    } else {
      depth = net->network()(pictures);
    }
    nets::wait_for(device);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - wall;
    const auto cpu_spent = bench::cpu_seconds() - cpu;
    if (depth.defined()) depth = depth.to(at::kCPU);
    if (line == "save" && !film)
      std::ofstream(arguments.at(9), std::ios::binary)
          .write(static_cast<const char*>(depth.const_data_ptr()),
                 static_cast<std::streamsize>(depth.nbytes()));
    std::printf("{\"wall\": %.6f, \"cpu\": %.6f, \"peak\": %lld}\n", spent.count(), cpu_spent,
                static_cast<long long>(device.is_cuda() ? bench::peak_bytes(device) : 0));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::bench::side_main(argc, argv, 10, "vda_timing", "vs_pytorch.py",
                                   [](const std::vector<std::string>& arguments) {
                                     const c10::InferenceMode guard;
                                     return run(arguments);
                                   });
}
