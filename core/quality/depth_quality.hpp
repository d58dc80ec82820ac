// Edges, flicker and agreement of depth, frame by frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

namespace relievo::quality {

// Not thread-safe; OpenCV's pool works inside.
class DepthQuality {
 public:
  DepthQuality();

  // luma: 0 to 255, and depth in any unit in which near is large, both of the size on which they
  // are judged. Frames of one shot follow each other; another shot begins afresh.
  void add(const cv::Mat1b& luma, const cv::Mat1f& depth, std::int64_t shot);
  // Each frame is brought to the truth by its own scale and shift. Same size, near is large; floor:
  // truth below it is unknown or does not matter.
  void add_truth(std::span<const float> depth, std::span<const float> truth, float floor);

  // Means over frames, nothing if there was none to judge.
  [[nodiscard]] std::optional<double> flicker() const { return flicker_.mean(); }
  [[nodiscard]] std::optional<double> edge_sharpness() const { return edges_.mean(); }
  [[nodiscard]] std::optional<double> abs_rel() const { return abs_rel_.mean(); }
  [[nodiscard]] std::optional<double> within_125() const { return within_125_.mean(); }

 private:
  struct Mean {
    double sum = 0;
    double weight = 0;
    void add(double value, double by = 1) {
      sum += value * by;
      weight += by;
    }
    [[nodiscard]] std::optional<double> mean() const {
      return weight > 0 ? std::optional(sum / weight) : std::nullopt;
    }
  };

  void judge_flicker(const cv::Mat1b& luma, const cv::Mat1f& depth);

  cv::Ptr<cv::DISOpticalFlow> flow_;
  cv::Mat1b last_luma_;
  cv::Mat1f last_depth_;
  std::int64_t shot_ = 0;
  Mean flicker_, edges_, abs_rel_, within_125_;
};

}  // namespace relievo::quality
