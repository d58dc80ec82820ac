// Smoothing that stops at the picture's edges.
#pragma once

#include <opencv2/core.hpp>

namespace relievo::motion_cues {

// Domain transform, recursive form (Gastal and Oliveira, SIGGRAPH 2011), of values with weights:
// what has little weight takes the values of its surroundings of like brightness. reach: standard
// deviation in pixels over a flat surface; edge: grey steps that count like that many pixels. Same
// result with any number of threads. Weights must be above 0.
[[nodiscard]] cv::Mat1f smoothed(const cv::Mat1f& values, const cv::Mat1f& weights,
                                 const cv::Mat1b& guide, double reach, double edge);

}  // namespace relievo::motion_cues
