// Puts one or two views into one picture, plane by plane as they come: no trip through RGB, no
// change of sub-sampling or depth.
#pragma once

#include <span>
#include <vector>

#include "core/media/av.hpp"
#include "core/media/write/components.hpp"
#include "core/media/write/halve.hpp"
#include "core/media/write/layout.hpp"

namespace relievo::media {

// Not thread-safe.
class Packer {
 public:
  // chroma: where the views' chroma samples lie; unspecified counts as left, video's own.
  Packer(const PackedGeometry& geometry, AVChromaLocation chroma);

  // views: geometry.views pictures of the size that the geometry was made from; target: a writable
  // picture of geometry.width x geometry.height, in a format of the same samples (same_samples()).
  // Fills every sample of target's picture area; of grey views, the luma of a target of their
  // depth.
  void pack(std::span<const AVFrame* const> views, AVFrame& target);

 private:
  // Where one component of a view goes.
  struct Region {
    std::int32_t x, y, width, height;
  };
  template <class T>
  void place(const Component& from, const Component& to, const Region& region);
  template <class T>
  void place_halved_x(const Component& from, const Component& to, const Region& region,
                      double phase);
  template <class T>
  void place_halved_y(const Component& from, const Component& to, const Region& region,
                      double phase);
  template <class T>
  static void place_rows(const Component& first, const Component& second, const Component& to,
                         bool blend);
  void place_component(const Component& from, const Component& to, const Region& region,
                       double phase_x, double phase_y);

  PackedGeometry geometry_;
  ChromaOffset siting_;  // of 4:2:0
  std::vector<float> line_;
  std::vector<float> halved_;
};

}  // namespace relievo::media
