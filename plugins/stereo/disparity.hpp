// From a depth map of any kind and size to parallax in pixels, row by row of the picture.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <relievo/sdk/depth_range.hpp>
#include <relievo/sdk/plane.hpp>

#include "plugins/stereo/kernels.hpp"
#include "plugins/stereo/options.hpp"
#include "plugins/stereo/parallax_limit.hpp"

namespace relievo::stereo {

// What one value of depth becomes, in pixels of a picture of this width. The result is the parallax
// towards the viewer, x_left - x_right: above 0 is in front of the screen. range says how values
// are normalised; it does not act on RLV_SEM_DISPARITY_PX, which is scaled from pixels of a map of
// map_width and otherwise left as it is.
//
// With `parallel`, infinity has no parallax. For metres and inverse metres the nearest point of the
// range then has all of `strength`; relative depth knows no infinity, so there the farthest point
// of the range takes its place.
[[nodiscard]] DepthMapping make_mapping(const Options& options, std::uint32_t semantic,
                                        DepthScale range, int picture_width, int map_width);

// The same for metric depth as two real cameras see it, without any range: baseline * focal /
// depth, in pixels of a picture for which focal_px (above 0) holds.
[[nodiscard]] DepthMapping camera_mapping(const Camera& camera, double focal_px, int picture_width);

// Share of the map whose parallax under this mapping is above so many pixels, from evenly spread
// samples.
[[nodiscard]] double share_in_front(const Plane<const float>& map, std::uint32_t semantic,
                                    const DepthMapping& mapping, float parallax);

// The parallax of one frame. begin_frame() is for one thread; row() for any number, each with its
// own scratch.
class DisparityRows {
 public:
  struct Scratch {
    // A row of the map as wide as the picture; neighbouring rows of the picture lie between the
    // same two.
    struct Wide {
      std::uint64_t frame = 0;
      int y = 0;
      std::vector<float> row;
    };
    std::vector<float> depth;
    std::vector<float> column;
    std::array<Wide, 2> wide;  // even and odd rows
  };

  // The map must outlive the calls of row(). Samples of map and picture lie at the centres of their
  // pixels; a map of another size is interpolated linearly. The taper, if any, must be prepared for
  // the width, and outlive the calls of row() too.
  void begin_frame(const Plane<const float>& map, std::uint32_t semantic,
                   const DepthMapping& mapping, int width, int height,
                   const ParallaxLimit& limit = {}, const EdgeTaper* taper = nullptr);
  // Writes width values.
  void row(int y, float* out, Scratch& scratch) const;
  // The parallax of n values of inverse depth (of the map's kind; of metres, their inverse),
  // without the taper.
  void parallax_of(const float* inverse, float* out, int n) const;

 private:
  // Where a sample of the picture lies in the map: between index and index + 1.
  struct Grid {
    std::vector<std::int32_t> index;
    std::vector<float> weight;
    int from = 0;
    int to = 0;
    void prepare(int map_size, int picture_size);
  };
  // One row of the map as parallax.
  void convert_row(int y, float* out, Scratch& scratch) const;
  // The same as wide as the picture.
  const float* wide_row(int y, Scratch& scratch) const;

  std::uint64_t frame_ = 0;  // of this process, never 0 once begun
  Plane<const float> map_;
  bool metres_ = false;
  DepthMapping mapping_;
  ParallaxLimit limit_;
  bool is_limited_ = false;
  const EdgeTaper* taper_ = nullptr;
  int width_ = 0;
  Grid columns_;
  Grid rows_;
};

}  // namespace relievo::stereo
