// Real clips through the whole pipeline: what must survive, compared with the source.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/host_run.hpp"
#include "tests/support/damaged_files.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/packet_checks.hpp"
#include "tests/support/paths.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
}

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct Clip {
  const char* path;
  const char* ending;
  bool keeps_sound = true;  // false: the container cannot hold the source's codec
  const char* codec = "hevc";
};

std::ostream& operator<<(std::ostream& out, const Clip& clip) {
  return out << clip.path << " to " << clip.codec << " in " << clip.ending;
}

// "30000/1001"
AVRational ratio(const std::string& text) {
  const auto slash = text.find('/');
  return {std::stoi(text), std::stoi(text.substr(slash + 1))};
}

bool is_turned(const fs::path& film) {
  const auto angle = probed(film, "rotation");
  return !angle.empty() && std::abs(std::stoi(angle)) % 180 == 90;
}

// Every picture as 64 x 36 grey samples, upright as ffmpeg shows it.
std::string thumbnails(const fs::path& film, const std::string& crop) {
  const auto raw = temporary_dir() / "thumbnails.gray";
  ffmpeg("-i " + film.string() + " -map 0:v:0 -an -fps_mode passthrough -vf " + crop +
         "scale=64:36:flags=area,format=gray -f rawvideo " + raw.string());
  return bytes_of(raw);
}

void expect_exact_times(const fs::path& source, const ReadFile& out) {
  const auto wanted = probed_times(source);
  const auto unit = ratio(probed(source, "time_base"));
  std::vector<std::int64_t> got;
  for (const auto& packet : out.video().packets) got.push_back(packet.pts);
  std::sort(got.begin(), got.end());
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_EQ(av_compare_ts(got[i] - got[0], out.video().timebase, wanted[i] - wanted[0], unit), 0)
        << "frame " << i << ": " << got[i] - got[0] << " instead of " << wanted[i] - wanted[0];
}

// The last picture is shown for as long as it was.
void expect_same_duration(const ReadFile& source, const ReadFile& out) {
  const auto length = [](const ReadStream& stream) {
    std::int64_t begin = INT64_MAX;
    std::int64_t end = 0;
    for (const auto& packet : stream.packets) {
      if (!packet.is_shown) continue;
      begin = std::min(begin, packet.pts);
      end = std::max(end, packet.pts + packet.duration);
    }
    return static_cast<double>(end - begin) * av_q2d(stream.timebase);
  };
  EXPECT_NEAR(length(out.video()), length(source.video()),
              0.002 + blur(out.video(), source.video()));
  EXPECT_NEAR(out.duration, source.duration, 0.05);
}

void expect_same_picture_kind(const fs::path& path, const ReadStream& source,
                              const ReadStream& out) {
  const bool turned = is_turned(path);
  EXPECT_EQ(out.width, 2 * (turned ? source.height : source.width));
  EXPECT_EQ(out.height, turned ? source.width : source.height);
  const auto depth = [](const ReadStream& stream) {
    return av_pix_fmt_desc_get(stream.format)->comp[0].depth;
  };
  EXPECT_EQ(depth(out), depth(source));
  // What a film does not say is what players take a film of its size for: told now, since the size
  // is another.
  constexpr int kUnsaid = 2;
  const bool is_small = source.height <= 576;
  const auto same = [&](int said, int assumed) {
    if (said != kUnsaid) return ::testing::AnyOf(said, said);
    return ::testing::AnyOf(assumed, is_small ? 6 : 1);
  };
  EXPECT_THAT(int{out.colour.primaries}, same(source.colour.primaries, is_small ? 5 : 1));
  EXPECT_THAT(int{out.colour.transfer}, same(source.colour.transfer, 1));
  // VP8 has one matrix for all sizes, BT.601 (RFC 6386, section 9.2), told by its decoder only.
  const bool is_bt601 = is_small || source.codec == AV_CODEC_ID_VP8;
  EXPECT_THAT(int{out.colour.matrix}, same(source.colour.matrix, is_bt601 ? 5 : 1));
  EXPECT_EQ(out.colour.full_range, source.colour.full_range);
}

void expect_every_sound(const Clip& clip, const ReadFile& source, const ReadFile& out, double shift,
                        const std::string& said) {
  const auto sounds = source.of(AVMEDIA_TYPE_AUDIO);
  const auto kept = out.of(AVMEDIA_TYPE_AUDIO);
  ASSERT_EQ(kept.size(), sounds.size());
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    if (clip.keeps_sound) {
      EXPECT_EQ(kept[i]->codec, sounds[i]->codec);
      expect_same_packets(*kept[i], *sounds[i], shift, blur(*kept[i], *sounds[i]) + 0.0005);
    } else {
      EXPECT_EQ(kept[i]->codec, AV_CODEC_ID_AAC);
      EXPECT_THAT(said, HasSubstr(") becomes aac: "));
    }
    EXPECT_EQ(language(*kept[i]), language(*sounds[i]));
  }
}

// Upright, the right picture at the right place: the left view is the source but for its parallax.
void expect_same_pictures(const fs::path& source, const fs::path& out) {
  const auto wanted = thumbnails(source, "");
  const auto left = thumbnails(out, "crop=iw/2:ih:0:0,");
  ASSERT_EQ(left.size(), wanted.size());
  constexpr std::size_t kPicture = 64 * 36;
  double worst = 0;
  for (std::size_t begin = 0; begin < wanted.size(); begin += kPicture) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + kPicture; ++i)
      sum += std::abs(static_cast<std::uint8_t>(wanted[i]) - static_cast<std::uint8_t>(left[i]));
    worst = std::max(worst, sum / kPicture);
  }
  std::printf("  left view: mean difference of the worst frame %.2f of 255\n", worst);
  EXPECT_LT(worst, 8.0);
}

class ClipsThroughTheProgram : public ::testing::TestWithParam<Clip> {};

TEST_P(ClipsThroughTheProgram, KeepTimesPicturesColourAndSound) {
  RLV_FFMPEG_OR_SKIP();
  const auto& clip = GetParam();
  RLV_SHARED_DATA_OR_SKIP(path, std::string("video/") + clip.path);
  const auto result = temporary_dir() / (std::string("out") + clip.ending);
  auto setup = host_setup();
  setup.limit = std::chrono::minutes(25);
  const auto end =
      run_host(convert(path, result,
                       {"--set", std::string("nodes.sink.params.codec=") + clip.codec, "--set",
                        "nodes.source.params.unpack=left"}),  // one of them is 3D already
               setup);
  expect_success(end);
  EXPECT_EQ(end.out, result.string() + "\n");

  const auto source = read_file(path);
  const auto out = read_file(result);
  expect_exact_times(path, out);
  expect_same_duration(source, out);
  expect_same_picture_kind(path, source.video(), out.video());
  EXPECT_EQ(avcodec_get_name(out.video().codec), std::string(clip.codec));
  EXPECT_EQ(probed(result, "rotation"), "");
  const double first =
      static_cast<double>(probed_times(path).front()) * av_q2d(ratio(probed(path, "time_base")));
  expect_every_sound(clip, source, out, out.video().times().front() - first, end.err);
  expect_same_pictures(path, result);
  expect_sound_file(result);
}

constexpr Clip kWater{"spatial_mvhevc_vr180/water_180_mvhevc.mov", ".mov"};
constexpr Clip kGolf{"golf_walk_1080p30/golf.mov", ".mp4"};
constexpr Clip kGolfQuickly{"golf_walk_1080p30/golf.mov", ".mp4", true, "h264"};
constexpr Clip kJuggle{"juggle_720p24/juggle.mp4", ".mp4"};
constexpr Clip kFlower{"flower_540p30/flower.mp4", ".mp4"};
constexpr Clip kBunny{"bbb_cuts_720p24/bbb_0_30.webm", ".mkv"};
constexpr Clip kBunnyMp4{"bbb_cuts_720p24/bbb_0_30.webm", ".mp4", false};
constexpr Clip kChaplin{"chaplin_360p25/chaplin.mp4", ".mp4"};
constexpr Clip kPhone{"phone_hlg_vfr_rot_1080p/phone_hlg.mp4", ".mp4"};
constexpr Clip kParaglide{"paraglide_480p30/paraglide.mp4", ".mp4"};
constexpr Clip kCuts{"made_cuts_24fps/made_cuts.mp4", ".mp4"};

std::string clip_name(const ::testing::TestParamInfo<Clip>& info) {
  const std::string path = info.param.path;
  return path.substr(0, path.find('_')) + "_" + (info.param.ending + 1);
}

#if defined(RLV_FULL_TESTS)
INSTANTIATE_TEST_SUITE_P(AllClips, ClipsThroughTheProgram,
                         ::testing::Values(kGolf, kJuggle, kFlower, kBunny, kBunnyMp4, kChaplin,
                                           kPhone, kParaglide, kCuts),
                         clip_name);
#else
// The two with the fewest frames.
INSTANTIATE_TEST_SUITE_P(SomeClips, ClipsThroughTheProgram, ::testing::Values(kWater, kGolfQuickly),
                         clip_name);
#endif

}  // namespace
}  // namespace relievo::test
