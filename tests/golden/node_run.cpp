#include "tests/golden/node_run.hpp"

#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>

namespace relievo::test {

NetworkRun::NetworkRun(const rlv_node_type& type, const nlohmann::json& params,
                       const std::string& weights, const std::string& device) {
  const nlohmann::json config = {{"node", "depth"},
                                 {"device", device},
                                 {"params", params},
                                 {"weights", {{"network", weights}}}};
  node_ = std::make_unique<host::NodeInstance>(type, run_.context, "depth", "video_depth_anything",
                                               config.dump());
}

at::Tensor NetworkRun::depth_of(const at::Tensor& frames, const ShotOf& shot,
                                const WantsPull& wants_pull) {
  std::vector<at::Tensor> results;
  each_depth(
      frames.size(0), [&](std::int64_t i) { return frames.select(0, i).contiguous(); },
      [&](const at::Tensor& depth) { results.push_back(depth); }, shot, wants_pull);
  return at::stack(results);
}

void NetworkRun::each_depth(std::int64_t count,
                            const std::function<at::Tensor(std::int64_t)>& picture,
                            const std::function<void(const at::Tensor&)>& take, const ShotOf& shot,
                            const WantsPull& wants_pull) {
  const auto first = picture(0);
  const auto format = colour_format(RLV_PF_RGB24, static_cast<std::int32_t>(first.size(1)),
                                    static_cast<std::int32_t>(first.size(0)));
  const std::vector<const rlv_format*> inputs{&format};
  const auto planned = node_->plan(inputs, {format});
  node_->open();
  std::int64_t taken = 0;
  const auto pull = [&] {
    std::vector<Frame> out(1);
    if (node_->pull(out) != Flow::kDone) return false;
    const auto info = out[0].info();
    EXPECT_EQ(info.index, taken++);
    EXPECT_EQ(info.width, planned.outputs[0].width);
    EXPECT_EQ(info.height, planned.outputs[0].height);
    auto depth = at::empty({info.height, info.width}, at::TensorOptions(at::kFloat));
    const auto plane = out[0].plane<const float>(0);
    for (std::int32_t y = 0; y < info.height; ++y)
      std::memcpy(depth.data_ptr<float>() + std::ptrdiff_t{y} * info.width, plane.row(y),
                  sizeof(float) * static_cast<std::size_t>(info.width));
    take(depth);
    return true;
  };
  for (std::int64_t i = 0; i < count; ++i) {
    auto info = frame_info(format, i);
    if (shot) info.shot_id = shot(i);
    std::vector<Frame> moment{Host(node_->host()).new_frame(info)};
    const auto pixels = i == 0 ? first : picture(i);
    const auto plane = moment[0].plane<std::uint8_t>(0);
    for (std::int32_t y = 0; y < info.height; ++y)
      std::memcpy(plane.row(y),
                  pixels.const_data_ptr<std::uint8_t>() + std::ptrdiff_t{y} * info.width * 3,
                  static_cast<std::size_t>(info.width) * 3);
    while (node_->push(moment) == Flow::kAgain) EXPECT_TRUE(pull());
    if (wants_pull)
      while (wants_pull() && pull()) {
      }
    else
      while (pull()) {
      }
  }
  node_->drain();
  while (pull()) {
  }
  node_->reset();
  EXPECT_EQ(taken, count);
}

}  // namespace relievo::test
