// What comes into sight behind things that moved: continued from the background around it.
//
// Only pixels of the background that touch a hole count. From them the hole is filled with the
// smooth surface they span (Laplace's equation, no flow across the foreground's edge), solved from
// coarse to fine: on each level holes that remain without data take the coarser level's values and
// are relaxed a few times. Lines of the background that lead into the hole are carried on
// (hole_structure.hpp), and on top comes some of its finest texture (hole_texture.hpp).
//
// The first level has the size of sub-sampled chroma: there chroma joins in, with the background
// and the holes that the luma has, and its own holes take that level's values.
//
// The work is cut so that rows can be shared among threads without changing a bit: prepare_rows()
// of all rows, then solve_coarse(), then fill_rows() of all rows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugins/stereo/chroma_grid.hpp"
#include "plugins/stereo/fill_grid.hpp"
#include "plugins/stereo/hole_cells.hpp"
#include "plugins/stereo/hole_structure.hpp"
#include "plugins/stereo/hole_texture.hpp"
#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/view_map.hpp"

namespace relievo::stereo {

struct FillOptions {
  int low_bits = 0;
  int max = 255;
  float texture = 0.0F;              // gain
  std::array<float, 3> otherwise{};  // samples where no background is in sight at all
};

// Fills the holes of one map. Keeps its memory from frame to frame.
class HoleFiller {
 public:
  // Rows that prepare_rows() and fill_rows() take at once: tasks for threads.
  static constexpr int kRowsPerTask = 64;

  // Of one thread.
  struct Scratch {
    // Of a row: what counts as background; and of half a row: what its cells have.
    std::vector<std::uint8_t> marks;
    std::vector<std::uint8_t> needed;
    std::vector<std::int32_t> sources;
    std::vector<float> chroma_sources;
    std::array<std::vector<float>, 3> sums;
    std::vector<ChromaRun> chroma_holes;
    std::array<std::vector<float>, 2> chroma_value;
    // Of a task's rows.
    HoleCells cells;
    std::array<std::vector<float>, 3> value;
    std::vector<std::uint8_t> part;  // not 0 for cells that take part
    std::vector<float> share;
    std::vector<CellRun> runs;
    std::vector<Line> lines;  // of each hole
    TextureScratch texture;
  };

  // components: of the map's size, 1 to 3. chroma: where two more lie, if there are any. Map and
  // grid must outlive the three steps.
  void begin_frame(const ViewMap& map, int components, const ChromaGrid* chroma,
                   const FillOptions& options);
  [[nodiscard]] int tasks() const;
  template <class T>
  void prepare_rows(int task, const FillPlanes<T>& planes, const FillPlanes<T>& chroma,
                    Scratch& scratch);
  void solve_coarse(Scratch& scratch);
  template <class T>
  void fill_rows(int task, const FillPlanes<T>& planes, const FillPlanes<T>& chroma,
                 Scratch& scratch) const;

 private:
  // Columns begin .. end - 1 of a row that are no holes, beside, above or below holes: where those
  // above or below are counts as background up to a displacement of limit.
  struct Rim {
    std::int32_t begin;
    std::int32_t end;
    std::int32_t limit;
  };
  struct Run {
    std::int32_t begin;
    std::int32_t end;
  };
  // The background that touches holes.
  struct Row {
    std::vector<Rim> rims;
    std::vector<Run> sources;   // ascending
    std::vector<float> values;  // of each run, one component after the other
  };
  template <class T>
  void find_rims(int y, const FillPlanes<T>& planes, const FillPlanes<T>& chroma);
  void find_sources(int y, Scratch& scratch);
  template <class T>
  void read_sources(int y, const FillPlanes<T>& planes);
  template <class T>
  void build_half(int y, const FillPlanes<T>& chroma, Scratch& scratch);
  template <class T>
  void add_chroma(int y, const Run& run, const FillPlanes<T>& chroma, Scratch& scratch) const;
  void start_row(int y, Scratch& scratch) const;
  template <class T>
  void prefetch_beside(const HoleRun& run, int y, const FillPlanes<T>& planes) const;
  template <class T>
  void store_run(const HoleRun& run, const CellRun& cells, const FillPlanes<T>& planes,
                 Scratch& scratch) const;
  template <class T>
  void store_chroma(int y, const Line* lines, const FillPlanes<T>& chroma, Scratch& scratch) const;
  // Of the levels: the map's, and chroma behind them.
  [[nodiscard]] std::size_t level_components() const {
    return components_ + (chroma_ != nullptr ? 2 : 0);
  }

  const ViewMap* map_ = nullptr;
  const ChromaGrid* chroma_ = nullptr;
  int width_ = 0;
  std::size_t components_ = 1;
  FillOptions options_;
  std::vector<Row> rows_;
  std::vector<FillLevel> levels_;  // the first has half the picture's size
};

}  // namespace relievo::stereo
