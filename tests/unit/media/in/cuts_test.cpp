#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relievo/sdk/pixel_format.hpp>

#include "tests/support/paths.hpp"
#include "tests/unit/media/in/cut_material.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;

void expect_good(const Score& score) {
  ::testing::Test::RecordProperty("precision", std::to_string(score.precision()));
  ::testing::Test::RecordProperty("recall", std::to_string(score.recall()));
  std::printf("  %d right, %d wrong, %d missed\n", score.right, score.wrong, score.missed);
  EXPECT_GE(score.precision(), 0.95);
  EXPECT_GE(score.recall(), 0.95);
}

// Every film of kinds that have no hard cut; counts what is found all the same.
using Effect = std::function<Film(const Film& shot, const Film& other, std::mt19937& random)>;
void expect_no_cuts(const char* what, const Effect& effect, int rounds, int allowed) {
  int wrong = 0;
  const unsigned seed = test_seed();
  for (int round = 0; round < rounds; ++round) {
    std::mt19937 random(seed * 104729U + static_cast<unsigned>(round));
    const auto first = draw(random, 0, short_shots().size() - 1);
    const auto second = (first + draw(random, 1, short_shots().size() - 1)) % short_shots().size();
    const auto film = effect(part_of(short_shots()[first], random, 40),
                             part_of(short_shots()[second], random, 40), random);
    const auto found = found_cuts(film);
    wrong += static_cast<int>(found.size());
    for (const int at : found)
      std::printf("  %s: film %d (shot %zu), frame %d of %zu\n", what, round, first, at,
                  film.size());
  }
  std::printf("  %s: %d false cuts in %d films\n", what, wrong, rounds);
  EXPECT_LE(wrong, allowed) << what << ", seed " << seed;
}

TEST(Cuts, FindsSplicesOfDifferentClips) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_good(splice(short_shots(), test_seed(), 15));
}

TEST(Cuts, AFlashIsNotACut) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_no_cuts(
      "flashes",
      [](Film shot, const Film&, std::mt19937& random) {
        for (int flashes = 0; flashes < 2; ++flashes) {
          const auto at = draw(random, 2, shot.size() - 8);
          const auto frames = draw(random, 1, 4);
          const auto lift = static_cast<float>(draw(random, 60, 250));
          for (std::size_t i = 0; i < frames; ++i) brighten(shot[at + i], 1.0F, lift);
        }
        return shot;
      },
      40, 1);
}

TEST(Cuts, FlickerIsNoCut) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_no_cuts(
      "flicker",
      [](Film shot, const Film&, std::mt19937& random) {
        for (auto& picture : shot)
          brighten(picture, 0.5F + static_cast<float>(draw(random, 0, 100)) / 100.0F, 0.0F);
        return shot;
      },
      30, 0);
}

TEST(Cuts, ADissolveIsNoHardCut) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_no_cuts(
      "dissolves",
      [](const Film& shot, const Film& other, std::mt19937& random) {
        Film film = shot;
        const auto frames =
            std::min<std::size_t>({draw(random, 6, 24), shot.size() - 2, other.size() - 2});
        for (std::size_t i = 0; i < frames; ++i) {
          auto& picture = film[film.size() - frames + i];
          picture =
              mixed(picture, other[i], static_cast<float>(i + 1) / static_cast<float>(frames + 1));
        }
        film.insert(film.end(), other.begin() + static_cast<std::ptrdiff_t>(frames), other.end());
        return film;
      },
      40, 1);
}

TEST(Cuts, AFadeIsNoHardCut) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_no_cuts(
      "fades",
      [](const Film& shot, const Film& other, std::mt19937& random) {
        Film film = shot;
        const auto frames = draw(random, 5, 20);
        for (std::size_t i = 0; i < frames; ++i)
          brighten(film[film.size() - frames + i],
                   1.0F - static_cast<float>(i + 1) / static_cast<float>(frames), 0.0F);
        const auto black = film.back();
        for (auto pause = draw(random, 0, 12); pause > 0; --pause) film.push_back(black);
        const auto begin = film.size();
        append(film, other);
        for (std::size_t i = 0; i < frames; ++i)
          brighten(film[begin + i], static_cast<float>(i) / static_cast<float>(frames), 0.0F);
        return film;
      },
      40, 1);
}

// A window that is swept over a still picture, its edge at most 12 % of its width a frame.
TEST(Cuts, AFastPanIsNoCut) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  expect_no_cuts(
      "pans",
      [](const Film& shot, const Film&, std::mt19937& random) {
        const auto begin = draw(random, 3, 12);
        const auto speed = static_cast<float>(draw(random, 3, 12)) / 100.0F * 0.4F * Small::kWidth;
        Film film;
        float left = 0.0F;
        float direction = 1.0F;
        for (std::size_t i = 0; i < shot.size(); ++i) {
          Small view;
          for (int c = 0; c < 3; ++c)
            for (int y = 0; y < Small::kHeight; ++y)
              for (int x = 0; x < Small::kWidth; ++x)
                view.at(c, x, y) = const_cast<Small&>(shot[0]).at(
                    c, static_cast<int>(left + 0.4F * static_cast<float>(x)), (y + 50) * 2 / 5);
          film.push_back(std::move(view));
          if (i < begin) continue;
          left += direction * speed;
          if (left < 0.0F || left > 0.6F * Small::kWidth - 1.0F) direction = -direction;
          left = std::clamp(left, 0.0F, 0.6F * Small::kWidth - 1.0F);
        }
        return film;
      },
      40, 2);
}

TEST(Cuts, ACutThroughOneMixedFrameIsFoundBehindIt) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  std::mt19937 random(test_seed());
  Score score;
  for (int round = 0; round < 20; ++round) {
    const auto first = draw(random, 0, short_shots().size() - 1);
    const auto second = (first + draw(random, 1, short_shots().size() - 1)) % short_shots().size();
    auto film = part_of(short_shots()[first], random, 20);
    const auto other = part_of(short_shots()[second], random, 20);
    film.push_back(mixed(film.back(), other.front(), 0.5F));
    const int at = static_cast<int>(film.size());
    append(film, other);
    const auto found = found_cuts(film);
    const bool hit = std::any_of(found.begin(), found.end(),
                                 [&](int cut) { return cut == at || cut == at - 1; });
    ++(hit ? score.right : score.missed);
    score.wrong += static_cast<int>(found.size()) - (hit ? 1 : 0);
  }
  std::printf("  %d right, %d wrong, %d missed\n", score.right, score.wrong, score.missed);
  EXPECT_GE(score.recall(), 0.6);
  EXPECT_LE(score.wrong, 1);
}

TEST(Cuts, FindsTheCutsOfTheMadeFilmAndNoDissolveOrFade) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/made_cuts_24fps/made_cuts.mp4");
  std::ifstream file(path.parent_path() / "cuts.json");
  const auto truth =
      nlohmann::json::parse(file).at("first_frame_of_each_new_shot").get<std::vector<int>>();
  std::vector<int> found;
  for (const auto& info : found_shots(path.string())) found.push_back(static_cast<int>(info.index));
  EXPECT_EQ(found, truth);
}

TEST(Cuts, FlatPicturesOfAnotherColourAreAnotherShot) {
  Film film;
  for (int i = 0; i < 40; ++i) {
    Small picture;
    for_each_sample(picture, [&](int c, float) {
      return i < 20 ? (c == 0   ? 80.0F
                       : c == 1 ? 90.0F
                                : 200.0F)
                    : (c == 0   ? 80.0F
                       : c == 1 ? 200.0F
                                : 90.0F);
    });
    film.push_back(std::move(picture));
  }
  EXPECT_THAT(found_cuts(film), ElementsAre(20));
}

TEST(Cuts, SharesTheSamplesOfItsInput) {
  NodeRun run(cuts(), kCutsDefaults);
  const auto format = colour_format(RLV_PF_GREY8, 64, 64);
  run.open(format);
  std::vector<Frame> frames;
  std::vector<const void*> data;
  for (int i = 0; i < 30; ++i) {
    frames.push_back(new_frame(run.node, format, i));
    const auto plane = frames.back().plane<std::uint8_t>(0);
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x)
        plane.at(x, y) = static_cast<std::uint8_t>(i < 15 ? (x / 8 * 37 + y / 8 * 91) % 256
                                                          : (x / 5 * 71 + y / 11 * 53) % 256);
    data.push_back(plane.data);
  }
  const auto out = run.give(std::move(frames));
  for (std::size_t i = 0; i < out.size(); ++i) EXPECT_EQ(out[i].tensor(0)->dl_tensor.data, data[i]);
  EXPECT_EQ(out[15].info().transition, std::uint32_t{RLV_TRANSITION_HARD});
  EXPECT_EQ(out[29].info().shot_id, 1);
}

TEST(Cuts, HoldsBackAsManyFramesAsItSays) {
  for (const int look_ahead : {1, 8, 48}) {
    NodeRun run(cuts(),
                R"({"sensitivity": 1.0, "look_ahead": )" + std::to_string(look_ahead) + "}");
    const auto format = colour_format(RLV_PF_GREY8, 32, 32);
    run.open(format);
    EXPECT_EQ(run.needs.max_latency, static_cast<std::uint32_t>(look_ahead));
    int pulled = 0;
    for (int i = 0; i < 60; ++i) {
      auto frame = new_frame(run.node, format, i);
      const auto plane = frame.plane<std::uint8_t>(0);
      for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) plane.at(x, y) = static_cast<std::uint8_t>(x * y);
      std::vector<Frame> moment{std::move(frame)};
      ASSERT_EQ(run.node.push(moment), Flow::kDone);
      std::vector<Frame> out(1);
      while (run.node.pull(out) == Flow::kDone) ++pulled;
      EXPECT_EQ(pulled, std::max(0, i + 1 - look_ahead));
    }
  }
}

TEST(Cuts, StartsAfreshAfterReset) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  std::mt19937 random(1);
  auto film = part_of(short_shots()[0], random, 12);
  append(film, part_of(short_shots()[2], random, 12));
  NodeRun run(cuts(), kCutsDefaults);
  run.open(colour_format(RLV_PF_YUV444P, Small::kWidth, Small::kHeight));
  for (int round = 0; round < 2; ++round) {
    std::vector<Frame> frames;
    for (const auto& picture : film)
      frames.push_back(frame_of(run.node, picture, static_cast<std::int64_t>(frames.size())));
    const auto out = run.give(std::move(frames));
    EXPECT_EQ(out.front().info().shot_id, 0);
    EXPECT_EQ(out.back().info().shot_id, 1);
    run.node.reset();
    run.node.open();
  }
}

TEST(Cuts, TakesEveryColourFormat) {
  for (const auto* name : {"yuv420p", "yuv422p10", "nv12", "p010", "grey16", "rgb24", "rgb48",
                           "rgbf32", "rgbp10", "yuv444p12", "yuv420p16"}) {
    const auto code = *pixel_format_from_name(name);
    auto format = colour_format(code, 131, 77);
    NodeRun run(cuts(), kCutsDefaults);
    run.open(format);
    std::vector<Frame> frames;
    for (int i = 0; i < 24; ++i) {
      auto frame = new_frame(run.node, format, i);
      const auto layout = picture_layout(code, 131, 77);
      for (std::uint32_t p = 0; p < layout.plane_count; ++p)
        for (int y = 0; y < layout.planes[p].height; ++y)
          for (int x = 0; x < layout.planes[p].width; ++x)
            for (int c = 0; c < layout.planes[p].components; ++c) {
              const float v = static_cast<float>(
                                  (i < 12 ? x / 9 * 5 + y / 13 * 3 : x / 7 * 3 + y / 5 * 7) % 16) /
                              15.0F;
              const auto bits = layout.planes[p].type.bits;
              if (bits == 32)
                frame.plane<float>(p).at(x, y, c) = v;
              else if (bits == 8)
                frame.plane<std::uint8_t>(p).at(x, y, c) = static_cast<std::uint8_t>(v * 255);
              else
                frame.plane<std::uint16_t>(p).at(x, y, c) = static_cast<std::uint16_t>(
                    RLV_PIXEL_HIGH(code) != 0
                        ? v * 65535
                        : v * static_cast<float>((1 << RLV_PIXEL_BITS(code)) - 1));
            }
      frames.push_back(std::move(frame));
    }
    const auto out = run.give(std::move(frames));
    EXPECT_EQ(out[12].info().transition, std::uint32_t{RLV_TRANSITION_HARD}) << name;
    EXPECT_EQ(out[23].info().shot_id, 1) << name;
  }
}

}  // namespace
}  // namespace relievo::test
