// The program starts at once, and without what it may never need.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/machine.hpp"
#include "tests/e2e/host_run.hpp"

namespace relievo::test {
namespace {

using ::testing::ContainsRegex;
using ::testing::Not;

constexpr int kRuns = 11;

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Half of the processors idle: what the clock on the wall says can be believed.
bool is_quiet() {
  double load = 0;
  return getloadavg(&load, 1) == 1 && load < 0.5 * host::usable_cpus();
}

void expect_quick(const std::string& option, double limit_ms) {
  if (kSanitized) GTEST_SKIP() << "sanitizers make everything slow";
  std::vector<double> wall;
  std::vector<double> cpu;
  for (int i = 0; i < kRuns; ++i) {
    const auto end = run_host({option});
    expect_success(end);
    wall.push_back(1000 * end.wall_s);
    cpu.push_back(1000 * end.cpu_s);
  }
  std::printf("  %s: median of %d runs %.1f ms, of them %.1f ms of CPU time\n", option.c_str(),
              kRuns, median(wall), median(cpu));
  EXPECT_LE(median(cpu), limit_ms);
  if (is_quiet()) {
    EXPECT_LE(median(wall), limit_ms);
  }
}

TEST(Startup, TheVersionTakesAtMost30Milliseconds) {
  expect_quick("--version", 30);
}

TEST(Startup, TheListOfPluginsTakesAtMost60Milliseconds) {
  expect_quick("--list-plugins", 60);
}

TEST(Startup, TheProgramIsLinkedWithNeitherTorchNorFfmpeg) {
#if defined(__APPLE__)
  const auto end = run_to_end({"otool", "-L", RLV_HOST});
#else
  const auto end = run_to_end({"ldd", RLV_HOST});
#endif
  ASSERT_EQ(end.exit_code, 0) << end.text();
  EXPECT_THAT(end.out, ContainsRegex("libstdc\\+\\+|libc\\+\\+"));
  EXPECT_THAT(end.out, Not(ContainsRegex("torch|libc10|libavcodec|libavformat|opencv")));
}

}  // namespace
}  // namespace relievo::test
