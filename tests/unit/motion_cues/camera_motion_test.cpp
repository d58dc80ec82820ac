#include "camera_motion.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "tools/scenes/geometry.hpp"

namespace relievo::motion_cues {
namespace {

constexpr double kNoise = 0.1 / 400;  // a tenth of a pixel at a focal length of 400

struct World {
  std::vector<FlowSample> samples;
  std::vector<double> inverse;
};

// Random points before a camera that moves; a share of them moves at random instead.
World world(const Motion& truth, double outliers, std::uint64_t seed) {
  scenes::Random random(seed);
  World result;
  const cv::Vec3d& w = truth.turn;
  const double angle = cv::norm(w);
  for (int i = 0; i < 1200; ++i) {
    FlowSample s;
    s.x = random.uniform(-0.55, 0.55);
    s.y = random.uniform(-0.3, 0.3);
    const double inverse = random.uniform(0.0, 0.5);
    cv::Vec3d p(s.x, s.y, 1);
    if (angle > 0) {
      const cv::Vec3d k = w * (1 / angle);
      p = p * std::cos(angle) + k.cross(p) * std::sin(angle) +
          k * (k.dot(p) * (1 - std::cos(angle)));
    }
    p += inverse * truth.step;
    const double scale = 1 + truth.zoom;
    s.u = scale * p[0] / p[2] - s.x + kNoise * random.uniform(-1.7, 1.7);
    s.v = scale * p[1] / p[2] - s.y + kNoise * random.uniform(-1.7, 1.7);
    if (random.chance(outliers)) {
      s.u += random.uniform(-0.05, 0.05);
      s.v += random.uniform(-0.05, 0.05);
    }
    result.samples.push_back(s);
    result.inverse.push_back(inverse);
  }
  return result;
}

double angle_between(const cv::Vec3d& a, const cv::Vec3d& b) {
  return std::acos(std::min(1.0, a.dot(b) / cv::norm(a) / cv::norm(b))) * 180 / 3.14159265;
}

TEST(CameraMotion, ATurnAndAZoomAreFoundAmongOutliers) {
  Motion truth;
  truth.turn = {0.01, -0.03, 0.008};
  truth.zoom = 0.02;
  const auto seen = world(truth, 0.35, 1);
  const auto found = fit_turn(seen.samples, kNoise);
  EXPECT_LT(cv::norm(found.turn - truth.turn), 5e-4);
  EXPECT_NEAR(found.zoom, truth.zoom, 1e-3);
  EXPECT_LT(residual_quantile(seen.samples, found, 0.5), 3 * kNoise);
}

struct Step {
  const char* name;
  cv::Vec3d turn, step;
};
class EveryStep : public testing::TestWithParam<Step> {};

TEST_P(EveryStep, ItsDirectionIsFoundAmongOutliers) {
  Motion truth;
  truth.turn = GetParam().turn;
  truth.step = GetParam().step;
  const auto seen = world(truth, 0.25, 2);
  const auto found = find_step(seen.samples, kNoise, fit_turn(seen.samples, kNoise));
  EXPECT_LT(angle_between(found.step, truth.step), 4);
  EXPECT_LT(cv::norm(found.turn - truth.turn), 4e-3);
  // Depth follows, in units of the step.
  const Parallax parallax(found);
  double agree = 0;
  for (std::size_t i = 0; i < seen.samples.size(); ++i) {
    const auto& s = seen.samples[i];
    const double inverse =
        parallax.inverse_depth(parallax.split(s.x, s.y, s.u, s.v)) / cv::norm(truth.step);
    agree += std::abs(inverse - seen.inverse[i]) < 0.05 ? 1 : 0;
  }
  EXPECT_GT(agree / static_cast<double>(seen.samples.size()), 0.55);
}

TEST_P(EveryStep, ItsLengthComesInTheUnitsOfKnownDepth) {
  Motion truth;
  truth.turn = GetParam().turn;
  truth.step = GetParam().step;
  auto seen = world(truth, 0.2, 3);
  for (std::size_t i = 0; i < seen.samples.size(); ++i) {
    seen.samples[i].inverse = 2 * seen.inverse[i];  // other units
    seen.samples[i].variance = 1e-4;
  }
  const auto found = refine(seen.samples, kNoise, fit_turn(seen.samples, kNoise), 6);
  EXPECT_NEAR(cv::norm(found.step) / cv::norm(truth.step), 0.5, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Steps, EveryStep,
                         testing::Values(Step{"aside", {0, 0, 0}, {0.06, 0, 0}},
                                         Step{"ahead", {0, 0, 0}, {0, 0, -0.15}},
                                         Step{"back", {0.002, 0.001, 0}, {0, 0, 0.15}},
                                         Step{"up", {0, 0, 0.004}, {0.003, 0.05, 0}},
                                         Step{"around", {0, -0.012, 0}, {0.06, 0, 0.02}}),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

TEST(CameraMotion, WithoutFlowThereIsNoMotion) {
  const auto seen = world({}, 0, 4);
  const auto found = fit_turn(seen.samples, kNoise);
  EXPECT_LT(cv::norm(found.turn), 1e-4);
  EXPECT_NEAR(found.zoom, 0, 2e-4);
}

}  // namespace
}  // namespace relievo::motion_cues
