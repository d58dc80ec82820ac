// Holes filled with what other frames of the film show.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>

#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

constexpr int kWidth = 320;
constexpr int kHeight = 120;
constexpr int kFrames = 24;
constexpr int kNear = 12;  // disparity of the board; the wall has none

// A wall with a pattern that nobody can guess.
double wall(double x, double y) {
  return 0.5 + 0.16 * std::sin(0.31 * x + 0.9 * std::sin(0.17 * y)) +
         0.14 * std::sin(0.23 * y - 0.37 * x) + 0.1 * std::sin(0.53 * x + 0.41 * y);
}

// A board that is carried past a wall, `speed` pixels a frame to the right.
struct Film {
  std::uint32_t format = RLV_PF_GREY8;
  int speed = 4;
  int max = 255;   // of the format
  double pan = 0;  // pixels a frame by which the wall goes to the left
  int wall = 0;    // its disparity
  std::function<std::int64_t(int)> shot = [](int) {
    return 0;
  };

  [[nodiscard]] int board(int frame) const { return 100 + speed * frame; }
  [[nodiscard]] bool is_board(int x, int y, int frame) const {
    return x >= board(frame) && x < board(frame) + 60 && y >= 20 && y < 100;
  }
};

// Every component of all right views, sample after sample, in order.
using Views = std::vector<std::vector<std::vector<int>>>;

// T: of the format's samples.
template <class T>
void paint_frame(const Film& film, int index, const Frame& frame) {
  for (std::uint32_t p = 0; p < frame.plane_count(); ++p) {
    const auto plane = frame.plane<T>(p);
    const int step = kWidth / plane.width;
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) {
        const double value = film.is_board(step * x, step * y, index)
                                 ? 0.9
                                 : wall(step * x + film.pan * index, step * y);
        plane.at(x, y) = static_cast<T>(std::lround(film.max * value));
      }
  }
}

template <class T>
Views right_views_of(const Film& film, const std::string& fill, std::uint32_t threads) {
  ViewRun run(R"({"views": "left_original", "grow": 0, "film_frames": 8, "fill": ")" + fill + "\"}",
              colour_format(film.format, kWidth, kHeight), RLV_SEM_DISPARITY_PX, threads);
  Views views;
  std::vector<Frame> out(2);
  const auto pull = [&] {
    while (run.node().pull(out) == Flow::kDone) {
      auto& view = views.emplace_back();
      for (std::uint32_t p = 0; p < out[1].plane_count(); ++p) {
        const auto plane = out[1].plane<const T>(p);
        auto& samples = view.emplace_back();
        for (int y = 0; y < plane.height; ++y)
          for (int x = 0; x < plane.width; ++x) samples.push_back(plane.at(x, y));
      }
    }
  };
  for (int i = 0; i < kFrames; ++i) {
    auto info = frame_info(colour_format(film.format, kWidth, kHeight), i);
    info.shot_id = film.shot(i);
    const auto colour = Host(run.node().host()).new_frame(info);
    paint_frame<T>(film, i, colour);
    const DepthMap depth(kWidth, kHeight, [&](int x, int y) {
      return static_cast<float>(film.is_board(x, y, i) ? kNear : film.wall);
    });
    std::vector<Frame> in{colour, run.depth_frame(depth, i)};
    while (run.node().push(in) == Flow::kAgain) pull();
    pull();
  }
  run.node().drain();
  pull();
  return views;
}

Views right_views(const Film& film, const std::string& fill, std::uint32_t threads = 2) {
  return film.max > 255 ? right_views_of<std::uint16_t>(film, fill, threads)
                        : right_views_of<std::uint8_t>(film, fill, threads);
}

// Mean difference, in 8-bit steps, from the wall of what the board hides in the left view alone, a
// few pixels from the board, in the middle of the film.
double error_in_holes(const Film& film, const Views& views, std::size_t component) {
  const int step = component == 0 ? 1 : 2;
  const int width = kWidth / step;
  double sum = 0;
  double count = 0;
  for (int i = 8; i < 16; ++i) {
    const int end = film.board(i) + 60;  // in the right view the board ends kNear before
    for (int y = 24 / step; y < 96 / step; ++y)
      for (int x = (end - kNear + 4) / step; x < end / step; ++x) {
        const int made =
            views[static_cast<std::size_t>(i)][component][static_cast<std::size_t>(y * width + x)];
        sum += 255 * std::abs(1.0 * made / film.max - wall(step * x, step * y));
        count += 1;
      }
  }
  return sum / count;
}

TEST(FilmFill, HolesShowWhatOtherFramesShowThere) {
  for (const auto& film : {Film{RLV_PF_GREY8}, Film{RLV_PF_YUV420P},
                           Film{RLV_PF_YUV420P10, 4, 1023}, Film{RLV_PF_GREY16, 4, 65535}}) {
    const auto still = right_views(film, "background");
    const auto filled = right_views(film, "film");
    ASSERT_EQ(filled.size(), std::size_t{kFrames});
    for (std::size_t c = 0; c < filled[0].size(); ++c) {
      EXPECT_LT(error_in_holes(film, filled, c), 3) << "component " << c;
      EXPECT_GT(error_in_holes(film, still, c), 3 * error_in_holes(film, filled, c));
    }
  }
}

TEST(FilmFill, AThingThatGoesTheOtherWayIsSeenBehindInThePast) {
  const Film film{RLV_PF_GREY8, -4};
  EXPECT_LT(error_in_holes(film, right_views(film, "film"), 0), 3);
}

TEST(FilmFill, WhatLiesBeyondTheBorderIsTakenFromFramesThatShowIt) {
  // Before the screen the right view needs `wall` columns more on the right.
  Film film{RLV_PF_GREY8, -6};
  film.pan = 6;
  film.wall = 8;
  const auto filled = right_views(film, "film");
  const auto still = right_views(film, "background");
  const auto error = [&](const Views& views) {
    double sum = 0;
    double count = 0;
    for (int i = 8; i < 16; ++i)
      for (int y = 4; y < kHeight - 4; ++y)
        for (int x = kWidth - film.wall + 1; x < kWidth; ++x) {
          const auto at = static_cast<std::size_t>(y * kWidth + x);
          const int made = views[static_cast<std::size_t>(i)][0][at];
          sum += std::abs(made - 255 * wall(x + film.wall + film.pan * i, y));
          count += 1;
        }
    return sum / count;
  };
  EXPECT_LT(error(filled), 3);
  EXPECT_GT(error(still), 3 * error(filled));
}

TEST(FilmFill, WhatComesOutByLessThanAPixelAFrameIsFoundToo) {
  Film film{RLV_PF_GREY8, 0};
  film.pan = -0.4375;  // three and a half pixels in eight frames
  const auto error = [&](const Views& views) {
    double sum = 0;
    double count = 0;
    const int end = film.board(0) + 60;
    for (int i = 8; i < 16; ++i)
      for (int y = 24; y < 96; ++y)
        for (int x = end - 2; x < end; ++x) {
          const int made =
              views[static_cast<std::size_t>(i)][0][static_cast<std::size_t>(y * kWidth + x)];
          sum += std::abs(made - 255 * wall(x + film.pan * i, y));
          count += 1;
        }
    return sum / count;
  };
  const auto filled = error(right_views(film, "film"));
  EXPECT_LT(filled, 3);
  EXPECT_GT(error(right_views(film, "background")), 3 * filled);
}

TEST(FilmFill, OnlyHolesChange) {
  const Film film;
  const auto still = right_views(film, "background");
  const auto filled = right_views(film, "film");
  for (int i = 0; i < kFrames; ++i)
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) {
        const int end = film.board(i) + 60;
        if (y >= 19 && y <= 100 && x >= end - kNear - 1 && x <= end) continue;
        const auto at = static_cast<std::size_t>(y * kWidth + x);
        const auto frame = static_cast<std::size_t>(i);
        if (x >= kWidth - kNear) continue;  // the border's holes
        ASSERT_EQ(filled[frame][0][at], still[frame][0][at]) << i << " " << x << " " << y;
      }
}

TEST(FilmFill, AFilmThatShowsNothingMoreIsFilledAsAPictureIs) {
  const Film film{RLV_PF_YUV420P, 0};
  EXPECT_EQ(right_views(film, "film"), right_views(film, "background"));
}

TEST(FilmFill, NothingIsTakenFromAnotherShot) {
  Film film;
  film.shot = [](int frame) {
    return frame;
  };
  EXPECT_EQ(right_views(film, "film"), right_views(film, "background"));
}

TEST(FilmFill, TheNumberOfThreadsChangesNothing) {
  const Film film{RLV_PF_YUV420P};
  EXPECT_EQ(right_views(film, "film", 1), right_views(film, "film", 4));
}

}  // namespace
}  // namespace relievo::test
