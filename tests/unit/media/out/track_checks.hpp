// What tests of tracks compare: packets and their times, before and after.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "core/media/av.hpp"
#include "tests/unit/media/out/film.hpp"
#include "tests/unit/media/out/media_file.hpp"

namespace relievo::test {

// What a stream's time stamps can blur: half a tick of each side.
[[nodiscard]] inline double blur(const ReadStream& a, const ReadStream& b) {
  return 0.5 * (av_q2d(a.timebase) + av_q2d(b.timebase)) + 1e-9;
}

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

inline void expect_same_packets(const ReadStream& out, const ReadStream& source, double shift,
                                double tolerance) {
  ASSERT_EQ(out.packets.size(), source.packets.size());
  for (std::size_t i = 0; i < out.packets.size(); ++i) {
    ASSERT_EQ(out.packets[i].hash, source.packets[i].hash) << "packet " << i;
    ASSERT_NEAR(static_cast<double>(out.packets[i].pts) * av_q2d(out.timebase),
                static_cast<double>(source.packets[i].pts) * av_q2d(source.timebase) + shift,
                tolerance)
        << "packet " << i;
  }
}

// "und" is how some containers say nothing.
[[nodiscard]] inline std::string language(const ReadStream& stream) {
  const auto found = stream.metadata.find("language");
  return found == stream.metadata.end() ? "und" : found->second;
}

}  // namespace relievo::test
