// Depth Pro against what the official code computed, and its two layouts against each other.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/error.hpp>

#include "plugins/common/device.hpp"
#include "plugins/common/state_dict.hpp"
#include "plugins/depth_pro/focal.hpp"
#include "plugins/depth_pro/layout.hpp"
#include "plugins/depth_pro/model.hpp"
#include "plugins/depth_pro/pre_post.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::test {
namespace {

using nlohmann::json;
using namespace relievo::depth_pro;
using ::testing::HasSubstr;

// Where and how the network is computed (see golden_run()), and the differences that are accepted.
struct Setting {
  at::Device device = at::kCPU;
  at::ScalarType precision = at::kFloat;
  double largest = 1e-4;
  double mean = 1e-5;
  double degrees = 1e-4;
  double sample = 1e-4;  // of a module's output

  Setting() {
    const auto run = golden_run();
    device = run.at_device();
    precision = run.dtype();
    if (precision == at::kFloat) return;
    const double coarser = precision == at::kHalf ? 1.0 : 8.0;
    largest = 0.02 * coarser;
    mean = 0.003 * coarser;
    degrees = 0.05 * coarser;
    sample = 0.05 * coarser;
  }
};

// Compares outputs of modules with the samples of a trace, as they come.
class TraceCheck {
 public:
  TraceCheck(const json& trace, double accepted) : accepted_(accepted) {
    for (const auto& entry : trace) entries_[entry.at("module")] = entry;
  }

  void look(const std::string& module, const at::Tensor& output) {
    ASSERT_TRUE(entries_.contains(module)) << module;
    const auto& entry = entries_.at(module);
    const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
    std::int64_t count = 1;
    for (const auto size : shape) count *= size;
    // Ours have no class token.
    const bool tokens = count != output.numel();
    const auto length = tokens ? shape.at(1) : 0;
    const auto width = tokens ? shape.at(2) : 0;
    ASSERT_EQ(output.numel(), tokens ? shape.at(0) * (length - 1) * width : count) << module;
    const auto flat = output.to(at::kCPU, at::kFloat).reshape({-1});
    const auto deviation = std::max(entry.at("std").get<double>(), 1e-3);
    const auto& samples = entry.at("values");
    const auto last = static_cast<std::int64_t>(samples.size()) - 1;
    double worst = 0.0;
    for (std::int64_t i = 0; i <= last; ++i) {
      auto at = i * (count - 1) / last;
      if (tokens) {
        if (at / width % length == 0) continue;
        at -= (at / width / length + 1) * width;
      }
      const auto apart =
          std::abs(flat[at].item<double>() - samples[static_cast<std::size_t>(i)].get<double>());
      worst = std::max(worst, apart / deviation);
    }
    std::cout << module << ": " << worst << "\n";
    EXPECT_LT(worst, accepted_) << module;
    seen_.insert(module);
  }

  [[nodiscard]] std::size_t seen() const { return seen_.size(); }

 private:
  double accepted_;
  std::map<std::string, json> entries_;
  std::set<std::string> seen_;
};

void expect_close(const Setting& run, const at::Tensor& ours, const at::Tensor& golden,
                  const std::string& what) {
  const auto apart = difference(ours, golden);
  std::cout << what << ": largest " << apart.largest << ", mean " << apart.mean << "\n";
  testing::Test::RecordProperty(what + " largest", std::to_string(apart.largest));
  EXPECT_LT(apart.largest, run.largest) << what;
  EXPECT_LT(apart.mean, run.mean) << what;
}

std::string case_name(const testing::TestParamInfo<json>& info) {
  return info.param.at("model").get<std::string>() + "_" + std::to_string(info.index);
}

// The official layout in the first tier, the other in the long one: the same network, as
// Layouts.HoldTheSameNumbers shows.
std::vector<json> forward_cases() {
  std::vector<json> cases;
  for (auto entry : golden_cases("depth_pro"))
    for (const std::string model : entry.at("models")) {
      if (model.ends_with("_hf") != (RLV_FULL != 0)) continue;
      entry["model"] = model;
      cases.push_back(entry);
    }
  return cases;
}

class DepthProForward : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DepthProForward);

// One run of the network, which takes minutes, for everything that the goldens say.
TEST_P(DepthProForward, GivesTheOfficialDepthAndFieldOfView) {
  const auto& entry = GetParam();
  std::string why;
  const auto checkpoint = golden_checkpoint(entry.at("model"), entry.at("seed"), why, "f16");
  if (!checkpoint) GTEST_SKIP() << why;
  const at::InferenceMode guard;
  const Setting run;
  const auto picture = golden_tensor(entry.at("picture"));
  const PictureSize size{picture.size(1), picture.size(0)};

  const auto network = load_network(checkpoint->string(), run.device, run.precision, true);
  const auto side = network->config().picture_side(network->config().window_cells(1.0));
  ASSERT_EQ(side, 1536);
  const auto input = preprocess({picture}, side, run.device, at::kFloat);
  const auto apart = [](const at::Tensor& a, const at::Tensor& b) {
    return a.to(at::kCPU).sub(b).abs().max().item<double>();
  };
  EXPECT_LT(apart(input[0].slice(1, 0, {}, 8).slice(2, 0, {}, 8),
                  golden_tensor(entry.at("network_input_stride8"))),
            2e-6);
  EXPECT_LT(apart(input[0].slice(1, 700, 764).slice(2, 400, 464),
                  golden_tensor(entry.at("network_input_crop"))),
            2e-6);

  TraceCheck trace(golden_json("depth_pro/trace.json"), run.sample);
  RunOptions options;
  options.windows_at_once = run.device.is_cpu() ? 2 : 35;
  options.look = [&](const std::string& module, const at::Tensor& output) {
    trace.look(module, output);
  };
  double told = -1.0;
  options.progress = [&](double share) {
    EXPECT_GE(share, told);
    told = share;
  };
  const auto result = (*network)(input.to(run.precision), options);
  EXPECT_GT(trace.seen(), 15U);
  EXPECT_EQ(told, 1.0);

  const auto canonical = result.canonical[0];
  expect_close(run, canonical.slice(0, 0, {}, 8).slice(1, 0, {}, 8),
               golden_tensor(entry.at("canonical_inverse_depth_stride8")), "canonical");
  expect_close(run, canonical.slice(0, 640, 896).slice(1, 512, 768),
               golden_tensor(entry.at("canonical_inverse_depth_crop")), "canonical, crop");
  const auto degrees = result.view[0].item<double>();
  std::cout << "field of view: " << degrees - entry.at("fov_deg").get<double>() << " degrees\n";
  EXPECT_NEAR(degrees, entry.at("fov_deg").get<double>(), run.degrees);

  const auto inverse = [&](double focal_px) {
    return metres(canonical, size, focal_px).reciprocal();
  };
  const auto golden = [&](const char* name) {
    return golden_tensor(entry.at(name)).reciprocal();
  };
  expect_close(run, inverse(focal_of_view(degrees, static_cast<double>(size.width))),
               golden("depth_f_px_estimated"), "1 / depth, focal length estimated");
  expect_close(run, inverse(entry.at("f_px_given").get<double>()), golden("depth_f_px_given"),
               "1 / depth, focal length given");
}

INSTANTIATE_TEST_SUITE_P(Golden, DepthProForward, testing::ValuesIn(forward_cases()), case_name);

#if !RLV_FULL
// The transformers layout as the list of its tensors cuts it out of the official one, without the
// detour over a second file of gigabytes.
nets::StateDict cut_up(const nets::StateDict& official) {
  nets::StateDict cut;
  const auto keys = golden_json("keys/depth_pro_hf.json");
  for (const auto& entry : keys.at("tensors")) {
    const auto& from = entry.at("from");
    auto tensor = official.at(from.at("name"));
    if (from.contains("rows")) {
      const std::int64_t first = from.at("rows")[0];
      tensor = tensor.narrow(0, first, from.at("rows")[1].get<std::int64_t>() - first);
    }
    EXPECT_EQ(tensor.sizes(), at::IntArrayRef(entry.at("shape").get<std::vector<std::int64_t>>()));
    cut.emplace(entry.at("name"), tensor);
  }
  return cut;
}

TEST(Layouts, HoldTheSameNumbers) {
  std::string why;
  const auto checkpoint = golden_checkpoint("depth_pro", 1, why, "f16");
  if (!checkpoint) GTEST_SKIP() << why;
  const auto official = official_names(nets::read_state_dict(checkpoint->string()), "official");
  const auto put_together = official_names(cut_up(official), "transformers");
  EXPECT_EQ(put_together.size(), official.size());
  for (const auto& [name, tensor] : official) {
    ASSERT_TRUE(put_together.contains(name)) << name;
    EXPECT_TRUE(put_together.at(name).equal(tensor)) << name;
  }
}

std::string error_of_names(const nets::StateDict& tensors) {
  try {
    static_cast<void>(official_names(tensors, "'net.safetensors'"));
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), RLV_E_WEIGHTS);
    return e.what();
  }
  return "";
}

TEST(Layouts, AThirdOfAMatrixThatIsMissingIsNamed) {
  const std::string vit = "depth_pro.encoder.patch_encoder.model.";
  const auto one = at::zeros({1});
  const auto layer = vit + "encoder.layer.7.attention.attention.";
  EXPECT_THAT(error_of_names({{vit + "embeddings.cls_token", one},
                              {layer + "query.weight", one},
                              {layer + "value.weight", one}}),
              testing::AllOf(HasSubstr("'net.safetensors' lack"), HasSubstr("attn.key."),
                             HasSubstr("encoder.patch_encoder.blocks.7.attn.qkv.weight")));
}

TEST(Layouts, AnotherModelsFileIsRefused) {
  EXPECT_THAT(
      error_of_names({{"pretrained.cls_token", at::zeros({1})}}),
      testing::AllOf(HasSubstr("are not Depth Pro's"), HasSubstr("first of their 1 tensors"),
                     HasSubstr("'pretrained.cls_token'")));
  EXPECT_THAT(error_of_names({}), HasSubstr("first of their 0 tensors is 'none'"));
}
#endif

}  // namespace
}  // namespace relievo::test
