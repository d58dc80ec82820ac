// The temporal module whose precision is not its maps', on RELIEVO_GOLDEN_DEVICE.
#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include <ATen/Generator.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/randn.h>

#include "plugins/video_depth_anything/motion_module.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::video_depth_anything {
namespace {

constexpr std::int64_t kChannels = 64;

// Every tensor of a module, of numbers that keep what it adds as large as the map.
nets::StateDict random_module() {
  nets::StateDict state;
  const auto add = [&](const std::string& name, at::IntArrayRef shape, double scale) {
    state["m.temporal_transformer." + name] = at::randn(shape).mul(scale);
  };
  const auto add_linear = [&](const std::string& name, std::int64_t in, std::int64_t out) {
    add(name + ".weight", {out, in}, 1 / std::sqrt(static_cast<double>(in)));
    add(name + ".bias", {out}, 0.1);
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {kChannels}, 1);
    add(name + ".bias", {kChannels}, 0.1);
  };
  const std::string block = "transformer_blocks.0.";
  add_norm("norm");
  add_linear("proj_in", kChannels, kChannels);
  for (const std::string i : {"0", "1"}) {
    const auto attention = block + "attention_blocks." + i + ".";
    for (const std::string part : {"to_q", "to_k", "to_v"})
      add(attention + part + ".weight", {kChannels, kChannels}, 0.125);
    add_linear(attention + "to_out.0", kChannels, kChannels);
    add(attention + "pos_encoder.pe", {1, kWindow, kChannels}, 0.5);
    add_norm(block + "norms." + i);
  }
  add_norm(block + "ff_norm");
  add_linear(block + "ff.net.0.proj", kChannels, 8 * kChannels);
  add_linear(block + "ff.net.2", 4 * kChannels, kChannels);
  add_linear("proj_out", kChannels, kChannels);
  return state;
}

class MotionModuleInFloat16 : public testing::Test {
 protected:
  MotionModuleInFloat16() {
    at::manual_seed(11);
    state_ = random_module();
    map_ = at::randn({5, kChannels, 6, 7})
               .to(device_, at::kBFloat16)
               .contiguous(at::MemoryFormat::ChannelsLast);
  }

  [[nodiscard]] MotionModule module(at::ScalarType type) const {
    return {NamedWeights(state_, "made up", device_, type)["m"], kChannels};
  }
  // What a module adds to the map, off from float32: mean.
  [[nodiscard]] double error(at::ScalarType type) const {
    const auto exact = module(at::kFloat)(map_.to(at::kFloat));
    return module(type)(map_).to(at::kFloat).sub(exact).abs().mean().item<double>();
  }

  at::Device device_ = test::golden_run().at_device();
  nets::StateDict state_;
  at::Tensor map_;
};

TEST_F(MotionModuleInFloat16, KeepsMapsOfBfloat16FinerThanOneOfTheirOwnPrecision) {
  EXPECT_EQ(module(at::kHalf)(map_).scalar_type(), at::kBFloat16);
  EXPECT_LT(error(at::kHalf), 0.8 * error(at::kBFloat16));
}

TEST_F(MotionModuleInFloat16, GivesAStreamsFirstFrameWhatAWindowOfOneGets) {
  const auto frame = map_.narrow(0, 0, 1);
  const auto ours = module(at::kHalf);
  MotionMemory memory;
  const auto none = at::arange(0, at::TensorOptions(at::kLong).device(device_));
  const auto streamed = ours.step(frame, memory, {none, 0, kWindow});
  EXPECT_EQ(streamed.scalar_type(), at::kBFloat16);
  const auto gap = streamed.to(at::kFloat).sub(ours(frame).to(at::kFloat)).abs();
  // The last place of a bfloat16 of 4 to 8.
  EXPECT_LE(gap.max().item<float>(), 0x1p-5F);
}

}  // namespace
}  // namespace relievo::video_depth_anything
