// Made films of every kind that users bring.
#include <cmath>
#include <fstream>
#include <numeric>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/clocks.hpp"
#include "core/media/read/side_data.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/read_film.hpp"

extern "C" {
#include <libavutil/mastering_display_metadata.h>
}

namespace relievo::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The samples of the picture area one after the other, planes in libav's order.
std::string frame_bytes(const Frame& frame) {
  const auto info = frame.info();
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  const bool planar_rgb = RLV_PIXEL_MODEL(info.pixel_format) == RLV_MODEL_RGB &&
                          RLV_PIXEL_LAYOUT(info.pixel_format) == RLV_LAYOUT_PLANAR;
  const std::uint32_t gbr[] = {1, 2, 0};
  std::string bytes;
  for (std::uint32_t i = 0; i < layout.plane_count; ++i) {
    const auto p = planar_rgb ? gbr[i] : i;
    const auto& t = frame.tensor(p)->dl_tensor;
    const auto& plane = layout.planes.at(p);
    const auto* data = static_cast<const char*>(t.data) + t.byte_offset;
    for (std::int32_t y = 0; y < plane.height; ++y)
      bytes.append(data + t.strides[0] * (t.dtype.bits / 8) * y,
                   static_cast<std::size_t>(plane.row_bytes()));
  }
  return bytes;
}

class SourceFormats : public ::testing::TestWithParam<const char*> {};

TEST_P(SourceFormats, ComeThroughSampleBySampleAtOddSizes) {
  RLV_FFMPEG_OR_SKIP();
  const std::string format = GetParam();
  const auto path = make_film(
      "-f lavfi -i testsrc2=s=61x47:d=0.12:r=25 -c:v ffv1 -pix_fmt " + format, format + ".mkv");
  if (probed(path, "pix_fmt") != format) GTEST_SKIP() << "this ffmpeg does not write " << format;
  const auto raw = file_bytes(make_film("-i " + path.string() + " -f rawvideo", format + ".raw"));
  FilmRun film(path.string());
  film.read_all();
  ASSERT_THAT(film.frames, SizeIs(3));
  std::string all;
  for (const auto& frame : film.frames) all += frame_bytes(frame);
  EXPECT_TRUE(all == raw) << "samples differ from ffmpeg's, " << all.size() << " and " << raw.size()
                          << " bytes";
}

INSTANTIATE_TEST_SUITE_P(Lossless, SourceFormats,
                         ::testing::Values("yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p",
                                           "yuv410p", "gray", "gray10le", "gray12le", "gray16le",
                                           "yuv420p9le", "yuv420p10le", "yuv422p10le",
                                           "yuv444p10le", "yuv420p12le", "yuv444p12le",
                                           "yuv420p14le", "yuv420p16le", "yuv444p16le", "gbrp10le",
                                           "gbrp12le", "gbrp16le"),
                         [](const auto& format) { return std::string(format.param); });

TEST(SourceFilms, PicturesOfFormatsThatFramesDoNotCarryAreConverted) {
  RLV_FFMPEG_OR_SKIP();
  struct Case {
    const char* codec;
    const char* format;
    const char* carried;
  };
  for (const auto& c : {Case{"rawvideo", "yuyv422", "yuv422p"}, Case{"qtrle", "argb", "rgb24"},
                        Case{"png", "rgba64be", "rgb48"}, Case{"png", "gray16be", "grey16"},
                        Case{"gif", "pal8", "rgb24"}}) {
    const auto path =
        make_film(std::string("-f lavfi -i testsrc2=s=62x46:d=0.2:r=10 -c:v ") + c.codec +
                      " -pix_fmt " + c.format,
                  std::string(c.format) + (c.codec == std::string("gif") ? ".gif" : ".mov"));
    FilmRun film(path.string());
    film.read_all();
    EXPECT_THAT(film.frames, SizeIs(2)) << c.format;
    EXPECT_EQ(pixel_format_name(film.format.pixel_format), c.carried) << c.format;
    if (RLV_PIXEL_MODEL(film.format.pixel_format) == RLV_MODEL_RGB) {
      EXPECT_EQ(film.format.colour.full_range, 1) << c.format;
      EXPECT_EQ(film.format.colour.matrix, 0) << c.format;
    }
    EXPECT_THAT(film.warnings(), IsEmpty()) << c.format;
  }
}

TEST(SourceFilms, FullRangeIsToldFromLimitedRange) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto* range : {"tv", "pc"}) {
    const auto path =
        make_film(std::string("-f lavfi -i color=white:s=64x48:d=0.1 -vf "
                              "scale=out_range=") +
                      range + ",format=yuv420p -c:v libx264 -qp 0 -color_range " + range,
                  std::string("range_") + range + ".mp4");
    FilmRun film(path.string());
    film.read_all();
    const bool full = range == std::string("pc");
    EXPECT_EQ(int{film.format.colour.full_range}, full ? 1 : 0);
    EXPECT_NEAR(sample(film.frames.at(0), 0, 5, 5), full ? 255 : 235, 1);
  }
}

TEST(SourceFilms, Hdr10MetadataGoesToTheClock) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film(
      "-f lavfi -i testsrc2=s=128x96:d=0.2 -pix_fmt yuv420p10le -c:v libx265 -x265-params "
      "log-level=none:hdr10=1:colorprim=9:transfer=16:colormatrix=9:max-cll=1234,321:master-"
      "display="
      "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50) -f mpegts",
      "hdr10.ts");
  FilmRun film(path.string());
  film.read_all();
  EXPECT_EQ(int{film.format.colour.primaries}, 9);
  EXPECT_EQ(int{film.format.colour.transfer}, 16);
  EXPECT_EQ(int{film.format.colour.matrix}, 9);
  const auto source = media::find_clock(film.format.clock)->source();
  ASSERT_NE(source.mastering_display, nullptr);
  ASSERT_NE(source.content_light, nullptr);
  const auto& light = *reinterpret_cast<const AVContentLightMetadata*>(source.content_light->data);
  EXPECT_EQ(light.MaxCLL, 1234U);
  EXPECT_EQ(light.MaxFALL, 321U);
  const auto& display =
      *reinterpret_cast<const AVMasteringDisplayMetadata*>(source.mastering_display->data);
  EXPECT_NEAR(av_q2d(display.max_luminance), 1000.0, 0.01);
  EXPECT_THAT(media::find_clock(film.format.clock)->get(0).items, ::testing::Not(IsEmpty()));
}

TEST(SourceFilms, SideDataThatDoesNotSurviveGeometryStaysBehind) {
  auto picture = media::make_av_frame();
  for (const auto type : {AV_FRAME_DATA_A53_CC, AV_FRAME_DATA_S12M_TIMECODE,
                          AV_FRAME_DATA_DYNAMIC_HDR_PLUS, AV_FRAME_DATA_DOVI_RPU_BUFFER,
                          AV_FRAME_DATA_MOTION_VECTORS, AV_FRAME_DATA_REGIONS_OF_INTEREST})
    ASSERT_NE(av_frame_new_side_data(picture.get(), type, 8), nullptr);
  const auto travelling = media::travelling_side_data(*picture);
  ASSERT_THAT(travelling.items, SizeIs(3));
  EXPECT_EQ(travelling.items[0].type, AV_FRAME_DATA_A53_CC);
  EXPECT_EQ(travelling.items[2].type, AV_FRAME_DATA_DYNAMIC_HDR_PLUS);
  picture.reset();
  EXPECT_EQ(travelling.items[0].data->size, 8U);
}

TEST(SourceFilms, VariableTimesAreKeptToTheTick) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film(
      "-f lavfi -i testsrc2=s=64x48:d=2:r=30 -vf select=not(mod(n\\,7))+eq(n\\,10)+gt(n\\,50) "
      "-fps_mode passthrough -c:v libx264 -video_track_timescale 90000",
      "vfr.mp4");
  FilmRun film(path.string());
  film.read_all();
  EXPECT_EQ(film.times(), probed_times(path));
  EXPECT_EQ(film.format.timebase_den, 90000);
  const auto times = film.times();
  ASSERT_GT(times.size(), 12U);
  EXPECT_EQ(times[1] - times[0], 7 * 3000);
  EXPECT_EQ(times[2] - times[1], 3 * 3000);
  EXPECT_THAT(film.warnings(), IsEmpty());
}

// Degrees against the clock by which the picture lies wrong, as ffprobe reads the matrix.
std::string rotation_told(const std::filesystem::path& film) {
  const auto text =
      run_program({"ffprobe", "-v", "quiet", "-select_streams", "v:0", "-show_entries",
                   "stream_side_data=rotation", "-of", "default=nk=1:nw=1", film.string()});
  return text && !text->empty() ? *text : "0";
}

TEST(SourceFilms, SampleAspectAndRotationAreKeptTogether) {
  RLV_FFMPEG_OR_SKIP();
  const auto flat = make_film(
      "-f lavfi -i testsrc2=s=72x50:d=0.2:r=10 -vf setsar=4/3 -c:v libx264 -qp 0", "flat.mp4");
  FilmRun upright(flat.string());
  upright.read_all();
  EXPECT_EQ(upright.format.sar_num, 4);
  EXPECT_EQ(upright.format.sar_den, 3);
  EXPECT_EQ(upright.frames[0].info().rotation_done, 0);
  for (const int degrees : {90, 180, 270}) {
    const auto path = make_film(
        "-i " + flat.string() + " -c copy -metadata:s:v:0 rotate=" + std::to_string(degrees),
        "turned" + std::to_string(degrees) + ".mp4");
    FilmRun film(path.string());
    film.read_all();
    const bool across = degrees != 180;
    EXPECT_EQ(film.format.width, across ? 50 : 72);
    EXPECT_EQ(film.format.height, across ? 72 : 50);
    EXPECT_EQ(film.format.sar_num, across ? 3 : 4);
    EXPECT_EQ(film.format.sar_den, across ? 4 : 3);
    EXPECT_EQ((film.frames[0].info().rotation_done + std::stoi(rotation_told(path)) + 360) % 360,
              0);
    // ffmpeg turns pictures by itself.
    const auto raw = file_bytes(
        make_film("-i " + path.string() + " -f rawvideo", "turned" + std::to_string(degrees)));
    EXPECT_TRUE(frame_bytes(film.frames[0]) + frame_bytes(film.frames[1]) == raw) << degrees;
  }
}

TEST(SourceFilms, TwoTimesTwoTurned422Becomes444) {
  RLV_FFMPEG_OR_SKIP();
  const auto flat =
      make_film("-f lavfi -i testsrc2=s=64x48:d=0.1 -c:v libx264 -pix_fmt yuv422p10le", "v422.mp4");
  const auto path =
      make_film("-i " + flat.string() + " -c copy -metadata:s:v:0 rotate=90", "v422_90.mp4");
  FilmRun film(path.string());
  film.read_all();
  EXPECT_EQ(pixel_format_name(film.format.pixel_format), "yuv444p10");
  EXPECT_EQ(film.format.width, 48);
}

double comb(const Frame& frame) {
  const auto luma = frame.plane<const std::uint8_t>(0);
  double sum = 0.0;
  for (int y = 2; y + 2 < luma.height; ++y)
    for (int x = 0; x < luma.width; ++x)
      sum += std::abs(luma.at(x, y - 1) + luma.at(x, y + 1) - 2 * luma.at(x, y));
  return sum / luma.width / luma.height;
}

TEST(SourceFilms, InterlacedPicturesAreDeinterlacedAtTheSameRate) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film(
      "-f lavfi -i testsrc2=s=128x96:d=1:r=50 -vf interlace=scan=tff:lowpass=off -c:v libx264 -qp "
      "5 "
      "-flags +ilme+ildct -x264opts tff=1",
      "interlaced.mp4");
  FilmRun as_is(path.string(), R"("deinterlace": "off")");
  FilmRun film(path.string());
  as_is.read_all();
  film.read_all();
  ASSERT_EQ(as_is.frames.size(), 25U);
  EXPECT_EQ(film.times(), as_is.times());
  EXPECT_LT(comb(film.frames[12]), 0.7 * comb(as_is.frames[12]));
}

TEST(SourceFilms, ProgressivePicturesAreLeftAlone) {
  RLV_FFMPEG_OR_SKIP();
  const auto path =
      make_film("-f lavfi -i testsrc2=s=128x96:d=0.3:r=25 -c:v libx264", "progressive.mp4");
  FilmRun automatic(path.string());
  FilmRun off(path.string(), R"("deinterlace": "off")");
  FilmRun on(path.string(), R"("deinterlace": "on")");
  automatic.read_all();
  off.read_all();
  on.read_all();
  EXPECT_EQ(fingerprint(automatic.frames.at(4)), fingerprint(off.frames.at(4)));
  EXPECT_NE(fingerprint(on.frames.at(4)), fingerprint(off.frames.at(4)));
  EXPECT_EQ(on.times(), off.times());
}

TEST(SourceFilms, AnotherSizeOnTheWayIsBroughtToTheFirst) {
  RLV_FFMPEG_OR_SKIP();
  const auto small =
      make_film("-f lavfi -i testsrc2=s=64x48:d=0.4:r=10 -c:v libx264 -g 2", "small.ts");
  const auto large =
      make_film("-f lavfi -i testsrc2=s=96x80:d=0.4:r=10 -c:v libx264 -g 2 -output_ts_offset 0.8",
                "large.ts");
  const auto path = temporary_dir() / "both.ts";
  std::ofstream(path, std::ios::binary) << file_bytes(small) << file_bytes(large);
  FilmRun film(path.string());
  film.read_all();
  EXPECT_THAT(film.frames, SizeIs(8));
  for (const auto& frame : film.frames) EXPECT_EQ(frame.info().width, 64);
  EXPECT_THAT(film.warnings(),
              ::testing::Contains(HasSubstr("changes its size from 64x48 to 96x80")));
}

TEST(SourceFilms, ATruncatedFilmIsKeptUpToItsEndAndToldOfOnce) {
  RLV_FFMPEG_OR_SKIP();
  const auto whole =
      make_film("-f lavfi -i testsrc2=s=160x120:d=6:r=25 -c:v libx264 -g 25 -movflags +faststart",
                "long.mp4");
  const auto bytes = file_bytes(whole);
  const auto path = temporary_dir() / "cut.mp4";
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  FilmRun film(path.string());
  film.read_all();
  EXPECT_GT(film.frames.size(), 40U);
  EXPECT_LT(film.frames.size(), 120U);
  EXPECT_THAT(film.warnings(),
              ::testing::Contains(AllOf(HasSubstr("ends early"), HasSubstr("of 6.00 s"),
                                        HasSubstr("pictures read"))));
}

TEST(SourceFilms, ADamagedSpotCostsAWarningAndNoMore) {
  RLV_FFMPEG_OR_SKIP();
  const auto whole =
      make_film("-f lavfi -i testsrc2=s=160x120:d=4:r=25 -c:v libx264 -g 10 -f mpegts", "sound.ts");
  auto bytes = file_bytes(whole);
  for (std::size_t i = bytes.size() / 2; i < bytes.size() / 2 + 4000; ++i) bytes[i] = '\x5A';
  const auto path = temporary_dir() / "spot.ts";
  std::ofstream(path, std::ios::binary) << bytes;
  FilmRun film(path.string());
  film.read_all();
  EXPECT_GT(film.frames.size(), 80U);
  ASSERT_THAT(film.warnings(), SizeIs(1));
  EXPECT_THAT(film.warnings()[0],
              AllOf(HasSubstr("damaged or missing"), HasSubstr("the first at"), HasSubstr(" s; ")));
}

TEST(SourceFilms, APipeIsReadOnceFromItsBeginning) {
  RLV_FFMPEG_OR_SKIP();
  const auto file =
      make_film("-f lavfi -i testsrc2=s=64x48:d=1:r=25 -c:v libx264 -f matroska", "piped.mkv");
  const auto fifo = (temporary_dir() / "fifo").string();
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const auto bytes = file_bytes(file);
  std::thread writer([&] { std::ofstream(fifo, std::ios::binary) << bytes; });
  FilmRun film(fifo, R"("start": 0.2)");
  film.read_all();
  writer.join();
  EXPECT_THAT(film.frames, SizeIs(20));
  EXPECT_FALSE(media::find_clock(film.format.clock)->source().can_reopen);
  film.node.drain();
  film.node.reset();
  try {
    film.node.open();
    FAIL() << "opened again";
  } catch (const host::NodeFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("cannot be read a second time"));
  }
}

TEST(SourceFilms, NumberedPicturesAreAFilm) {
  RLV_FFMPEG_OR_SKIP();
  static_cast<void>(
      make_film("-f lavfi -i testsrc2=s=64x48:d=0.4:r=10 -start_number 7", "n%03d.png"));
  const auto first = make_film("-f lavfi -i testsrc2=s=64x48:d=0.1:r=10 -frames:v 1", "other.png");
  FilmRun film((first.parent_path() / "n%03d.png").string());
  film.read_all();
  EXPECT_THAT(film.frames, SizeIs(4));
  EXPECT_FALSE(media::find_clock(film.format.clock)->source().is_still);
}

TEST(SourceFilms, TheSecondTrackCanBeChosen) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = make_film(
      "-f lavfi -i testsrc2=s=64x48:d=0.2 -f lavfi -i testsrc2=s=32x24:d=0.2 -map 0 -map 1 -c:v "
      "ffv1",
      "two.mkv");
  FilmRun best(path.string());
  FilmRun second(path.string(), R"("track": 1)");
  best.plan();
  second.plan();
  EXPECT_EQ(best.format.width, 64);
  EXPECT_EQ(second.format.width, 32);
}

// ---------------------------------------------------------------- pictures

TEST(SourceStills, AreFilmsOfOneFrame) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto* name : {"a.jpg", "a.png", "a.tiff", "a.webp", "a.bmp", "a.avif"}) {
    std::filesystem::path path;
    try {
      path = make_film("-f lavfi -i testsrc2=s=64x48:d=0.04 -frames:v 1 -still-picture 1", name);
    } catch (const std::runtime_error&) {
      try {
        path = make_film("-f lavfi -i testsrc2=s=64x48:d=0.04 -frames:v 1", name);
      } catch (const std::runtime_error&) {
        continue;
      }
    }
    FilmRun film(path.string());
    film.read_all();
    EXPECT_THAT(film.frames, SizeIs(1)) << name;
    EXPECT_EQ(film.format.frame_count, 1) << name;
    EXPECT_TRUE(media::find_clock(film.format.clock)->source().is_still) << name;
    EXPECT_THAT(film.warnings(), IsEmpty()) << name;
  }
}

// The EXIF block of a photograph taken with the camera turned, 28 mm on 35 mm film.
std::string exif_block(char orientation) {
  std::string block("MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0", 19);
  block += orientation;
  block += std::string(
      "\0\0\x87\x69\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"
      "\0\x01\xA4\x05\0\x03\0\0\0\x01\0\x1C\0\0\0\0\0\0",
      36);
  return block;
}

std::string big_endian(std::uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFFU);
  return text;
}

TEST(SourceStills, ExifTurnsJpegAndPngAndGivesTheFocalLength) {
  RLV_FFMPEG_OR_SKIP();
  const auto block = exif_block(6);
  for (const std::string ending : {"jpg", "png"}) {
    const auto plain =
        make_film("-f lavfi -i testsrc2=s=64x48:d=0.04 -frames:v 1 -qscale:v 1", "plain." + ending);
    auto bytes = file_bytes(plain);
    if (ending == "jpg") {
      const auto body = std::string("Exif\0\0", 6) + block;
      bytes.insert(2,
                   "\xFF\xE1" + big_endian(static_cast<std::uint32_t>(body.size()) + 2, 2) + body);
    } else {
      // The check sum is not looked at in ancillary chunks.
      bytes.insert(33, big_endian(static_cast<std::uint32_t>(block.size()), 4) + "eXIf" + block +
                           std::string(4, '\0'));
    }
    const auto path = temporary_dir() / ("turned." + ending);
    std::ofstream(path, std::ios::binary) << bytes;
    FilmRun film(path.string());
    film.read_all();
    ASSERT_THAT(film.frames, SizeIs(1)) << ending;
    EXPECT_EQ(film.format.width, 48) << ending;
    EXPECT_EQ(film.format.height, 64) << ending;
    EXPECT_EQ(film.frames[0].info().rotation_done, 90) << ending;
    EXPECT_NEAR(film.format.focal_px, 28.0 / 36.0 * 64, 1e-3) << ending;
    EXPECT_EQ(film.frames[0].info().focal_px, film.format.focal_px);
  }
}

TEST(SourceStills, ANameLikeAPatternIsStillAFile) {
  RLV_FFMPEG_OR_SKIP();
  const auto plain = make_film("-f lavfi -i testsrc2=s=64x48:d=0.04 -frames:v 1", "p.png");
  for (const auto* name : {"50%d.png", "what?.png", "a*b.png", "c:d.png", "it's [1].png"}) {
    const auto path = temporary_dir() / name;
    std::filesystem::copy_file(plain, path);
    FilmRun film(path.string());
    film.read_all();
    EXPECT_THAT(film.frames, SizeIs(1)) << name;
  }
}

}  // namespace
}  // namespace relievo::test
