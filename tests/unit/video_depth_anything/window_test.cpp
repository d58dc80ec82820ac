// The order of windows with a network that only writes down what it is given.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "plugins/video_depth_anything/window.hpp"
#include "tests/support/paths.hpp"

namespace relievo::video_depth_anything {
namespace {

using Window = std::vector<std::int64_t>;

// Slots hold the numbers of frames; a result says which windows made it.
class FakeNetwork final : public WindowWork {
 public:
  struct Result {
    std::int64_t frame;           // of the film
    std::vector<Window> windows;  // that it is made of: one, or two blended
    int slot;
    bool operator==(const Result&) const = default;
  };

  std::int64_t pushed = -1;
  std::vector<std::vector<Window>> shots;
  std::vector<Result> results;

  void forget() {
    pushed = -1;
    shots.clear();
    results.clear();
    next_ = 0;
  }

  void begin_shot() override {
    shots.emplace_back();
    slots_.assign(kWindowFrames, -1);
  }
  void begin_window() override {
    const auto before = slots_;
    slots_.assign(kWindowFrames, -1);
    for (std::size_t i = 0; i < kRepeated.size(); ++i)
      slots_[i] = before[static_cast<std::size_t>(kRepeated[i])];
  }
  void place(int slot) override {
    ASSERT_EQ(slots_[static_cast<std::size_t>(slot)], -1);
    slots_[static_cast<std::size_t>(slot)] = pushed;
  }
  void repeat_last(int first) override {
    for (auto i = static_cast<std::size_t>(first); i < slots_.size(); ++i)
      slots_[i] = slots_[static_cast<std::size_t>(first) - 1];
  }
  void compute() override {
    ASSERT_EQ(std::count(slots_.begin(), slots_.end(), -1), 0);
    shots.back().push_back(slots_);
  }
  void give(int first_slot, int count) override {
    const auto& windows = shots.back();
    for (int slot = first_slot; slot < first_slot + count; ++slot) {
      Result result{next_++, {windows.back()}, slot};
      if (windows.size() > 1 && slot < kOverlap) {
        result.windows.insert(result.windows.begin(), windows[windows.size() - 2]);
        // Both windows show the same frame.
        EXPECT_EQ(windows[windows.size() - 2][static_cast<std::size_t>(slot + kStep)],
                  windows.back()[static_cast<std::size_t>(slot)]);
      }
      EXPECT_EQ(windows.back()[static_cast<std::size_t>(slot)], result.frame);
      results.push_back(result);
    }
  }

 private:
  Window slots_;
  std::int64_t next_ = 0;
};

struct Film {
  FakeNetwork network;
  WindowRunner runner;
  explicit Film(bool reset = true) : runner(network, reset) {}
  void push(std::int64_t shot) {
    ++network.pushed;
    runner.push(shot);
  }
};

TEST(Windows, EveryFrameComesOutOnceWhateverTheLength) {
  for (int length = 1; length <= 200; ++length) {
    Film film;
    for (int i = 0; i < length; ++i) {
      film.push(0);
      EXPECT_LE(i + 1 - static_cast<int>(film.network.results.size()), WindowRunner::kMaxLatency);
    }
    film.runner.finish();
    ASSERT_EQ(film.network.results.size(), static_cast<std::size_t>(length));
  }
}

TEST(Windows, AnEmptyFilmGivesNothing) {
  Film film;
  film.runner.finish();
  EXPECT_TRUE(film.network.results.empty());
  EXPECT_TRUE(film.network.shots.empty());
}

TEST(Windows, AShotIsComputedAsIfItWereAFilmOfItsOwn) {
  std::mt19937 random(7);
  for (int round = 0; round < 100; ++round) {
    std::vector<int> lengths;
    for (int i = 0; i < 5; ++i) lengths.push_back(std::uniform_int_distribution(1, 90)(random));
    Film film;
    std::size_t begin = 0;
    for (std::size_t shot = 0; shot < lengths.size(); ++shot)
      for (int i = 0; i < lengths[shot]; ++i) film.push(static_cast<std::int64_t>(shot));
    film.runner.finish();
    ASSERT_EQ(film.network.shots.size(), lengths.size());
    for (std::size_t shot = 0; shot < lengths.size(); ++shot) {
      Film alone;
      for (int i = 0; i < lengths[shot]; ++i) alone.push(0);
      alone.runner.finish();
      auto windows = film.network.shots[shot];
      for (auto& window : windows)
        for (auto& frame : window) frame -= static_cast<std::int64_t>(begin);
      EXPECT_EQ(windows, alone.network.shots.at(0));
      begin += static_cast<std::size_t>(lengths[shot]);
    }
    EXPECT_EQ(film.network.results.size(), begin);
  }
}

TEST(Windows, WithoutResetCutsAreNotSeen) {
  Film with_cuts(false);
  Film without(false);
  for (int i = 0; i < 150; ++i) {
    with_cuts.push(i / 7);
    without.push(0);
  }
  with_cuts.runner.finish();
  without.runner.finish();
  EXPECT_EQ(with_cuts.network.results, without.network.results);
  EXPECT_EQ(with_cuts.network.shots.size(), 1U);
}

TEST(Windows, ForgettingLeavesNoTraceInTheNextFilm) {
  Film used;
  for (int i = 0; i < 45; ++i) used.push(0);
  used.runner.forget();
  used.network.forget();
  Film fresh;
  for (int i = 0; i < 40; ++i) {
    used.push(0);
    fresh.push(0);
  }
  EXPECT_EQ(used.network.shots, fresh.network.shots);
  EXPECT_EQ(used.network.results, fresh.network.results);
}

// The official schedule; windows that change nothing may be missing from ours.
TEST(Windows, FollowTheOfficialSchedule) {
  const char* set = std::getenv("RELIEVO_GOLDEN");
  const std::filesystem::path golden =
      set != nullptr ? std::filesystem::path(set) : test::source_dir() / "../shared/golden";
  if (!std::filesystem::exists(golden / "index.json"))
    GTEST_SKIP() << "the golden files are not here; set RELIEVO_GOLDEN to the folder";
  std::ifstream index_file(golden / "index.json");
  const auto index = nlohmann::json::parse(index_file);
  for (const auto& entry : index.at("cases")) {
    if (entry.at("kind") != "vda_window_schedule") continue;
    std::ifstream table_file(golden / entry.at("table").get<std::string>());
    const auto table = nlohmann::json::parse(table_file);
    for (const auto& [length, schedule] : table.items()) {
      Film film;
      const auto frames = std::stoll(length);
      for (std::int64_t i = 0; i < frames; ++i) film.push(0);
      film.runner.finish();
      const auto& ours = film.network.shots.at(0);
      ASSERT_LE(ours.size(), schedule.size()) << length;
      for (std::size_t w = 0; w < ours.size(); ++w)
        EXPECT_EQ(ours[w], schedule[w].get<Window>()) << length << " frames, window " << w;
      // What we leave out begins to blend after the last frame.
      for (auto w = ours.size(); w < schedule.size(); ++w)
        EXPECT_GE(static_cast<std::int64_t>(w) * kStep + kKeep, frames);
    }
  }
}

TEST(Fit, FindsScaleAndShift) {
  FitSums sums;
  for (int i = 0; i < 1000; ++i) {
    const double x = std::sin(i) + 3.0;
    const double y = 2.5 * x - 0.75;
    sums.n += 1;
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.xy += x * y;
  }
  const auto affine = fit(sums);
  EXPECT_NEAR(affine.scale, 2.5, 1e-9);
  EXPECT_NEAR(affine.shift, -0.75, 1e-9);
}

TEST(Fit, LeavesAFlatDepthAlone) {
  const double x = 0.1;
  const FitSums flat{3, x + x + x, 9, x * x + x * x + x * x, 3 * (x + x + x)};
  EXPECT_EQ(fit(flat).scale, 1.0);
  EXPECT_EQ(fit(flat).shift, 0.0);
  EXPECT_EQ(fit({3, 0, 9, 0, 0}).scale, 1.0);
}

TEST(Streaming, RemembersTheFramesThatTheOriginalRemembers) {
  const char* set = std::getenv("RELIEVO_GOLDEN");
  const std::filesystem::path golden =
      set != nullptr ? std::filesystem::path(set) : test::source_dir() / "../shared/golden";
  if (!std::filesystem::exists(golden / "index.json"))
    GTEST_SKIP() << "the golden files are not here; set RELIEVO_GOLDEN to the folder";
  std::ifstream index_file(golden / "index.json");
  const auto index = nlohmann::json::parse(index_file);
  for (const auto& entry : index.at("cases")) {
    if (entry.at("kind") != "vda_stream") continue;
    std::ifstream table_file(golden / entry.at("schedule").get<std::string>());
    const auto table = nlohmann::json::parse(table_file);
    StreamSchedule schedule;
    for (std::size_t i = 0; i < table.size(); ++i) {
      const auto step = schedule.next();
      EXPECT_EQ(step.frame, static_cast<std::int64_t>(i));
      EXPECT_EQ(step.seen, table.at(std::to_string(i)).get<std::vector<std::int64_t>>());
    }
  }
}

TEST(Streaming, NeverReadsASlotThatHasBeenOverwritten) {
  StreamSchedule schedule;
  std::vector<std::int64_t> slots(StreamSchedule::kSlots, -1);
  for (int i = 0; i < 500; ++i) {
    const auto step = schedule.next();
    for (const auto frame : step.seen)
      EXPECT_EQ(slots.at(static_cast<std::size_t>(StreamSchedule::slot_of(frame))), frame);
    EXPECT_EQ(step.seen.size(), i == 0 ? 0U : static_cast<std::size_t>(StreamSchedule::kSeen));
    slots.at(static_cast<std::size_t>(StreamSchedule::slot_of(step.frame))) = step.frame;
  }
}

}  // namespace
}  // namespace relievo::video_depth_anything
