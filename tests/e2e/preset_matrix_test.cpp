// Every preset with every clip: name, size, codec, tracks, colour and marks of the film that comes
// out, and that the left half is the left eye's. What a player wants is written down here once
// more, apart from the program's own table.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/stereo_boxes.hpp"
#include "tests/e2e/host_run.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/packet_checks.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/python_tools.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

enum class Packing { kFull, kHalf, kAnaglyph, kVr180 };

struct Player {
  const char* preset;
  const char* token;
  Packing packing;
  AVCodecID codec;
  int most_width;  // of the film
  int most_height;
  double most_rate;
  bool wants_aac;
  bool shows_hdr;
};
constexpr std::array kPlayers{
    Player{"vision_pro", "_LRF_Full_SBS", Packing::kFull, AV_CODEC_ID_HEVC, 7680, 2160, 60, false,
           true},
    Player{"quest3", "_LRF_Full_SBS", Packing::kFull, AV_CODEC_ID_HEVC, 7680, 2160, 60, true, true},
    Player{"quest2", "_LRF_Full_SBS", Packing::kFull, AV_CODEC_ID_HEVC, 5120, 1440, 60, true, true},
    Player{"youtube", "_LR", Packing::kFull, AV_CODEC_ID_HEVC, 7680, 2160, 60, false, true},
    Player{"vr180", "_180_LR", Packing::kVr180, AV_CODEC_ID_HEVC, 5760, 2880, 60, true, true},
    Player{"tv_3d", "_3dh_HSBS", Packing::kHalf, AV_CODEC_ID_H264, 1920, 1080, 30, false, false},
    Player{"phone_cardboard", "_3dh_LR", Packing::kHalf, AV_CODEC_ID_H264, 1920, 1080, 60, true,
           false},
    Player{"anaglyph", "_anaglyph", Packing::kAnaglyph, AV_CODEC_ID_H264, 1920, 1080, 60, false,
           false}};

struct Clip {
  const char* path;
  int width;  // upright, of one view
  int height;
  double rate;
  bool has_sound;
  bool is_hdr;
  bool is_3d;
  int start = 0;  // seconds; where there is something to see
};
constexpr std::array kClips{
    Clip{"bbb_cuts_720p24/bbb_0_30.webm", 1280, 720, 24, true, false, false, 9},
    Clip{"chaplin_360p25/chaplin.mp4", 640, 360, 25, true, false, false},
    Clip{"flower_540p30/flower.mp4", 960, 540, 29.97, true, false, false},
    Clip{"golf_walk_1080p30/golf.mov", 1920, 1080, 30, true, false, false},
    Clip{"juggle_720p24/juggle.mp4", 1280, 720, 24, false, false, false},
    Clip{"made_cuts_24fps/made_cuts.mp4", 640, 360, 24, false, false, false},
    Clip{"paraglide_480p30/paraglide.mp4", 854, 480, 30, false, false, false},
    Clip{"phone_hlg_vfr_rot_1080p/phone_hlg.mp4", 1080, 1920, 29.97, true, true, false},
    Clip{"spatial_mvhevc_vr180/water_180_mvhevc.mov", 1934, 2160, 90, false, false, true}};

struct Cell {
  Player player;
  Clip clip;
};

std::string stem_of(const Clip& clip) {
  return fs::path(clip.path).stem().string();
}

std::ostream& operator<<(std::ostream& out, const Cell& cell) {
  return out << stem_of(cell.clip) << " for " << cell.player.preset;
}

// A ramp for depth: near at the bottom, far at the top; a few frames of each clip.
std::vector<std::string> words(const fs::path& film, const Cell& cell) {
  std::vector<std::string> all{film.string(), "--preset", cell.player.preset, "--set",
                               "nodes.source.params.start=" + std::to_string(cell.clip.start)};
  for (const auto* one : {"nodes.source.params.seconds=0.3", "nodes.depth.type=example.ramp",
                          "nodes.sink.params.preset=ultrafast", "nodes.stereo.params.strength=3"}) {
    all.emplace_back("--set");
    all.emplace_back(one);
  }
  return all;
}

struct Size {
  int width;
  int height;
};

// One view: shrunk as a whole where it is larger than the player takes, to even sides.
Size view_of(const Cell& cell) {
  if (cell.player.packing == Packing::kVr180)
    return {cell.player.most_width / 2, cell.player.most_height};
  const int most =
      cell.player.packing == Packing::kFull ? cell.player.most_width / 2 : cell.player.most_width;
  const double shrink = std::min({1.0, static_cast<double>(most) / cell.clip.width,
                                  static_cast<double>(cell.player.most_height) / cell.clip.height});
  const auto even = [&](int side) {
    return shrink < 1 ? 2 * static_cast<int>(std::lround(side * shrink / 2)) : side;
  };
  return {even(cell.clip.width), even(cell.clip.height)};
}

void expect_picture(const Cell& cell, const ReadStream& video) {
  const auto view = view_of(cell);
  const bool full = cell.player.packing == Packing::kFull || cell.player.packing == Packing::kVr180;
  // Halves are of even width, too.
  const bool half = cell.player.packing == Packing::kHalf;
  EXPECT_EQ(video.width, full ? 2 * view.width : half ? (view.width + 3) / 4 * 4 : view.width);
  EXPECT_EQ(video.height, view.height);
  EXPECT_EQ(video.codec, cell.player.codec);
  if (cell.player.codec == AV_CODEC_ID_HEVC) {
    EXPECT_EQ(video.tag, MKTAG('h', 'v', 'c', '1'));
  }
  // Half of a view's columns are twice as wide.
  const double pixel = video.sar.num > 0 ? av_q2d(video.sar) : 1;
  EXPECT_NEAR(pixel, cell.player.packing == Packing::kHalf ? 2 : 1, 0.01);
  const auto* format = av_pix_fmt_desc_get(video.format);
  EXPECT_EQ(format->log2_chroma_w + format->log2_chroma_h, 2) << "not 4:2:0";
  EXPECT_EQ(format->comp[0].depth, cell.clip.is_hdr && cell.player.shows_hdr ? 10 : 8);
  constexpr int kHlg = 18;
  const bool stays_hdr = cell.clip.is_hdr && cell.player.shows_hdr;
  if (stays_hdr) {
    EXPECT_EQ(video.colour.transfer, kHlg);
  } else {
    EXPECT_LT(int{video.colour.transfer}, 16);
  }
  if (cell.clip.is_hdr && !stays_hdr) {
    EXPECT_EQ(video.colour.primaries, 1);
    EXPECT_EQ(video.colour.matrix, 1);
    EXPECT_EQ(video.colour.full_range, 0);
  }
}

void expect_tracks(const Cell& cell, const fs::path& source, const ReadFile& out) {
  const auto sound = out.of(AVMEDIA_TYPE_AUDIO);
  ASSERT_EQ(sound.size(), cell.clip.has_sound ? 1U : 0U);
  if (!cell.clip.has_sound) return;
  const auto before = read_file(source);
  const auto* came = before.of(AVMEDIA_TYPE_AUDIO)[0];
  // What an MP4 cannot hold becomes AAC, too.
  const bool aac = cell.player.wants_aac || came->codec == AV_CODEC_ID_VORBIS;
  EXPECT_EQ(sound[0]->codec, aac ? AV_CODEC_ID_AAC : came->codec);
  EXPECT_EQ(language(*sound[0]), language(*came));
  const auto times = sound[0]->times();
  ASSERT_FALSE(times.empty());
  EXPECT_NEAR(times.back(), out.video().times().back(), 0.1) << "the sound is of another length";
}

// What FFmpeg's newest release says of the film, which has no part in making it.
void expect_independent_reader_agrees(const Cell& cell, const fs::path& film) {
  const auto& python = python_tools("players");
  if (!python.missing.empty()) GTEST_SKIP() << "not read by a newer FFmpeg: " << python.missing;
  const auto said =
      run_program({python.interpreter.string(), tool_script("stereo_of.py"), film.string()});
  ASSERT_TRUE(said);
  if (cell.player.packing == Packing::kAnaglyph) {
    EXPECT_THAT(*said, ::testing::Not(HasSubstr("Stereo 3D")));
  } else {
    EXPECT_THAT(*said, HasSubstr("side by side, view: packed"));
  }
  if (cell.player.packing == Packing::kVr180) {
    EXPECT_THAT(*said, HasSubstr("pherical"));
  }
}

// Where a view lies in its half, and where there is something to see in it.
struct Area {
  int left, right, top, bottom;
};

// The whole half; of VR180 what a screen of 70 degrees shows of it for both eyes.
Area area_of(const Cell& cell, const DecodedPicture& picture) {
  const int half = picture.width / 2;
  if (cell.player.packing != Packing::kVr180) return {0, half, 0, picture.height};
  constexpr double kPi = 3.14159265358979;
  const double up = std::tan(35 * kPi / 180) * cell.clip.height / cell.clip.width;
  // At its left and right ends the screen is lower than in the middle.
  const double latitude = std::atan(up * std::cos(33 * kPi / 180)) / kPi;
  const auto at = [](double share, int side) {
    return static_cast<int>((0.5 + share) * side);
  };
  return {at(-33.0 / 180, half), at(33.0 / 180, half), at(-latitude, picture.height),
          at(latitude, picture.height)};
}

// The columns by which the left half has to move to the left to lie on the right half, in a band of
// rows: where the ramp is near, left sees things further to the right.
int shift_of(const DecodedPicture& picture, const Area& area) {
  const int half = picture.width / 2;
  const int most = (area.right - area.left) / 20;
  int best = 0;
  double least = 1e30;
  for (int shift = -most; shift <= most; ++shift) {
    double sum = 0;
    for (int y = area.top; y < area.bottom; y += 2)
      for (int x = area.left + most; x < area.right - most; ++x)
        sum += std::abs(picture.at(0, x, y) - picture.at(0, half + x - shift, y));
    if (sum < least) least = sum, best = shift;
  }
  return best;
}

// Of sixteen bands from top to bottom those in which something can be matched.
std::vector<Area> bands_with_detail(const DecodedPicture& picture, const Area& area) {
  constexpr int kBands = 16;
  constexpr double kEnough = 0.15;  // of the detail of the richest
  std::vector<Area> bands;
  std::vector<double> detail;
  for (int i = 0; i < kBands; ++i) {
    const int height = area.bottom - area.top;
    bands.push_back({area.left, area.right, area.top + height * i / kBands,
                     area.top + height * (i + 1) / kBands});
    double sum = 0;
    for (int y = bands.back().top; y < bands.back().bottom; ++y)
      for (int x = area.left + 1; x < area.right; ++x)
        sum += std::abs(picture.at(0, x, y) - picture.at(0, x - 1, y));
    detail.push_back(sum);
  }
  const double most = *std::max_element(detail.begin(), detail.end());
  std::vector<Area> rich;
  for (std::size_t i = 0; i < bands.size(); ++i)
    if (detail[i] > kEnough * most) rich.push_back(bands[i]);
  return rich;
}

void expect_eyes_in_order(const Cell& cell, const fs::path& film) {
  const auto pictures = decode_pictures(film, 1);
  ASSERT_EQ(pictures.size(), 1U);
  const auto& picture = pictures[0];
  const auto bands = bands_with_detail(picture, area_of(cell, picture));
  ASSERT_GE(bands.size(), 2U) << "nothing to match";
  EXPECT_GT(shift_of(picture, bands.back()), shift_of(picture, bands.front()))
      << "the eyes are in the wrong order";
}

const char* verdict_of(Packing packing) {
  switch (packing) {
    case Packing::kFull: return "3D: full side by side";
    case Packing::kHalf: return "3D: half side by side";
    case Packing::kVr180: return "3D: VR180, side by side";
    case Packing::kAnaglyph: return "its name says anaglyph";
  }
  return "";
}

class PresetMatrix : public ::testing::TestWithParam<Cell> {};

TEST_P(PresetMatrix, GivesTheFilmThatThePlayerTakes) {
  RLV_FFMPEG_OR_SKIP();
  const auto& cell = GetParam();
  RLV_SHARED_DATA_OR_SKIP(shared, std::string("video/") + cell.clip.path);
  const auto folder = temporary_dir();
  const auto source = folder / fs::path(cell.clip.path).filename();
  fs::copy_file(shared, source);
  auto arguments = words(source, cell);
  if (cell.clip.is_3d) {
    expect_refusal(run_host(arguments), 2, "is 3D already");
    arguments.insert(arguments.end(), {"--set", "nodes.source.params.unpack=left"});
  }
  if (cell.clip.rate > cell.player.most_rate) {
    expect_refusal(run_host(arguments), 2, "a scale node's parameter fps");
    arguments.insert(arguments.end(), {"--set", "nodes.fit.params.fps=30"});
  }
  const auto end = run_host(arguments);
  expect_success(end);
  const auto film = folder / (stem_of(cell.clip) + cell.player.token + ".mp4");
  EXPECT_EQ(end.out, film.string() + "\n");
  EXPECT_THAT(end.err, ::testing::Not(HasSubstr("warning: '" + film.string()))) << "a doubt";
  EXPECT_EQ(end.err.find("is tone-mapped to BT.709") != std::string::npos,
            cell.clip.is_hdr && !cell.player.shows_hdr)
      << end.err;

  const auto out = read_file(film);
  EXPECT_THAT(out.format, HasSubstr("mp4"));
  const auto& video = out.video();
  ASSERT_GE(video.packets.size(), 2U);
  const double length = video.times().back() - video.times().front();
  EXPECT_LE(static_cast<double>(video.packets.size() - 1), length * cell.player.most_rate * 1.01);
  expect_picture(cell, video);
  expect_tracks(cell, source, out);
  const auto facts = media::read_stereo_facts(film).at(0);
  EXPECT_EQ(facts.is_stereo(), cell.player.packing != Packing::kAnaglyph);
  const auto looked = run_host({"inspect", film.string()});
  EXPECT_THAT(looked.out, HasSubstr(verdict_of(cell.player.packing)));
  EXPECT_EQ(facts.is_half_equirect(), cell.player.packing == Packing::kVr180);
  if (cell.player.packing != Packing::kAnaglyph) expect_eyes_in_order(cell, film);
  expect_sound_file(film);
  expect_independent_reader_agrees(cell, film);
}

std::vector<Cell> cells() {
  std::vector<Cell> all;
#if defined(RLV_FULL_TESTS)
  for (const auto& player : kPlayers)
    for (const auto& clip : kClips) all.push_back({player, clip});
#else
  // Each player once, each clip once.
  for (std::size_t i = 0; i < kClips.size(); ++i)
    all.push_back({kPlayers.at((i + 4) % kPlayers.size()), kClips.at(i)});
#endif
  return all;
}

INSTANTIATE_TEST_SUITE_P(PlayersAndClips, PresetMatrix, ::testing::ValuesIn(cells()),
                         [](const auto& cell) {
                           return std::string(cell.param.player.preset) + "_" +
                                  stem_of(cell.param.clip);
                         });

}  // namespace
}  // namespace relievo::test
