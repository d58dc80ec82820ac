// Sub-sampled chroma's part in filling holes: into the first level, and out of it.
#include <algorithm>

#include "plugins/stereo/hole_fill.hpp"

namespace relievo::stereo {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

// The chroma of a run of background in row y, to the first level's cells. It is what the view shows
// there, if that is the same surface. Beside the foreground it may not be; then it comes from where
// the luma does.
template <class T>
void HoleFiller::add_chroma(int y, const Run& run, const FillPlanes<T>& chroma,
                            Scratch& scratch) const {
  const auto* const positions = map_->row(y);
  const int chroma_y = chroma_->row_of(y);
  // A luma column lies on the sample of its cell, or between that and the next on this side.
  const int aside = chroma_->offset2() > 1 ? -1 : 1;
  for (int x = run.begin; x < run.end; x = (x | 1) + 1) {
    const int cell = x / 2;
    const std::int32_t displacement = positions[x] - (x << kPositionBits);
    const Plane<T>* from = nullptr;
    int column = cell;
    for (const int k : {cell, cell + aside}) {
      if (k < 0 || k >= chroma_->width() || from != nullptr) continue;
      const auto seen = chroma_->displacement(*map_, k, chroma_y);
      if (seen - displacement > kPositionOne || displacement - seen > kPositionOne) continue;
      from = chroma.view;
      column = k;
    }
    scratch.chroma_sources[at(cell)] += 1.0F;
    for (int c = 0; c < 2; ++c) {
      int value = 0;
      if (from != nullptr) {
        value = from[c].at(column, chroma_y);
      } else {
        const int source = (2 * (positions[x] >> kPositionBits) - chroma_->offset2() + 2) >> 2;
        value = chroma.source[c].at(std::clamp(source, 0, chroma_->width() - 1), chroma_y);
      }
      scratch.sums[components_ + at(c)][at(cell)] += static_cast<float>(value >> options_.low_bits);
    }
  }
}

// lines: of the luma's holes in the upper of the rows that the row lies on.
template <class T>
void HoleFiller::store_chroma(int y, const Line* lines, const FillPlanes<T>& chroma,
                              Scratch& scratch) const {
  find_chroma_holes(*map_, *chroma_, y, scratch.chroma_holes);
  const auto top = static_cast<float>(options_.max);
  std::array<float*, 2> values{};
  for (std::size_t c = 0; c < 2; ++c) {
    scratch.chroma_value[c].resize(at(chroma_->width()));
    values[c] = scratch.chroma_value[c].data();
  }
  for (const auto& run : scratch.chroma_holes) {
    const int length = run.end - run.begin;
    for (std::size_t c = 0; c < 2; ++c) {
      if (levels_.empty())
        std::fill_n(values[c], length, options_.otherwise[components_ + c]);
      else
        std::copy_n(levels_.front().values(components_ + c, run.begin, chroma_->upper(y) / 2),
                    length, values[c]);
    }
    follow_line(lines[run.luma], *map_, *chroma_, run, y, chroma, options_.low_bits, values);
    for (std::size_t c = 0; c < 2; ++c) {
      const auto& plane = chroma.view[c];
      for (int i = 0; i < length; ++i) {
        const float v = std::clamp(values[c][i] + 0.5F, 0.0F, top);
        plane.at(run.begin + i, y) =
            static_cast<T>(static_cast<std::int32_t>(v) << options_.low_bits);
      }
    }
  }
}

template void HoleFiller::add_chroma(int, const Run&, const FillPlanes<std::uint8_t>&,
                                     Scratch&) const;
template void HoleFiller::store_chroma(int, const Line*, const FillPlanes<std::uint8_t>&,
                                       Scratch&) const;
template void HoleFiller::add_chroma(int, const Run&, const FillPlanes<std::uint16_t>&,
                                     Scratch&) const;
template void HoleFiller::store_chroma(int, const Line*, const FillPlanes<std::uint16_t>&,
                                       Scratch&) const;

}  // namespace relievo::stereo
