#include "tests/unit/media/in/cut_material.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/nodes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {

const rlv_node_type& cuts() {
  static const auto type = media::cuts_type();
  return type;
}

namespace {

template <class T>
void shrink(const Frame& frame, std::uint32_t c, float scale, Small& small) {
  const auto plane = frame.plane<const T>(c);
  const auto info = frame.info();
  const auto shift = c == 0 ? ChromaShift{} : chroma_shift(info.pixel_format);
  for (int y = 0; y < Small::kHeight; ++y)
    for (int x = 0; x < Small::kWidth; ++x) {
      const int from_x = (2 * x + 1) * info.width / (2 * Small::kWidth);
      const int from_y = (2 * y + 1) * info.height / (2 * Small::kHeight);
      small.at(static_cast<int>(c), x, y) =
          scale * static_cast<float>(plane.at(from_x >> shift.x, from_y >> shift.y));
    }
}

// Of planar YCbCr.
Small small_of(const Frame& frame) {
  const auto bits = RLV_PIXEL_BITS(frame.info().pixel_format);
  const float scale = 255.0F / static_cast<float>((1 << bits) - 1);
  Small small;
  for (std::uint32_t c = 0; c < 3; ++c) {
    if (bits == 8)
      shrink<std::uint8_t>(frame, c, scale, small);
    else
      shrink<std::uint16_t>(frame, c, scale, small);
  }
  return small;
}

}  // namespace

Frame frame_of(const host::NodeInstance& node, const Small& small, std::int64_t index) {
  const auto format = colour_format(RLV_PF_YUV444P, Small::kWidth, Small::kHeight);
  auto frame = new_frame(node, format, index);
  for (std::uint32_t c = 0; c < 3; ++c) {
    const auto plane = frame.plane<std::uint8_t>(c);
    for (int y = 0; y < Small::kHeight; ++y)
      for (int x = 0; x < Small::kWidth; ++x) {
        const auto at = static_cast<std::size_t>(
            (static_cast<int>(c) * Small::kHeight + y) * Small::kWidth + x);
        plane.at(x, y) =
            static_cast<std::uint8_t>(std::lround(std::clamp(small.samples[at], 0.0F, 255.0F)));
      }
  }
  return frame;
}

std::vector<int> found_cuts(const Film& film) {
  NodeRun run(cuts(), kCutsDefaults);
  run.open(colour_format(RLV_PF_YUV444P, Small::kWidth, Small::kHeight));
  std::vector<Frame> frames;
  for (const auto& picture : film)
    frames.push_back(frame_of(run.node, picture, static_cast<std::int64_t>(frames.size())));
  const auto out = run.give(std::move(frames));
  EXPECT_EQ(out.size(), film.size());
  std::vector<int> found;
  std::int64_t shot = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto info = out[i].info();
    EXPECT_EQ(info.index, static_cast<std::int64_t>(i));
    const bool hard = info.transition == RLV_TRANSITION_HARD;
    EXPECT_EQ(info.shot_id, shot + (hard ? 1 : 0));
    shot = info.shot_id;
    if (hard) found.push_back(static_cast<int>(i));
  }
  return found;
}

namespace {

// The clips and how much of each is enough for a quick look.
struct Clip {
  const char* name;
  const char* part;
};
constexpr std::array kClips{
    Clip{"juggle_720p24/juggle.mp4", R"("seconds": 3.0)"},
    Clip{"golf_walk_1080p30/golf.mov", R"("seconds": 2.0)"},
    Clip{"flower_540p30/flower.mp4", R"("seconds": 2.0)"},
    Clip{"chaplin_360p25/chaplin.mp4", R"("seconds": 3.0)"},
    Clip{"phone_hlg_vfr_rot_1080p/phone_hlg.mp4", R"("seconds": 1.2)"},
    Clip{"paraglide_480p30/paraglide.mp4", R"("seconds": 2.0)"},
    // From 2.5 s on: titles fade in and out before.
    Clip{"bbb_cuts_720p24/bbb_0_30.webm", R"("start": 2.5)"},
};
constexpr const char* kShortBunny = R"("start": 10.0, "seconds": 7.5)";
// Where its maker cut it, as the data's description has it.
constexpr std::array kBunnyCuts{11.79, 15.67, 22.96};

std::vector<Film> read_shots(bool whole) {
  std::vector<Film> shots;
  for (const auto& clip : kClips) {
    const auto path = shared_data(std::string("video/") + clip.name);
    if (!path) continue;
    const bool bunny = std::string(clip.name).find("bbb") == 0;
    FilmRun film(path->string(), bunny   ? (whole ? clip.part : kShortBunny)
                                 : whole ? ""
                                         : clip.part);
    film.plan();
    film.node.open();
    Film shot;
    double last = 0.0;
    for (std::vector<Frame> out(1); film.node.pull(out) == Flow::kDone;) {
      const auto info = out[0].info();
      const double now = static_cast<double>(info.pts) * info.timebase_num / info.timebase_den;
      for (const double cut : kBunnyCuts)
        if (bunny && last < cut - 0.01 && now >= cut - 0.01)
          if (!shot.empty()) shots.push_back(std::exchange(shot, Film()));
      last = now;
      shot.push_back(small_of(out[0]));
    }
    shots.push_back(std::move(shot));
  }
  return shots;
}

}  // namespace

const std::vector<Film>& whole_shots() {
  static const auto* const all = new std::vector<Film>(read_shots(true));
  return *all;
}
const std::vector<Film>& short_shots() {
  static const auto* const all = new std::vector<Film>(read_shots(false));
  return *all;
}

Film part_of(const Film& shot, std::mt19937& random, std::size_t length) {
  length = std::min(length, shot.size());
  const auto begin = std::uniform_int_distribution<std::size_t>(0, shot.size() - length)(random);
  return {shot.begin() + static_cast<std::ptrdiff_t>(begin),
          shot.begin() + static_cast<std::ptrdiff_t>(begin + length)};
}

std::size_t draw(std::mt19937& random, std::size_t low, std::size_t high) {
  return std::uniform_int_distribution<std::size_t>(low, high)(random);
}

void append(Film& film, const Film& more) {
  film.insert(film.end(), more.begin(), more.end());
}

void for_each_sample(Small& picture, const std::function<float(int, float)>& change) {
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < Small::kWidth * Small::kHeight; ++i) {
      auto& value =
          picture.samples[static_cast<std::size_t>(c * Small::kWidth * Small::kHeight + i)];
      value = change(c, value);
    }
}

void brighten(Small& picture, float gain, float lift) {
  for_each_sample(picture, [&](int c, float v) {
    return c == 0 ? std::min(255.0F, v * gain + lift)
                  : 127.5F + (v - 127.5F) * std::min(gain, 1.0F);
  });
}

Small mixed(const Small& a, const Small& b, float share) {
  Small mix = a;
  for (std::size_t i = 0; i < mix.samples.size(); ++i)
    mix.samples[i] = (1.0F - share) * a.samples[i] + share * b.samples[i];
  return mix;
}

unsigned test_seed() {
  const char* set = std::getenv("RELIEVO_TEST_SEED");
  return set == nullptr ? 1U : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

Score splice(const std::vector<Film>& shots, unsigned seed, int films) {
  Score score;
  for (int round = 0; round < films; ++round) {
    std::mt19937 random(seed * 7919U + static_cast<unsigned>(round));
    Film film;
    std::set<int> truth;
    std::size_t last = shots.size();
    std::size_t before_last = last;
    for (auto count = draw(random, 4, 12); count > 0; --count) {
      std::size_t shot = 0;
      do shot = draw(random, 0, shots.size() - 1);
      while (shot == last || shot == before_last);
      before_last = std::exchange(last, shot);
      if (!film.empty()) truth.insert(static_cast<int>(film.size()));
      append(film, part_of(shots[shot], random, draw(random, 4, 50)));
    }
    const auto found = found_cuts(film);
    for (const int at : found) ++(truth.erase(at) > 0 ? score.right : score.wrong);
    score.missed += static_cast<int>(truth.size());
  }
  return score;
}

std::vector<rlv_frame_info> found_shots(const std::string& path) {
  FilmRun film(path);
  film.read_all();
  NodeRun run(cuts(), kCutsDefaults);
  run.open(film.format);
  std::vector<rlv_frame_info> found;
  for (const auto& frame : run.give(film.frames))
    if (frame.info().transition == RLV_TRANSITION_HARD) found.push_back(frame.info());
  return found;
}

}  // namespace relievo::test
