#include <dlfcn.h>

#include <gtest/gtest.h>

#include "tests/support/harness.hpp"

namespace relievo::test {
namespace {

TEST(ExamplePlugin, MakesARampThatIsNearAtTheBottom) {
  TestRun run;
  host::NodeInstance node(*loaded_plugin(RLV_EXAMPLE_PLUGIN).node_types[0], run.context, "depth",
                          "example", config_json(R"({"near": 0.5})"));
  const auto format = colour_format(RLV_PF_RGB24, 4, 8);
  const rlv_format* const inputs[] = {&format};
  const auto planned = node.plan(inputs, {format});
  EXPECT_EQ(planned.outputs[0].semantic, std::uint32_t{RLV_SEM_RELATIVE_INVERSE});
  node.open();
  const auto results = run_node(node, {{new_frame(node, format, 0)}, {new_frame(node, format, 1)}});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[1][0].info().index, 1);
  const auto depth = results[0][0].plane<const float>(0);
  EXPECT_FLOAT_EQ(depth.at(3, 7), 0.5F * 7.5F / 8);
  EXPECT_LT(depth.at(0, 0), depth.at(0, 7));
}

TEST(ExamplePlugin, RefusesAHostOfAnotherMajor) {
  void* handle = dlopen(RLV_EXAMPLE_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(handle, nullptr);
  using Get = const rlv_plugin* (*)(std::uint32_t, std::uint32_t);
  EXPECT_EQ(reinterpret_cast<Get>(dlsym(handle, "rlv_plugin_get"))(RLV_ABI_MAJOR + 1, 0), nullptr);
}

}  // namespace
}  // namespace relievo::test
