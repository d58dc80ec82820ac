// From a picture and its parallax to one or two views: who does what, row by row and thread by
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <relievo/sdk/thread_team.hpp>
#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/chroma_warp.hpp"
#include "plugins/stereo/disparity.hpp"
#include "plugins/stereo/film_fill.hpp"
#include "plugins/stereo/film_view.hpp"
#include "plugins/stereo/hole_fill.hpp"
#include "plugins/stereo/options.hpp"
#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/row_sampler.hpp"
#include "plugins/stereo/row_warp.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

// Planes to write a view to.
template <class T>
struct ViewTarget {
  bool left = false;  // the left eye's view, else the right eye's
  Components<T> planes;
};

// Keeps its memory from frame to frame. One thread calls; the team works along. The result does not
// depend on the number of threads.
class Synthesizer {
 public:
  Synthesizer(const Options& options, const PictureFormat& format, ThreadTeam& team);

  // Writes every sample of the targets, of which there are one or two. disparity gives the parallax
  // that each of them has by itself: half of the whole where two share it. T is uint8_t for formats
  // of 8 bits, else uint16_t. film: what other frames show, prepared for this one; needed for
  // Fill::kFilm.
  template <class T>
  void render(const Components<const T>& source, const DisparityRows& disparity,
              const std::vector<ViewTarget<T>>& targets, const FilmMemory* film = nullptr);

  // Memory that it takes for pictures of this format, in bytes, roughly.
  [[nodiscard]] static std::uint64_t memory(const PictureFormat& format, Views views);

 private:
  // What belongs to one of the views while a frame is made.
  struct View {
    ViewMap map;
    std::vector<std::vector<SoftEdge>> chroma_edges;  // of each band
    HoleFiller filler;
    FilmView film;
  };
  // What belongs to one thread.
  struct Worker {
    Worker(const PictureFormat& format, const std::array<ChromaGrid, 2>& grids);
    DisparityRows::Scratch disparity_scratch;
    std::array<RowShape, 2> shapes;  // of the one or two rows that share chroma
    RowWarper warper;
    std::array<ChromaWarper, 2> chroma_warper;  // for the right view, and mirrored for the left
    std::array<WarpedRow, 2> rows;
    WarpedChroma chroma_row;
    std::array<std::vector<std::uint16_t>, 3> source_rows;
    std::array<std::vector<std::uint16_t>, 3> target_rows;
    std::vector<ChromaRun> chroma_holes;
    HoleFiller::Scratch fill;
  };
  // A view with the planes of this frame, all in the right eye's sense.
  template <class T>
  struct Job {
    View* view;
    bool left;
    Components<const T> source;
    Components<T> target;
  };

  template <class T>
  void warp_band(int band, const std::vector<Job<T>>& jobs, const DisparityRows& disparity,
                 Worker& worker);
  void shape_row(int y, const DisparityRows& disparity, RowShape& shape, Worker& worker) const;
  // is_last: no other view needs the shape, which becomes undefined.
  void warp_luma_row(RowShape& shape, bool mirror, bool is_last, int y, WarpedRow& row,
                     Worker& worker) const;
  template <class T>
  void sample_row(const Job<T>& job, int first, int last, int y, const std::int32_t* positions,
                  const std::vector<EdgeTap>& edge_taps, Worker& worker) const;
  template <class T>
  void warp_chroma_row(const Job<T>& job, int y, int band, Worker& worker) const;
  template <class T>
  void blacken(const Job<T>& job, int band, Worker& worker) const;
  template <class T>
  void fill_holes(const std::vector<Job<T>>& jobs);
  template <class T>
  void fill_from_film(const std::vector<Job<T>>& jobs, const DisparityRows& disparity,
                      const FilmMemory& film);
  template <class T>
  void blend_edges(const Job<T>& job, int band) const;
  [[nodiscard]] bool has_chroma() const { return format_.chroma_shift_x > 0; }
  [[nodiscard]] const ChromaGrid& grid(bool left) const { return grids_[left ? 1 : 0]; }

  Options options_;
  PictureFormat format_;
  ThreadTeam& team_;
  int growth_;
  std::array<ChromaGrid, 2> grids_;  // for the right view, and mirrored for the left
  std::array<View, 2> views_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

extern template void Synthesizer::render(const Components<const std::uint8_t>&,
                                         const DisparityRows&,
                                         const std::vector<ViewTarget<std::uint8_t>>&,
                                         const FilmMemory*);
extern template void Synthesizer::render(const Components<const std::uint16_t>&,
                                         const DisparityRows&,
                                         const std::vector<ViewTarget<std::uint16_t>>&,
                                         const FilmMemory*);

}  // namespace relievo::stereo
