// True depth made as soft as a network's, through depth_refine, against the truth: how near to its
// edges it comes, what views are made of it, and how steady it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "plugins/depth_refine/options.hpp"

namespace relievo::judge {

// A picture with its true depth; `inverse` is a disparity in pixels where the right view is known.
struct EdgeSubject {
  std::string name;
  cv::Mat3b left;  // red, green, blue
  cv::Mat1f inverse;
  cv::Mat1b known;  // 255 where depth is true; what is filled in elsewhere is not judged
  cv::Mat3b right;  // empty if nobody knows
};

// One frame of a generated scene; inverse depth as disparity of the scene's second eye.
[[nodiscard]] EdgeSubject scene_frame(const std::string& name, std::uint64_t seed, int frame,
                                      cv::Size size);
// left.*, right.* and disp_left.png. Unknown disparity takes the smaller one of the two that bound
// it in its row.
[[nodiscard]] EdgeSubject stereo_pair(const std::filesystem::path& folder);

struct Softness {
  double share = 518.0 / 1080.0;  // of the picture's size
  double blur = 1.5;              // pixels of the map, standard deviation
  double wander = 1.0;            // the same; how far edges lie from where they should
  double noise = 0.0;             // share of the range, standard deviation, smooth
};
[[nodiscard]] cv::Mat1f softened(const cv::Mat1f& inverse, const Softness& softness,
                                 std::uint64_t seed);

// A single picture without a past.
[[nodiscard]] cv::Mat1f refined(const cv::Mat1f& soft, const cv::Mat3b& picture,
                                const depth_refine::Options& options);
// What a node that does nothing leaves to the view: linear.
[[nodiscard]] cv::Mat1f enlarged(const cv::Mat1f& soft, cv::Size size);

// FOLDER/NAME_{picture,true,before,after}.png: the picture, and depth (near is white, the true
// range).
void save_pictures(const std::filesystem::path& folder, const EdgeSubject& subject,
                   const cv::Mat1f& before, const cv::Mat1f& after);

// 255 within so many pixels of a jump of at least 4 % of the range between neighbours.
[[nodiscard]] cv::Mat1b near_edges(const cv::Mat1f& inverse, int pixels);

struct EdgeFigures {
  double near = 0.0;     // mean error within 6 px of an edge, percent of the range
  double beside = 0.0;   // the same everywhere else
  double between = 0.0;  // share of the pixels near edges that belong to no surface, percent
};
[[nodiscard]] EdgeFigures edge_figures(const EdgeSubject& subject, const cv::Mat1f& inverse);

// The right view that stereo.view makes of the left one, PSNR in dB: all that the left picture can
// show, and within 8 px of an edge.
struct ViewFigures {
  double all = 0.0;
  double near = 0.0;
};
[[nodiscard]] ViewFigures view_figures(const EdgeSubject& subject, const cv::Mat1f& disparity);

// Mean change from frame to frame near edges, percent of the range: a still picture whose colours
// have noise of `grain` 8-bit steps and whose depth has `noise`, anew in each frame.
struct ChangeFigures {
  double before = 0.0;
  double after = 0.0;
};
[[nodiscard]] ChangeFigures change_figures(const EdgeSubject& subject, const Softness& softness,
                                           double grain, const depth_refine::Options& options,
                                           int frames);

}  // namespace relievo::judge
