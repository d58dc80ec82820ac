// Parts of the depth networks on random weights, for one frame of 924x518: a block of the vision
// transformer, and the DPT head.
//
//   network_bench [--device=cpu|cuda|mps] [--precision=f32|f16|bf16|auto] [--threads=N]
//                 [Google Benchmark's options]
//
// The device has finished when a clock stops.
#include <string>
#include <vector>

#include <ATen/DeviceAccelerator.h>
#include <benchmark/benchmark.h>

#include "bench/micro/media_trial.hpp"
#include "bench/micro/random_weights.hpp"
#include "plugins/common/device.hpp"
#include "plugins/video_depth_anything/model.hpp"

namespace {

using namespace relievo;
using video_depth_anything::DepthNetwork;
using video_depth_anything::FrameFeatures;
using video_depth_anything::ModelConfig;

struct Settings {
  std::string device = "cpu";
  std::string precision = "auto";
  std::uint32_t threads = 2;
};
Settings g_settings;

constexpr std::int64_t kRows = 37, kColumns = 66;  // patches

struct Place {
  at::Device device = nets::choose_device(g_settings.device);
  at::ScalarType precision = nets::choose_precision(g_settings.precision, device);

  Place() { nets::prepare_thread(g_settings.threads, precision); }

  [[nodiscard]] at::Tensor noise(std::vector<std::int64_t> shape) const {
    auto tensor = at::empty(shape, at::TensorOptions(at::kFloat));
    tensor.normal_();
    return tensor.to(device, precision);
  }
  // Channels last in memory, as the networks have them.
  [[nodiscard]] at::Tensor map(std::int64_t channels, std::int64_t rows,
                               std::int64_t columns) const {
    return noise({1, rows, columns, channels}).permute({0, 3, 1, 2});
  }
  void finish() const {
    if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
  }
};

// Of all turns but a first one, in which libraries choose their kernels.
template <class Work>
void time(benchmark::State& state, const Place& place, Work&& work) {
  nets::torch_call([&] {
    work();
    place.finish();
    for (auto _ : state) {
      work();
      place.finish();
    }
  });
  state.SetLabel(place.device.str() + " " + nets::precision_name(place.precision));
}

void vit_block(benchmark::State& state, const char* size) {
  const Place place;
  auto config = ModelConfig::named(size, false).backbone;
  bench::RandomWeights weights;
  weights.vit("", config, 2);
  config.depth = 2;
  const nets::Vit vit(config, weights.named(place.device, place.precision));
  const auto pictures = place.noise({1, 3, kRows * config.patch, kColumns * config.patch});
  // One block more or less is the difference that counts.
  const std::vector<nets::VitTap> taps{{state.range(0) - 1, false}};
  time(state, place, [&] { benchmark::DoNotOptimize(vit(pictures, taps)); });
}

void dpt_head(benchmark::State& state, const char* size) {
  const Place place;
  auto config = ModelConfig::named(size, false);
  config.backbone.depth = 1;  // not run
  bench::RandomWeights weights;
  weights.vit("pretrained.", config.backbone, config.backbone.depth);
  weights.dpt_head("depth_head.", config.backbone.width, config.features,
                   {config.out_channels.begin(), config.out_channels.end()});
  const DepthNetwork network(config, weights.named(place.device, place.precision));
  const FrameFeatures features{
      place.map(config.features, 4 * kRows, 4 * kColumns),
      place.map(config.features, 2 * kRows, 2 * kColumns),
      place.map(config.out_channels[2], kRows, kColumns),
      place.map(config.out_channels[3], (kRows + 1) / 2, (kColumns + 1) / 2)};
  time(state, place, [&] { benchmark::DoNotOptimize(network.decode(features, 1)); });
}

void add_all() {
  for (const char* size : {"small", "base", "large"}) {
    benchmark::RegisterBenchmark((std::string("vit/924x518/") + size).c_str(), vit_block, size)
        ->ArgName("blocks")
        ->Arg(1)
        ->Arg(2)
        ->UseRealTime()
        ->MeasureProcessCPUTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((std::string("dpt_head/924x518/") + size).c_str(), dpt_head, size)
        ->UseRealTime()
        ->MeasureProcessCPUTime()
        ->Unit(benchmark::kMillisecond);
  }
}

// The value of "--name=value"; nullptr for other words.
const char* value_of(const std::string& word, const std::string& name) {
  return word.rfind("--" + name + "=", 0) == 0 ? word.c_str() + name.size() + 3 : nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> rest;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    if (const char* device = value_of(word, "device"))
      g_settings.device = device;
    else if (const char* precision = value_of(word, "precision"))
      g_settings.precision = precision;
    else if (const char* threads = value_of(word, "threads"))
      g_settings.threads = static_cast<std::uint32_t>(std::stoul(threads));
    else
      rest.push_back(argv[i]);
  }
  add_all();
  return bench::run_all(static_cast<int>(rest.size()), rest.data());
}
