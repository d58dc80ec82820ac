// The report of a benchmark whose runs are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/bench/cell_runner.hpp"
#include "core/bench/report.hpp"
#include "tests/support/paths.hpp"

namespace relievo::bench {
namespace {

using ::testing::HasSubstr;

Json run_report() {
  auto moments = Json::array();
  for (int i = 0; i < 40; ++i) moments.push_back(101.5 + 0.05 * i);
  return {{"frames", 40},
          {"seconds", 4.0},
          {"began_s", 100.5},
          {"outputs", {{{"node", "bench_sink"}, {"moments_s", moments}}}},
          {"nodes",
           {{{"name", "depth"}, {"type", "net.depth"}, {"open_s", 0.5}, {"busy_s", 3.0}},
            {{"name", "bench_sink"}, {"type", "sink"}, {"open_s", 0.0}, {"busy_s", 0.01}}}}};
}

TEST(BenchRepetition, TellsLoadingAndFirstFrameFromTheStartOfTheProgram) {
  const auto repetition = repetition_of(run_report(), 100, 8);
  EXPECT_NEAR(repetition.load_s, 1.0, 1e-9);
  EXPECT_NEAR(repetition.first_frame_s, 1.5, 1e-9);
  EXPECT_NEAR(repetition.times.steady_ms, 50, 1e-6);
  ASSERT_EQ(repetition.stages.size(), 1U);
  EXPECT_NEAR(repetition.stages[0].busy_share, 0.75, 1e-9);
}

TEST(BenchRepetition, RefusesARunWithoutMoments) {
  auto report = run_report();
  report["outputs"] = Json::array();
  try {
    static_cast<void>(repetition_of(report, 100, 8));
    FAIL();
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "the run told no moments of its frames");
  }
}

struct Example {
  BenchConfig config;
  std::vector<Sample> samples{1};
  std::vector<Cell> cells{2};
  Json context{
      {"relievo", "0.1.0"},  {"commit", nullptr},      {"cpu", "a|b"},  {"threads", 2},
      {"cpus", 2},           {"memory_bytes", 8e9},    {"os", "Linux"}, {"gpus", Json::array()},
      {"libtorch", nullptr}, {"load_average", nullptr}};
  std::vector<std::string> command{"host", "--config", "bench.yaml"};

  Example() {
    samples[0].name = "golf";
    samples[0].fps = 25;
    samples[0].frames = 40;
    cells[0].name = "depth/net/f32/cpu/golf/2s";
    cells[0].status = CellStatus::kMeasured;
    for (const double factor : {1.0, 1.2, 1.1}) {
      auto repetition = repetition_of(run_report(), 100, 8);
      repetition.times.steady_ms *= factor;
      repetition.host_peak_bytes = static_cast<std::uint64_t>(1e8 * factor);
      cells[0].repetitions.push_back(repetition);
    }
    cells[1].name = "depth/other/f32/cpu/golf/2s";
    cells[1].status = CellStatus::kSkipped;
    cells[1].reason = "weights are not here";
    cells[1].remedy = "host models fetch other";
  }
  Json report() const { return make_report({config, samples, cells, context, command}); }
};

TEST(BenchReport, TakesTheMiddleOfItsRepetitionsAndTheMostOfTheirMemory) {
  const auto report = Example().report();
  EXPECT_EQ(report.at("relievo_bench"), 1);
  const auto& cell = report.at("cells").at(0);
  EXPECT_NEAR(cell.at("time").at("steady_ms_per_frame").get<double>(), 55, 1e-6);
  EXPECT_NEAR(cell.at("time").at("times_real_time").get<double>(), 1e3 / 55 / 25, 1e-6);
  EXPECT_NEAR(cell.at("time").at("forecast_two_hours_s").get<double>(), 1 + 0.055 * 7200 * 25,
              1e-6);
  EXPECT_EQ(cell.at("runs").at("steady_ms_per_frame").size(), 3U);
  EXPECT_EQ(cell.at("memory").at("host_peak_bytes"), 120000000U);
  EXPECT_TRUE(cell.at("energy_j_per_frame").is_null());
  EXPECT_EQ(report.at("cells").at(1).at("status"), "skipped");
  EXPECT_EQ(report.at("cells").at(1).at("remedy"), "host models fetch other");
  EXPECT_FALSE(report.at("cells").at(1).contains("time"));
}

TEST(BenchReport, AsMarkdownShowsWhatWasMeasuredAndWhatWasNot) {
  const auto text = report_as_markdown(Example().report());
  EXPECT_THAT(text, HasSubstr("| depth/net/f32/cpu/golf/2s | 55.0 |"));
  EXPECT_THAT(text, HasSubstr("a\\|b"));
  EXPECT_THAT(text, HasSubstr("- depth/other/f32/cpu/golf/2s: skipped: weights are not here. Way "
                              "out: `host models fetch other`"));
}

TEST(BenchReport, ForGoogleHasEveryRepetitionAndTheFault) {
  const auto google = report_for_google(Example().report());
  ASSERT_EQ(google.at("benchmarks").size(), 4U);
  EXPECT_EQ(google.at("benchmarks").at(1).at("repetition_index"), 1);
  EXPECT_NEAR(google.at("benchmarks").at(1).at("real_time").get<double>(), 60, 1e-6);
  EXPECT_EQ(google.at("benchmarks").at(3).at("error_message"), "weights are not here");
}

TEST(BenchReport, IsWrittenAsAWhole) {
  const auto folder = test::temporary_dir() / "report";
  const auto page = write_report(Example().report(), folder);
  EXPECT_TRUE(std::filesystem::exists(page));
  for (const char* name : {"index.html", "report.json", "report.md", "google_benchmark.json"})
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_NE(entry.path().extension(), ".partial");
}

}  // namespace
}  // namespace relievo::bench
