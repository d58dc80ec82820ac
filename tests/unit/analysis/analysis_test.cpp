// From the depths of a film to a proposal and a plot.
#include <algorithm>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/analysis/depths.hpp"
#include "core/analysis/plot.hpp"
#include "core/analysis/proposal.hpp"

namespace relievo::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::size_t kBins = 20;

Shot shot_of(double begin_s, double end_s, double subject) {
  Shot shot;
  shot.begin_s = begin_s;
  shot.end_s = end_s;
  shot.frames = static_cast<int>(6 * (end_s - begin_s)) + 1;
  shot.transition = "hard";
  shot.subject = subject;
  shot.shares.assign(kBins, 1.0 / kBins);
  return shot;
}

Depths film_of(std::vector<Shot> shots) {
  Depths depths;
  depths.semantic = "relative_inverse";
  depths.shots = std::move(shots);
  for (const auto& shot : depths.shots)
    for (double t = shot.begin_s; t < shot.end_s - 1e-9; t += 0.25)
      depths.moments.push_back({t, 0.02, shot.subject, 0.98});
  return depths;
}

std::string all(const std::vector<std::string>& reasons) {
  std::string text;
  for (const auto& reason : reasons) text += reason + "\n";
  return text;
}

TEST(Depths, AreReadFromTheReportOfTheSink) {
  const auto report = nlohmann::json::parse(R"({"semantic": "metres", "shots": [
    {"begin_s": 0, "end_s": 1.5, "frames": 9, "transition": "none", "subject": 0.25, "per_mille": [500, 0, 500],
     "far_per_m": 0.1, "near_per_m": 0.5},
    {"begin_s": 2, "end_s": 3, "frames": 6, "transition": "hard", "subject": 0.5, "per_mille": [0, 1001, 0]}],
    "moments": [[0, 0.1, 0.25, 0.9]]})");
  const auto depths = read_depths(report);
  ASSERT_EQ(depths.shots.size(), 2U);
  EXPECT_EQ(depths.shots[0].end_s, 2);  // where the next one begins
  EXPECT_THAT(depths.shots[0].shares, ElementsAre(0.5, 0, 0.5));
  EXPECT_THAT(depths.shots[1].shares, ElementsAre(0, 1, 0));
  EXPECT_EQ(depths.shots[0].near_per_m, 0.5);
  EXPECT_FALSE(depths.shots[1].near_per_m);
  EXPECT_EQ(depths.moments[0].near, 0.9);
  EXPECT_THROW(static_cast<void>(read_depths({{"frames", 3}})), nlohmann::json::exception);
}

TEST(Depths, ParallaxFollowsFromStrengthAndConvergence) {
  auto shot = shot_of(0, 4, 0.75);
  EXPECT_NEAR(depth_percentile(shot, 1), 0.01, 1e-9);
  EXPECT_NEAR(depth_percentile(shot, 99), 0.99, 1e-9);
  const auto parallax = parallax_of(shot, {2.0, 0.5});
  EXPECT_NEAR(parallax.nearest, -0.98, 1e-9);
  EXPECT_NEAR(parallax.farthest, 0.98, 1e-9);
  EXPECT_NEAR(parallax.subject, -0.5, 1e-9);
  ASSERT_EQ(parallax.bins.size(), kBins);
  EXPECT_NEAR(parallax.bins.front().from, -1.0, 1e-9);
  EXPECT_NEAR(parallax.bins.back().to, 1.0, 1e-9);
  // Half a picture at the far end, nothing else beyond it.
  shot.shares.assign(kBins, 0);
  shot.shares[0] = 1;
  EXPECT_NEAR(parallax_of(shot, {2.0, 0.0}).nearest, -0.1, 0.01);
}

TEST(Proposal, StaysInsideTheUntouchedPartOfAnyBudget) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int round = 0; round < 200; ++round) {
    std::vector<Shot> shots;
    double t = 0;
    for (int i = 0; i < 5; ++i) {
      const double end = t + 0.5 + 8 * unit(random);
      shots.push_back(shot_of(t, end, unit(random)));
      for (auto& share : shots.back().shares) share = unit(random);
      double sum = 0;
      for (const auto share : shots.back().shares) sum += share;
      for (auto& share : shots.back().shares) share /= sum;
      t = end;
    }
    const auto depths = film_of(shots);
    const ComfortBudget budget{0.8 + unit(random), 0.8 + unit(random), 2.5};
    const auto proposal = propose(depths, budget);
    ASSERT_EQ(proposal.shots.size(), shots.size());
    for (std::size_t i = 0; i < shots.size(); ++i) {
      const auto parallax = parallax_of(shots[i], proposal.shots[i].setting);
      // Settings are rounded to 0.1 and 0.01.
      EXPECT_GE(parallax.nearest, -kBudgetKnee * budget.front - 0.06);
      EXPECT_LE(parallax.farthest, kBudgetKnee * budget.behind + 0.06);
      EXPECT_GE(proposal.shots[i].reasons.size(), 2U);
    }
  }
}

TEST(Proposal, PutsTheSubjectJustBehindTheScreenAndSaysSo) {
  const auto proposal = propose(film_of({shot_of(0, 10, 0.4)}), {});
  EXPECT_NEAR(proposal.film.setting.convergence, 0.45, 1e-9);
  EXPECT_NEAR(proposal.film.setting.strength, 2.3, 1e-9);  // 1 % / (0.45 - 0.01), 1.25 / 0.54
  EXPECT_THAT(all(proposal.shots[0].reasons), HasSubstr("lies just behind the screen"));
  EXPECT_THAT(all(proposal.film.reasons), HasSubstr("convergence 0.45"));
}

TEST(Proposal, DoesNotPayForASubjectAtTheEndWithAllItsDepth) {
  const auto near = propose(film_of({shot_of(0, 10, 0.95)}), {});
  EXPECT_NEAR(near.film.setting.convergence, 0.56, 0.005);
  EXPECT_GE(near.film.setting.strength, 1.8);
  EXPECT_THAT(all(near.shots[0].reasons), HasSubstr("a little in front of the screen"));
  const auto far = propose(film_of({shot_of(0, 10, 0.02)}), {});
  EXPECT_NEAR(far.film.setting.convergence, 0.31, 0.005);
  EXPECT_THAT(all(far.shots[0].reasons), HasSubstr("stays well behind the screen"));
}

TEST(Proposal, AWideScreenGetsLessStrength) {
  const auto depths = film_of({shot_of(0, 10, 0.4)});
  const auto usual = propose(depths, {});
  const auto cinema = propose(depths, budget_on({}, *screen_named("cinema"), 1.0));
  EXPECT_LT(cinema.film.setting.strength, 0.75 * usual.film.setting.strength);
}

TEST(Proposal, QuickCuttingGetsLessAndSaysSo) {
  std::vector<Shot> quick;
  for (int i = 0; i < 8; ++i) quick.push_back(shot_of(i, i + 1, 0.4));
  const auto proposal = propose(film_of(quick), {});
  EXPECT_NEAR(proposal.film.setting.strength, 1.8, 0.05);
  EXPECT_THAT(all(proposal.film.reasons), HasSubstr("half of the shots are shorter than 1.0 s"));
  EXPECT_THAT(all(proposal.shots[3].reasons), HasSubstr("it lasts 1.0 s only"));
}

TEST(Proposal, ASceneFarAwayIsNotMadeAModel) {
  auto shot = shot_of(0, 10, 0.4);
  shot.far_per_m = 0.0;
  shot.near_per_m = 1.0 / 40;  // begins at 40 m: 0.16 % as eyes would see it
  const auto proposal = propose(film_of({shot}), {});
  EXPECT_NEAR(proposal.film.setting.strength, 0.6, 1e-9);
  EXPECT_THAT(all(proposal.shots[0].reasons), HasSubstr("little depth of its own"));
  shot.near_per_m = 1.0;
  EXPECT_GT(propose(film_of({shot}), {}).film.setting.strength, 2.0);
}

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Plot, HasABandAndALineForEachShotAxesWithUnitsAndTheBudget) {
  const auto depths = film_of({shot_of(0, 3, 0.4), shot_of(3, 7, 0.6), shot_of(7, 8, 0.5)});
  const auto svg = plot_svg(depths, {"a <film> & more", {2.0, 0.5}, {}, {3.0, 2.6}});
  EXPECT_EQ(count(svg, "<polygon class=\"band\""), 3);
  EXPECT_EQ(count(svg, "class=\"cut\""), 2);
  EXPECT_EQ(count(svg, "class=\"limit\""), 2);
  EXPECT_THAT(svg, HasSubstr("parallax, % of width"));
  EXPECT_THAT(svg, HasSubstr("degrees"));
  EXPECT_THAT(svg, HasSubstr("budget behind 1.2 %"));
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(svg, HasSubstr("a &lt;film&gt; &amp; more"));
  EXPECT_THAT(svg, Not(HasSubstr("<film>")));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_EQ(count(svg, "<text"), count(svg, "</text>"));
}

TEST(Plot, AStillPictureIsAPlotToo) {
  auto shot = shot_of(0, 0, 0.5);
  Depths depths = film_of({shot});
  depths.moments = {{0, 0.0, 0.5, 1.0}};
  const auto svg = plot_svg(depths, {"still", {2.0, 0.5}, {}, {}});
  EXPECT_EQ(count(svg, "<polygon class=\"band\""), 1);
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
  EXPECT_THAT(svg, Not(HasSubstr("degrees")));
}

}  // namespace
}  // namespace relievo::analysis
