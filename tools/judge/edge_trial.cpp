#include "tools/judge/edge_trial.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <opencv2/imgproc.hpp>

#include "plugins/depth_refine/guide.hpp"
#include "plugins/depth_refine/inverse.hpp"
#include "plugins/depth_refine/refiner.hpp"
#include "tests/unit/stereo/right_view.hpp"
#include "tools/judge/picture_file.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::judge {
namespace {

constexpr float kJump = 0.04F;  // of the range

cv::Mat3b picture_of(const std::vector<std::uint8_t>& samples, cv::Size size) {
  cv::Mat3b picture(size);
  std::copy(samples.begin(), samples.end(), picture.data);
  return picture;
}

std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& stem) {
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().stem() == stem) return entry.path();
  throw std::runtime_error(folder.string() + ": there is no " + stem + ".*");
}

test::Picture colours_of(const cv::Mat3b& picture) {
  test::Picture result{picture.cols, picture.rows, 3, {}};
  for (const auto& pixel : picture)
    for (int c = 0; c < 3; ++c) result.samples.push_back(pixel[c]);
  return result;
}

test::Picture disparity_of(const cv::Mat1f& disparity) {
  test::Picture result{disparity.cols, disparity.rows, 1, {}};
  for (const float value : disparity)
    result.samples.push_back(
        static_cast<std::uint16_t>(std::clamp(std::lround(value * 256.0F), 0L, 65535L)));
  return result;
}

double psnr(double squares, double count) {
  return 10 * std::log10(255.0 * 255.0 / std::max(1e-9, squares / std::max(1.0, count)));
}

// Smooth random numbers of the given standard deviation, about one wave in `wave` pixels.
cv::Mat1f waves(cv::Size size, double deviation, double wave, cv::RNG& random) {
  cv::Mat1f coarse(std::max(2, cvRound(size.height / wave)),
                   std::max(2, cvRound(size.width / wave)));
  random.fill(coarse, cv::RNG::NORMAL, 0, deviation);
  cv::Mat1f fine;
  cv::resize(coarse, fine, size, 0, 0, cv::INTER_CUBIC);
  return fine;
}

}  // namespace

EdgeSubject scene_frame(const std::string& name, std::uint64_t seed, int frame, cv::Size size) {
  scenes::SceneOptions options;
  options.width = size.width;
  options.height = size.height;
  options.frames = std::max(48, frame + 1);
  const auto scene = scenes::make_scene(name, seed, options);
  const auto rendered = scenes::render(scene, frame, scenes::kRight);
  EdgeSubject subject;
  subject.name = name + " #" + std::to_string(seed);
  subject.left = picture_of(rendered.left, size);
  subject.right = picture_of(rendered.right, size);
  subject.inverse.create(size);
  const double gain = rendered.focal_px() * scene.baseline;
  std::transform(rendered.depth.begin(), rendered.depth.end(), subject.inverse.begin(),
                 [gain](float depth) { return static_cast<float>(gain / depth); });
  subject.known = cv::Mat1b(size, 255);
  return subject;
}

EdgeSubject stereo_pair(const std::filesystem::path& folder) {
  EdgeSubject subject;
  subject.name = folder.filename().string();
  const auto left = read_rgb(file_of(folder, "left"));
  const auto right = read_rgb(file_of(folder, "right"));
  const auto disparity = read_grey16(file_of(folder, "disp_left"));
  const cv::Size size{left.width, left.height};
  subject.left = picture_of(left.samples, size);
  subject.right = picture_of(right.samples, {right.width, right.height});
  subject.inverse.create(size);
  std::transform(disparity.samples.begin(), disparity.samples.end(), subject.inverse.begin(),
                 [](std::uint16_t value) { return static_cast<float>(value) / 256.0F; });
  subject.known = subject.inverse > 0;
  for (int y = 0; y < size.height; ++y) {
    float* const row = subject.inverse[y];
    for (int x = 0; x < size.width;) {
      if (row[x] > 0.0F) {
        ++x;
        continue;
      }
      int end = x;
      while (end < size.width && row[end] <= 0.0F) ++end;
      const float before = x > 0 ? row[x - 1] : 0.0F;
      const float after = end < size.width ? row[end] : 0.0F;
      const float value =
          before > 0.0F && after > 0.0F ? std::min(before, after) : std::max(before, after);
      std::fill(row + x, row + end, value);
      x = end;
    }
  }
  for (int y = 1; y < size.height; ++y)
    if (subject.inverse(y, 0) <= 0.0F) subject.inverse.row(y - 1).copyTo(subject.inverse.row(y));
  for (int y = size.height - 2; y >= 0; --y)
    if (subject.inverse(y, 0) <= 0.0F) subject.inverse.row(y + 1).copyTo(subject.inverse.row(y));
  return subject;
}

cv::Mat1f softened(const cv::Mat1f& inverse, const Softness& softness, std::uint64_t seed) {
  cv::RNG random(seed * 7919 + 17);
  const cv::Size size{std::max(1, cvRound(inverse.cols * softness.share)),
                      std::max(1, cvRound(inverse.rows * softness.share))};
  cv::Mat1f wandered = inverse.clone();
  if (softness.wander > 0) {
    const double full = softness.wander / softness.share;
    const double wave = 20 / softness.share;
    cv::Mat1f x = waves(inverse.size(), full, wave, random);
    cv::Mat1f y = waves(inverse.size(), full, wave, random);
    for (int j = 0; j < inverse.rows; ++j)
      for (int i = 0; i < inverse.cols; ++i) {
        x(j, i) += static_cast<float>(i);
        y(j, i) += static_cast<float>(j);
      }
    cv::remap(inverse, wandered, x, y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  }
  cv::Mat1f small;
  cv::resize(wandered, small, size, 0, 0, cv::INTER_AREA);
  if (softness.blur > 0)
    cv::GaussianBlur(small, small, {}, softness.blur, softness.blur, cv::BORDER_REPLICATE);
  if (softness.noise > 0)
    small += waves(size, softness.noise * depth_refine::range_of(small), 8, random);
  return small;
}

cv::Mat1f refined(const cv::Mat1f& soft, const cv::Mat3b& picture,
                  const depth_refine::Options& options) {
  ThreadTeam team(2);
  depth_refine::Refiner refiner(options, team);
  depth_refine::Guide guide;
  depth_refine::read_guide(picture, picture.size(), guide);
  cv::Mat1f inverse = soft.clone();
  return refiner.next(inverse, guide).clone();
}

cv::Mat1f enlarged(const cv::Mat1f& soft, cv::Size size) {
  cv::Mat1f result;
  cv::resize(soft, result, size, 0, 0, cv::INTER_LINEAR);
  return result;
}

void save_pictures(const std::filesystem::path& folder, const EdgeSubject& subject,
                   const cv::Mat1f& before, const cv::Mat1f& after) {
  std::filesystem::create_directories(folder);
  auto name = subject.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  std::erase(name, '#');
  const auto write = [&](const std::string& what, const cv::Mat3b& picture) {
    test::write_png(folder / (name + "_" + what + ".png"), colours_of(picture));
  };
  double low = 0, high = 0;
  cv::minMaxLoc(subject.inverse, &low, &high);
  const auto grey = [&](const cv::Mat1f& map) {
    cv::Mat bytes, picture;
    const double gain = 255 / std::max(1e-9, high - low);
    map.convertTo(bytes, CV_8U, gain, -gain * low);
    cv::cvtColor(bytes, picture, cv::COLOR_GRAY2RGB);
    return cv::Mat3b(picture);
  };
  write("picture", subject.left);
  write("true", grey(subject.inverse));
  write("before", grey(before));
  write("after", grey(after));
}

cv::Mat1b near_edges(const cv::Mat1f& inverse, int pixels) {
  const float jump = kJump * depth_refine::range_of(inverse);
  cv::Mat1b edges = cv::Mat1b::zeros(inverse.size());
  for (int y = 0; y + 1 < inverse.rows; ++y)
    for (int x = 0; x + 1 < inverse.cols; ++x)
      if (std::abs(inverse(y, x + 1) - inverse(y, x)) > jump ||
          std::abs(inverse(y + 1, x) - inverse(y, x)) > jump)
        edges(y, x) = 255;
  cv::Mat1b wide;
  cv::dilate(edges, wide,
             cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * pixels + 1, 2 * pixels + 1}));
  return wide;
}

EdgeFigures edge_figures(const EdgeSubject& subject, const cv::Mat1f& inverse) {
  constexpr int kNear = 6;
  const auto near = near_edges(subject.inverse, kNear);
  const double range = depth_refine::range_of(subject.inverse);
  // True depths around each pixel: what is far from all of them lies on no surface.
  double sum_near = 0, sum_beside = 0, count_near = 0, count_beside = 0, between = 0;
  for (int y = 0; y < inverse.rows; ++y)
    for (int x = 0; x < inverse.cols; ++x) {
      if (subject.known(y, x) == 0) continue;
      const double error = std::abs(inverse(y, x) - subject.inverse(y, x)) / range;
      if (near(y, x) == 0) {
        sum_beside += error;
        count_beside += 1;
        continue;
      }
      sum_near += error;
      count_near += 1;
      double closest = error;
      for (int j = std::max(0, y - kNear); j <= std::min(inverse.rows - 1, y + kNear); j += 2)
        for (int i = std::max(0, x - kNear); i <= std::min(inverse.cols - 1, x + kNear); i += 2)
          closest =
              std::min<double>(closest, std::abs(inverse(y, x) - subject.inverse(j, i)) / range);
      between += closest > 0.5 * kJump ? 1 : 0;
    }
  return {100 * sum_near / std::max(1.0, count_near),
          100 * sum_beside / std::max(1.0, count_beside),
          100 * between / std::max(1.0, count_near)};
}

ViewFigures view_figures(const EdgeSubject& subject, const cv::Mat1f& disparity) {
  const auto made = test::right_view(colours_of(subject.left), disparity_of(disparity));
  // Edges as the right eye sees them.
  cv::Mat1b edges = cv::Mat1b::zeros(subject.left.size());
  const auto jumps = near_edges(subject.inverse, 1);
  cv::Mat1b shown = cv::Mat1b::zeros(subject.left.size());
  for (int y = 0; y < jumps.rows; ++y)
    for (int x = 0; x < jumps.cols; ++x) {
      const int at = cvRound(static_cast<float>(x) - subject.inverse(y, x));
      if (at < 0 || at >= jumps.cols) continue;
      shown(y, at) = 255;
      if (jumps(y, x) != 0) edges(y, at) = 255;
    }
  cv::dilate(edges, edges, cv::getStructuringElement(cv::MORPH_ELLIPSE, {17, 17}));
  double squares = 0, count = 0, near_squares = 0, near_count = 0;
  for (int y = 0; y < jumps.rows; ++y) {
    int last = jumps.cols - 1;  // what lies to the right of it is not in the left picture
    while (last > 0 && shown(y, last) == 0) --last;
    for (int x = 0; x <= last; ++x) {
      double square = 0;
      for (int c = 0; c < 3; ++c) {
        const double off = made.at(x, y, c) - subject.right(y, x)[c];
        square += off * off / 3;
      }
      squares += square;
      count += 1;
      if (edges(y, x) == 0) continue;
      near_squares += square;
      near_count += 1;
    }
  }
  return {psnr(squares, count), psnr(near_squares, near_count)};
}

ChangeFigures change_figures(const EdgeSubject& subject, const Softness& softness, double grain,
                             const depth_refine::Options& options, int frames) {
  ThreadTeam team(2);
  depth_refine::Refiner refiner(options, team);
  auto clean = softness;
  clean.noise = 0;
  const auto soft = softened(subject.inverse, clean, 1);
  const auto near = near_edges(subject.inverse, 6);
  const double range = depth_refine::range_of(subject.inverse);
  cv::RNG random(99);
  cv::Mat1f last_before, last_after;
  depth_refine::Guide guide;
  ChangeFigures figures;
  for (int i = 0; i < frames; ++i) {
    cv::Mat noise(subject.left.size(), CV_16SC3), sum;
    random.fill(noise, cv::RNG::NORMAL, 0, grain);
    cv::add(subject.left, noise, sum, cv::noArray(), CV_8UC3);
    cv::Mat1f map = soft.clone();
    if (softness.noise > 0) map += waves(map.size(), softness.noise * range, 8, random);
    const cv::Mat1f before = enlarged(map, subject.left.size());
    depth_refine::read_guide(cv::Mat3b(sum), sum.size(), guide);
    const cv::Mat1f after = refiner.next(map, guide).clone();
    if (i > 0) {
      figures.before += 100 * cv::mean(cv::abs(before - last_before), near)[0] / range;
      figures.after += 100 * cv::mean(cv::abs(after - last_after), near)[0] / range;
    }
    last_before = before;
    last_after = after;
  }
  const double changes = std::max(1, frames - 1);
  return {figures.before / changes, figures.after / changes};
}

}  // namespace relievo::judge
