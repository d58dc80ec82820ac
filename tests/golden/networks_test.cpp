// The networks against what the official code computed.
#include <gtest/gtest.h>

#include "plugins/common/state_dict.hpp"
#include "plugins/video_depth_anything/model.hpp"
#include "plugins/video_depth_anything/pre_post.hpp"
#include "tests/golden/golden_data.hpp"

namespace relievo::test {
namespace {

using nlohmann::json;
using namespace relievo::video_depth_anything;

DepthNetwork load(const std::filesystem::path& checkpoint, const std::string& model,
                  const GoldenRun& run) {
  const NamedWeights weights(nets::read_state_dict(checkpoint.string()), checkpoint.string(),
                             run.at_device(), run.dtype());
  DepthNetwork network(ModelConfig::named(size_of_model(model), model.starts_with("video")),
                       weights);
  weights.expect_all_used();
  return network;
}

std::string case_name(const testing::TestParamInfo<json>& info) {
  std::string name = info.param.value("model", "");
  if (name.empty()) name = info.param.value("frame", "");
  for (auto& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name + "_" + std::to_string(info.index);
}

// The input that the README of the golden files prescribes, each step in float32.
at::Tensor normalised(const at::Tensor& frames) {
  const auto mean = at::tensor({0.485F, 0.456F, 0.406F});
  const auto deviation = at::tensor({0.229F, 0.224F, 0.225F});
  return frames.to(at::kFloat).div(255.0F).sub(mean).div(deviation).permute({0, 3, 1, 2});
}

class Forward : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Forward);

TEST_P(Forward, TheVideoNetworkGivesTheOfficialDepth) {
  const auto& entry = GetParam();
  const auto model = entry.at("model").get<std::string>();
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, model, entry.at("seed"));
  const at::InferenceMode guard;
  const auto run = golden_run();
  const auto network = load(checkpoint, model, run);
  const auto input = normalised(golden_tensor(entry.at("frames")));
  const auto depth = network(input.to(run.at_device(), run.dtype()));
  const auto apart = difference(depth, golden_tensor(entry.at("depth")).squeeze(0));
  RecordProperty("largest", std::to_string(apart.largest));
  RecordProperty("mean", std::to_string(apart.mean));
  std::cout << model << ": largest " << apart.largest << ", mean " << apart.mean << "\n";
  EXPECT_LT(apart.largest, run.accepted.largest);
  EXPECT_LT(apart.mean, run.accepted.mean);
}

INSTANTIATE_TEST_SUITE_P(Golden, Forward, testing::ValuesIn(golden_cases("vda_forward")),
                         case_name);

class Preprocessing : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Preprocessing);

TEST_P(Preprocessing, GivesTheOfficialNetworkInput) {
  const auto& entry = GetParam();
  const auto frame = golden_tensor(entry.at("frame"));
  const PictureSize source{frame.size(1), frame.size(0)};
  const auto network = network_size(source, entry.at("input_size"), true);
  EXPECT_EQ(network, (PictureSize{entry.at("network_size")[0], entry.at("network_size")[1]}));
  const auto run = golden_run();
  const auto tensor =
      Preprocess(source, network, run.at_device(), run.dtype(), false)({frame}).squeeze(0);
  const auto apart =
      tensor.to(at::kCPU).sub(golden_tensor(entry.at("tensor"))).abs().max().item<double>();
  // In half precision: the rounding of the largest values, of about 2.6, and a part more.
  const double half = run.precision == "f16" ? 2e-3 : 2e-2;
  EXPECT_LT(apart, run.dtype() == at::kFloat ? 2e-6 : half);
}

INSTANTIATE_TEST_SUITE_P(Golden, Preprocessing, testing::ValuesIn(golden_cases("vda_preprocess")),
                         case_name);

TEST(NetworkSizes, AreThoseOfTheOriginal) {
  const auto cases = golden_cases("vda_network_sizes");
  if (cases.empty()) GTEST_SKIP() << "the golden files are not here";
  for (const auto& entry : cases) {
    const auto table = golden_json(entry.at("table"));
    for (const auto& row : table.at("rows"))
      EXPECT_EQ(network_size({row[0], row[1]}, row[2], true), (PictureSize{row[4], row[5]})) << row;
  }
}

class Image : public testing::TestWithParam<json> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Image);

TEST_P(Image, TheImageModelGivesTheOfficialDepth) {
  const auto& entry = GetParam();
  const auto model = entry.at("model").get<std::string>();
  RLV_GOLDEN_CHECKPOINT_OR_SKIP(checkpoint, model, entry.at("seed"));
  const at::InferenceMode guard;
  const auto run = golden_run();
  const auto network = load(checkpoint, model, run);
  const auto picture = golden_tensor(entry.at("picture"));
  const PictureSize source{picture.size(1), picture.size(0)};
  const auto size = network_size(source, entry.at("input_size"), false);
  const auto input = Preprocess(source, size, run.at_device(), at::kFloat, true)({picture});
  const auto sample = input.to(at::kCPU).squeeze(0).slice(1, 0, {}, 4).slice(2, 0, {}, 4);
  EXPECT_LT(sample.sub(golden_tensor(entry.at("tensor_stride4"))).abs().max().item<double>(), 1e-5);
  const auto depth = network(input.to(run.dtype()));
  const auto apart = difference(depth.squeeze(0), golden_tensor(entry.at("network_depth")));
  std::cout << model << ": largest " << apart.largest << ", mean " << apart.mean << "\n";
  EXPECT_LT(apart.largest, run.accepted.largest);
  EXPECT_LT(apart.mean, run.accepted.mean);
  const auto back = Postprocess(source, size, true, run.at_device())(depth);
  const auto at_source = difference(back.squeeze(0), golden_tensor(entry.at("depth")));
  EXPECT_LT(at_source.largest, run.accepted.largest);
  EXPECT_LT(at_source.mean, run.accepted.mean);
}

INSTANTIATE_TEST_SUITE_P(Golden, Image, testing::ValuesIn(golden_cases("dav2_image")), case_name);

}  // namespace
}  // namespace relievo::test
