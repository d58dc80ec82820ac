#include "tests/support/harness.hpp"

#include <algorithm>
#include <stdexcept>

#include <dlfcn.h>

#include <relievo/sdk/host.hpp>

namespace relievo::test {

TestRun::TestRun()
    : log("test", [this](std::string_view line) { lines.emplace_back(line); }), context(log) {
  context.cpu_threads = 2;
  context.cache_root = temporary_cache();
}

const rlv_plugin& loaded_plugin(const char* file) {
  void* const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  using Get = const rlv_plugin* (*)(std::uint32_t, std::uint32_t);
  const auto get = reinterpret_cast<Get>(dlsym(library, "rlv_plugin_get"));
  const auto* const plugin = get == nullptr ? nullptr : get(RLV_ABI_MAJOR, RLV_ABI_MINOR);
  if (plugin == nullptr) throw std::runtime_error(std::string(file) + " is no plugin of this ABI");
  return *plugin;
}

std::filesystem::path temporary_cache() {
  return std::filesystem::temp_directory_path() / "relievo_test_cache";
}

bool TestRun::logged(const std::string& part) const {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

std::string config_json(const std::string& params, const std::string& node_name) {
  return R"({"node": ")" + node_name + R"(", "device": "cpu", "weights": {}, "params": )" + params +
         "}";
}

rlv_format colour_format(std::uint32_t pixel_format, std::int32_t width, std::int32_t height) {
  auto format = host::make_format();
  format.pixel_format = pixel_format;
  format.width = width;
  format.height = height;
  format.sar_num = 1;
  format.rate_num = 24;
  format.timebase_den = 24;
  format.clock = 1;
  const bool rgb = RLV_PIXEL_MODEL(pixel_format) == RLV_MODEL_RGB;
  format.colour =
      rgb ? rlv_colour{1, 13, 0, 1, 255, {0, 0, 0}} : rlv_colour{1, 1, 1, 0, 0, {0, 0, 0}};
  return format;
}

rlv_frame_info frame_info(const rlv_format& format, std::int64_t index) {
  auto info = make_frame_info();
  info.semantic = format.semantic;
  info.clock = format.clock;
  info.index = index;
  info.pts = index;
  info.duration = 1;
  info.timebase_num = format.timebase_num;
  info.timebase_den = format.timebase_den;
  info.pixel_format = format.pixel_format;
  info.width = format.width;
  info.height = format.height;
  info.sar_num = format.sar_num;
  info.sar_den = format.sar_den;
  info.colour = format.colour;
  info.focal_px = format.focal_px;
  return info;
}

Frame new_frame(const host::NodeInstance& node, const rlv_format& format, std::int64_t index) {
  return Host(node.host()).new_frame(frame_info(format, index));
}

std::vector<std::vector<Frame>> run_node(host::NodeInstance& node,
                                         std::vector<std::vector<Frame>> inputs,
                                         std::size_t outputs) {
  std::vector<std::vector<Frame>> results;
  const auto pull_all = [&] {
    for (;;) {
      std::vector<Frame> out(outputs);
      const auto flow = node.pull(out);
      if (flow != Flow::kDone) return flow;
      results.push_back(std::move(out));
    }
  };
  for (auto& moment : inputs) {
    while (node.push(moment) == Flow::kAgain) static_cast<void>(pull_all());
    static_cast<void>(pull_all());
  }
  node.drain();
  static_cast<void>(pull_all());
  return results;
}

}  // namespace relievo::test
