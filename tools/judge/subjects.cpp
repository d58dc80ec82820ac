#include "tools/judge/subjects.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/metrics/depth_agreement.hpp"
#include "tools/judge/picture_file.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::judge {
namespace {

Truth truth_from_depth(const GreyPicture& depth, double per_metre) {
  Truth truth{depth.width, depth.height, {}, {}, {}};
  for (const auto value : depth.samples)
    truth.inverse.push_back(value == 0 ? std::numeric_limits<float>::quiet_NaN()
                                       : static_cast<float>(per_metre / value));
  return truth;
}

// The files of a folder whose names begin with `start`, sorted.
std::vector<std::filesystem::path> files(const std::filesystem::path& folder,
                                         const std::string& start = "") {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().rfind(start, 0) == 0) all.push_back(entry.path());
  std::sort(all.begin(), all.end());
  return all;
}

void add(Subject& subject, RgbPicture picture, Truth truth) {
  subject.width = picture.width;
  subject.height = picture.height;
  subject.pictures.push_back(std::move(picture.samples));
  subject.truths.push_back(std::move(truth));
}

}  // namespace

std::vector<Subject> scene_subjects(const std::string& name, std::uint64_t seed, int frames,
                                    int width, int height) {
  scenes::SceneOptions options;
  options.frames = frames;
  options.width = width;
  options.height = height;
  const auto scene = scenes::make_scene(name, seed, options);
  std::vector<Subject> subjects;
  for (int i = 0; i < frames; ++i) {
    auto frame = scenes::render(scene, i, scenes::kFlow);
    if (static_cast<std::size_t>(frame.shot) == subjects.size()) {
      const auto& shot = scene.shots[subjects.size()];
      Subject subject;
      subject.name = name + (scene.shots.size() > 1 ? "/" + shot.kind : "");
      subject.translates = shot.translates;
      subject.floor = metrics::kDefaultFloor;
      subject.width = width;
      subject.height = height;
      subjects.push_back(std::move(subject));
    }
    Truth truth{width, height, {}, std::move(frame.flow), std::move(frame.flow_seen)};
    for (const float depth : frame.depth) truth.inverse.push_back(1 / depth);
    subjects.back().pictures.push_back(std::move(frame.left));
    subjects.back().truths.push_back(std::move(truth));
  }
  return subjects;
}

Subject rgbd_sequence(const std::filesystem::path& folder) {
  Subject subject;
  subject.name = folder.filename().string();
  subject.translates = true;
  subject.floor = metrics::kDefaultFloor;
  const auto colours = files(folder / "color");
  const auto depths = files(folder / "depth");
  if (colours.size() != depths.size() || colours.empty())
    throw std::runtime_error("no matching pictures in " + folder.string());
  for (std::size_t i = 0; i < colours.size(); ++i)
    add(subject, read_rgb(colours[i]), truth_from_depth(read_grey16(depths[i]), 1000));
  return subject;
}

std::vector<Subject> rgbd_stills(const std::filesystem::path& folder, double scale) {
  std::vector<Subject> subjects;
  const auto colours = files(folder, "color_");
  const auto depths = files(folder, "depth_");
  for (std::size_t i = 0; i < colours.size(); ++i) {
    Subject subject;
    subject.name = folder.filename().string() + "/" + colours[i].stem().string();
    subject.floor = metrics::kDefaultFloor;
    add(subject, read_rgb(colours[i]), truth_from_depth(read_grey16(depths[i]), scale));
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

Subject stereo_still(const std::filesystem::path& folder) {
  Subject subject;
  subject.name = folder.filename().string();
  subject.floor = 0.5F;  // pixels
  const auto disparity = read_grey16(folder / "disp_left.png");
  Truth truth{disparity.width, disparity.height, {}, {}, {}};
  for (const auto value : disparity.samples)
    truth.inverse.push_back(value == 0 ? std::numeric_limits<float>::quiet_NaN()
                                       : static_cast<float>(value) / 256);
  add(subject, read_rgb(files(folder, "left.").at(0)), std::move(truth));
  return subject;
}

Outcome judge(const DepthRunner& runner, const Subject& subject) {
  double seconds = 0;
  auto maps = runner.run(
      static_cast<int>(subject.pictures.size()), subject.width, subject.height,
      [&](int i) { return subject.pictures[static_cast<std::size_t>(i)].data(); },
      [](int) { return 0; }, &seconds);
  if (maps.size() != subject.pictures.size())
    throw std::runtime_error("the node lost frames of " + subject.name);
  auto verdict = judge_shot(maps, subject.truths, subject.floor);
  const double ms = 1000 * seconds / static_cast<double>(maps.size());
  return {std::move(maps), std::move(verdict), ms};
}

}  // namespace relievo::judge
