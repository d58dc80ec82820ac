#include "tools/judge/fill_trial.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/harness.hpp"
#include "tests/unit/stereo/picture_io.hpp"
#include "tests/unit/stereo/view_run.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::judge {
namespace {

// The same scene from where the right eye is.
scenes::Scene seen_by_right_eye(scenes::Scene scene) {
  for (auto& shot : scene.shots) {
    shot.camera = [camera = shot.camera, baseline = scene.baseline](double time) {
      auto moved = camera(time);
      moved.position = moved.position + baseline * moved.rotation.right;
      return moved;
    };
  }
  return scene;
}

std::vector<std::uint8_t> hidden_in_left(const scenes::RenderedFrame& left,
                                         const scenes::RenderedFrame& right, double gain) {
  constexpr double kNearer = 1.5;  // px of disparity
  std::vector<std::uint8_t> hidden(right.depth.size());
  for (int y = 0; y < right.height; ++y) {
    for (int x = 0; x < right.width; ++x) {
      const auto i = static_cast<std::size_t>(y) * right.width + x;
      const double disparity = gain / right.depth[i];
      const long column = std::lround(x + disparity);
      if (column < 0 || column >= left.width) continue;
      const auto j = static_cast<std::size_t>(y) * left.width + column;
      hidden[i] = gain / left.depth[j] > disparity + kNearer ? 1 : 0;
    }
  }
  // Beside the nearer thing colours are mixed.
  auto inside = hidden;
  for (int y = 0; y < right.height; ++y)
    for (int x = 0; x < right.width; ++x) {
      const auto i = static_cast<std::size_t>(y) * right.width + x;
      for (const int beside : {x - 1, x + 1})
        if (beside >= 0 && beside < right.width &&
            right.depth[static_cast<std::size_t>(y) * right.width + beside] <
                0.99F * right.depth[i])
          inside[i] = 0;
    }
  return inside;
}

// Linear between pixels, one component.
double at(const std::vector<std::uint8_t>& picture, int width, int height, double x, double y,
          int c) {
  const int i = std::clamp(static_cast<int>(x), 0, width - 2);
  const int j = std::clamp(static_cast<int>(y), 0, height - 2);
  const double u = x - i;
  const double v = y - j;
  const auto value = [&](int a, int b) {
    return static_cast<double>(picture[3 * (static_cast<std::size_t>(b) * width + a) + c]);
  };
  return (1 - v) * ((1 - u) * value(i, j) + u * value(i + 1, j)) +
         v * ((1 - u) * value(i, j + 1) + u * value(i + 1, j + 1));
}

class Sums {
 public:
  void add(const scenes::RenderedFrame& truth, const std::vector<std::uint8_t>& made,
           const std::vector<std::uint8_t>& hidden) {
    for (std::size_t i = 0; i < hidden.size(); ++i) {
      pixels_ += 1;
      if (hidden[i] == 0) continue;
      holes_ += 1;
      for (std::size_t c = 0; c < 3; ++c) {
        const double off = double{1} * made[3 * i + c] - truth.left[3 * i + c];
        squares_ += off * off / 3;
      }
    }
  }
  void add_change(const scenes::RenderedFrame& truth, const std::vector<std::uint8_t>& made,
                  const scenes::RenderedFrame& next_truth,
                  const std::vector<std::uint8_t>& next_made,
                  const std::vector<std::uint8_t>& hidden) {
    for (int y = 0; y < truth.height; ++y) {
      for (int x = 0; x < truth.width; ++x) {
        const auto i = static_cast<std::size_t>(y) * truth.width + x;
        if (hidden[i] == 0 || truth.flow_seen[i] == 0 || std::isnan(truth.flow[2 * i])) continue;
        const double u = x + truth.flow[2 * i];
        const double v = y + truth.flow[2 * i + 1];
        if (u < 0 || v < 0 || u > truth.width - 1 || v > truth.height - 1) continue;
        moments_ += 1;
        for (int c = 0; c < 3; ++c) {
          const auto k = 3 * i + static_cast<std::size_t>(c);
          change_ += std::abs(at(next_made, truth.width, truth.height, u, v, c) - made[k]) / 3;
          true_change_ +=
              std::abs(at(next_truth.left, truth.width, truth.height, u, v, c) - truth.left[k]) / 3;
        }
      }
    }
  }
  [[nodiscard]] FillFigures figures() const {
    return {100 * holes_ / std::max(1.0, pixels_),
            10 * std::log10(255.0 * 255.0 / std::max(1e-9, squares_ / std::max(1.0, holes_))),
            change_ / std::max(1.0, moments_), true_change_ / std::max(1.0, moments_)};
  }

 private:
  double pixels_ = 0;
  double holes_ = 0;
  double squares_ = 0;
  double moments_ = 0;
  double change_ = 0;
  double true_change_ = 0;
};

test::Picture picture_of(const std::vector<std::uint8_t>& samples, int width, int height) {
  return {width, height, 3, {samples.begin(), samples.end()}};
}

}  // namespace

FillFigures fill_figures(const scenes::Scene& scene, const std::string& params,
                         const std::string& save) {
  const auto format = test::colour_format(RLV_PF_RGB24, scene.width, scene.height);
  auto settings = nlohmann::json::parse(params);
  settings["views"] = "left_original";
  if (!settings.contains("grow")) settings["grow"] = 0;  // the depth is exact
  test::ViewRun run(settings.dump(), format, RLV_SEM_DISPARITY_PX);
  const auto right_scene = seen_by_right_eye(scene);
  std::vector<scenes::RenderedFrame> truths;
  std::vector<std::vector<std::uint8_t>> masks;
  std::vector<std::vector<std::uint8_t>> lefts;
  std::vector<std::vector<std::uint8_t>> made;
  std::vector<Frame> out(2);
  const auto pull = [&] {
    while (run.node().pull(out) == Flow::kDone) {
      const auto plane = out[1].plane<const std::uint8_t>(0);
      auto& picture = made.emplace_back();
      for (int y = 0; y < scene.height; ++y)
        picture.insert(picture.end(), plane.row(y), plane.row(y) + 3 * std::size_t(scene.width));
    }
  };
  for (int i = 0; i < scene.frames; ++i) {
    const auto left = scenes::render(scene, i, scenes::kLeftAndDepth);
    truths.push_back(scenes::render(right_scene, i, scenes::kFlow));
    const double gain = left.focal_px() * scene.baseline;
    masks.push_back(hidden_in_left(left, truths.back(), gain));
    if (!save.empty()) lefts.push_back(left.left);
    auto info = test::frame_info(format, i);
    info.shot_id = left.shot;
    const auto colour = Host(run.node().host()).new_frame(info);
    const auto plane = colour.plane<std::uint8_t>(0);
    for (int y = 0; y < scene.height; ++y)
      std::copy_n(left.left.data() + 3 * std::size_t(y) * std::size_t(scene.width),
                  3 * std::size_t(scene.width), plane.row(y));
    const test::DepthMap map(scene.width, scene.height, [&](int x, int y) {
      return static_cast<float>(gain / left.depth[static_cast<std::size_t>(y) * scene.width + x]);
    });
    std::vector<Frame> in{colour, run.depth_frame(map, i)};
    while (run.node().push(in) == Flow::kAgain) pull();
    pull();
  }
  run.node().drain();
  pull();
  Sums sums;
  for (std::size_t i = 0; i < made.size(); ++i) {
    sums.add(truths[i], made[i], masks[i]);
    if (i + 1 < made.size())
      sums.add_change(truths[i], made[i], truths[i + 1], made[i + 1], masks[i]);
  }
  if (!save.empty()) {
    std::filesystem::create_directories(save);
    const auto middle = made.size() / 2;
    const auto write = [&](const char* what, const std::vector<std::uint8_t>& samples) {
      test::write_png(std::filesystem::path(save) / (std::string(what) + ".png"),
                      picture_of(samples, scene.width, scene.height));
    };
    write("left", lefts[middle]);
    write("true", truths[middle].left);
    write("made", made[middle]);
    std::vector<std::uint8_t> mask;
    for (const auto hidden : masks[middle]) mask.insert(mask.end(), 3, hidden != 0 ? 255 : 0);
    write("holes", mask);
  }
  return sums.figures();
}

}  // namespace relievo::judge
