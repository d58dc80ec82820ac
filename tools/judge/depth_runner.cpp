#include "tools/judge/depth_runner.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <ctime>
#include <stdexcept>

#include <relievo/sdk/host.hpp>

#include "tests/support/harness.hpp"

namespace relievo::judge {

struct DepthRunner::Impl {
  const rlv_plugin* plugin = nullptr;
  std::string params;
};

DepthRunner::DepthRunner(const std::filesystem::path& plugin, std::string params)
    : impl_(std::make_unique<Impl>()) {
  impl_->params = std::move(params);
  if (plugin.empty()) return;
  void* handle = dlopen(plugin.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  using Get = const rlv_plugin* (*)(std::uint32_t, std::uint32_t);
  const auto get = reinterpret_cast<Get>(dlsym(handle, "rlv_plugin_get"));
  if (get == nullptr) throw std::runtime_error(plugin.string() + " is no plugin");
  impl_->plugin = get(RLV_ABI_MAJOR, RLV_ABI_MINOR);
  if (impl_->plugin == nullptr) throw std::runtime_error(plugin.string() + " refuses this host");
}

DepthRunner::~DepthRunner() = default;

std::vector<DepthMap> DepthRunner::run(int count, int width, int height,
                                       const std::function<const std::uint8_t*(int)>& picture,
                                       const std::function<int(int)>& shot,
                                       double* cpu_seconds) const {
  std::vector<DepthMap> maps;
  if (impl_->plugin == nullptr) {
    DepthMap ramp{1, height, {}};
    for (int y = 0; y < height; ++y)
      ramp.values.push_back((static_cast<float>(y) + 0.5F) / static_cast<float>(height));
    maps.assign(static_cast<std::size_t>(count), ramp);
    return maps;
  }
  test::TestRun run;
  host::NodeInstance node(*impl_->plugin->node_types[0], run.context, "depth", "judged",
                          test::config_json(impl_->params));
  const auto format = test::colour_format(RLV_PF_RGB24, width, height);
  const rlv_format* const inputs[] = {&format};
  static_cast<void>(node.plan(inputs, {format}));
  node.open();
  std::clock_t spent = 0;
  const auto pull = [&] {
    for (;;) {
      std::vector<Frame> out(1);
      const auto before = std::clock();
      const auto flow = node.pull(out);
      spent += std::clock() - before;
      if (flow != Flow::kDone) return;
      const auto plane = out[0].plane<const float>(0);
      DepthMap map{plane.width, plane.height, {}};
      for (int y = 0; y < plane.height; ++y)
        map.values.insert(map.values.end(), plane.row(y), plane.row(y) + plane.width);
      maps.push_back(std::move(map));
    }
  };
  for (int i = 0; i < count; ++i) {
    auto info = test::frame_info(format, i);
    info.shot_id = shot(i);
    std::vector<Frame> in;
    in.push_back(Host(node.host()).new_frame(info));
    const auto plane = in[0].plane<std::uint8_t>(0);
    const auto* samples = picture(i);
    for (int y = 0; y < height; ++y)
      std::copy_n(samples + static_cast<std::size_t>(y) * width * 3, width * 3, plane.row(y));
    const auto before = std::clock();
    while (node.push(in) == Flow::kAgain) pull();
    spent += std::clock() - before;
    pull();
  }
  const auto before = std::clock();
  node.drain();
  spent += std::clock() - before;
  pull();
  if (cpu_seconds != nullptr) *cpu_seconds = static_cast<double>(spent) / CLOCKS_PER_SEC;
  return maps;
}

}  // namespace relievo::judge
