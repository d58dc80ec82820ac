// What a film looks like from outside: frames, times, tags, colours, HDR.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/av.hpp"
#include "core/media/nodes.hpp"
#include "core/media/write/hdr10.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

namespace relievo::test {
namespace {

using media::sink_type;
using ::testing::HasSubstr;

constexpr std::uint32_t fourcc(const char (&t)[5]) {
  return static_cast<std::uint32_t>(t[0]) | static_cast<std::uint32_t>(t[1]) << 8 |
         static_cast<std::uint32_t>(t[2]) << 16 | static_cast<std::uint32_t>(t[3]) << 24;
}

std::vector<std::int64_t> sorted_pts(const ReadStream& stream) {
  std::vector<std::int64_t> pts;
  for (const auto& packet : stream.packets) pts.push_back(packet.pts);
  std::sort(pts.begin(), pts.end());
  return pts;
}

TEST(SinkFilm, WritesEveryFrameSideBySideAsHvc1) {
  const auto path = temporary_dir() / "film.mp4";
  const auto report = write_film(quick(path), small_film(30));
  EXPECT_EQ(report["path"], path.string());
  EXPECT_EQ(report["frames"], 30);
  EXPECT_TRUE(report["complete"]);
  EXPECT_EQ(report["bytes"], std::filesystem::file_size(path));

  const auto file = read_file(path);
  ASSERT_EQ(file.streams.size(), 1U);
  EXPECT_EQ(file.video().codec, AV_CODEC_ID_HEVC);
  EXPECT_EQ(file.video().tag, fourcc("hvc1"));
  EXPECT_EQ(file.video().width, 128);
  EXPECT_EQ(file.video().height, 48);
  EXPECT_EQ(file.video().packets.size(), 30U);
  EXPECT_EQ(decode_pictures(path).size(), 30U);
  EXPECT_FALSE(std::filesystem::exists(path.parent_path() / "film.partial.mp4"));
}

TEST(SinkFilm, TheIndexStandsBeforeThePictures) {
  const auto path = temporary_dir() / "film.mov";
  static_cast<void>(write_film(quick(path), small_film(10)));
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
}

TEST(SinkFilm, AnUnknownLengthStillPutsTheIndexFirst) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(10);
  film.format.frame_count = 0;
  static_cast<void>(write_film(quick(path), film));
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
  EXPECT_EQ(decode_pictures(path).size(), 10U);
}

TEST(SinkFilm, MoreFramesThanPromisedDoNotSpoilTheFile) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(1200, RLV_PF_YUV420P, 32, 32);
  film.format.frame_count = 1;
  static_cast<void>(write_film(quick(path, R"({"codec": "h264"})"), film, false));
  const auto file = read_file(path);
  EXPECT_EQ(file.video().packets.size(), 1200U);
  EXPECT_EQ(decode_pictures(path).size(), 1200U);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat"));
}

class SinkTimes : public ::testing::TestWithParam<const char*> {};

TEST_P(SinkTimes, IrregularTimesComeBackTickByTick) {
  const auto path = temporary_dir() / (std::string("film") + GetParam());
  auto film = small_film(0);
  film.format.timebase_den = 90000;
  film.format.frame_count = 40;
  std::int64_t at = 0;
  for (int i = 0; i < 40; ++i) {
    const std::int64_t duration = 3000 + 7 * ((i * 37) % 11) + (i % 9 == 0 ? 3003 : 0);
    film.times.push_back({at, duration});
    at += duration;
  }
  static_cast<void>(write_film(quick(path, "", "fast"), film));
  const auto file = read_file(path);
  const auto pts = sorted_pts(file.video());
  ASSERT_EQ(pts.size(), film.times.size());
  for (std::size_t i = 0; i < pts.size(); ++i)
    EXPECT_EQ(av_rescale_q(pts[i], file.video().timebase, {1, 90000}), film.times[i].pts) << i;
  const double length = static_cast<double>(at) / 90000;
  EXPECT_NEAR(file.duration, length, 0.0001) << "the last frame's duration counts";
}

INSTANTIATE_TEST_SUITE_P(Containers, SinkTimes, ::testing::Values(".mp4", ".mov", ".m4v"));

TEST(SinkFilm, MatroskaKeepsTimesToTheMillisecond) {
  const auto path = temporary_dir() / "film.mkv";
  auto film = small_film(0);
  film.format.timebase_den = 90000;
  film.format.frame_count = 40;
  for (int i = 0; i < 40; ++i) film.times.push_back({i * 3003, 3003});
  static_cast<void>(write_film(quick(path), film));
  const auto file = read_file(path);
  EXPECT_EQ(file.video().codec, AV_CODEC_ID_HEVC);
  const auto times = file.video().times();
  ASSERT_EQ(times.size(), 40U);
  for (std::size_t i = 0; i < times.size(); ++i)
    EXPECT_NEAR(times[i], static_cast<double>(film.times[i].pts) / 90000, 0.00051);
}

TEST(SinkFilm, FramesWithoutTimesAreCountedOnAndEqualTimesMoved) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(6);
  film.times = {{0, 1}, {1, 1}, {1, 1}, {INT64_MIN, INT64_MIN}, {7, 2}, {INT64_MIN, 3}};
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(write_film(sink, film));
  const auto file = read_file(path);
  const auto times = file.video().times();
  const std::vector<double> expected{0, 1, 2, 3, 7, 9};
  ASSERT_EQ(times.size(), expected.size());
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i] * 24, expected[i], 1e-6);
  EXPECT_TRUE(sink.run().logged("has the time of the one before"));
}

TEST(SinkFilm, TenBitsStayTenBitsAndCanBeAskedFor) {
  const auto dir = temporary_dir();
  static_cast<void>(write_film(quick(dir / "ten.mp4"), small_film(4, RLV_PF_YUV420P10)));
  EXPECT_EQ(read_file(dir / "ten.mp4").video().format, AV_PIX_FMT_YUV420P10);
  static_cast<void>(
      write_film(quick(dir / "eight.mp4", R"({"bit_depth": 8})"), small_film(4, RLV_PF_YUV420P10)));
  EXPECT_EQ(read_file(dir / "eight.mp4").video().format, AV_PIX_FMT_YUV420P);
  static_cast<void>(
      write_film(quick(dir / "up.mp4", R"({"bit_depth": 10})"), small_film(4, RLV_PF_YUV420P)));
  EXPECT_EQ(read_file(dir / "up.mp4").video().format, AV_PIX_FMT_YUV420P10);
  static_cast<void>(write_film(quick(dir / "twelve.mp4"), small_film(4, RLV_PF_YUV420P12)));
  EXPECT_EQ(read_file(dir / "twelve.mp4").video().format, AV_PIX_FMT_YUV420P10)
      << "players stop at 10 bits";
  static_cast<void>(write_film(quick(dir / "p010.mp4"), small_film(4, RLV_PF_P010)));
  EXPECT_EQ(read_file(dir / "p010.mp4").video().format, AV_PIX_FMT_YUV420P10);
}

TEST(SinkFilm, AConversionIsSaidOnce) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4"));
  const auto report = write_film(sink, small_film(5, RLV_PF_RGB24));
  ASSERT_EQ(report["notes"].size(), 1U) << report["notes"];
  EXPECT_THAT(report["notes"][0].get<std::string>(),
              HasSubstr("pictures go from rgb24 to yuv420p"));
  EXPECT_FALSE(sink.run().logged("pictures go from")) << "the host tells notes";
}

TEST(SinkFilm, HardwareDecodersPicturesNeedNoConversion) {
  for (const auto format : {RLV_PF_NV12, RLV_PF_P010, RLV_PF_YUV420P}) {
    SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4"));
    const auto report = write_film(sink, small_film(2, format));
    EXPECT_TRUE(report["notes"].empty()) << report["notes"];
  }
}

TEST(SinkFilm, RedIsRedAlsoFromRgb) {
  const auto path = temporary_dir() / "film.mkv";
  auto film = small_film(1, RLV_PF_RGB24);
  film.paint = [](int, std::int64_t, int component, int, int) {
    return component == 0 ? 255 : 0;
  };
  static_cast<void>(write_film(quick(path, R"({"quality": 4})"), film));
  const auto picture = decode_pictures(path).at(0);
  // BT.709, limited range.
  EXPECT_NEAR(picture.at(0, 20, 20), 16 + 219 * 0.2126, 2);
  EXPECT_NEAR(picture.at(1, 10, 10), 128 - 224 * 0.2126 / 1.8556, 2);
  EXPECT_NEAR(picture.at(2, 10, 10), 240, 2);
  EXPECT_EQ(picture.colour.matrix, 1);
  EXPECT_EQ(picture.colour.full_range, 0);
}

TEST(SinkFilm, ColourTagsAreInContainerAndStream) {
  for (const char* name : {"film.mp4", "film.mov", "film.mkv"}) {
    const auto path = temporary_dir() / name;
    auto film = small_film(3, RLV_PF_YUV420P10);
    film.format.colour = {9, 16, 9, 0, 2, {}};  // BT.2020, PQ, chroma at the top left
    static_cast<void>(write_film(quick(path), film));
    const auto& stream = read_file(path).video();
    EXPECT_EQ(stream.colour.primaries, 9) << name;
    EXPECT_EQ(stream.colour.transfer, 16) << name;
    EXPECT_EQ(stream.colour.matrix, 9) << name;
    EXPECT_EQ(stream.colour.full_range, 0) << name;
    const auto picture = decode_pictures(path, 1).at(0);
    EXPECT_EQ(picture.colour.primaries, 9) << name;
    EXPECT_EQ(picture.colour.transfer, 16) << name;
    EXPECT_EQ(picture.colour.matrix, 9) << name;
    EXPECT_EQ(picture.colour.chroma_location, 2) << name;
  }
}

TEST(SinkFilm, FullRangeStaysFullRange) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(3);
  film.format.colour.full_range = 1;
  static_cast<void>(write_film(quick(path), film));
  EXPECT_EQ(read_file(path).video().colour.full_range, 1);
}

TEST(SinkFilm, ColoursThatNobodyStatedAreFilledIn) {
  const auto dir = temporary_dir();
  auto small = small_film(2);
  small.format.colour = {2, 2, 2, 0, 255, {}};
  static_cast<void>(write_film(quick(dir / "sd.mp4"), small));
  EXPECT_EQ(read_file(dir / "sd.mp4").video().colour.matrix, 6);
  auto large = small_film(1, RLV_PF_YUV420P, 1280, 720);
  large.format.colour = {2, 2, 2, 0, 255, {}};
  static_cast<void>(write_film(quick(dir / "hd.mp4"), large));
  const auto colour = read_file(dir / "hd.mp4").video().colour;
  EXPECT_EQ(colour.matrix, 1);
  EXPECT_EQ(colour.primaries, 1);
  EXPECT_EQ(colour.transfer, 1);
}

media::SourceFile hdr10_source() {
  auto* mastering = av_mastering_display_metadata_alloc();
  const int xy[3][2] = {{34000, 16000}, {13250, 34500}, {7500, 3000}};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 2; ++j) mastering->display_primaries[i][j] = {xy[i][j], 50000};
  mastering->white_point[0] = {15635, 50000};
  mastering->white_point[1] = {16450, 50000};
  mastering->min_luminance = {50, 10000};
  mastering->max_luminance = {10000000, 10000};
  mastering->has_primaries = mastering->has_luminance = 1;
  std::size_t light_size = 0;
  auto* light = av_content_light_metadata_alloc(&light_size);
  light->MaxCLL = 987;
  light->MaxFALL = 321;
  const auto wrap = [](void* data, std::size_t size) {
    return std::shared_ptr<AVBufferRef>(av_buffer_create(static_cast<std::uint8_t*>(data), size,
                                                         av_buffer_default_free, nullptr, 0),
                                        [](AVBufferRef* p) { av_buffer_unref(&p); });
  };
  media::SourceFile source;
  source.mastering_display = wrap(mastering, sizeof(*mastering));
  source.content_light = wrap(light, light_size);
  return source;
}

TEST(SinkFilm, Hdr10MetadataComesBackFromStreamAndContainer) {
  for (const char* name : {"film.mp4", "film.mov", "film.mkv"}) {
    const auto path = temporary_dir() / name;
    auto film = small_film(3, RLV_PF_YUV420P10);
    film.format.colour = {9, 16, 9, 0, 0, {}};
    register_source(film, hdr10_source());
    static_cast<void>(write_film(quick(path), film));
    const auto file = read_file(path);
    EXPECT_TRUE(file.video().has_mastering_display) << name;
    EXPECT_TRUE(file.video().has_content_light) << name;
    const auto picture = decode_pictures(path, 1).at(0);
    EXPECT_TRUE(picture.has_mastering_display) << name;
    EXPECT_EQ(picture.max_cll, 987U) << name;
  }
}

TEST(SinkFilm, Hdr10MetadataThatComesWithTheFirstFrameIsInTimeToo) {
  const auto path = temporary_dir() / "film.mp4";
  auto film = small_film(3, RLV_PF_YUV420P10);
  film.format.colour = {9, 16, 9, 0, 0, {}};
  const auto record = register_source(film, {});
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  const auto hdr = hdr10_source();
  record->set_hdr(hdr.mastering_display, hdr.content_light);
  push_film(sink, film, true);
  sink.drain();
  static_cast<void>(sink.finish(true));
  EXPECT_EQ(decode_pictures(path, 1).at(0).max_cll, 987U);
}

TEST(SinkFilm, HdrTextsAreInTheEncodersUnits) {
  const auto source = hdr10_source();
  const media::Hdr10 hdr{source.mastering_display, source.content_light};
  EXPECT_EQ(media::mastering_display_text(hdr),
            "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)");
  EXPECT_EQ(media::content_light_text(hdr), "987,321");
  EXPECT_EQ(media::mastering_display_text({}), "");
}

TEST(SinkFilm, CaptionsRideOnTheFrames) {
  const auto path = temporary_dir() / "film.mkv";
  auto film = small_film(4);
  const auto record = register_source(film, {});
  for (int i = 0; i < 4; ++i) {
    const std::shared_ptr<AVBufferRef> captions(av_buffer_allocz(3),
                                                [](AVBufferRef* p) { av_buffer_unref(&p); });
    captions->data[0] = 0xFC;
    record->put(i, {{{AV_FRAME_DATA_A53_CC, captions}}});
  }
  static_cast<void>(write_film(quick(path, R"({"codec": "h264"})"), film));
  for (const auto& picture : decode_pictures(path))
    EXPECT_THAT(picture.side_data, ::testing::Contains(static_cast<int>(AV_FRAME_DATA_A53_CC)));
}

TEST(SinkFilm, TheOtherCodecs) {
  const auto dir = temporary_dir();
  static_cast<void>(write_film(quick(dir / "a.mp4", R"({"codec": "h264"})"), small_film(6)));
  EXPECT_EQ(read_file(dir / "a.mp4").video().tag, fourcc("avc1"));
  static_cast<void>(write_film(quick(dir / "b.mkv", R"({"codec": "ffv1"})", ""), small_film(6)));
  EXPECT_EQ(read_file(dir / "b.mkv").video().codec, AV_CODEC_ID_FFV1);
  EXPECT_EQ(decode_pictures(dir / "b.mkv").size(), 6U);
}

TEST(SinkFilm, LosslessMeansLossless) {
  const auto path = temporary_dir() / "film.mkv";
  const auto film = small_film(2, RLV_PF_YUV420P10);
  static_cast<void>(write_film(quick(path, R"({"codec": "ffv1"})", ""), film));
  const auto pictures = decode_pictures(path);
  ASSERT_EQ(pictures.size(), 2U);
  for (int f = 0; f < 2; ++f)
    for (int y = 0; y < 48; ++y)
      for (int x = 0; x < 64; ++x) {
        const auto& p = pictures[static_cast<std::size_t>(f)];
        ASSERT_EQ(p.at(0, x, y), film.paint(0, f, 0, x, y));
        ASSERT_EQ(p.at(0, 64 + x, y), film.paint(1, f, 0, x, y));
      }
}

TEST(SinkFilm, AnUnknownEncoderIsRefusedWithTheOnesThatAreThere) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4", R"({"encoder": "libx999"})"));
  try {
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CONFIG);
    EXPECT_THAT(e.what(), HasSubstr("no encoder 'libx999'"));
    EXPECT_THAT(e.what(), HasSubstr("libx265"));
  }
}

TEST(SinkFilm, AnEncoderOfAnotherCodecIsRefused) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4", R"({"encoder": "libx264"})"));
  try {
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("'libx264' writes h264, not hevc"));
  }
}

// What plan() says of settings of the encoder.
std::string plan_refusal(const std::string& extra, const std::string& preset = "") {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mkv", extra, preset));
  try {
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    return "not refused";
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CONFIG);
    return e.what();
  }
}

TEST(SinkFilm, APresetThatTheEncoderDoesNotKnowIsRefusedWithThoseThatItKnows) {
  EXPECT_EQ(plan_refusal(R"({"encoder": "libx265"})", "warpspeed"),
            "there is no preset 'warpspeed' for hevc: libx265 takes ultrafast, superfast, "
            "veryfast, faster, fast, medium, slow, slower, veryslow, placebo");
  EXPECT_THAT(plan_refusal("", "warpspeed"), HasSubstr("libx265 takes ultrafast"));
  EXPECT_EQ(plan_refusal(R"({"encoder": "libx265"})", "veryslow"), "not refused");
  EXPECT_EQ(plan_refusal(R"({"codec": "h264"})", "placebo"), "not refused");
  EXPECT_EQ(plan_refusal(R"({"codec": "ffv1"})", "ultrafast"), "not refused") << "without effect";
}

TEST(SinkFilm, PresetsOfAv1AreNumbers) {
  if (avcodec_find_encoder_by_name("libsvtav1") == nullptr)
    GTEST_SKIP() << "this FFmpeg has no SVT-AV1";
  const std::string svt = R"({"codec": "av1", "encoder": "libsvtav1"})";
  EXPECT_THAT(plan_refusal(svt, "ultrafast"),
              HasSubstr("no preset 'ultrafast' for av1: libsvtav1 takes whole numbers from"));
  EXPECT_THAT(plan_refusal(R"({"codec": "av1"})", "ultrafast"), HasSubstr("libsvtav1 takes whole"));
  EXPECT_THAT(plan_refusal(svt, "99"), HasSubstr("no preset '99'"));
  EXPECT_THAT(plan_refusal(svt, "8x"), HasSubstr("no preset '8x'"));
  EXPECT_EQ(plan_refusal(svt, "8"), "not refused");
}

TEST(SinkFilm, AQualityBeyondTheEncodersScaleIsRefused) {
  EXPECT_EQ(plan_refusal(R"({"encoder": "libx265", "quality": 99})"),
            "a quality of 99 is out of range for hevc: libx265 takes up to 51, lower is better, or "
            "0 for its default (20)");
  EXPECT_EQ(plan_refusal(R"({"encoder": "libx265", "quality": 51})"), "not refused");
  EXPECT_THAT(plan_refusal(R"({"codec": "av1", "quality": 64})"), HasSubstr("takes up to 63"));
  EXPECT_EQ(plan_refusal(R"({"codec": "av1", "quality": 63})"), "not refused");
}

TEST(SinkFilm, AnEncoderThatDoesNotOpenSaysSoInOneCleanLine) {
  const auto dir = temporary_dir();
  SinkDriver sink(sink_type(), quick(dir / "film.mp4", R"({"codec": "hevc"})"));
  const auto film = small_film(1, RLV_PF_YUV420P, 4, 8);
  static_cast<void>(sink.plan(ports_of(film, true)));
  ::testing::internal::CaptureStderr();
  std::string message;
  try {
    sink.open();
  } catch (const NodeError& e) {
    message = e.what();
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "past the log";
  EXPECT_THAT(message, HasSubstr("the encoder 'libx265' does not open for 8 x 8 yuv420p"))
      << "not one that needs a device";
  EXPECT_THAT(message, ::testing::Not(HasSubstr(" @ 0x")));
  EXPECT_TRUE(std::filesystem::is_empty(dir));
}

TEST(SinkFilm, SettingsThatMeanNothingToLosslessAreNoted) {
  const auto report =
      write_film(quick(temporary_dir() / "film.mkv", R"({"codec": "ffv1", "quality": 20})", ""),
                 small_film(1));
  EXPECT_THAT(report["notes"].dump(), HasSubstr("ffv1 is lossless"));
}

TEST(SinkFilm, AContainerThatCannotHoldTheCodecIsRefusedWithThoseThatCan) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mov", R"({"codec": "av1"})"));
  try {
    static_cast<void>(sink.plan(ports_of(small_film(1), true)));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr(".mov cannot hold av1"));
    EXPECT_THAT(e.what(), HasSubstr(".mkv"));
  }
}

TEST(SinkFilm, TwelveBitsFromAnEncoderWithoutThemIsRefused) {
  SinkDriver sink(sink_type(),
                  quick(temporary_dir() / "film.mp4",
                        R"({"codec": "h264", "bit_depth": 12, "encoder": "libx264"})"));
  static_cast<void>(sink.plan(ports_of(small_film(1), true)));
  try {
    sink.open();
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("cannot write 12 bits; it can write 8, 10"));
  }
}

TEST(SinkFilm, TheWordNullWritesNothingAndCounts) {
  auto film = small_film(7);
  const auto before = std::filesystem::current_path();
  const auto dir = temporary_dir();
  std::filesystem::current_path(dir);
  const auto report = write_film(R"({"path": "null"})", film);
  std::filesystem::current_path(before);
  EXPECT_EQ(report["frames"], 7);
  EXPECT_TRUE(report["complete"]);
  EXPECT_TRUE(std::filesystem::is_empty(dir));
}

TEST(SinkFilm, TellsWhenFramesCameIfAsked) {
  const auto now = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  auto film = small_film(7);
  const double begin = now();
  const auto report = write_film(R"({"path": "null", "moments": true})", film);
  const auto moments = report["moments_s"].get<std::vector<double>>();
  ASSERT_EQ(moments.size(), 7U);
  EXPECT_GE(moments.front(), begin);
  EXPECT_LE(moments.back(), now());
  EXPECT_TRUE(std::is_sorted(moments.begin(), moments.end()));
  EXPECT_FALSE(write_film(R"({"path": "null"})", film).contains("moments_s"));
}

TEST(SinkFilm, AFrameOfAnotherSizeIsRefused) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4"));
  auto film = small_film(2);
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true, 0, 1);
  film.format.width = 80;
  try {
    push_film(sink, film, true, 1, 2);
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("frame 1 is 80 x 48 yuv420p, not 64 x 48 yuv420p"));
  }
}

TEST(SinkFilm, ViewsThatDifferAreRefused) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4"));
  auto left = small_film(1).format;
  auto right = left;
  right.width += 2;
  try {
    static_cast<void>(sink.plan({left, right, std::nullopt}));
    FAIL();
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr("both views must be alike"));
  }
}

TEST(SinkFilm, NeitherViewsNorPictureIsRefused) {
  SinkDriver sink(sink_type(), quick(temporary_dir() / "film.mp4"));
  EXPECT_THROW(sink.plan({std::nullopt, std::nullopt, std::nullopt}), NodeError);
  EXPECT_THROW(sink.plan({small_film(1).format, std::nullopt, std::nullopt}), NodeError);
}

}  // namespace
}  // namespace relievo::test
