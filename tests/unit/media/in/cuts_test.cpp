#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relievo/sdk/pixel_format.hpp>

#include "core/media/nodes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/cut_runs.hpp"
#include "tests/unit/media/in/node_run.hpp"

namespace relievo::test {
namespace {

using judge::Join;
using judge::Picture;
using judge::Shot;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<Shot>& short_shots() {
  static const auto* const shots =
      new std::vector<Shot>(judge::read_test_clips(*shared_data("video"), false));
  return *shots;
}

TEST(Cuts, FindsHardCutsBetweenClipsAndWithinThem) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"splices", "halves"}) add_films(all, kind, short_shots(), 6);
  EXPECT_GE(all.hard.recall(), 0.95);  // of 58; cuts_full_test asks for more of more
  EXPECT_GE(all.hard_precision(), 0.97);
}

TEST(Cuts, FindsDissolvesAndFadesUnderTheirNames) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"dissolves", "fades"}) add_films(all, kind, short_shots(), 5);
  EXPECT_GE(all.dissolve.recall(), 0.8);
  EXPECT_GE(all.fade.recall(), 0.8);
  EXPECT_LE(all.wrong_hard + all.wrong_soft, 1);
}

TEST(Cuts, FlashesFlickerGrainPansAndFastMotionAreNone) {
  RLV_SHARED_DATA_OR_SKIP(folder, "video");
  judge::CutVerdict all;
  for (const auto* kind : {"flashes", "flicker", "grain", "pans", "fast", "shakes"})
    add_films(all, kind, short_shots(), 4);
  EXPECT_LE(all.wrong_per_minute(), 1.0);
}

TEST(Cuts, FindsEveryJoinOfTheMadeFilmAndNothingElse) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/made_cuts_24fps/made_cuts.mp4");
  std::ifstream file(path.parent_path() / "cuts.json");
  const auto json = nlohmann::json::parse(file);
  judge::CutFilm truth;
  for (const int at : json.at("first_frame_of_each_new_shot"))
    truth.joins.push_back({Join::Kind::kHard, at, at});
  for (const auto& span : json.at("dissolves_first_last_frame"))
    truth.joins.push_back({Join::Kind::kDissolve, span[0], span[1]});
  const auto& fade = json.at("fade_to_black_first_last_frame");
  truth.joins.push_back({Join::Kind::kFade, fade[0], fade[1]});
  judge::CutVerdict verdict;
  const auto found = joins_of_film(path.string());
  verdict.add(truth, found);
  EXPECT_EQ(found.size(), truth.joins.size());
  EXPECT_EQ(verdict.hard.missed + verdict.dissolve.missed + verdict.fade.missed, 0);
}

// Squares of this size and of any brightness; a seed makes other ones.
Picture board(int size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> squares(4096);
  for (auto& square : squares) square = static_cast<std::uint8_t>(16 + random() % 220);
  Picture picture;
  for (int y = 0; y < Picture::kHeight; ++y)
    for (int x = 0; x < Picture::kWidth; ++x)
      picture.samples[static_cast<std::size_t>(y * Picture::kWidth + x)] =
          squares[static_cast<std::size_t>(y / size * 64 + x / size)];
  return picture;
}

Picture share_of(const Picture& a, const Picture& b, double share) {
  Picture mix;
  for (std::size_t i = 0; i < mix.samples.size(); ++i)
    mix.samples[i] =
        static_cast<std::uint8_t>((1.0 - share) * a.samples[i] + share * b.samples[i] + 0.5);
  return mix;
}

TEST(Cuts, PutsTheNewShotInTheMiddleOfADissolve) {
  for (const int frames : {8, 13, 20, 31}) {
    Shot film;
    for (int i = 0; i < 40; ++i) film.push_back(board(12, 1));
    for (int i = 0; i < frames; ++i)
      film.push_back(share_of(board(12, 1), board(15, 2), (i + 1.0) / (frames + 1.0)));
    for (int i = 0; i < 40; ++i) film.push_back(board(15, 2));
    const auto found = judge::found_joins(film);
    ASSERT_EQ(found.size(), 1U) << frames;
    EXPECT_EQ(found[0].kind, Join::Kind::kDissolve);
    EXPECT_NEAR(found[0].first, 40 + frames / 2, frames / 4) << frames;
  }
}

TEST(Cuts, PutsTheNewShotInTheMiddleOfTheBlackOfAFade) {
  const Picture black = share_of(board(12, 1), board(12, 1), 0.0);
  Picture nothing = black;
  std::fill(nothing.samples.begin(), nothing.samples.end(), std::uint8_t{16});
  Shot film;
  for (int i = 0; i < 30; ++i) film.push_back(board(12, 1));
  for (int i = 0; i < 10; ++i) film.push_back(share_of(board(12, 1), nothing, (i + 1) / 11.0));
  for (int i = 0; i < 6; ++i) film.push_back(nothing);  // 40 to 45
  for (int i = 0; i < 10; ++i) film.push_back(share_of(nothing, board(15, 2), (i + 1) / 11.0));
  for (int i = 0; i < 30; ++i) film.push_back(board(15, 2));
  const auto found = judge::found_joins(film);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, Join::Kind::kFade);
  EXPECT_EQ(found[0].first, 43);
}

TEST(Cuts, AFlashToWhiteThatDiesAwayIsNoFade) {
  Picture white = board(12, 1);
  std::fill(white.samples.begin(), white.samples.end(), std::uint8_t{235});
  Shot film;
  for (int i = 0; i < 30; ++i) film.push_back(board(12, 1));
  for (int i = 0; i < 6; ++i) film.push_back(share_of(board(12, 1), white, (i + 1) / 6.0));
  for (int i = 0; i < 6; ++i) film.push_back(share_of(white, board(12, 1), i / 6.0));
  for (int i = 0; i < 30; ++i) film.push_back(board(12, 1));
  EXPECT_THAT(judge::found_joins(film), IsEmpty());
}

TEST(Cuts, FlatPicturesOfAnotherColourAreAnotherShot) {
  Shot film;
  for (int i = 0; i < 40; ++i) {
    Picture picture;
    std::fill_n(picture.samples.begin(), Picture::kPlane, std::uint8_t{80});
    std::fill_n(picture.samples.begin() + Picture::kPlane, Picture::kPlane,
                i < 20 ? std::uint8_t{90} : std::uint8_t{200});
    std::fill_n(picture.samples.begin() + 2 * Picture::kPlane, Picture::kPlane,
                i < 20 ? std::uint8_t{200} : std::uint8_t{90});
    film.push_back(std::move(picture));
  }
  const auto found = judge::found_joins(film);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].first, 20);
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
  NodeRun run(cuts(), kCutsDefaults);
  const auto format = colour_format(RLV_PF_GREY8, 96, 64);
  run.open(format);
  for (int round = 0; round < 2; ++round) {
    std::vector<Frame> frames;
    for (int i = 0; i < 24; ++i) {
      frames.push_back(new_frame(run.node, format, i));
      const auto plane = frames.back().plane<std::uint8_t>(0);
      for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 96; ++x)
          plane.at(x, y) = static_cast<std::uint8_t>(i < 12 ? (x / 8 * 37 + y / 8 * 91) % 256
                                                            : (x / 5 * 71 + y / 11 * 53) % 256);
    }
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
