#include "expectation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "row_sampler.hpp"

namespace relievo::temporal {
namespace {

constexpr int kRows = 16;  // of a task

int tasks_of(int rows) {
  return (rows + kRows - 1) / kRows;
}

// Sum of the sizes of known values.
struct Level {
  double sum = 0;
  int count = 0;

  // Every fourth value is enough.
  void add_row(const cv::Mat1f& map, int row) {
    for (int x = row % 4; x < map.cols; x += 4) {
      const float value = map(row, x);
      if (!std::isfinite(value)) continue;
      sum += static_cast<double>(std::abs(value));
      ++count;
    }
  }
  void add(const Level& other) { sum += other.sum, count += other.count; }
};

// One row at a time, in passes over plain arrays that compilers vectorise; counted in int, as they
// have no fast way from wider numbers to float.
class RowExpecter {
 public:
  RowExpecter(const tracking::Track& track, const cv::Mat1f& past, const cv::Mat1f& carried,
              const CameraFit& camera, const Projection& view, const DepthChange& change)
      : track_(track),
        carried_(carried),
        camera_(camera),
        view_(view),
        change_(change),
        width_(carried.cols),
        past_(past, static_cast<std::size_t>(width_)),
        x_(static_cast<std::size_t>(width_)),
        y_(x_.size()),
        flow_x_(x_.size()),
        flow_y_(x_.size()),
        to_x_(x_.size()),
        to_y_(x_.size()),
        seen_(x_.size()),
        explained_(x_.size()) {}

  void run(int row, Expectation& result, Level& level) {
    const auto* flow = track_.flow[row];
    for (std::size_t i = 0; i < x_.size(); ++i) {
      flow_x_[i] = flow[i][0];
      flow_y_[i] = flow[i][1];
    }
    const float* trust = track_.trust[row];
    float* still = result.still[row];
    correct(row, trust, still);
    auto* out = result.track[row];
    for (std::size_t i = 0; i < x_.size(); ++i) out[i] = {x_[i], y_[i], trust[i], still[i]};
    float* const x = x_.data();
    float* const y = y_.data();
    for (int i = 0; i < width_; ++i) {
      x[i] += static_cast<float>(i);
      y[i] += static_cast<float>(row);
    }
    float* inverse = result.inverse[row];
    past_.sample(x_, y_, {inverse, x_.size()});
    level.add_row(result.inverse, row);
    for (int i = 0; i < width_; ++i)
      inverse[i] = change_.at(static_cast<float>(i), static_cast<float>(row), inverse[i]);
  }

 private:
  // x_, y_: the flow, or what the camera says instead; still: trust, or none where they differ. In
  // passes, as compilers vectorise no loop in which one condition follows from another.
  void correct(int row, const float* trust, float* still) {
    const float* const flow_x = flow_x_.data();
    const float* const flow_y = flow_y_.data();
    if (!camera_.found) {
      std::copy_n(flow_x, width_, x_.data());
      std::copy_n(flow_y, width_, y_.data());
      std::copy_n(trust, width_, still);
      return;
    }
    project(row);
    const float* const to_x = to_x_.data();
    const float* const to_y = to_y_.data();
    const float* const seen = seen_.data();
    float* const explained = explained_.data();
    for (int i = 0; i < width_; ++i) {
      const float gap_x = to_x[i] - flow_x[i], gap_y = to_y[i] - flow_y[i];
      const float gap = gap_x * gap_x + gap_y * gap_y;
      explained[i] = static_cast<float>(static_cast<int>(gap < 1) & static_cast<int>(seen[i] > 0));
    }
    choose(to_x, flow_x, x_.data());
    choose(to_y, flow_y, y_.data());
    for (int i = 0; i < width_; ++i) still[i] = trust[i] * (1 - seen[i] + explained[i]);
  }

  // One or the other as explained_ says.
  void choose(const float* if_explained, const float* otherwise, float* result) const {
    for (int i = 0; i < width_; ++i) {
      const float one = if_explained[i], other = otherwise[i];
      result[i] = explained_[static_cast<std::size_t>(i)] > 0 ? one : other;
    }
  }

  // to_x_, to_y_: the way of what stands still; seen_: 1 where that is known, else 0.
  void project(int row) {
    constexpr float kNearest = 0.1F;  // of the depth it had: what is behind the camera is not seen
    const auto& pose = camera_.pose;
    const cv::Vec3f first = pose.turn * view_.ray(0, row);
    const cv::Vec3f slope = pose.turn * (view_.ray(1, row) - view_.ray(0, row));
    const cv::Vec3f step = pose.step;
    const auto grow = static_cast<float>(view_.focal() * (1 + camera_.zoom));
    const cv::Point2f centre = view_.centre();
    const float down = centre.y - static_cast<float>(row);
    const float* const inverse = carried_[row];
    float* const x = to_x_.data();
    float* const y = to_y_.data();
    float* const seen = seen_.data();
    for (int i = 0; i < width_; ++i) {
      const auto column = static_cast<float>(i);
      const float q = inverse[i];
      const float z = first[2] + column * slope[2] + q * step[2];
      const float rate = grow / z;
      x[i] = (first[0] + column * slope[0] + q * step[0]) * rate + (centre.x - column);
      y[i] = (first[1] + column * slope[1] + q * step[1]) * rate + down;
      // Both false for what is not a number.
      seen[i] = static_cast<float>(static_cast<int>(q >= 0) & static_cast<int>(z >= kNearest));
    }
  }

  const tracking::Track& track_;
  const cv::Mat1f& carried_;
  const CameraFit& camera_;
  const Projection& view_;
  const DepthChange& change_;
  int width_;
  RowSampler past_;
  std::vector<float> x_, y_;  // flow as corrected, then place in the past
  std::vector<float> flow_x_, flow_y_;
  std::vector<float> to_x_, to_y_;
  std::vector<float> seen_, explained_;
};

}  // namespace

cv::Mat1f carried(const cv::Mat1f& past, const cv::Mat2f& flow, ThreadTeam& team) {
  cv::Mat1f result(flow.size());
  const auto width = static_cast<std::size_t>(flow.cols);
  team.run(tasks_of(flow.rows), [&](int task, int) {
    RowSampler sampler(past, width);
    std::vector<float> x(width), y(width);
    for (int row = task * kRows; row < std::min((task + 1) * kRows, flow.rows); ++row) {
      const auto* way = flow[row];
      for (int i = 0; i < flow.cols; ++i) {
        x[static_cast<std::size_t>(i)] = static_cast<float>(i) + way[i][0];
        y[static_cast<std::size_t>(i)] = static_cast<float>(row) + way[i][1];
      }
      sampler.sample(x, y, {result[row], width});
    }
  });
  return result;
}

void expect(const tracking::Track& track, const cv::Mat1f& past, const cv::Mat1f& carried,
            const CameraFit& camera, const Projection& view, const DepthChange& change,
            ThreadTeam& team, Expectation& result) {
  const cv::Size size = carried.size();
  result.track.create(size);
  result.still.create(size);
  result.inverse.create(size);
  std::vector<Level> levels(static_cast<std::size_t>(tasks_of(size.height)));
  team.run(tasks_of(size.height), [&](int task, int) {
    RowExpecter rows(track, past, carried, camera, view, change);
    for (int row = task * kRows; row < std::min((task + 1) * kRows, size.height); ++row)
      rows.run(row, result, levels[static_cast<std::size_t>(task)]);
  });
  Level all;
  for (const auto& level : levels) all.add(level);
  result.level = all.count > 0 ? all.sum / all.count : 0;
}

}  // namespace relievo::temporal
