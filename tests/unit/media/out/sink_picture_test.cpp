// Layouts, depth and still pictures as files.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"
#include "core/media/nodes.hpp"
#include "core/media/write/colormap.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {
namespace {

using media::sink_type;
using ::testing::HasSubstr;

std::string lossless(const std::filesystem::path& path, const std::string& extra = "{}") {
  auto json = nlohmann::json::parse(extra);
  json["codec"] = "ffv1";
  return quick(path, json.dump(), "");
}

TEST(SinkLayouts, OneViewIsWrittenAlone) {
  for (const auto& [layout, view] : {std::pair{"left", 0}, std::pair{"right", 1}}) {
    const auto path = temporary_dir() / "film.mkv";
    const auto film = small_film(2);
    static_cast<void>(
        write_film(lossless(path, std::string(R"({"layout": ")") + layout + R"("})"), film));
    const auto picture = decode_pictures(path).at(1);
    EXPECT_EQ(picture.width, 64);
    EXPECT_EQ(picture.at(0, 3, 4), film.paint(view, 1, 0, 3, 4));
  }
}

TEST(SinkLayouts, AViewOfOddSizeIsPaddedToEven) {
  const auto path = temporary_dir() / "film.mkv";
  const auto film = small_film(1, RLV_PF_YUV420P, 63, 47);
  static_cast<void>(write_film(lossless(path), film));
  const auto picture = decode_pictures(path).at(0);
  ASSERT_EQ(picture.width, 128);
  ASSERT_EQ(picture.height, 48);
  EXPECT_EQ(picture.at(0, 63, 10), film.paint(0, 0, 0, 62, 10));
  EXPECT_EQ(picture.at(0, 64, 10), film.paint(1, 0, 0, 0, 10));
  EXPECT_EQ(picture.at(1, 32, 5), film.paint(1, 0, 1, 0, 5));
  EXPECT_EQ(picture.at(0, 10, 47), film.paint(0, 0, 0, 10, 46));
}

TEST(SinkLayouts, HalvesSayTheShapeOfTheirPixels) {
  for (const auto& [layout, num, den] :
       {std::tuple{"half_sbs", 2, 1}, std::tuple{"half_tb", 1, 2}, std::tuple{"full_sbs", 1, 1}})
    for (const char* name : {"film.mp4", "film.mkv"}) {
      const auto path = temporary_dir() / name;
      static_cast<void>(write_film(quick(path, std::string(R"({"layout": ")") + layout + R"("})"),
                                   small_film(2)));
      const auto video = read_file(path).video();
      EXPECT_EQ(av_cmp_q(video.sar, {num, den}), 0) << layout << " " << name;
      EXPECT_EQ(video.width, std::string(layout) == "full_sbs" ? 128 : 64);
      EXPECT_EQ(video.height, 48);
    }
}

// ---------------------------------------------------------------- depth

// A film of depth maps whose value at x is at(x).
nlohmann::json write_depth(const std::string& params, std::uint32_t semantic,
                           const std::function<float(int x)>& at, int width = 64, int height = 32) {
  SinkDriver sink(sink_type(), params);
  auto format = depth_format(width, height, semantic);
  format.frame_count = 3;
  static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
  sink.open();
  for (int i = 0; i < 3; ++i) {
    std::vector<Frame> in(3);
    in[2] = depth_frame(sink.host(), format, i, [&](int x, int) { return at(x); });
    sink.push(std::move(in));
  }
  sink.drain();
  return sink.finish(true);
}

TEST(SinkDepth, GreySixteenBitsWithoutLossInMatroska) {
  const auto path = temporary_dir() / "depth.mkv";
  static_cast<void>(write_depth(lossless(path), RLV_SEM_RELATIVE_INVERSE,
                                [](int x) { return static_cast<float>(x); }));
  EXPECT_EQ(read_file(path).video().format, AV_PIX_FMT_GRAY16LE);
  const auto picture = decode_pictures(path).at(0);
  for (int x = 1; x < 63; ++x) EXPECT_NEAR(picture.at(0, x, 9), 65535.0 * x / 63, 2) << x;
  EXPECT_EQ(picture.at(0, 63, 9), 65535);
}

TEST(SinkDepth, EverySemanticIsBrightWhereItIsNear) {
  for (const auto semantic :
       {RLV_SEM_METRES, RLV_SEM_INVERSE_METRES, RLV_SEM_RELATIVE_INVERSE, RLV_SEM_DISPARITY_PX}) {
    const auto path = temporary_dir() / "depth.mkv";
    const bool metres = semantic == RLV_SEM_METRES;
    static_cast<void>(write_depth(lossless(path), static_cast<std::uint32_t>(semantic), [&](int x) {
      const auto near = 1.0F + static_cast<float>(x);
      return metres ? 100.0F / near : near;
    }));
    const auto picture = decode_pictures(path).at(0);
    for (int x = 2; x < 62; ++x) EXPECT_LT(picture.at(0, x, 3), picture.at(0, x + 1, 3));
  }
}

TEST(SinkDepth, ADeliveryCodecShowsItInTenBitsWithoutColour) {
  const auto path = temporary_dir() / "depth.mp4";
  static_cast<void>(write_depth(quick(path, R"({"quality": 2})"), RLV_SEM_RELATIVE_INVERSE,
                                [](int x) { return static_cast<float>(x); }));
  const auto& video = read_file(path).video();
  EXPECT_EQ(video.format, AV_PIX_FMT_YUV420P10);
  const auto picture = decode_pictures(path).at(0);
  EXPECT_NEAR(picture.at(0, 0, 9), 64, 8);
  EXPECT_NEAR(picture.at(0, 63, 9), 940, 8);
  EXPECT_NEAR(picture.at(1, 9, 9), 512, 1);
  EXPECT_NEAR(picture.at(2, 9, 9), 512, 1);
  EXPECT_EQ(picture.colour.matrix, 1);
}

TEST(SinkDepth, ColourMapsAreWhatTheirNamesSay) {
  for (const char* name : {"inferno", "turbo"}) {
    const auto path = temporary_dir() / "depth.png";
    SinkDriver sink(sink_type(),
                    quick(path, std::string(R"({"colormap": ")") + name + R"("})", ""));
    auto format = depth_format(64, 32, RLV_SEM_RELATIVE_INVERSE);
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
    sink.open();
    std::vector<Frame> in(3);
    in[2] = depth_frame(sink.host(), format, 0, [](int x, int) { return static_cast<float>(x); });
    sink.push(std::move(in));
    static_cast<void>(sink.finish(true));
    const auto picture = decode_pictures(path).at(0);
    const auto map = media::make_colormap(name);
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c)
        EXPECT_EQ(picture.at(c, x, 3), map.at(static_cast<std::size_t>(std::lround(x * 255.0 / 63)))
                                           .at(static_cast<std::size_t>(c)));
  }
}

TEST(SinkDepth, ColourMapsGoIntoFilmsToo) {
  for (const char* codec : {"hevc", "ffv1"}) {
    const auto path = temporary_dir() / "depth.mkv";
    static_cast<void>(write_depth(
        quick(path,
              std::string(R"({"colormap": "turbo", "quality": 2, "codec": ")") + codec + R"("})",
              std::string(codec) == "ffv1" ? "" : "ultrafast"),
        RLV_SEM_RELATIVE_INVERSE, [](int x) { return static_cast<float>(x); }));
    EXPECT_EQ(decode_pictures(path).size(), 3U);
  }
}

TEST(SinkDepth, OddMapsArePadded) {
  const auto path = temporary_dir() / "depth.mp4";
  static_cast<void>(write_depth(
      quick(path), RLV_SEM_METRES, [](int x) { return 1.0F + static_cast<float>(x); }, 65, 33));
  EXPECT_EQ(read_file(path).video().width, 66);
  EXPECT_EQ(read_file(path).video().height, 34);
}

TEST(SinkDepth, HalfAndIntegerMapsAreRead) {
  const auto write = [](std::uint32_t pixel_format, const std::function<std::uint16_t(int)>& at) {
    const auto path = temporary_dir() / "depth.png";
    SinkDriver sink(sink_type(), quick(path, "", ""));
    auto format = depth_format(33, 8, RLV_SEM_RELATIVE_INVERSE);
    format.pixel_format = pixel_format;
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
    sink.open();
    auto frame = Host(sink.host()).new_frame(frame_info(format, 0));
    const auto& t = frame.tensor(0)->dl_tensor;
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 33; ++x)
        static_cast<std::uint16_t*>(t.data)[y * t.strides[0] + x] = at(x);
    std::vector<Frame> in(3);
    in[2] = std::move(frame);
    sink.push(std::move(in));
    static_cast<void>(sink.finish(true));
    return decode_pictures(path).at(0);
  };
  const auto integers =
      write(RLV_PF_MAP_U16, [](int x) { return static_cast<std::uint16_t>(100 * x); });
  // 1.0 is 0x3C00 in half precision; each 32 steps of the mantissa are 1/32 more.
  const auto halves =
      write(RLV_PF_MAP_F16, [](int x) { return static_cast<std::uint16_t>(0x3C00 + 32 * x); });
  for (int x = 0; x < 33; ++x) {
    EXPECT_NEAR(integers.at(0, x, 2), 65535.0 * x / 32, 2);
    EXPECT_NEAR(halves.at(0, x, 2), 65535.0 * x / 32, 2);
  }
}

TEST(SinkDepth, WhatIsNeitherColourNorDepthIsRefused) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "x.mkv"));
  auto format = depth_format(64, 32, RLV_SEM_CONFIDENCE);
  try {
    static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("not confidence"));
  }
}

// ---------------------------------------------------------------- still pictures

// One frame of film as a picture file.
nlohmann::json write_still(const std::filesystem::path& path, const Film& film,
                           bool both_views = true, const std::string& extra = "") {
  return write_film(quick(path, extra, ""), film, both_views);
}

// Y'CbCr of BT.709, limited range, for an R'G'B' of 0 to 1.
int bt709(int component, int depth, double r, double g, double b) {
  const double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const double value = component == 0   ? 16 + 219 * y
                       : component == 1 ? 128 + 224 * (b - y) / 1.8556
                                        : 128 + 224 * (r - y) / 1.5748;
  return static_cast<int>(std::lround(value * (1 << (depth - 8))));
}

// Left orange, right azure.
Film coloured_film(std::uint32_t pixel_format, int width = 64, int height = 48) {
  auto film = small_film(1, pixel_format, width, height);
  const int depth = static_cast<int>(RLV_PIXEL_BITS(pixel_format));
  film.paint = [depth](int view, std::int64_t, int component, int, int) {
    return view == 0 ? bt709(component, depth, 1.0, 0.5, 0.0)
                     : bt709(component, depth, 0.0, 0.5, 1.0);
  };
  return film;
}

void expect_orange_and_azure(const DecodedPicture& picture, double tolerance) {
  ASSERT_GT(picture.components.size(), 2U);
  const double top = picture.format == AV_PIX_FMT_RGB48BE || picture.format == AV_PIX_FMT_RGB48LE
                         ? 65535.0
                         : 255.0;
  const int y = picture.height / 2;
  const int left = picture.width / 4;
  const int right = picture.width * 3 / 4;
  const double expected[2][3] = {{1, 0.5, 0}, {0, 0.5, 1}};
  for (int c = 0; c < 3; ++c) {
    EXPECT_NEAR(picture.at(c, left, y) / top, expected[0][c], tolerance);
    EXPECT_NEAR(picture.at(c, right, y) / top, expected[1][c], tolerance);
  }
}

TEST(SinkStill, PngHasTheColoursOfTheFilm) {
  const auto path = temporary_dir() / "still.png";
  const auto report = write_still(path, coloured_film(RLV_PF_YUV420P));
  EXPECT_EQ(report["frames"], 1);
  EXPECT_TRUE(report["complete"]);
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_RGB24);
  EXPECT_EQ(picture.width, 128);
  expect_orange_and_azure(picture, 0.012);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_NE(bytes.find("sRGB"), std::string::npos);
}

TEST(SinkStill, MoreThanEightBitsGiveSixteen) {
  const auto path = temporary_dir() / "still.png";
  static_cast<void>(write_still(path, coloured_film(RLV_PF_YUV420P10)));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_RGB48BE);
  expect_orange_and_azure(picture, 0.004);
}

TEST(SinkStill, TiffToo) {
  const auto path = temporary_dir() / "still.tif";
  static_cast<void>(write_still(path, coloured_film(RLV_PF_YUV422P10)));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_RGB48LE);
  expect_orange_and_azure(picture, 0.004);
}

TEST(SinkStill, JpegIsFullRangeInItsOwnMatrix) {
  const auto path = temporary_dir() / "still.jpg";
  static_cast<void>(write_still(path, coloured_film(RLV_PF_YUV420P)));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_YUVJ420P);
  // Orange (1, 0.5, 0) in JFIF's BT.601.
  const double y = 0.299 + 0.587 * 0.5;
  EXPECT_NEAR(picture.at(0, 30, 20), 255 * y, 2);
  EXPECT_NEAR(picture.at(1, 15, 10), 128 + 255 * (0 - y) / 1.772, 2);
  EXPECT_NEAR(picture.at(2, 15, 10), 128 + 255 * (1 - y) / 1.402, 2);
}

TEST(SinkStill, Webp) {
  if (avcodec_find_encoder_by_name("libwebp") == nullptr) GTEST_SKIP() << "no libwebp";
  const auto path = temporary_dir() / "still.webp";
  static_cast<void>(write_still(path, coloured_film(RLV_PF_YUV420P)));
  const auto picture = decode_pictures(path).at(0);
  const double y = 0.299 + 0.587 * 0.5;
  EXPECT_NEAR(picture.at(0, 30, 20), 16 + 219 * y, 4);
  EXPECT_NEAR(picture.at(1, 15, 10), 128 + 224 * (0 - y) / 1.772, 5);
}

TEST(SinkStill, OddSizesOfOneViewStayAsTheyAre) {
  const auto path = temporary_dir() / "still.png";
  static_cast<void>(write_still(path, coloured_film(RLV_PF_YUV420P, 63, 47), false));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.width, 63);
  EXPECT_EQ(picture.height, 47);
  const auto rgb = temporary_dir() / "rgb.png";
  static_cast<void>(write_still(rgb, small_film(1, RLV_PF_RGB24, 63, 47)));
  EXPECT_EQ(decode_pictures(rgb).at(0).width, 126) << "RGB has no chroma to pad for";
}

TEST(SinkStill, DepthIsSixteenBitGrey) {
  const auto path = temporary_dir() / "depth.png";
  SinkDriver sink(sink_type(), quick(path, "", ""));
  const auto format = depth_format(64, 32, RLV_SEM_METRES);
  static_cast<void>(sink.plan({std::nullopt, std::nullopt, format}));
  sink.open();
  std::vector<Frame> in(3);
  in[2] = depth_frame(sink.host(), format, 0,
                      [](int x, int) { return 64.0F / (1.0F + static_cast<float>(x)); });
  sink.push(std::move(in));
  sink.drain();
  static_cast<void>(sink.finish(true));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.format, AV_PIX_FMT_GRAY16BE);
  for (int x = 0; x < 64; ++x) EXPECT_NEAR(picture.at(0, x, 3), 65535.0 * x / 63, 2);
}

TEST(SinkStill, ASecondFrameIsRefusedWithTheWayOut) {
  const auto dir = temporary_dir();
  SinkDriver sink(sink_type(), quick(dir / "still.png", "", ""));
  auto film = small_film(2);
  film.format.frame_count = 0;
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true, 0, 1);
  try {
    push_film(sink, film, true, 1, 2);
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("holds one picture and the source has more"));
    EXPECT_THAT(e.what(), HasSubstr(".mp4"));
  }
  EXPECT_FALSE(sink.finish(false)["complete"]);
  EXPECT_FALSE(std::filesystem::exists(dir / "still.png"));
}

TEST(SinkStill, AFilmIsRefusedBeforeItsFirstFrame) {
  const auto dir = temporary_dir();
  SinkDriver sink(sink_type(), quick(dir / "still.png", "", ""));
  try {
    static_cast<void>(sink.plan(ports_of(small_film(48), true)));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CONFIG);
    EXPECT_THAT(e.what(), HasSubstr("still.png' holds one picture and about 48 are coming"));
    EXPECT_THAT(e.what(), HasSubstr(".mp4"));
    EXPECT_THAT(e.what(), HasSubstr("seconds"));
  }
}

TEST(SinkStill, HdrIsSaidToLookFlat) {
  auto film = coloured_film(RLV_PF_YUV420P10);
  film.format.colour = {9, 16, 9, 0, 0, {}};
  const auto report = write_still(temporary_dir() / "still.png", film);
  EXPECT_THAT(report["notes"].dump(), HasSubstr("HDR"));
}

TEST(SinkStill, AProfileComesAlong) {
  const auto path = temporary_dir() / "still.png";
  auto film = coloured_film(RLV_PF_RGB24);
  const auto record = register_source(film, {});
  const std::shared_ptr<AVBufferRef> profile(av_buffer_allocz(200),
                                             [](AVBufferRef* p) { av_buffer_unref(&p); });
  record->put(0, {{{AV_FRAME_DATA_ICC_PROFILE, profile}}});
  static_cast<void>(write_still(path, film));
  EXPECT_THAT(decode_pictures(path).at(0).side_data,
              ::testing::Contains(static_cast<int>(AV_FRAME_DATA_ICC_PROFILE)));
}

}  // namespace
}  // namespace relievo::test
