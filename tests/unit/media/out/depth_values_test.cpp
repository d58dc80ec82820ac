// Depth as files of numbers: PFM, PNG in steps, and what is said beside them.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using media::sink_type;
using ::testing::HasSubstr;

constexpr int kWidth = 7;
constexpr int kHeight = 3;

// One map through the sink.
nlohmann::json write_map(const fs::path& path, const std::function<float(int x, int y)>& at,
                         const std::string& params = "", float focal_px = 123.5F,
                         std::uint32_t semantic = RLV_SEM_METRES) {
  SinkDriver sink(sink_type(), quick(path, params, ""));
  auto format = depth_format(kWidth, kHeight, semantic);
  format.focal_px = focal_px;
  static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
  sink.open();
  std::vector<Frame> in(3);
  in[2] = depth_frame(sink.host(), format, 0, at);
  sink.push(std::move(in));
  sink.drain();
  return sink.finish(true);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

nlohmann::json facts_of(const fs::path& file) {
  return nlohmann::json::parse(text_of(file.string() + ".json"));
}

std::string refusal(const fs::path& path, const std::string& params, const rlv_format& format) {
  try {
    SinkDriver sink(sink_type(), quick(path, params, ""));
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CONFIG);
    return e.what();
  }
  return "not refused";
}

TEST(SinkDepthValues, PfmHoldsTheVeryFloatsFromTheBottomUp) {
  const auto path = temporary_dir() / "depth.pfm";
  const auto at = [](int x, int y) {
    return 0.1F + static_cast<float>(x) / 3.0F + 100.0F * static_cast<float>(y);
  };
  const auto report = write_map(path, at);
  EXPECT_TRUE(report["complete"]);
  const auto file = text_of(path);
  const std::string head = "Pf\n7 3\n-1.0\n";
  ASSERT_EQ(file.size(), head.size() + sizeof(float) * kWidth * kHeight);
  EXPECT_EQ(file.substr(0, head.size()), head);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      float value = 0.0F;
      std::memcpy(&value,
                  file.data() + head.size() +
                      sizeof(float) * static_cast<std::size_t>((kHeight - 1 - y) * kWidth + x),
                  sizeof(value));
      EXPECT_EQ(value, at(x, y));
    }
  EXPECT_EQ(facts_of(path), nlohmann::json({{"file", "depth.pfm"},
                                            {"width", kWidth},
                                            {"height", kHeight},
                                            {"values", "metres"},
                                            {"unknown_pixels", 0},
                                            {"focal_px", 123.5}}));
}

TEST(SinkDepthValues, PngHoldsMillimetresExactly) {
  const auto path = temporary_dir() / "depth.png";
  // 65.535 m is the most; beyond it, and where there is no number, the sidecar counts.
  const float values[kWidth] = {
      0.0F, 0.001F, 1.2344F, 1.2346F, 65.535F, 1000.0F, std::numeric_limits<float>::quiet_NaN()};
  static_cast<void>(write_map(
      path, [&](int x, int) { return values[x]; }, R"({"depth_step": 0.001})", 0.0F));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_GRAY16BE);
  EXPECT_EQ(picture.width, kWidth);
  const int wanted[kWidth] = {0, 1, 1234, 1235, 65535, 65535, 0};
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) EXPECT_EQ(picture.at(0, x, y), wanted[x]) << x;
  const auto facts = facts_of(path);
  EXPECT_EQ(facts["metres_per_step"], 0.001);
  EXPECT_EQ(facts["clipped_pixels"], kHeight);
  EXPECT_EQ(facts["unknown_pixels"], kHeight);
  EXPECT_TRUE(facts["focal_px"].is_null());
}

TEST(SinkDepthValues, EveryOneOfSixteenBitsSurvives) {
  for (const char* name : {"depth.png", "depth.tif"}) {
    const auto path = temporary_dir() / name;
    SinkDriver sink(sink_type(), quick(path, R"({"depth_step": 0.5})", ""));
    const auto format = depth_format(256, 256, RLV_SEM_METRES);
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
    sink.open();
    std::vector<Frame> in(3);
    in[2] = depth_frame(sink.host(), format, 0,
                        [](int x, int y) { return 0.5F * static_cast<float>(256 * y + x); });
    sink.push(std::move(in));
    static_cast<void>(sink.finish(true));
    const auto picture = decode_pictures(path).at(0);
    for (int y = 0; y < 256; ++y)
      for (int x = 0; x < 256; ++x) ASSERT_EQ(picture.at(0, x, y), 256 * y + x) << name;
  }
}

TEST(SinkDepthValues, InverseMetresBecomeMetresInAPicture) {
  const auto path = temporary_dir() / "depth.png";
  static_cast<void>(write_map(
      path, [](int x, int) { return 1.0F / (1.0F + static_cast<float>(x)); },
      R"({"depth_step": 0.01})", 50.0F, RLV_SEM_INVERSE_METRES));
  const auto picture = decode_pictures(path).at(0);
  for (int x = 0; x < kWidth; ++x) EXPECT_EQ(picture.at(0, x, 1), 100 * (x + 1));
  EXPECT_EQ(facts_of(path)["values"], "metres");
}

TEST(SinkDepthValues, WhatCannotBeWrittenIsRefusedBeforehand) {
  const auto folder = temporary_dir();
  const auto metres = depth_format(kWidth, kHeight, RLV_SEM_METRES);
  const auto relative = depth_format(kWidth, kHeight, RLV_SEM_RELATIVE_INVERSE);
  const std::string step = R"({"depth_step": 0.001})";
  EXPECT_THAT(refusal(folder / "d.jpg", step, metres), HasSubstr("goes into .png or .tif"));
  EXPECT_THAT(refusal(folder / "d.mkv", step, metres), HasSubstr("not into .mkv"));
  EXPECT_THAT(refusal(folder / "d.png", step, relative), HasSubstr("wants depth in metres"));
  EXPECT_THAT(refusal(folder / "d.pfm", "", colour_format(RLV_PF_RGB24, 8, 8)),
              HasSubstr("colour comes in"));
  EXPECT_EQ(refusal(folder / "d.pfm", "", relative), "not refused");
  // The file beside it is not overwritten either.
  std::ofstream(folder / "d.pfm.json") << "precious";
  EXPECT_THAT(refusal(folder / "d.pfm", "", metres), HasSubstr("d.pfm.json' exists already"));
}

TEST(SinkDepthValues, ARunThatEndsEarlyLeavesNothing) {
  const auto folder = temporary_dir();
  SinkDriver sink(sink_type(), quick(folder / "d.pfm", "", ""));
  static_cast<void>(
      sink.plan({std::nullopt, std::nullopt, depth_format(kWidth, kHeight, RLV_SEM_METRES)}));
  sink.open();
  EXPECT_FALSE(sink.finish(false)["complete"]);
  EXPECT_TRUE(fs::is_empty(folder));
}

}  // namespace
}  // namespace relievo::test
