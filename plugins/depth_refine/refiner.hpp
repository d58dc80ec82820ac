// Depth of a shot brought to its pictures' edges, frame by frame.
#pragma once

#include <vector>

#include <opencv2/core.hpp>

#include <relievo/sdk/thread_team.hpp>

#include "guide.hpp"
#include "kernels.hpp"
#include "options.hpp"
#include "surfaces.hpp"

namespace relievo::depth_refine {

// Where the samples of a picture lie in a map: pixel p of the picture belongs to the map's pixel
// index[p] and lies at place[p]; the map's pixel i has the picture's begin[i] .. begin[i + 1] - 1.
struct Axis {
  std::vector<int> index;
  std::vector<float> place;
  std::vector<int> begin;
  Axis() = default;
  Axis(int picture, int map);
};

// For one thread, which the team helps; the result does not depend on the team's size.
class Refiner {
 public:
  Refiner(const Options& options, ThreadTeam& team)
      : options_(options),
        sharpness_(1.0F / (options.colour_sigma * options.colour_sigma)),
        team_(team) {}

  // inverse: inverse depth of any size, NaN where unknown; filled in. guide: the picture, in the
  // size of the result; kept, and older planes handed back to be filled again. Returns inverse
  // depth, NaN where the nearest sample of the map is unknown; good until the next call.
  const cv::Mat1f& next(cv::Mat1f& inverse, Guide& guide);
  // The next frame has no past.
  void reset();

 private:
  struct Scratch;
  void decide(const SurfaceFinder& finder, int cell_row, Scratch& scratch);
  void decide_cell(const CellSurfaces& cell, cv::Rect pixels, Scratch& scratch);
  void settle_row(int y, Scratch& scratch);
  void vote(int x, int y, int n, const float* tolerance);

  Options options_;
  float sharpness_;  // of colours' likeness, 1 / sigma^2
  ThreadTeam& team_;
  const Kernels& kernels_ = kernels();
  Axis columns_;
  Axis rows_;
  float range_ = 0.0F;  // of the shot's inverse depth, steady
  Guide guide_;
  cv::Mat1f decided_;    // each pixel for itself
  cv::Mat1f settled_;    // after the neighbours and the past have voted
  cv::Mat1f tolerance_;  // per cell: what still is the same surface; 0 where nothing was decided
  Guide past_guide_;
  cv::Mat1f past_;
  bool has_past_ = false;
};

}  // namespace relievo::depth_refine
