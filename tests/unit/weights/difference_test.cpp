// A checkpoint against a model's names and shapes.
#include "core/weights/difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using weights::Tensor;
using weights::Wanted;

Tensor tensor(const std::string& name, std::vector<std::int64_t> shape) {
  Tensor result;
  result.name = name;
  result.shape = std::move(shape);
  return result;
}

TEST(Difference, ThatIsNoneSaysNothing) {
  const std::vector<Tensor> file{tensor("b", {2}), tensor("a", {})};
  const std::vector<Wanted> wanted{{"a", {}}, {"b", {2}}};
  EXPECT_TRUE(weights::compare(file, wanted).none());
  EXPECT_THAT(weights::describe(weights::compare(file, wanted), 2), IsEmpty());
}

TEST(Difference, GoesBothWaysAndIntoShapes) {
  const std::vector<Tensor> file{tensor("blocks.0.attn.qkv.weight", {3, 2}),
                                 tensor("norm.gamma", {2}), tensor("extra", {1})};
  const std::vector<Wanted> wanted{
      {"blocks.0.attn.qkv.weight", {3, 4}}, {"norm.gama", {2}}, {"head.bias", {7}}};
  const auto mismatch = weights::compare(file, wanted);
  EXPECT_THAT(mismatch.missing, ElementsAre("head.bias", "norm.gama"));
  EXPECT_THAT(mismatch.unexpected, ElementsAre("extra", "norm.gamma"));
  EXPECT_EQ(weights::describe(mismatch, wanted.size()),
            "does not fit the model: 2 of 3 tensors missing ('head.bias', 'norm.gama': is it "
            "'norm.gamma'?), "
            "2 unexpected ('extra', 'norm.gamma'), "
            "1 of another shape ('blocks.0.attn.qkv.weight' is [3, 2], wanted [3, 4])");
}

TEST(Difference, WhatIsNotNeededMayStay) {
  const std::vector<Tensor> file{tensor("mask_token", {1}), tensor("old.a", {1}),
                                 tensor("old.b", {1}), tensor("older", {1})};
  const std::vector<std::string> unneeded{"mask_token", "old."};
  EXPECT_THAT(weights::compare(file, {}, unneeded).unexpected, ElementsAre("older"));
}

TEST(Difference, OfManyNamesIsShortened) {
  std::vector<Wanted> wanted;
  for (int i = 0; i < 400; ++i)
    wanted.push_back(
        {std::string(200, 'x') + std::to_string(1000 + i), std::vector<std::int64_t>(60, 1234567)});
  std::vector<Tensor> file;
  for (int i = 200; i < 400; ++i)
    file.push_back(tensor(wanted[static_cast<std::size_t>(i)].name, {1}));
  for (int i = 0; i < 100; ++i) file.push_back(tensor("y" + std::to_string(i), {1}));
  const auto line = weights::describe(weights::compare(file, wanted), wanted.size());
  EXPECT_THAT(line, HasSubstr("200 of 400 tensors missing"));
  EXPECT_THAT(line, HasSubstr(" and 197 more), 100 unexpected ('y0', 'y1', 'y10' and 97 more)"));
  EXPECT_LE(line.size(), 900U);
}

TEST(Difference, APrefixOfAllNamesIsNamed) {
  const std::vector<Tensor> file{tensor("module.a.w", {1}), tensor("module.b.w", {1}),
                                 tensor("step", {})};
  const std::vector<Wanted> wanted{{"a.w", {1}}, {"b.w", {1}}};
  EXPECT_EQ(weights::describe(weights::compare(file, wanted), 2),
            "does not fit the model: all names that the model misses are there with 'module.' "
            "before them; "
            "save the weights without it");
}

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  const std::vector<std::string> names{"blocks.0.norm1.weight", "blocks.0.norm2.weight",
                                       "blocks.10.norm1.weight", "head"};
  EXPECT_EQ(weights::nearest_name("blocks.0.norm1.wieght", names), "blocks.0.norm1.weight");
  EXPECT_EQ(weights::nearest_name("block.10.norm1.weight", names), "blocks.10.norm1.weight");
  EXPECT_EQ(weights::nearest_name("something.else.entirely", names), "");
  EXPECT_EQ(weights::nearest_name("haed", names), "");
  EXPECT_EQ(weights::nearest_name("hea", names), "head");
}

}  // namespace
}  // namespace relievo::test
