// The real program with Depth Pro on a tiny network: pictures of every kind in, depth as numbers
// and the focal length beside it out.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/host_run.hpp"
#include "tests/golden/tiny_depth_pro.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ProgramEnd run_map(const fs::path& picture, const std::vector<std::string>& more = {}) {
  static const auto kWeights = safetensors_of(tiny_depth_pro());
  std::vector<std::string> words{"--config", (source_dir() / "configs/depth_pro_map.yaml").string(),
                                 "--input",  picture.string(),
                                 "--set",    "nodes.depth.device=cpu",
                                 "--set",    "nodes.depth.weights.path=" + kWeights.string()};
  words.insert(words.end(), more.begin(), more.end());
  return run_host(words);
}

// The same grey picture in several formats, each time in a folder of its own.
fs::path grey_picture(const std::string& format) {
  const auto made = make_film(
      "-f lavfi -i testsrc=s=61x47 -vf format=gray,format=" + format + " -frames:v 1 -update 1",
      format + ".png");
  const auto picture = temporary_dir() / "photo.png";
  fs::copy_file(made, picture);
  return picture;
}

TEST(DepthProHost, WritesNumbersAndTheFocalLengthOfAPicture) {
  RLV_FFMPEG_OR_SKIP();
  const auto picture = grey_picture("rgb24");
  expect_success(run_map(picture));
  const auto folder = picture.parent_path();
  const auto map = text_of(folder / "photo_depth.pfm");
  EXPECT_EQ(map.substr(0, 14), "Pf\n61 47\n-1.0\n");
  EXPECT_EQ(map.size(), 14U + 4U * 61U * 47U);
  const auto millimetres = decode_pictures(folder / "photo_depth.png").at(0);
  EXPECT_EQ(millimetres.width, 61);
  EXPECT_EQ(millimetres.format, AV_PIX_FMT_GRAY16BE);
  const auto facts = nlohmann::json::parse(text_of(folder / "photo_depth.pfm.json"));
  EXPECT_EQ(facts["values"], "metres");
  EXPECT_GT(facts["focal_px"].get<double>(), 10.0);
  EXPECT_EQ(nlohmann::json::parse(text_of(folder / "photo_depth.png.json"))["focal_px"],
            facts["focal_px"]);
}

TEST(DepthProHost, GreyAndAlphaPicturesGiveWhatTheirColoursGive) {
  RLV_FFMPEG_OR_SKIP();
  std::string first;
  for (const std::string format : {"rgb24", "gray", "ya8", "rgba", "gray16be"}) {
    const auto picture = grey_picture(format);
    expect_success(run_map(picture));
    const auto map = text_of(picture.parent_path() / "photo_depth.pfm");
    ASSERT_EQ(map.size(), 14U + 4U * 61U * 47U) << format;
    if (first.empty()) first = map;
    EXPECT_TRUE(map == first) << format;
  }
}

TEST(DepthProHost, AFocalLengthThatIsGivenIsWhatIsSaid) {
  RLV_FFMPEG_OR_SKIP();
  const auto picture = grey_picture("rgb24");
  expect_success(run_map(picture, {"--set", "nodes.depth.params.focal_px=71.5"}));
  const auto facts = nlohmann::json::parse(text_of(picture.parent_path() / "photo_depth.pfm.json"));
  EXPECT_EQ(facts["focal_px"], 71.5);
}

TEST(DepthProHost, AnotherModelsWeightsEndWithTheirOwnCode) {
  RLV_FFMPEG_OR_SKIP();
  const auto picture = grey_picture("rgb24");
  const auto other = safetensors_of({{"pretrained.cls_token", at::zeros({1, 1, 384})}});
  const auto end = run_map(picture, {"--set", "nodes.depth.weights.path=" + other.string()});
  expect_refusal(end, 4, "are not Depth Pro's");
  EXPECT_FALSE(fs::exists(picture.parent_path() / "photo_depth.pfm"));
}

}  // namespace
}  // namespace relievo::test
