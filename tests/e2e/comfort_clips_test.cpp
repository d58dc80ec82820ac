// Every shot of real clips lies inside the default budget after the demo's pipeline, measured on
// the finished views, and on what the view node did to every column.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/e2e/view_parallax.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kBehind = 1.2;  // % of the width: the default budget
constexpr double kFront = 1.5;
constexpr int kFramesLookedAt = 24;
constexpr std::size_t kEnoughPoints = 50;  // for percentiles of a frame

double percentile(std::vector<double>& values, double percent) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(
      std::lround(percent / 100 * static_cast<double>(values.size() - 1)))];
}

struct Measured {
  Json report;
  double nearest = 0;  // of all frames, % of the width; above 0 behind the screen
  double farthest = 0;
  double nearest_frame = 0;  // of the frame that is worst: no shot is worse
  double farthest_frame = 0;
  int frames = 0;
  std::size_t points = 0;
};

// seconds: 0 is the whole clip.
Measured measure(const fs::path& clip, const std::string& unpack, double seconds) {
  const auto film = temporary_dir() / "views.mkv";
  const auto end =
      run_host({"--config",
                (source_dir() / "configs/demo.yaml").string(),
                "--input",
                clip.string(),
                "--output",
                film.string(),
                "--json",
                "--quiet",
                "--set",
                "nodes.source.params.seconds=" + std::to_string(seconds),
                "--set",
                "nodes.source.params.unpack=" + unpack,
                "--set",
                "nodes.sink.params={layout: full_sbs, codec: h264, preset: ultrafast, quality: 8, "
                "tracks: none}",
                "--set",
                "nodes.depth_video.path='null'",
                "--set",
                "nodes.sheet.path=" + (film.parent_path() / "sheet.png").string(),
                "--set",
                "nodes.columns={type: quality.columns, in: cuts}",
                "--set",
                "nodes.moved={type: stereo.view, in: {colour: columns, depth: depth}}",
                "--set",
                "nodes.judge={type: quality.measure, in: {colour: cuts, depth: depth, left: "
                "moved.left, right: moved.right}}"});
  EXPECT_EQ(end.exit_code, 0) << end.text();
  Measured result;
  result.report = Json::parse(end.out, nullptr, false);
  const int width = std::stoi(probed(film, "width"));
  const int height = std::stoi(probed(film, "height"));
  const auto all = static_cast<int>(probed_times(film).size());
  const int step = std::max(1, all / kFramesLookedAt);
  const auto raw = temporary_dir() / "views.gray";
  ffmpeg("-i " + film.string() + " -an -fps_mode passthrough -vf \"select=not(mod(n\\," +
         std::to_string(step) + ")),format=gray\" -f rawvideo " + raw.string());
  const auto bytes = bytes_of(raw);
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::vector<double> points;
  for (std::size_t at = 0; at + size <= bytes.size(); at += size, ++result.frames) {
    auto found = matched_parallax(
        {reinterpret_cast<const std::uint8_t*>(bytes.data()) + at, width / 2, height});
    points.insert(points.end(), found.begin(), found.end());
    if (found.size() < kEnoughPoints) continue;
    result.nearest_frame = std::min(result.nearest_frame, percentile(found, 1));
    result.farthest_frame = std::max(result.farthest_frame, percentile(found, 99));
  }
  result.points = points.size();
  if (points.empty()) return result;
  result.nearest = percentile(points, 0.5);
  result.farthest = percentile(points, 99.5);
  return result;
}

// Shares of all columns of all frames; a bin is half a percent.
double share_beyond(const Json& comfort, double from, double to) {
  double share = comfort.at("below").get<double>() + comfort.at("above").get<double>();
  for (const auto& bin : comfort.at("bins"))
    if (bin.at("to").get<double>() <= from || bin.at("from").get<double>() >= to)
      share += bin.at("share").get<double>();
  return share;
}

const Json* judged(const Json& report) {
  for (const auto& output : report.at("outputs"))
    if (output.contains("quality")) return &output.at("quality").at("comfort");
  return nullptr;
}

void expect_inside(const fs::path& clip, const std::string& unpack, double seconds) {
  const auto measured = measure(clip, unpack, seconds);
  ASSERT_FALSE(measured.report.is_discarded());
  const auto* comfort = judged(measured.report);
  ASSERT_NE(comfort, nullptr) << measured.report.dump(2);
  std::printf(
      "%-28s %3d frames %6zu points  %6.2f to %5.2f %%  worst frame %6.2f to %5.2f %%  columns "
      "%6.2f to %5.2f %%\n",
      clip.filename().c_str(), measured.frames, measured.points, measured.nearest,
      measured.farthest, measured.nearest_frame, measured.farthest_frame,
      comfort->at("low").get<double>(), comfort->at("high").get<double>());
  // A pixel of a small picture is 0.16 %; a match is good to a quarter of it.
  EXPECT_GE(measured.nearest, -kFront - 0.05);
  EXPECT_LE(measured.farthest, kBehind + 0.05);
  EXPECT_GE(measured.nearest_frame, -kFront - 0.05);
  EXPECT_LE(measured.farthest_frame, kBehind + 0.05);
  EXPECT_EQ(share_beyond(*comfort, -kFront, kFront), 0.0);
  EXPECT_GE(comfort->at("low").get<double>(), -kFront);
  EXPECT_LE(comfort->at("high").get<double>(), kBehind);
}

#if defined(RLV_FULL_TESTS)
struct Clip {
  const char* path;
  const char* unpack = "refuse";
};

std::ostream& operator<<(std::ostream& out, const Clip& clip) {
  return out << clip.path;
}

class ComfortOfClips : public ::testing::TestWithParam<Clip> {};

TEST_P(ComfortOfClips, EveryShotLiesInsideTheDefaultBudget) {
  RLV_FFMPEG_OR_SKIP();
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + GetParam().path);
  expect_inside(path, GetParam().unpack, 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, ComfortOfClips,
    ::testing::Values(Clip{"bbb_cuts_720p24/bbb_0_30.webm"}, Clip{"chaplin_360p25/chaplin.mp4"},
                      Clip{"flower_540p30/flower.mp4"}, Clip{"golf_walk_1080p30/golf.mov"},
                      Clip{"juggle_720p24/juggle.mp4"}, Clip{"made_cuts_24fps/made_cuts.mp4"},
                      Clip{"paraglide_480p30/paraglide.mp4"},
                      Clip{"phone_hlg_vfr_rot_1080p/phone_hlg.mp4"},
                      Clip{"spatial_mvhevc_vr180/water_180_mvhevc.mov", "left"}));
#else
TEST(Comfort, AShotLiesInsideTheDefaultBudget) {
  RLV_FFMPEG_OR_SKIP();
  expect_inside(source_dir() / "tests/data/big_buck_bunny.mp4", "refuse", 0.5);
}
#endif

// What the measure itself is worth: a picture against itself, moved.
TEST(ViewParallax, IsThatOfAMovedPicture) {
  constexpr int kWidth = 640;
  constexpr int kHeight = 360;
  std::vector<std::uint8_t> both(static_cast<std::size_t>(2 * kWidth * kHeight));
  const auto texture = [](double x, int y) {
    return 128 + 60 * std::sin(0.31 * x + 0.002 * x * y) + 40 * std::sin(0.17 * x - 0.4 * y);
  };
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const double shift = y < kHeight / 2 ? -6.4 : 3.2;  // -1 % and 0.5 %
      const auto at = static_cast<std::size_t>(y * 2 * kWidth + x);
      both[at] = static_cast<std::uint8_t>(std::lround(texture(x, y)));
      both[at + kWidth] = static_cast<std::uint8_t>(std::lround(texture(x - shift, y)));
    }
  auto found = matched_parallax({both.data(), kWidth, kHeight});
  ASSERT_GT(found.size(), 200U);
  EXPECT_NEAR(percentile(found, 2), -1.0, 0.05);
  EXPECT_NEAR(percentile(found, 98), 0.5, 0.05);
}

}  // namespace
}  // namespace relievo::test
