// What tests of tracks compare with the film that the sink was given.
#pragma once

#include <gtest/gtest.h>

#include "core/media/av.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/packet_checks.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {

// First picture of the output minus first of the film: what every other track must have moved by.
[[nodiscard]] inline double shift_of(const ReadFile& out, const Film& film) {
  return out.video().times().front() - static_cast<double>(film.times.front().pts) *
                                           film.format.timebase_num / film.format.timebase_den;
}

inline void expect_same_pictures_times(const ReadFile& out, const Film& film) {
  const auto times = out.video().times();
  ASSERT_EQ(times.size(), film.times.size());
  const double unit = static_cast<double>(film.format.timebase_num) / film.format.timebase_den;
  const double tolerance = out.format.find("matroska") == std::string::npos ? 1e-7 : 0.00051;
  for (std::size_t i = 0; i < times.size(); ++i)
    ASSERT_NEAR(times[i] - times[0],
                static_cast<double>(film.times[i].pts - film.times[0].pts) * unit, 2 * tolerance)
        << "frame " << i;
}

}  // namespace relievo::test
