// What tests of tracks compare: packets and their times, before and after.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "core/media/av.hpp"
#include "tests/support/media_file.hpp"

namespace relievo::test {

// What a stream's time stamps can blur: half a tick of each side.
[[nodiscard]] inline double blur(const ReadStream& a, const ReadStream& b) {
  return 0.5 * (av_q2d(a.timebase) + av_q2d(b.timebase)) + 1e-9;
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
