// The node depth_pro.depth on a tiny network: sizes, focal lengths, shots, and what goes wrong.
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node_type.hpp>

#include "plugins/depth_pro/depth_node.hpp"
#include "tests/golden/tiny_depth_pro.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {
namespace {

using depth_pro::DepthNode;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

json params(const json& changes = json::object()) {
  json all = {{"model", "official"},    {"depth", "metres"}, {"focal_px", 0.0},
              {"focal_source", "auto"}, {"focal_frames", 5}, {"resolution", "full"},
              {"precision", "f32"},     {"batch", 1},        {"windows_at_once", 0}};
  all.update(changes);
  return all;
}

// One node with a tiny network, fed by hand.
class DepthRun {
 public:
  explicit DepthRun(const json& changes = json::object(),
                    const std::filesystem::path& weights = tiny_file())
      : type_(make_node_type<DepthNode>("depth_pro.depth", "depth")) {
    const json config = {{"node", "depth"},
                         {"device", "cpu"},
                         {"params", params(changes)},
                         {"weights", {{"network", weights.string()}}}};
    node_ = std::make_unique<host::NodeInstance>(type_, run.context, "depth", "depth_pro",
                                                 config.dump());
  }

  static const std::filesystem::path& tiny_file() {
    static const auto kFile = safetensors_of(tiny_depth_pro());
    return kFile;
  }

  void open(std::int32_t width, std::int32_t height, float focal_px = 0.0F) {
    format = colour_format(RLV_PF_RGB24, width, height);
    format.focal_px = focal_px;
    const std::vector<const rlv_format*> inputs{&format};
    planned = node_->plan(inputs, {format});
    node_->open();
  }

  // Frame i is noise of its own; the results that are out after it.
  void push(std::int64_t i, std::int64_t shot = 0) {
    auto info = frame_info(format, i);
    info.shot_id = shot;
    std::vector<Frame> moment{Host(node_->host()).new_frame(info)};
    std::mt19937 random(static_cast<std::uint32_t>(i));
    const auto plane = moment[0].plane<std::uint8_t>(0);
    for (std::int32_t y = 0; y < info.height; ++y)
      for (std::int32_t x = 0; x < 3 * info.width; ++x)
        plane.row(y)[x] = static_cast<std::uint8_t>(random());
    while (node_->push(moment) == Flow::kAgain) pull();
    pull();
  }
  void pull() {
    std::vector<Frame> out(1);
    while (node_->pull(out) == Flow::kDone) results.push_back(out[0]);
  }
  void finish() {
    node_->drain();
    pull();
  }
  void reset_and_open() {
    node_->reset();
    results.clear();
    node_->open();
  }

  [[nodiscard]] float focal(std::size_t i) const { return results.at(i).info().focal_px; }
  [[nodiscard]] float depth(std::size_t i, std::int32_t x = 0, std::int32_t y = 0) const {
    return results.at(i).plane<const float>(0).row(y)[x];
  }

  TestRun run;
  rlv_format format{};
  host::PlannedNode planned;
  std::vector<Frame> results;

 private:
  rlv_node_type type_;
  std::unique_ptr<host::NodeInstance> node_;
};

template <class Work>
std::string failure_of(Work&& work, rlv_status status) {
  try {
    work();
  } catch (const host::NodeFailure& e) {
    EXPECT_EQ(e.status(), status) << e.what();
    return e.what();
  }
  return "no failure";
}

TEST(DepthProNode, GivesMetresForPicturesOfAnySize) {
  for (const auto& [width, height] :
       {std::pair{3, 200}, std::pair{1, 1}, std::pair{512, 512}, std::pair{333, 77}}) {
    DepthRun run;
    run.open(width, height);
    EXPECT_EQ(run.planned.outputs[0].semantic, std::uint32_t{RLV_SEM_METRES});
    run.push(0);
    run.finish();
    ASSERT_EQ(run.results.size(), 1U);
    const auto info = run.results[0].info();
    EXPECT_EQ(info.width, width);
    EXPECT_EQ(info.height, height);
    for (std::int32_t y = 0; y < height; ++y)
      for (std::int32_t x = 0; x < width; ++x) {
        ASSERT_GE(run.depth(0, x, y), 1e-4F);
        ASSERT_LE(run.depth(0, x, y), 1e4F);
      }
    EXPECT_GT(info.focal_px, 0.0F);
  }
}

TEST(DepthProNode, TakesAPictureOfEightThousandPixels) {
  DepthRun run(json{{"focal_px", 6000.0}});
  run.open(7680, 4320);
  run.push(0);
  run.finish();
  ASSERT_EQ(run.results.size(), 1U);
  EXPECT_EQ(run.results[0].info().width, 7680);
  EXPECT_TRUE(std::isfinite(run.depth(0, 7679, 4319)));
}

TEST(DepthProNode, AFocalLengthScalesDepth) {
  std::vector<float> depths;
  for (const double focal : {300.0, 600.0}) {
    DepthRun run(json{{"focal_px", focal}});
    run.open(320, 240);
    // What is given is also known to whatever comes after, before the first frame.
    EXPECT_EQ(run.planned.outputs[0].focal_px, static_cast<float>(focal));
    EXPECT_EQ(run.planned.needs.max_latency, 0U);
    run.push(0);
    EXPECT_EQ(run.results.size(), 1U);
    EXPECT_EQ(run.focal(0), static_cast<float>(focal));
    depths.push_back(run.depth(0, 100, 100));
  }
  EXPECT_NEAR(depths[1] / depths[0], 2.0F, 1e-5F);
}

TEST(DepthProNode, TheFilesFocalLengthComesBeforeTheNetworks) {
  DepthRun from_file;
  from_file.open(320, 240, 600.0F);
  from_file.push(0);
  EXPECT_EQ(from_file.focal(0), 600.0F);
  DepthRun given(json{{"focal_px", 300.0}});
  given.open(320, 240, 600.0F);
  given.push(0);
  EXPECT_EQ(given.focal(0), 300.0F);
  DepthRun estimated(json{{"focal_source", "network"}});
  estimated.open(320, 240, 600.0F);
  EXPECT_EQ(estimated.planned.outputs[0].focal_px, 0.0F);
  estimated.push(0);
  estimated.finish();
  EXPECT_NE(estimated.focal(0), 600.0F);
  EXPECT_NEAR(estimated.depth(0) / from_file.depth(0), estimated.focal(0) / 600.0F, 1e-4F);
}

TEST(DepthProNode, AShotHasTheMedianOfItsFirstFramesThroughout) {
  // Each frame by itself, to know the estimates.
  std::vector<float> alone;
  for (int i = 0; i < 8; ++i) {
    DepthRun run(json{{"focal_frames", 1}});
    run.open(160, 90);
    run.push(i);
    run.finish();
    alone.push_back(run.focal(0));
  }
  const auto median = [&](std::size_t first, std::size_t count) {
    std::vector<float> part(alone.begin() + static_cast<std::ptrdiff_t>(first),
                            alone.begin() + static_cast<std::ptrdiff_t>(first + count));
    std::sort(part.begin(), part.end());
    return count % 2 == 1 ? part[count / 2] : 0.5F * (part[count / 2 - 1] + part[count / 2]);
  };
  for (const int batch : {1, 2, 4}) {
    DepthRun run(json{{"focal_frames", 3}, {"batch", batch}});
    run.open(160, 90);
    const auto latency = run.planned.needs.max_latency;
    EXPECT_EQ(latency, batch == 1 ? 2U : 3U);
    // A shot of six, then one of two, shorter than what is wanted.
    for (int i = 0; i < 8; ++i) {
      run.push(i, i < 6 ? 4 : 9);
      EXPECT_GE(run.results.size() + latency, static_cast<std::size_t>(i) + 1) << batch;
      // Held back until the focal length stands, and no longer.
      if (batch > 1 || i >= 6) continue;
      EXPECT_EQ(run.results.size(), i < 2 ? 0U : static_cast<std::size_t>(i) + 1);
    }
    run.finish();
    ASSERT_EQ(run.results.size(), 8U);
    for (std::size_t i = 0; i < 8; ++i) {
      EXPECT_EQ(run.results[i].info().index, static_cast<std::int64_t>(i));
      EXPECT_NEAR(run.focal(i) / (i < 6 ? median(0, 3) : median(6, 2)), 1.0F, 1e-5F)
          << "frame " << i << ", batch " << batch;
    }
  }
}

TEST(DepthProNode, BeginsAnewAfterAReset) {
  DepthRun run(json{{"focal_frames", 2}});
  run.open(64, 48);
  run.push(0);
  EXPECT_TRUE(run.results.empty());
  run.finish();
  ASSERT_EQ(run.results.size(), 1U);
  const auto focal = run.focal(0);
  const auto depth = run.depth(0);
  // Another frame is left in the middle of its shot, and must leave nothing behind.
  run.reset_and_open();
  run.push(1);
  run.reset_and_open();
  run.push(0);
  run.finish();
  ASSERT_EQ(run.results.size(), 1U);
  EXPECT_EQ(run.focal(0), focal);
  EXPECT_EQ(run.depth(0), depth);
}

TEST(DepthProNode, CanonicalDepthNeedsNoCamera) {
  auto state = tiny_depth_pro(1, /*field_of_view=*/false);
  DepthRun run(json{{"depth", "canonical_inverse"}}, safetensors_of(state));
  run.open(512, 512);
  EXPECT_EQ(run.planned.outputs[0].semantic, std::uint32_t{RLV_SEM_RELATIVE_INVERSE});
  EXPECT_EQ(run.planned.needs.max_latency, 0U);
  run.push(0);
  ASSERT_EQ(run.results.size(), 1U);
  DepthRun metric(json{{"focal_px", 512.0}});
  metric.open(512, 512);
  metric.push(0);
  // At a focal length of one picture width they are each other's inverse.
  EXPECT_NEAR(run.depth(0, 200, 200) * metric.depth(0, 200, 200), 1.0F, 1e-4F);
}

TEST(DepthProNode, WithoutAFieldOfViewNetworkAFocalLengthIsAskedFor) {
  const auto file = safetensors_of(tiny_depth_pro(1, /*field_of_view=*/false));
  EXPECT_THAT(failure_of(
                  [&] {
                    DepthRun run(json::object(), file);
                    run.open(64, 48);
                  },
                  RLV_E_WEIGHTS),
              AllOf(HasSubstr("no field-of-view network"), HasSubstr("set the parameter focal_px"),
                    HasSubstr(file.string())));
  DepthRun given(json{{"focal_px", 50.0}}, file);
  given.open(64, 48);
  given.push(0);
  EXPECT_EQ(given.results.size(), 1U);
}

TEST(DepthProNode, AFileThatIsCutOffIsNamed) {
  const auto whole = safetensors_of(tiny_depth_pro());
  std::filesystem::resize_file(whole, std::filesystem::file_size(whole) / 2);
  EXPECT_THAT(failure_of(
                  [&] {
                    DepthRun run(json::object(), whole);
                    run.open(64, 48);
                  },
                  RLV_E_WEIGHTS),
              HasSubstr(whole.string()));
}

TEST(DepthProNode, GoesOnMorePreciselyWhereHalfOverflows) {
  auto state = tiny_depth_pro();
  // More than half precision holds, and then divided away again.
  state["head.0.weight"] = state["head.0.weight"].mul(1e6);
  state["head.1.weight"] = state["head.1.weight"].mul(1e-6);
  state["head.0.bias"] = state["head.0.bias"].mul(1e6);
  const auto file = safetensors_of(state);
  DepthRun run(json{{"precision", "f16"}, {"focal_px", 50.0}}, file);
  run.open(64, 48);
  run.push(0);
  ASSERT_EQ(run.results.size(), 1U);
  EXPECT_TRUE(run.run.logged("numbers were too large for f16; going on in f32"));
  DepthRun exact(json{{"focal_px", 50.0}}, file);
  exact.open(64, 48);
  exact.push(0);
  EXPECT_FALSE(exact.run.logged("too large"));
  EXPECT_EQ(run.depth(0, 20, 20), exact.depth(0, 20, 20));
}

TEST(DepthProNode, ASmallerResolutionIsSaidToBeLessExact) {
  DepthRun run(json{{"resolution", "fastest"}, {"focal_px", 50.0}});
  run.open(64, 48);
  EXPECT_TRUE(run.run.logged("the network works at 256 pixels instead of 512"));
  run.push(0);
  EXPECT_EQ(run.results.size(), 1U);
}

TEST(DepthProNode, GivesUpBetweenTheWindowsWhenCancelled) {
  DepthRun run;
  run.open(64, 48);
  run.run.context.cancelled = true;
  EXPECT_THAT(failure_of([&] { run.push(0); }, RLV_E_CANCELLED), HasSubstr("cancelled"));
}

}  // namespace
}  // namespace relievo::test
