// How films of two views say so: boxes, StereoMode, the message in the stream; and what other
// readers make of it.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/child_process.hpp"
#include "core/media/boxes/stereo_boxes.hpp"
#include "core/media/nodes.hpp"
#include "core/media/write/frame_packing.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/python_tools.hpp"
#include "tests/unit/media/out/film.hpp"

extern "C" {
#include <libavutil/stereo3d.h>
}

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using media::Bytes;
using media::four_cc;
using media::Packing;
using media::sink_type;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string params(const std::string& layout, const std::string& more = "") {
  return R"({"layout": ")" + layout + "\"" + more + "}";
}

// What ffprobe says of the stream, or of the first picture, with all side data.
std::string probe(const fs::path& film, const std::string& what) {
  const auto said = run_program({"ffprobe", "-v", "error", "-select_streams", "v:0",
                                 "-read_intervals", "%+#1", what, film.string()});
  return said.value_or("ffprobe failed");
}

// Decoded from the bare stream: no container says anything of them.
std::vector<DecodedPicture> raw_pictures(const fs::path& film, const std::string& ending) {
  const auto raw = film.parent_path() / ("raw." + ending);
  ffmpeg("-y -i \"" + film.string() + "\" -c copy \"" + raw.string() + "\"");
  return decode_pictures(raw, 1);
}

struct Case {
  const char* layout;
  const char* packing;  // pkin
  int st3d;
  const char* name;      // FFmpeg's
  const char* matroska;  // StereoMode as FFmpeg names it
};

class StereoLayouts : public ::testing::TestWithParam<std::tuple<Case, const char*>> {};

TEST_P(StereoLayouts, IsSaidInBoxesAndInTheStreamOfMp4AndMov) {
  RLV_FFMPEG_OR_SKIP();
  const auto& [c, ending] = GetParam();
  const auto path = temporary_dir() / (std::string("film") + ending);
  const auto report = write_film(quick(path, params(c.layout)), small_film(12));
  EXPECT_TRUE(report["complete"]);
  EXPECT_EQ(report["bytes"], fs::file_size(path));
  const auto facts = media::read_stereo_facts(path);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].eyes, 3);
  ASSERT_TRUE(facts[0].packing);
  EXPECT_EQ(media::text_of(*facts[0].packing), c.packing);
  EXPECT_EQ(facts[0].st3d, c.st3d);
  EXPECT_THAT(probe(path, "-show_streams"),
              AllOf(HasSubstr("codec_tag_string=hvc1"), HasSubstr(std::string("type=") + c.name)));
  const auto first = raw_pictures(path, "hevc").at(0);
  EXPECT_EQ(first.stereo, c.st3d == 2 ? AV_STEREO3D_SIDEBYSIDE : AV_STEREO3D_TOPBOTTOM);
  EXPECT_FALSE(first.stereo_inverted);
  EXPECT_EQ(decode_pictures(path).size(), 12U);
}

constexpr Case kCases[]{{"full_sbs", "side", 2, "side by side", "left_right"},
                        {"half_sbs", "side", 2, "side by side", "left_right"},
                        {"full_tb", "over", 1, "top and bottom", "top_bottom"},
                        {"half_tb", "over", 1, "top and bottom", "top_bottom"}};

std::string case_name(const ::testing::TestParamInfo<std::tuple<Case, const char*>>& info) {
  return std::string(std::get<0>(info.param).layout) + "_" + (std::get<1>(info.param) + 1);
}

INSTANTIATE_TEST_SUITE_P(Films, StereoLayouts,
                         ::testing::Combine(::testing::ValuesIn(kCases),
                                            ::testing::Values(".mp4", ".mov")),
                         case_name);

TEST(SinkStereo, IsSaidByStereoModeInMatroska) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto& c : kCases) {
    const auto path = temporary_dir() / "film.mkv";
    static_cast<void>(
        write_film(quick(path, params(c.layout, R"(, "codec": "ffv1")"), ""), small_film(2)));
    const auto said = probe(path, "-show_streams");
    EXPECT_THAT(said, AllOf(HasSubstr(std::string("TAG:stereo_mode=") + c.matroska),
                            HasSubstr(std::string("type=") + c.name)));
    // StereoMode changes what the display size means; the pixels' shape must come back all the
    // same.
    const bool half = std::string(c.layout).starts_with("half");
    const bool beside = std::string(c.layout).ends_with("sbs");
    EXPECT_THAT(said, HasSubstr(!half    ? "sample_aspect_ratio=1:1"
                                : beside ? "sample_aspect_ratio=2:1"
                                         : "sample_aspect_ratio=1:2"));
  }
}

TEST(SinkStereo, IsNotSaidOfOneViewNorOfDepth) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  static_cast<void>(write_film(quick(dir / "left.mp4", params("left")), small_film(3)));
  static_cast<void>(write_film(quick(dir / "one.mp4"), small_film(3), false));
  for (const char* name : {"left.mp4", "one.mp4"}) {
    const auto facts = media::read_stereo_facts(dir / name);
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_FALSE(facts[0].is_stereo());
    EXPECT_THAT(probe(dir / name, "-show_frames"), Not(HasSubstr("Stereo 3D")));
  }
}

TEST(SinkStereo, IsSaidAtEveryKeyPictureOfH264) {
  RLV_FFMPEG_OR_SKIP();
  const auto path = temporary_dir() / "film.mkv";
  auto film = small_film(300, RLV_PF_YUV420P, 32, 32);
  static_cast<void>(write_film(quick(path, params("half_sbs", R"(, "codec": "h264")")), film));
  const auto file = read_file(path);
  const auto keys = std::count_if(file.video().packets.begin(), file.video().packets.end(),
                                  [](const ReadPacket& p) { return p.is_key; });
  ASSERT_GT(keys, 1);
  const auto raw = path.parent_path() / "film.264";
  ffmpeg("-i \"" + path.string() + "\" -c copy \"" + raw.string() + "\"");
  std::ifstream in(raw, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const auto nal = media::frame_packing_nal(AV_CODEC_ID_H264, {});
  const std::string wanted(nal.begin(), nal.end());
  long found = 0;
  for (auto at = bytes.find(wanted); at != std::string::npos; at = bytes.find(wanted, at + 1))
    ++found;
  EXPECT_EQ(found, keys);
  EXPECT_EQ(decode_pictures(raw, 1).at(0).stereo, AV_STEREO3D_SIDEBYSIDE);
}

// A run that ends early leaves a film that says it, too.
TEST(SinkStereo, IsSaidInAPartialFilm) {
  const auto path = temporary_dir() / "film.mp4";
  const auto film = small_film(60);
  SinkDriver sink(sink_type(), quick(path));
  static_cast<void>(sink.plan(ports_of(film, true)));
  sink.open();
  push_film(sink, film, true);
  const auto report = sink.finish(false);
  const auto facts = media::read_stereo_facts(report["path"].get<std::string>());
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_TRUE(facts[0].is_stereo());
}

// By the syntax tables: id 0, not cancelled, type 3 or 4, first view left, persistent.
TEST(FramePacking, HasTheBitsOfTheStandards) {
  using media::frame_packing_nal;
  EXPECT_EQ(frame_packing_nal(AV_CODEC_ID_HEVC, {Packing::kSideBySide, false}),
            (Bytes{0x4E, 0x01, 45, 6, 0x81, 0x81, 0, 0, 3, 0, 2, 0x80}));
  EXPECT_EQ(frame_packing_nal(AV_CODEC_ID_HEVC, {Packing::kOverUnder, true}),
            (Bytes{0x4E, 0x01, 45, 6, 0x82, 0x02, 0, 0, 3, 0, 2, 0x80}));
  EXPECT_EQ(frame_packing_nal(AV_CODEC_ID_H264, {Packing::kSideBySide, true}),
            (Bytes{0x06, 45, 7, 0x81, 0x82, 0, 0, 3, 0, 1, 0x20, 0x80}));
}

media::PacketPtr packet_of(const Bytes& bytes, bool key) {
  auto packet = media::make_packet();
  if (av_new_packet(packet.get(), static_cast<int>(bytes.size())) < 0) throw std::bad_alloc();
  std::copy(bytes.begin(), bytes.end(), packet->data);
  packet->flags = key ? AV_PKT_FLAG_KEY : 0;
  return packet;
}

// The content of a packet after it was marked; headers: the encoder's extradata.
Bytes marked(AVCodecID codec, const Bytes& headers, const Bytes& packet, bool key = true) {
  media::CodecPtr context(media::check_alloc(avcodec_alloc_context3(nullptr)));
  context->codec_id = codec;
  context->extradata = static_cast<std::uint8_t*>(av_mallocz(headers.size() + 64));
  context->extradata_size = static_cast<int>(headers.size());
  std::copy(headers.begin(), headers.end(), context->extradata);
  const auto sent = packet_of(packet, key);
  media::FramePackingMarker(*context, {}).mark(*sent);
  return {sent->data, sent->data + sent->size};
}

TEST(FramePacking, StandsBeforeTheFirstSliceBehindParameterSets) {
  const auto nal = media::frame_packing_nal(AV_CODEC_ID_HEVC, {});
  // Start codes: a parameter set (33) and a slice (19, IDR).
  const Bytes set{0, 0, 0, 1, 0x42, 1, 7};
  const Bytes slice{0, 0, 1, 0x26, 1, 9};
  const auto join = [](std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  EXPECT_EQ(marked(AV_CODEC_ID_HEVC, {}, join({set, slice})),
            join({set, {0, 0, 0, 1}, nal, slice}));
  EXPECT_EQ(marked(AV_CODEC_ID_HEVC, {}, join({set, slice}), false), join({set, slice}));
  EXPECT_EQ(marked(AV_CODEC_ID_HEVC, {}, set), set) << "no slice, no message";
  // Lengths of two bytes, as an avcC says; the first unit's length looks like a start code's.
  const auto h264 = media::frame_packing_nal(AV_CODEC_ID_H264, {});
  const Bytes headers{1, 100, 0, 31, 0xFD, 0xE0, 0};
  const auto length = static_cast<std::uint8_t>(h264.size());
  const Bytes unit{0, 2, 9, 16};  // access unit delimiter
  const Bytes idr{0, 3, 0x65, 1, 2};
  EXPECT_EQ(marked(AV_CODEC_ID_H264, headers, join({unit, idr})),
            join({unit, {0, length}, h264, idr}));
  const Bytes damaged{0, 200, 9, 16};
  EXPECT_EQ(marked(AV_CODEC_ID_H264, headers, damaged), damaged);
}

// A much newer FFmpeg, which knows all of these boxes.
TEST(Players, SeeTheLayoutOfEveryFilm) {
  RLV_PYTHON_TOOLS_OR_SKIP("players");
  const auto dir = temporary_dir();
  std::vector<std::string> words{tool_script("stereo_of.py")};
  std::vector<std::pair<std::string, const Case*>> films;
  for (const auto& c : kCases)
    for (const char* ending : {".mp4", ".mov", ".mkv"}) {
      const auto path = dir / (std::string(c.layout) + ending);
      static_cast<void>(write_film(quick(path, params(c.layout)), small_film(3)));
      words.push_back(path.string());
      films.emplace_back(path.string(), &c);
    }
  const auto end =
      host::run_child(python_tools("players").interpreter, words, std::chrono::seconds(100));
  ASSERT_EQ(end.exit_code, 0) << end.err;
  for (const auto& [path, c] : films) {
    EXPECT_THAT(end.out, HasSubstr(path + ": Stereo 3D: " + c->name + ", view: packed"));
    EXPECT_THAT(end.out, Not(HasSubstr(path + ": Spherical")));
  }
  EXPECT_THAT(end.out, Not(HasSubstr("unspecified")));
}

}  // namespace
}  // namespace relievo::test
