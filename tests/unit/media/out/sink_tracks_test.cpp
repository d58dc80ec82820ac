// The source's other tracks: packet by packet, in time with the pictures.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#if !defined(_WIN32)
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include "core/media/av.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"
#include "tests/unit/media/out/track_checks.hpp"

namespace relievo::test {
namespace {

using media::sink_type;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(SinkTracks, DataTracksAreLeftOutWithOneLine) {
  RLV_SHARED_DATA_OR_SKIP(source, "video/golf_walk_1080p30/golf.mov");
  const auto report =
      write_film(quick(temporary_dir() / "out.mov", R"({"codec": "h264"})"), film_of(source));
  ASSERT_EQ(report["notes"].size(), 1U) << report["notes"];
  EXPECT_THAT(report["notes"][0].get<std::string>(), HasSubstr("2 data tracks are left out"));
}

#if !defined(_WIN32)
// A server that lets one connect and then says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    is_there_ = bind(socket_, any, size) == 0 && listen(socket_, 4) == 0 &&
                getsockname(socket_, any, &size) == 0;
    url_ = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  ~SilentServer() { close(socket_); }
  [[nodiscard]] bool is_there() const { return is_there_; }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  int socket_;
  bool is_there_ = false;
  std::string url_;
};

TEST(SinkTracks, ASourceThatStallsIsGivenUpWhenTheRunIsCancelled) {
  const SilentServer server;
  if (!server.is_there()) GTEST_SKIP() << "no local network";
  auto film = small_film(1);
  media::SourceFile source;
  source.path = server.url();
  register_source(film, source);
  SinkDriver sink(sink_type(), quick(temporary_dir() / "out.mkv"));
  static_cast<void>(sink.plan(ports_of(film, true)));
  std::thread cancel([&sink] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    sink.run().context.cancelled = true;
  });
  try {
    sink.open();
    ADD_FAILURE() << "opened";
  } catch (const NodeError& e) {
    EXPECT_EQ(e.status, RLV_E_CANCELLED) << e.what();
  }
  cancel.join();
}
#endif

// A source with everything: two sounds, two subtitles, chapters, a font, titles.
std::filesystem::path rich_source(const std::filesystem::path& dir, const char* extra_sound) {
  const auto srt = dir / "words.srt";
  std::ofstream(srt) << "1\n00:00:00,250 --> 00:00:00,900\nfirst words\n\n"
                        "2\n00:00:01,500 --> 00:00:01,950\nlast words\n\n";
  const auto meta = dir / "meta.txt";
  std::ofstream(meta) << ";FFMETADATA1\ntitle=A rich film\ncreation_time=2021-02-03T04:05:06Z\n"
                         "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=700\ntitle=One\n"
                         "[CHAPTER]\nTIMEBASE=1/1000\nSTART=700\nEND=2000\ntitle=Two\n";
  const auto font = dir / "Some.ttf";
  std::ofstream(font, std::ios::binary) << "not really a font";
  const auto path = dir / "rich.mkv";
  ffmpeg(
      "-f lavfi -i testsrc=size=64x48:rate=24:duration=2 "
      "-f lavfi -i sine=frequency=440:duration=2 "
      "-f lavfi -i sine=frequency=880:duration=2 -i " +
      srt.string() + " -i " + srt.string() + " -i " + meta.string() +
      " -map 0 -map 1 -map 2 -map 3 -map 4 -map_metadata 5 -map_chapters 5"
      " -c:v libx264 -preset ultrafast -g 12 -c:a:0 aac -c:a:1 " +
      extra_sound +
      " -strict -2 -ac 2 -c:s:0 srt -c:s:1 ass"
      " -metadata:s:a:0 language=eng -metadata:s:a:0 title=Main"
      " -metadata:s:a:1 language=ger -metadata:s:a:1 title=Kommentar"
      " -metadata:s:s:0 language=fre -disposition:s:0 forced -disposition:a:1 comment"
      " -attach " +
      font.string() + " -metadata:s:t mimetype=application/x-truetype-font " + path.string());
  return path;
}

TEST(SinkTracks, MatroskaTakesEverythingAsItIs) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source_path = rich_source(dir, "flac");
  const auto source = read_file(source_path);
  const auto film = film_of(source_path);
  const auto path = dir / "out.mkv";
  const auto report = write_film(quick(path), film);
  EXPECT_TRUE(report["notes"].empty()) << report["notes"];

  const auto out = read_file(path);
  const double shift = shift_of(out, film);
  for (const auto type : {AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_SUBTITLE}) {
    const auto kept = out.of(type);
    const auto given = source.of(type);
    ASSERT_EQ(kept.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(kept[i]->codec, given[i]->codec);
      expect_same_packets(*kept[i], *given[i], shift, 0.0011);
      EXPECT_EQ(kept[i]->disposition, given[i]->disposition);
    }
  }
  EXPECT_EQ(out.of(AVMEDIA_TYPE_AUDIO)[1]->metadata.at("language"), "ger");
  EXPECT_EQ(out.of(AVMEDIA_TYPE_AUDIO)[1]->metadata.at("title"), "Kommentar");
  EXPECT_EQ(out.of(AVMEDIA_TYPE_SUBTITLE)[0]->metadata.at("language"), "fre");
  ASSERT_EQ(out.of(AVMEDIA_TYPE_ATTACHMENT).size(), 1U);
  EXPECT_EQ(out.of(AVMEDIA_TYPE_ATTACHMENT)[0]->metadata.at("filename"), "Some.ttf");
  EXPECT_EQ(out.of(AVMEDIA_TYPE_ATTACHMENT)[0]->extradata, "not really a font");
  ASSERT_EQ(out.chapters.size(), 2U);
  EXPECT_EQ(out.chapters[1].title, "Two");
  EXPECT_NEAR(out.chapters[1].start, 0.7 + shift, 0.002);
  EXPECT_EQ(out.metadata.at("title"), "A rich film");
  EXPECT_THAT(out.metadata.at("creation_time"), HasSubstr("2021-02-03T04:05:06"));
}

class SinkConverts : public ::testing::TestWithParam<const char*> {};

TEST_P(SinkConverts, Mp4GetsAacAndItsOwnTextAndSaysSo) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source_path = rich_source(dir, GetParam());
  const auto film = film_of(source_path);
  const auto path = dir / "out.mp4";
  SinkDriver sink(sink_type(), quick(path));
  const auto report = write_film(sink, film);
  const auto out = read_file(path);
  const auto sounds = out.of(AVMEDIA_TYPE_AUDIO);
  ASSERT_EQ(sounds.size(), 2U);
  EXPECT_EQ(sounds[0]->codec, AV_CODEC_ID_AAC);
  EXPECT_EQ(sounds[1]->codec, AV_CODEC_ID_AAC);
  EXPECT_EQ(sounds[1]->metadata.at("language"), "ger");
  const auto texts = out.of(AVMEDIA_TYPE_SUBTITLE);
  ASSERT_EQ(texts.size(), 2U);
  const auto given = read_file(source_path).of(AVMEDIA_TYPE_SUBTITLE)[0]->times();
  for (const auto* text : texts) {
    EXPECT_EQ(text->codec, AV_CODEC_ID_MOV_TEXT);
    // The two events, and the empty ones that MP4 puts between them.
    std::vector<double> starts;
    for (const auto& packet : text->packets)
      if (packet.size > 2)
        starts.push_back(static_cast<double>(packet.pts) * av_q2d(text->timebase));
    ASSERT_EQ(starts.size(), 2U);
    EXPECT_NEAR(starts[0], given[0], 0.002);
    EXPECT_NEAR(starts[1], given[1], 0.002);
  }
  ASSERT_EQ(out.chapters.size(), 2U);
  EXPECT_EQ(out.chapters[0].title, "One");
  EXPECT_NEAR(out.chapters[1].start, 0.7, 0.002);
  EXPECT_EQ(out.metadata.at("title"), "A rich film");
  EXPECT_EQ(out.of(AVMEDIA_TYPE_ATTACHMENT).size(), 0U);

  const auto notes = report["notes"].dump();
  EXPECT_THAT(notes, HasSubstr(std::string("audio track 2 (") +
                               (std::string(GetParam()) == "libvorbis" ? "vorbis"
                                : std::string(GetParam()) == "libopus" ? "opus"
                                : std::string(GetParam()) == "dca"     ? "dts"
                                                                       : GetParam()) +
                               ", ger) becomes aac"));
  EXPECT_THAT(notes, HasSubstr("subtitle track 1 (subrip, fre) becomes mov_text"));
  EXPECT_THAT(notes, HasSubstr("a .mkv keeps"));
  EXPECT_THAT(notes, HasSubstr("1 attached file is left out"));

  const auto heard = decode_sound(path, 1);
  EXPECT_NEAR(heard.start, 0, 0.03);
  EXPECT_NEAR(static_cast<double>(heard.samples.size()) / 48000, 2.0, 0.05);
}

INSTANTIATE_TEST_SUITE_P(Codecs, SinkConverts,
                         ::testing::Values("libopus", "flac", "libvorbis", "dca", "truehd",
                                           "pcm_s24le"),
                         [](const auto& codec) { return std::string(codec.param); });

TEST(SinkTracks, MovKeepsPcm) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source_path = dir / "pcm.mov";
  ffmpeg(
      "-f lavfi -i testsrc=size=64x48:rate=24:duration=1 -f lavfi -i sine=duration=1 "
      "-c:v libx264 -preset ultrafast -c:a pcm_s24le " +
      source_path.string());
  const auto film = film_of(source_path);
  const auto report = write_film(quick(dir / "out.mov"), film);
  EXPECT_TRUE(report["notes"].empty()) << report["notes"];
  const auto out = read_file(dir / "out.mov");
  ASSERT_EQ(out.of(AVMEDIA_TYPE_AUDIO).size(), 1U);
  EXPECT_EQ(out.of(AVMEDIA_TYPE_AUDIO)[0]->codec, AV_CODEC_ID_PCM_S24LE);
  const auto a = decode_sound(dir / "out.mov");
  const auto b = decode_sound(source_path);
  EXPECT_EQ(a.samples, b.samples);
}

TEST(SinkTracks, PicturesAsSubtitlesAreLeftOutOfMp4WithTheWayOut) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto source_path = dir / "dvd.mkv";
  // The empty overlay of a DVD subtitle encoder needs pictures to begin with: made from a filter.
  std::ofstream(dir / "a.srt") << "1\n00:00:00,100 --> 00:00:00,500\nx\n\n";
  ffmpeg("-f lavfi -i testsrc=size=64x48:rate=24:duration=1 -i " + (dir / "a.srt").string() +
         " -c:v libx264 -preset ultrafast -c:s srt " + (dir / "text.mkv").string());
  // A packet of PGS's end segment is all that a muxer looks at.
  std::ofstream(dir / "s.sup", std::ios::binary)
      << std::string("PG\0\0\0\0\0\0\0\0\x80\0\0", 13) +
             std::string("PG\0\0\x23\x28\0\0\0\0\x80\0\0", 13);
  ffmpeg("-i " + (dir / "text.mkv").string() + " -f sup -i " + (dir / "s.sup").string() +
         " -map 0:v -map 1:s -c copy " + source_path.string());
  const auto film = film_of(source_path);
  const auto report = write_film(quick(dir / "out.mp4"), film);
  EXPECT_THAT(report["notes"].dump(),
              HasSubstr("subtitle track 1 (hdmv_pgs_subtitle) is left out: .mp4 holds no subtitles "
                        "that are pictures; a .mkv keeps it"));
  EXPECT_EQ(read_file(dir / "out.mp4").of(AVMEDIA_TYPE_SUBTITLE).size(), 0U);
  const auto kept = write_film(quick(dir / "out.mkv"), film);
  EXPECT_TRUE(kept["notes"].empty()) << kept["notes"];
  EXPECT_EQ(read_file(dir / "out.mkv").of(AVMEDIA_TYPE_SUBTITLE).size(), 1U);
}

TEST(SinkTracks, MovTextBecomesSubripInMatroska) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  std::ofstream(dir / "a.srt") << "1\n00:00:00,250 --> 00:00:00,500\nhello\n\n";
  ffmpeg("-f lavfi -i testsrc=size=64x48:rate=24:duration=1 -i " + (dir / "a.srt").string() +
         " -c:v libx264 -preset ultrafast -c:s mov_text " + (dir / "in.mp4").string());
  const auto film = film_of(dir / "in.mp4");
  const auto report = write_film(quick(dir / "out.mkv"), film);
  const auto out = read_file(dir / "out.mkv");
  ASSERT_EQ(out.of(AVMEDIA_TYPE_SUBTITLE).size(), 1U);
  const auto& text = *out.of(AVMEDIA_TYPE_SUBTITLE)[0];
  EXPECT_EQ(text.codec, AV_CODEC_ID_SUBRIP);
  ASSERT_EQ(text.packets.size(), 1U);
  EXPECT_NEAR(static_cast<double>(text.packets[0].pts) * 1e-3 - shift_of(out, film), 0.25, 0.002);
  EXPECT_EQ(text.packets[0].duration, 250);
}

TEST(SinkTracks, CanBeSoundOnlyOrNothing) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  const auto film = film_of(rich_source(dir, "flac"));
  static_cast<void>(write_film(quick(dir / "a.mkv", R"({"tracks": "audio"})"), film));
  const auto sound = read_file(dir / "a.mkv");
  EXPECT_EQ(sound.of(AVMEDIA_TYPE_AUDIO).size(), 2U);
  EXPECT_EQ(sound.of(AVMEDIA_TYPE_SUBTITLE).size(), 0U);
  static_cast<void>(write_film(quick(dir / "n.mkv", R"({"tracks": "none"})"), film));
  EXPECT_EQ(read_file(dir / "n.mkv").streams.size(), 1U);
}

TEST(SinkTracks, ASourceThatCannotBeReadTwiceIsToldSo) {
  const auto path = temporary_dir() / "out.mp4";
  auto film = small_film(3);
  media::SourceFile pipe;
  pipe.path = "pipe:0";
  pipe.can_reopen = false;
  register_source(film, pipe);
  const auto once = write_film(quick(path), film);
  EXPECT_THAT(once["notes"].dump(), HasSubstr("can be read only once"));

  media::SourceFile gone;
  gone.path = (path.parent_path() / "gone.mp4").string();
  register_source(film, gone);
  const auto missing = write_film(quick(path.parent_path() / "two.mp4"), film);
  EXPECT_THAT(missing["notes"].dump(), HasSubstr("cannot be read a second time"));
  EXPECT_THAT(missing["notes"].dump(), HasSubstr("gone.mp4"));
}

TEST(SinkTracks, TheCoverComesAlong) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  ffmpeg(
      "-f lavfi -i testsrc=size=64x48:rate=24:duration=1 -f lavfi -i "
      "color=red:size=32x32:duration=0.04 -map 0 -map 1 -c:v:0 libx264 -preset ultrafast "
      "-c:v:1 mjpeg -frames:v:1 1 -pix_fmt:v:1 yuvj420p -disposition:v:1 attached_pic " +
      (dir / "in.mp4").string());
  const auto film = film_of(dir / "in.mp4");
  for (const char* name : {"out.mp4", "out.mkv"}) {
    const auto report = write_film(quick(dir / name), film);
    EXPECT_TRUE(report["notes"].empty()) << report["notes"];
    const auto out = read_file(dir / name);
    const auto videos = out.of(AVMEDIA_TYPE_VIDEO);
    ASSERT_EQ(videos.size(), 2U) << name;
    EXPECT_EQ(videos[1]->codec, AV_CODEC_ID_MJPEG) << name;
    EXPECT_NE(videos[1]->disposition & AV_DISPOSITION_ATTACHED_PIC, 0) << name;
  }
}

TEST(SinkTracks, NoTagsOfTheOldFileRemain) {
  RLV_FFMPEG_OR_SKIP();
  const auto dir = temporary_dir();
  ffmpeg(
      "-f lavfi -i testsrc=size=64x48:rate=24:duration=1 -metadata:s:v rotate=90 -metadata "
      "title=T -metadata:s:v BPS-eng=123 -c:v libx264 -preset ultrafast " +
      (dir / "in.mkv").string());
  static_cast<void>(write_film(quick(dir / "out.mkv"), film_of(dir / "in.mkv")));
  const auto out = read_file(dir / "out.mkv");
  EXPECT_EQ(out.video().metadata.count("BPS-eng"), 0U);
  EXPECT_EQ(out.video().metadata.count("ROTATE"), 0U);
  EXPECT_EQ(out.video().metadata.count("ENCODER"), 0U);
  EXPECT_EQ(out.metadata.at("title"), "T");
}

}  // namespace
}  // namespace relievo::test
