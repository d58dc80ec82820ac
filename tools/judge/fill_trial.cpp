#include "tools/judge/fill_trial.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/support/harness.hpp"
#include "tests/unit/stereo/picture_io.hpp"
#include "tools/judge/film_truth.hpp"

namespace relievo::judge {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

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
      const auto i = at(y) * at(right.width) + at(x);
      const double disparity = gain / right.depth[i];
      const long column = std::lround(x + disparity);
      if (column < 0 || column >= left.width) continue;
      const auto j = at(y) * at(left.width) + static_cast<std::size_t>(column);
      hidden[i] = gain / left.depth[j] > disparity + kNearer ? 1 : 0;
    }
  }
  // Beside the nearer thing colours are mixed.
  auto inside = hidden;
  for (int y = 0; y < right.height; ++y)
    for (int x = 0; x < right.width; ++x) {
      const auto i = at(y) * at(right.width) + at(x);
      for (const int beside : {x - 1, x + 1})
        if (beside >= 0 && beside < right.width &&
            right.depth[at(y) * at(right.width) + at(beside)] < 0.99F * right.depth[i])
          inside[i] = 0;
    }
  return inside;
}

// Linear between pixels, one component.
double value_at(const std::vector<std::uint8_t>& picture, int width, int height, double x, double y,
                std::size_t c) {
  const int i = std::clamp(static_cast<int>(x), 0, width - 2);
  const int j = std::clamp(static_cast<int>(y), 0, height - 2);
  const double u = x - i;
  const double v = y - j;
  const auto value = [&](int a, int b) {
    return double{1} * picture[3 * (at(b) * at(width) + at(a)) + c];
  };
  return (1 - v) * ((1 - u) * value(i, j) + u * value(i + 1, j)) +
         v * ((1 - u) * value(i, j + 1) + u * value(i + 1, j + 1));
}

double decibels(double squares, double count) {
  return 10 * std::log10(255.0 * 255.0 / std::max(1e-9, squares / std::max(1.0, count)));
}

// Squared differences, and how many.
struct Error {
  double squares = 0;
  double count = 0;
  void add(const std::uint8_t* made, const std::uint8_t* truth) {
    for (int c = 0; c < 3; ++c) {
      const double off = double{1} * made[c] - truth[c];
      squares += off * off / 3;
    }
    count += 1;
  }
  [[nodiscard]] double psnr() const { return decibels(squares, count); }
};

struct Change {
  double of_view = 0;
  double of_truth = 0;
  double count = 0;
  void add(const scenes::RenderedFrame& now, const std::vector<std::uint8_t>& made,
           const scenes::RenderedFrame& next, const std::vector<std::uint8_t>& next_made,
           const std::vector<std::uint8_t>& holes) {
    for (int y = 0; y < now.height; ++y) {
      for (int x = 0; x < now.width; ++x) {
        const auto i = at(y) * at(now.width) + at(x);
        if (holes[i] == 0 || now.flow_seen[i] == 0 || std::isnan(now.flow[2 * i])) continue;
        const double u = x + double{now.flow[2 * i]};
        const double v = y + double{now.flow[2 * i + 1]};
        if (u < 0 || v < 0 || u > now.width - 1 || v > now.height - 1) continue;
        count += 1;
        for (std::size_t c = 0; c < 3; ++c) {
          of_view +=
              std::abs(value_at(next_made, now.width, now.height, u, v, c) - made[3 * i + c]) / 3;
          of_truth +=
              std::abs(value_at(next.left, now.width, now.height, u, v, c) - now.left[3 * i + c]) /
              3;
        }
      }
    }
  }
};

test::Picture picture_of(const std::vector<std::uint8_t>& samples, int width, int height) {
  return {width, height, 3, {samples.begin(), samples.end()}};
}

}  // namespace

FillTrial::FillTrial(scenes::Scene scene, int reach) : scene_(std::move(scene)) {
  const auto right_scene = seen_by_right_eye(scene_);
  const FilmTruth film(scene_, reach);
  for (int i = 0; i < scene_.frames; ++i) {
    Moment moment{scenes::render(scene_, i, scenes::kLeftAndDepth),
                  scenes::render(right_scene, i, scenes::kFlow),
                  {}};
    const double gain = moment.left.focal_px() * scene_.baseline;
    moment.holes = hidden_in_left(moment.left, moment.right, gain);
    moments_.push_back(std::move(moment));
  }
  for (int i = 0; i < scene_.frames; ++i) {
    auto& moment = moments_[at(i)];
    for (int y = 0; y < scene_.height; ++y) {
      for (int x = 0; x < scene_.width; ++x) {
        const auto k = at(y) * at(scene_.width) + at(x);
        if (moment.holes[k] == 0) continue;
        hidden_ += 1;
        const auto found = film.find(i, x, y);
        if (found.frame < 0) continue;
        shown_ += 1;
        moment.holes[k] = 2;
        for (std::size_t c = 0; c < 3; ++c) {
          const double off = value_at(moments_[at(found.frame)].left.left, scene_.width,
                                      scene_.height, found.x, found.y, c) -
                             moment.right.left[3 * k + c];
          shown_squares_ += off * off / 3;
        }
      }
    }
  }
}

double FillTrial::holes() const {
  return 100 * hidden_ / (double{1} * scene_.width * scene_.height * scene_.frames);
}

double FillTrial::shown() const {
  return 100 * shown_ / std::max(1.0, hidden_);
}

double FillTrial::shown_bound() const {
  return decibels(shown_squares_, shown_);
}

test::DepthMap FillTrial::depth_map(const Moment& moment, int depth_width) const {
  const double gain = moment.left.focal_px() * scene_.baseline;
  const auto disparity = [&](int x, int y) {
    return gain / moment.left.depth[at(y) * at(scene_.width) + at(x)];
  };
  if (depth_width <= 0)
    return {scene_.width, scene_.height, [&](int x, int y) {
              return static_cast<float>(disparity(x, y));
            }};
  const int depth_height = std::max(1, depth_width * scene_.height / scene_.width);
  return {depth_width, depth_height, [&](int x, int y) {
            // Disparity in pixels is that of the map's own.
            double sum = 0;
            int count = 0;
            for (int j = y * scene_.height / depth_height;
                 j < (y + 1) * scene_.height / depth_height; ++j)
              for (int i = x * scene_.width / depth_width; i < (x + 1) * scene_.width / depth_width;
                   ++i, ++count)
                sum += disparity(i, j);
            return static_cast<float>(sum / std::max(1, count) * depth_width / scene_.width);
          }};
}

FillTrial::Pictures FillTrial::views(const std::string& params, int depth_width) const {
  const auto format = test::colour_format(RLV_PF_RGB24, scene_.width, scene_.height);
  auto settings = nlohmann::json::parse(params);
  settings["views"] = "left_original";
  // With exact depth, too, the colours beside an edge are mixed: the least growth, one pixel.
  if (!settings.contains("grow")) settings["grow"] = 0.1;
  test::ViewRun run(settings.dump(), format, RLV_SEM_DISPARITY_PX);
  Pictures made;
  std::vector<Frame> out(2);
  const auto pull = [&] {
    while (run.node().pull(out) == Flow::kDone) {
      const auto plane = out[1].plane<const std::uint8_t>(0);
      auto& picture = made.emplace_back();
      for (int y = 0; y < scene_.height; ++y)
        picture.insert(picture.end(), plane.row(y), plane.row(y) + 3 * at(scene_.width));
    }
  };
  for (int i = 0; i < scene_.frames; ++i) {
    const auto& left = moments_[at(i)].left;
    auto info = test::frame_info(format, i);
    info.shot_id = left.shot;
    const auto colour = Host(run.node().host()).new_frame(info);
    const auto plane = colour.plane<std::uint8_t>(0);
    for (int y = 0; y < scene_.height; ++y)
      std::copy_n(left.left.data() + 3 * at(y) * at(scene_.width), 3 * at(scene_.width),
                  plane.row(y));
    const auto map = depth_map(moments_[at(i)], depth_width);
    std::vector<Frame> in{colour, run.depth_frame(map, i)};
    while (run.node().push(in) == Flow::kAgain) pull();
    pull();
  }
  run.node().drain();
  pull();
  return made;
}

FillFigures FillTrial::figures(const std::string& params, int depth_width,
                               const std::string& save) const {
  const auto made = views(params, depth_width);
  Error all;
  Error shown;
  Error rest;
  Change change;
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto& moment = moments_[i];
    for (std::size_t k = 0; k < moment.holes.size(); ++k) {
      if (moment.holes[k] == 0) continue;
      all.add(&made[i][3 * k], &moment.right.left[3 * k]);
      (moment.holes[k] == 2 ? shown : rest).add(&made[i][3 * k], &moment.right.left[3 * k]);
    }
    if (i + 1 < made.size())
      change.add(moment.right, made[i], moments_[i + 1].right, made[i + 1], moment.holes);
  }
  if (!save.empty()) {
    std::filesystem::create_directories(save);
    const auto middle = made.size() / 2;
    const auto write = [&](const char* what, const std::vector<std::uint8_t>& samples) {
      test::write_png(std::filesystem::path(save) / (std::string(what) + ".png"),
                      picture_of(samples, scene_.width, scene_.height));
    };
    const auto& moment = moments_[middle];
    write("left", moment.left.left);
    write("true", moment.right.left);
    write("made", made[middle]);
    std::vector<std::uint8_t> mask;
    for (const auto hole : moment.holes)
      mask.insert(mask.end(), 3, static_cast<std::uint8_t>(hole == 2 ? 255 : 110 * hole));
    write("holes", mask);
  }
  const double moments = std::max(1.0, change.count);
  return {all.psnr(), shown.psnr(), rest.psnr(), change.of_view / moments,
          change.of_truth / moments};
}

}  // namespace relievo::judge
