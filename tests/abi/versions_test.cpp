// Old plugin in a newer host, newer plugin in this host. This file is compiled twice: with today's
// header, and with a header of the future in which every struct that grows has grown
// (RLV_TEST_FUTURE).
#include <dlfcn.h>

#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <relievo/sdk/host.hpp>

#include "core/host/frame.hpp"
#include "core/host/node_instance.hpp"

namespace relievo::host {
namespace {

const rlv_plugin* load(const char* file) {
  void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  using Get = const rlv_plugin* (*)(std::uint32_t, std::uint32_t);
  return reinterpret_cast<Get>(dlsym(handle, "rlv_plugin_get"))(RLV_ABI_MAJOR, RLV_ABI_MINOR);
}

// Drives the plugin's two-input filter over a few frames; every byte of what it passes on must be
// as it was.
void drive(const char* file) {
  const auto* plugin = load(file);
  ASSERT_NE(plugin, nullptr);
  Log log("test", [](std::string_view) {});
  RunContext run(log);
  const auto before = live_frames();
  {
    NodeInstance node(*plugin->node_types[0], run, "n", "two_input", "{}");
    auto colour = make_format();
    colour.pixel_format = RLV_PF_GREY8;
    colour.width = 8;
    colour.height = 4;
    auto depth = colour;
    depth.semantic = RLV_SEM_RELATIVE_INVERSE;
    depth.pixel_format = RLV_PF_MAP_F32;
    const rlv_format* const inputs[] = {&colour, &depth};
    const auto planned = node.plan(inputs, {colour});
    EXPECT_EQ(planned.needs.max_latency, 1U);
    EXPECT_EQ(planned.outputs[0].width, 8);
    node.open();
    std::int64_t got = 0;
    const auto pull_all = [&] {
      std::vector<Frame> out(1);
      while (node.pull(out) == Flow::kDone) {
        const auto info = out[0].info();
        EXPECT_EQ(info.index, got);
        EXPECT_EQ(info.pts, got * 10);
        EXPECT_EQ(info.shot_id, 3);
#ifdef RLV_TEST_FUTURE
        EXPECT_EQ(info.appended, 42U) << "what the old plugin does not know is lost";
#endif
        EXPECT_EQ(out[0].plane<const std::uint8_t>(0).at(7, 3), got);
        ++got;
      }
    };
    for (std::int64_t i = 0; i < 5; ++i) {
      auto info = make_frame_info();
      info.clock = 1;
      info.index = i;
      info.pts = i * 10;
      info.shot_id = 3;
      info.width = 8;
      info.height = 4;
      info.semantic = RLV_SEM_COLOUR;
      info.pixel_format = RLV_PF_GREY8;
#ifdef RLV_TEST_FUTURE
      info.appended = 42;
#endif
      std::vector<Frame> frames;
      frames.push_back(Host(node.host()).new_frame(info));
      frames[0].plane<std::uint8_t>(0).at(7, 3) = static_cast<std::uint8_t>(i);
      info.semantic = RLV_SEM_RELATIVE_INVERSE;
      info.pixel_format = RLV_PF_MAP_F32;
      frames.push_back(Host(node.host()).new_frame(info));
      while (node.push(frames) == Flow::kAgain) pull_all();
      pull_all();
    }
    node.drain();
    pull_all();
    EXPECT_EQ(got, 5);
  }
  EXPECT_EQ(live_frames(), before);
}

#ifdef RLV_TEST_FUTURE
TEST(FutureHost, RunsAPluginOfTheFrozenHeader) {
  drive(RLV_OLD_PLUGIN);
}
TEST(FutureHost, RunsAPluginOfItsOwnHeader) {
  drive(RLV_FUTURE_PLUGIN);
}
#else
TEST(TodaysHost, RunsAPluginOfTheFrozenHeader) {
  drive(RLV_OLD_PLUGIN);
}
TEST(TodaysHost, RunsAPluginOfAFutureMinor) {
  drive(RLV_FUTURE_PLUGIN);
}
#endif

}  // namespace
}  // namespace relievo::host
