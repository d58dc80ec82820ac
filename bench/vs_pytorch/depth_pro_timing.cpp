// Our side of vs_depth_pro.py: loads, runs once or more unmeasured, then measured.
//   depth_pro_timing WEIGHTS PICTURES.f32 COUNT SIDE THREADS DEVICE PRECISION WINDOWS_AT_ONCE
//   WARM_UP REPEATS DEPTH_OUT
// RELIEVO_NO_GRAPH set: kernel by kernel also where the node would replay a CUDA graph.
// PICTURES.f32: COUNT network inputs [3, SIDE, SIDE]. One line of JSON for each measured run.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <ATen/DeviceAccelerator.h>
#include <sys/resource.h>

#include "bench/vs_pytorch/side.hpp"
#include "plugins/common/device.hpp"
#include "plugins/depth_pro/recorded.hpp"

namespace {

using namespace relievo;

// Of the device, or of the process on a CPU, where PICTURES and the mapped file count, too.
double peak_gib(at::Device device) {
  constexpr double kGib = 1024.0 * 1024.0 * 1024.0;
  if (!device.is_cpu()) return static_cast<double>(bench::peak_bytes(device)) / kGib;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
  return static_cast<double>(usage.ru_maxrss) / kGib;
#else
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / kGib;
#endif
}

int run(const std::vector<std::string>& arguments) {
  const auto count = std::stoll(arguments.at(2));
  const auto side = std::stoll(arguments.at(3));
  const auto device = nets::choose_device(arguments.at(5));
  const auto precision = nets::choose_precision(arguments.at(6), device);
  nets::prepare_thread(static_cast<std::uint32_t>(std::stoul(arguments.at(4))), precision);
  auto pictures = at::empty({count, 3, side, side}, at::TensorOptions(at::kFloat));
  std::ifstream(arguments.at(1), std::ios::binary)
      .read(static_cast<char*>(pictures.data_ptr()),
            static_cast<std::streamsize>(pictures.nbytes()));
  pictures = pictures.to(device, precision);
  const auto network = depth_pro::load_network(arguments.at(0), device, precision, true);
  depth_pro::Recorded recorded(*network);  // as the node runs it
  depth_pro::RunOptions options;
  options.windows_at_once = std::stoll(arguments.at(7));
  if (options.windows_at_once == 0) options.windows_at_once = device.is_cpu() ? 2 : 35 * count;
  const auto warm_up = std::stoi(arguments.at(8));
  const auto repeats = std::stoi(arguments.at(9));
  depth_pro::DepthPro::Result result;
  for (int i = -warm_up; i < repeats; ++i) {
    result = {};
    const auto wall = std::chrono::steady_clock::now();
    const auto cpu = bench::cpu_seconds();
    result = std::getenv("RELIEVO_NO_GRAPH") ? (*network)(pictures, options)
                                             : recorded(pictures, options);
    if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - wall;
    if (i < 0) continue;
    std::printf("{\"wall\": %.6f, \"cpu\": %.6f, \"GiB\": %.2f}\n", spent.count(),
                bench::cpu_seconds() - cpu, peak_gib(device));
    std::fflush(stdout);
  }
  const auto depth = result.canonical.to(at::kCPU).contiguous();
  std::ofstream(arguments.at(10), std::ios::binary)
      .write(static_cast<const char*>(depth.const_data_ptr()),
             static_cast<std::streamsize>(depth.nbytes()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return relievo::bench::side_main(argc, argv, 11, "depth_pro_timing", "vs_depth_pro.py",
                                   [](const std::vector<std::string>& arguments) {
                                     const c10::InferenceMode guard;
                                     return run(arguments);
                                   });
}
