#include "measurement.hpp"

#include <algorithm>
#include <cmath>

#include "statistics.hpp"

namespace relievo::motion_cues {
namespace {

constexpr double kFlowNoise = 0.12;  // pixels, of good texture
constexpr float kFaint = 4.0F;       // squared grey steps per pixel at which texture is half good

struct PickedSample {
  FlowSample sample;
  int x;
  int y;
};

float corner_strength(const Texture& t, int y, int x) {
  const float half_trace = 0.5F * (t.xx(y, x) + t.yy(y, x));
  const float half_difference = 0.5F * (t.xx(y, x) - t.yy(y, x));
  return half_trace - std::sqrt(half_difference * half_difference + t.xy(y, x) * t.xy(y, x));
}

// The best textured place of every square of the picture.
std::vector<PickedSample> pick(const PairOfFrames& frames, const cv::Mat2f& flow,
                               const cv::Mat1f& miss, const DepthState& expected) {
  constexpr int kSquare = 8;
  constexpr int kStep = 2;
  std::vector<PickedSample> picked;
  const double unit = 1 / frames.focal;
  const double centre_x = 0.5 * flow.cols;
  const double centre_y = 0.5 * flow.rows;
  for (int by = 0; by + kSquare <= flow.rows; by += kSquare) {
    for (int bx = 0; bx + kSquare <= flow.cols; bx += kSquare) {
      float best = -1;
      int px = bx, py = by;
      for (int y = by; y < by + kSquare; y += kStep) {
        for (int x = bx; x < bx + kSquare; x += kStep) {
          const float strength = corner_strength(frames.texture, y, x);
          if (strength > best) {
            best = strength;
            px = x;
            py = y;
          }
        }
      }
      const auto f = flow(py, px);
      const float to_x = static_cast<float>(px) + f[0];
      const float to_y = static_cast<float>(py) + f[1];
      constexpr float kMargin = 3;
      if (to_x < kMargin || to_y < kMargin || to_x > static_cast<float>(flow.cols) - kMargin ||
          to_y > static_cast<float>(flow.rows) - kMargin)
        continue;
      const float wrong = miss(py, px);
      FlowSample s;
      s.x = (px + 0.5 - centre_x) * unit;
      s.y = (py + 0.5 - centre_y) * unit;
      s.u = f[0] * unit;
      s.v = f[1] * unit;
      // Grey steps that do not match, against what the texture's slope could explain.
      s.weight = best / (best + kFaint) / (1 + wrong * wrong / (25 + best));
      if (s.weight < 0.02) continue;
      if (expected.measured && expected.variance(py, px) < 0.5F * kUnknown) {
        s.inverse = expected.inverse(py, px);
        s.variance = expected.variance(py, px);
      }
      picked.push_back({s, px, py});
    }
  }
  return picked;
}

// How much larger the measured inverse depths are than the expected ones: the ratio of their
// spreads over blocks of the picture. A regression of one on the other would come out too small for
// the noise in what is expected, a little each frame, and the scale would drift; the mean of a
// block has little noise, and a ratio of spreads treats both alike.
double relative_scale(const std::vector<PickedSample>& picked, const Motion& motion, cv::Size size,
                      double noise) {
  constexpr int kAcross = 12;
  constexpr int kDown = 8;
  struct Block {
    double w = 0, measured = 0, expected = 0;
  };
  std::vector<Block> blocks(static_cast<std::size_t>(kAcross * kDown));
  const Parallax parallax(motion);
  constexpr double kLeast = 0.02;  // of the units of kNearEnd: no sample is surer than this
  for (const auto& p : picked) {
    const auto& s = p.sample;
    if (s.variance < 0) continue;
    const auto parts = parallax.split(s.x, s.y, s.u, s.v);
    const double variance =
        s.variance + noise * noise / (parts.lever * parts.lever) + kLeast * kLeast;
    const double value = parallax.inverse_depth(parts);
    const double misfit = (value - s.inverse) * (value - s.inverse) / (9 * variance);
    const double off = parts.across / (4 * noise);
    const double w = s.weight / variance / (1 + off * off) / (1 + misfit * misfit);
    auto& block = blocks[static_cast<std::size_t>(p.y * kDown / size.height * kAcross +
                                                  p.x * kAcross / size.width)];
    block.w += w;
    block.measured += w * value;
    block.expected += w * s.inverse;
  }
  double total = 0, measured = 0, expected = 0;
  for (const auto& block : blocks) {
    total += block.w;
    measured += block.measured;
    expected += block.expected;
  }
  if (total <= 0) return 1;
  measured /= total;
  expected /= total;
  // A step to the side leaves a turn to make up for a common part of all depths: only differences
  // count. A step ahead does not.
  const double aside = motion.step[0] * motion.step[0] + motion.step[1] * motion.step[1];
  constexpr double kTypicalRadius = 0.4;
  const double ahead = kTypicalRadius * kTypicalRadius * motion.step[2] * motion.step[2];
  const double centred = aside / (aside + ahead + 1e-30);
  double spread_measured = 0, spread_expected = 0;
  for (const auto& block : blocks) {
    if (block.w <= 0) continue;
    const double e = block.expected / block.w - centred * expected;
    const double m = block.measured / block.w - centred * measured;
    spread_measured += block.w * (e > 0 ? m : -m);
    spread_expected += block.w * std::abs(e);
  }
  if (spread_expected <= 0) return 1;
  return std::clamp(spread_measured / spread_expected, 0.7, 1.4);
}

struct Maps {
  cv::Mat1f inverse, variance;
  cv::Mat1b moving;
};

// Applies the camera's motion to every pixel.
Maps every_pixel(const PairOfFrames& frames, const cv::Mat2f& flow, const cv::Mat1f& miss,
                 const Motion& motion, bool with_depth, double typical_across, double nearest) {
  Maps maps{cv::Mat1f(flow.size()), cv::Mat1f(flow.size(), kUnknown),
            cv::Mat1b(flow.size(), uchar{0})};
  const Parallax parallax(motion);
  const double unit = 1 / frames.focal;
  const double centre_x = 0.5 * flow.cols;
  const double centre_y = 0.5 * flow.rows;
  // What no depth explains: a pixel, and clearly more than the rest of the picture has.
  const double odd = std::max(1.0, 6 * typical_across);
  cv::parallel_for_({0, flow.rows}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < flow.cols; ++x) {
        const auto f = flow(y, x);
        const double px = (x + 0.5 - centre_x) * unit;
        const double py = (y + 0.5 - centre_y) * unit;
        const float xx = frames.texture.xx(y, x);
        const float yy = frames.texture.yy(y, x);
        const float xy = frames.texture.xy(y, x);
        maps.inverse(y, x) = 0;
        const bool matched = miss(y, x) * miss(y, x) < 0.5F * (25 + xx + yy);
        if (!with_depth) {
          const auto r = parallax.residual(px, py, f[0] * unit, f[1] * unit);
          if (cv::norm(r) * frames.focal > odd && matched && xx + yy > kFaint)
            maps.moving(y, x) = 255;
          continue;
        }
        const auto parts = parallax.split(px, py, f[0] * unit, f[1] * unit);
        const double across = std::abs(parts.across) * frames.focal;
        const double value = parallax.inverse_depth(parts);
        const double lever_px = parts.lever * frames.focal;
        const float to_x = static_cast<float>(x) + f[0];
        const float to_y = static_cast<float>(y) + f[1];
        if (to_x < 0 || to_y < 0 || to_x > static_cast<float>(flow.cols - 1) ||
            to_y > static_cast<float>(flow.rows - 1))
          continue;
        if (!matched) continue;
        if (across > odd && xx + yy > kFaint) {
          maps.moving(y, x) = 255;
          continue;
        }
        // Slope of the picture along the parallax; across it the flow need not be known.
        const double ex = motion.step[0] - px * motion.step[2];
        const double ey = motion.step[1] - py * motion.step[2];
        const double along =
            (ex * ex * xx + 2 * ex * ey * xy + ey * ey * yy) / (ex * ex + ey * ey + 1e-12);
        const double noise = kFlowNoise * kFlowNoise * (1 + 4 * kFaint / (along + 0.05)) +
                             across * across + 0.0025 * miss(y, x) * miss(y, x);
        const double spread = noise / (lever_px * lever_px + 1e-9);
        const double sigma = std::sqrt(spread);
        if (value < -4 * sigma - 0.1 || value > 3 * nearest + 4 * sigma) {
          maps.moving(y, x) = xx + yy > kFaint ? 255 : 0;
          continue;
        }
        maps.inverse(y, x) = static_cast<float>(std::max(value, 0.0));
        maps.variance(y, x) = static_cast<float>(std::min<double>(spread, kUnknown));
      }
    }
  });
  return maps;
}

}  // namespace

Measurement measure(const PairOfFrames& frames, const cv::Mat2f& flow, const DepthState& expected) {
  Measurement result;
  const auto miss = mismatch(frames.luma, frames.other, flow);
  const auto picked = pick(frames, flow, miss, expected);
  std::vector<FlowSample> samples;
  std::vector<double> lengths;
  for (const auto& p : picked) {
    samples.push_back(p.sample);
    lengths.push_back(std::hypot(p.sample.u, p.sample.v) * frames.focal);
  }
  constexpr std::size_t kFewest = 40;
  if (samples.size() < kFewest) return result;
  result.flow_px = quantile(lengths, 0.5);

  const double noise = kFlowNoise / frames.focal;
  const auto turn_only = fit_turn(samples, noise);
  const double rest_px = residual_quantile(samples, turn_only, 0.65) * frames.focal;
  const double turn_typical_px = residual_quantile(samples, turn_only, 0.5) * frames.focal;

  Motion motion;
  bool has_depth = false;
  if (expected.measured && rest_px > 1.5 * kFlowNoise) {
    // The direction of the step from the flow, then everything with the depth that is known.
    motion = refine(samples, noise, Motion{turn_only.turn, 0, {0, 0, 0}}, 3);
    motion = refine(samples, noise, motion, 4);
    if (cv::norm(motion.step) > 0) {
      const double g = relative_scale(picked, motion, flow.size(), noise);
      motion.step *= g;
      std::vector<double> known;
      for (const auto& s : samples)
        if (s.variance >= 0) known.push_back(s.inverse);
      if (known.size() >= kFewest) {
        const double range = quantile(known, 0.9) - quantile(known, 0.1);
        result.parallax_px = range * cv::norm(motion.step) * frames.focal;
        has_depth = result.parallax_px > 3 * kFlowNoise;
      }
    }
  } else if (!expected.measured && rest_px > 3 * kFlowNoise) {
    motion = find_step(samples, noise, turn_only);
    // Enough of what the turn leaves over is explained by depth before the camera.
    const Parallax parallax(motion);
    double explained = 0, left_over = 0;
    std::vector<double> values;
    for (const auto& s : samples) {
      if (cv::norm(Parallax(turn_only).residual(s.x, s.y, s.u, s.v)) < 2 * noise) {
        values.push_back(parallax.split(s.x, s.y, s.u, s.v).along);
        continue;
      }
      const auto parts = parallax.split(s.x, s.y, s.u, s.v);
      left_over += s.weight;
      if (std::abs(parts.across) < 3 * noise) {
        explained += s.weight;
        values.push_back(parallax.inverse_depth(parts));
      }
    }
    has_depth = explained > 0.7 * left_over && values.size() >= kFewest;
    if (has_depth) {
      const double far = std::min(0.0, quantile(values, 0.03));
      const double near = quantile(values, 0.9);
      has_depth = near - far > 1e-9;
      motion.step *= (near - far) / kNearEnd;
      result.parallax_px = (near - quantile(values, 0.1)) * frames.focal;
      has_depth = has_depth && result.parallax_px > 3 * kFlowNoise;
    }
  }
  const Parallax final_parallax(has_depth ? motion : turn_only);
  double typical = turn_typical_px;
  if (has_depth) {
    std::vector<double> across;
    for (const auto& s : samples)
      across.push_back(std::abs(final_parallax.split(s.x, s.y, s.u, s.v).across) * frames.focal);
    typical = quantile(across, 0.5);
    has_depth = typical < 1.0;
  }
  result.has_depth = has_depth;
  result.motion = has_depth ? motion : turn_only;
  double nearest = 2 * kNearEnd;
  if (expected.measured) {
    std::vector<double> known;
    for (const auto& s : samples)
      if (s.variance >= 0) known.push_back(s.inverse);
    nearest = std::max(nearest, quantile(known, 0.98));
  }
  auto maps = every_pixel(frames, flow, miss, result.motion, has_depth, typical, nearest);
  result.inverse = maps.inverse;
  result.variance = maps.variance;
  result.moving = maps.moving;
  return result;
}

}  // namespace relievo::motion_cues
