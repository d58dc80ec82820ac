// Checkpoints into libtorch's tensors.
#include "plugins/common/load_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/error.hpp>

#include "tests/unit/weights/build_files.hpp"

namespace relievo::test {
namespace {

using nets::StateDict;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using weights::Wanted;

const std::vector<Wanted> kWanted{{"m", {2, 3}}, {"n", {2}}, {"steps", {}}};

// m: 2x3 of f32, the transpose of what is stored; n: f16; steps: i64.
std::filesystem::path torch_weights() {
  const auto pickle = Pickle()
                          .op('}')
                          .op('(')
                          .text("m")
                          .tensor("FloatStorage", "0", 6, 0, {2, 3}, {1, 2})
                          .text("n")
                          .tensor("HalfStorage", "1", 2, 0, {2}, {1})
                          .text("steps")
                          .tensor("LongStorage", "2", 1, 0, {}, {})
                          .op('u')
                          .done();
  return written("model.pth", torch_file(pickle, {bytes_of<float>({1, 4, 2, 5, 3, 6}),
                                                  bytes_of<std::uint16_t>({0x3C00, 0xC000}),
                                                  bytes_of<std::int64_t>({77})}));
}

std::vector<float> numbers(const at::Tensor& tensor) {
  const auto flat = tensor.to(at::kFloat).contiguous();
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

std::string error_of_loading(const std::filesystem::path& path, const std::vector<Wanted>& wanted,
                             const nets::LoadOptions& options = {}) {
  try {
    (void)nets::load_weights(path.string(), wanted, at::kCPU, std::nullopt, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), RLV_E_WEIGHTS);
    return error.what();
  }
  return {};
}

TEST(LoadWeights, TensorsKeepTheirNumbersAndTypes) {
  for (const bool share : {true, false}) {
    const auto loaded =
        nets::load_weights(torch_weights().string(), kWanted, at::kCPU, std::nullopt,
                           {.root = "", .unneeded = {}, .share_file = share});
    ASSERT_EQ(loaded.size(), 3U);
    EXPECT_EQ(numbers(loaded.at("m")), (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(numbers(loaded.at("n")), (std::vector<float>{1, -2}));
    EXPECT_EQ(loaded.at("n").scalar_type(), at::kHalf);
    EXPECT_EQ(loaded.at("steps").scalar_type(), at::kLong);
    EXPECT_EQ(numbers(loaded.at("steps")), std::vector<float>{77});
  }
}

TEST(LoadWeights, OnlyFloatingPointChangesItsType) {
  const auto loaded =
      nets::load_weights(torch_weights().string(), kWanted, at::kCPU, at::kBFloat16);
  EXPECT_EQ(loaded.at("m").scalar_type(), at::kBFloat16);
  EXPECT_EQ(loaded.at("n").scalar_type(), at::kBFloat16);
  EXPECT_EQ(loaded.at("steps").scalar_type(), at::kLong);
  EXPECT_EQ(numbers(loaded.at("m")), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(LoadWeights, AWriteIntoASharedTensorNeverReachesTheFile) {
  const auto path = torch_weights();
  auto loaded = nets::load_weights(path.string(), kWanted, at::kCPU);
  loaded.at("m").mul_(10);
  EXPECT_EQ(numbers(loaded.at("m"))[5], 60);
  EXPECT_EQ(numbers(nets::load_weights(path.string(), kWanted, at::kCPU).at("m"))[5], 6);
}

TEST(LoadWeights, UnalignedTensorsAreCopied) {
  const auto path =
      written("odd.safetensors", safetensors_file("{" + header_entry("b", "U8", "[1]", 0, 1) + "," +
                                                      header_entry("f", "F32", "[2]", 1, 9) + "}",
                                                  "x" + bytes_of<float>({1.5F, 2.5F})));
  const std::vector<Wanted> wanted{{"b", {1}}, {"f", {2}}};
  EXPECT_EQ(numbers(nets::load_weights(path.string(), wanted, at::kCPU).at("f")),
            (std::vector<float>{1.5F, 2.5F}));
}

TEST(LoadWeights, WhatDiffersIsListedBothWays) {
  const auto path = torch_weights();
  EXPECT_EQ(
      error_of_loading(path, {{"m", {3, 2}}, {"n", {2}}, {"step", {}}}),
      path.string() +
          ": does not fit the model: 1 of 3 tensors missing ('step': is it 'steps'?), 1 unexpected "
          "('steps'), 1 of another "
          "shape ('m' is [2, 3], wanted [3, 2]); check the parameter 'model' and the file");
  EXPECT_EQ(
      error_of_loading(path, {{"m", {2, 3}}, {"n", {2}}}, {.root = "", .unneeded = {"steps"}}), "");
  EXPECT_THAT(error_of_loading("none.pth", kWanted),
              EndsWith("there is no such file; check the path of the weights"));
}

TEST(LoadWeights, PackedTypesHaveNoTensors) {
  const auto path =
      written("packed.safetensors",
              safetensors_file("{" + header_entry("f", "F4", "[2]", 0, 1) + "}", "x"));
  EXPECT_THAT(error_of_loading(path, {{"f", {2}}}),
              HasSubstr("tensor 'f' is of type f4, which libtorch does not have"));
}

TEST(LoadWeights, TensorsThatAreThereAreFilledInTheirOwnType) {
  StateDict targets{{"m", at::zeros({2, 3}, at::kDouble)},
                    {"n", at::zeros({2}, at::kFloat)},
                    {"steps", at::zeros({}, at::kLong)}};
  nets::load_weights_into(torch_weights().string(), targets);
  EXPECT_EQ(numbers(targets.at("m")), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(targets.at("m").scalar_type(), at::kDouble);
  EXPECT_EQ(numbers(targets.at("n")), (std::vector<float>{1, -2}));
}

TEST(LoadWeights, NothingChangesIfTheFileDoesNotFit) {
  StateDict targets{{"m", at::zeros({2, 3}, at::kFloat)}, {"other", at::zeros({2}, at::kFloat)}};
  EXPECT_THROW(nets::load_weights_into(torch_weights().string(), targets), Error);
  EXPECT_EQ(numbers(targets.at("m")), std::vector<float>(6, 0));
}

}  // namespace
}  // namespace relievo::test
