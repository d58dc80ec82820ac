// A depth node sees nearly the same picture of a film whether it comes as SDR, PQ or HLG.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/hdr_code.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kWidth = 320;
constexpr int kHeight = 180;
constexpr std::size_t kFrames = 6;
constexpr std::size_t kFrameBytes = std::size_t{kWidth} * kHeight * 3;

struct Transfer {
  const char* name;
  bool is_pq;
};

// The clip small, tagged BT.709, as a film without loss, so that both sides begin with one picture.
fs::path sdr_film(const fs::path& folder) {
  const auto path = folder / "sdr.mkv";
  ffmpeg("-ss 4 -i " + (source_dir() / "tests/data/big_buck_bunny.mp4").string() +
         " -an -frames:v " + std::to_string(kFrames) + " -vf scale=320:180 -c:v ffv1 " +
         "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv " +
         path.string());
  return path;
}

const std::string kTags =
    " -color_primaries bt2020 -colorspace bt2020nc -color_range tv -color_trc ";

// By the formulas of hdr_code.hpp; 10 bits, 4:2:0, HEVC, as cameras and shops deliver it.
fs::path film_by_formula(const fs::path& sdr, const Transfer& transfer) {
  const auto folder = sdr.parent_path();
  const auto raw = folder / "sdr.rgb";
  ffmpeg("-i " + sdr.string() + " -vf scale=in_color_matrix=bt709 -pix_fmt rgb48le -f rawvideo " +
         raw.string());
  const auto bytes = bytes_of(raw);
  std::string coded;
  coded.reserve(bytes.size());
  const auto at = [&](std::size_t i) {
    return (static_cast<std::uint8_t>(bytes[i]) + 256.0 * static_cast<std::uint8_t>(bytes[i + 1])) /
           65535;
  };
  for (std::size_t i = 0; i + 5 < bytes.size(); i += 6)
    for (const double value : hdr_code({at(i), at(i + 2), at(i + 4)}, transfer.is_pq)) {
      const auto sample = std::lround(std::clamp(value, 0.0, 1.0) * 65535);
      coded += static_cast<char>(sample & 0xFF);
      coded += static_cast<char>(sample >> 8);
    }
  std::ofstream(folder / "hdr.rgb", std::ios::binary) << coded;
  const auto path = folder / (std::string(transfer.name) + ".mkv");
  ffmpeg("-f rawvideo -pix_fmt rgb48le -s 320x180 -r 24 -i " + (folder / "hdr.rgb").string() +
         " -vf scale=out_color_matrix=bt2020:out_range=tv -pix_fmt yuv420p10le -c:v libx265 "
         "-preset ultrafast -x265-params crf=8:log-level=none" +
         kTags + transfer.name + " " + path.string());
  return path;
}

// By libzimg, as FFmpeg's users make it.
fs::path film_by_libzimg(const fs::path& sdr, const Transfer& transfer) {
  const auto path = sdr.parent_path() / (std::string("zimg_") + transfer.name + ".mkv");
  ffmpeg("-i " + sdr.string() + " -vf zscale=p=2020:t=" + transfer.name +
         ":m=2020_ncl:r=tv:npl=203,format=yuv420p10le -c:v ffv1" + kTags + transfer.name + " " +
         path.string());
  return path;
}

std::string seen_by_depth(const fs::path& film) {
  const auto folder = temporary_dir();
  std::ofstream(folder / "look.yaml") << "version: 1\nplugins: {path: '" << RLV_PROBE_FOLDER
                                      << "'}\nnodes:\n"
                                         "  source: {type: source}\n"
                                         "  depth: {type: probe.depth, in: source, params: {file: '"
                                      << (folder / "seen.rgb").string()
                                      << "'}}\n"
                                         "  sink: {type: sink, in: depth}\n";
  expect_success(run_host(
      {"--config", (folder / "look.yaml").string(), "--input", film.string(), "--output", "null"}));
  return bytes_of(folder / "seen.rgb");
}

// Mean difference as a part of full scale.
double difference(const std::string& a, const std::string& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::abs(static_cast<std::uint8_t>(a[i]) - static_cast<std::uint8_t>(b[i]));
  return sum / (255.0 * static_cast<double>(a.size()));
}

class SdrAsHdr : public ::testing::TestWithParam<Transfer> {};

void expect_same_look(const fs::path& sdr, const fs::path& hdr, const Transfer& transfer,
                      const std::string& maker) {
  ASSERT_EQ(probed(hdr, "frame=color_transfer"), transfer.name);
  const auto plain = seen_by_depth(sdr);
  const auto seen = seen_by_depth(hdr);
  ASSERT_EQ(plain.size(), kFrames * kFrameBytes);
  ASSERT_EQ(seen.size(), plain.size());
  // Not two grey walls.
  EXPECT_GT(difference(plain, std::string(plain.size(), plain[0])), 0.05);
  const double mean = difference(plain, seen);
  std::printf("  %s by %s: mean difference %.3f %%\n", transfer.name, maker.c_str(), 100 * mean);
  EXPECT_LE(mean, 0.02);
}

TEST_P(SdrAsHdr, LooksTheSameToADepthNode) {
  RLV_FFMPEG_OR_SKIP();
  const auto sdr = sdr_film(temporary_dir());
  expect_same_look(sdr, film_by_formula(sdr, GetParam()), GetParam(), "BT.2408");
}

TEST_P(SdrAsHdr, LooksTheSameWhenLibzimgMadeIt) {
  RLV_FFMPEG_OR_SKIP();
  if (run_program({"ffmpeg", "-hide_banner", "-filters"}).value_or("").find(" zscale ") ==
      std::string::npos)
    GTEST_SKIP() << "this ffmpeg has no libzimg";
  const auto sdr = sdr_film(temporary_dir());
  expect_same_look(sdr, film_by_libzimg(sdr, GetParam()), GetParam(), "libzimg");
}

INSTANTIATE_TEST_SUITE_P(Transfers, SdrAsHdr,
                         ::testing::Values(Transfer{"smpte2084", true},
                                           Transfer{"arib-std-b67", false}),
                         [](const auto& transfer) { return transfer.param.is_pq ? "Pq" : "Hlg"; });

}  // namespace
}  // namespace relievo::test
