#include "core/media/write/layout.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <relievo/sdk/error.hpp>

namespace relievo::media {
namespace {

struct NamedLayout {
  const char* name;
  Layout layout;
  bool right_first = false;
};

constexpr std::array kLayouts{NamedLayout{"full_sbs", Layout::kFullSbs},
                              NamedLayout{"half_sbs", Layout::kHalfSbs},
                              NamedLayout{"full_tb", Layout::kFullTb},
                              NamedLayout{"half_tb", Layout::kHalfTb},
                              NamedLayout{"cross_eyed", Layout::kFullSbs, true},
                              NamedLayout{"row_interlaced", Layout::kRows},
                              NamedLayout{"anaglyph", Layout::kAnaglyph},
                              NamedLayout{"rgbd", Layout::kRgbd},
                              NamedLayout{"vr180", Layout::kVr180},
                              NamedLayout{"two_files", Layout::kTwoFiles},
                              NamedLayout{"left", Layout::kLeft},
                              NamedLayout{"right", Layout::kRight}};

std::int32_t round_up(std::int32_t value, std::int32_t unit) {
  return (value + unit - 1) / unit * unit;
}

// The ratio times num : den; an unknown one counts as square only if it has to change.
AVRational scaled(AVRational sar, int num, int den) {
  if (num == den) return sar;
  if (sar.num <= 0 || sar.den <= 0) sar = {1, 1};
  AVRational result{};
  av_reduce(&result.num, &result.den, std::int64_t{sar.num} * num, std::int64_t{sar.den} * den,
            std::numeric_limits<int>::max());
  return result;
}

}  // namespace

LayoutChoice layout_from_name(std::string_view name) {
  for (const auto& entry : kLayouts)
    if (name == entry.name) return {entry.layout, entry.right_first};
  fail(RLV_E_CONFIG, "there is no layout '", name, "'");
}

PackedGeometry packed_geometry(Layout layout, std::int32_t width, std::int32_t height,
                               AVRational sar, ChromaShift chroma, bool even) {
  PackedGeometry g;
  const bool beside = layout == Layout::kFullSbs || layout == Layout::kHalfSbs ||
                      layout == Layout::kRgbd || layout == Layout::kVr180;
  g.stacked = layout == Layout::kFullTb || layout == Layout::kHalfTb;
  g.interleaved = layout == Layout::kRows;
  g.views = beside || g.stacked || g.interleaved ? 2 : 1;
  g.halve_x = layout == Layout::kHalfSbs;
  g.halve_y = layout == Layout::kHalfTb;

  const std::int32_t unit_x = std::max(even ? 2 : 1, 1 << chroma.x) * (g.halve_x ? 2 : 1);
  const std::int32_t unit_y = std::max(even ? 2 : 1, 1 << chroma.y) * (g.halve_y ? 2 : 1);
  g.padded_width = round_up(width, unit_x);
  g.padded_height = round_up(height, unit_y);
  // A single view of a picture file needs whole chroma samples of its own only.
  if (g.views == 1 && !even) {
    g.padded_width = width;
    g.padded_height = height;
  }
  g.view_width = g.padded_width / (g.halve_x ? 2 : 1);
  g.view_height = g.padded_height / (g.halve_y ? 2 : 1);
  g.width = g.view_width * (beside ? 2 : 1);
  g.height = g.view_height * (g.stacked ? 2 : 1);
  g.sar = scaled(sar, g.halve_x ? 2 : 1, g.halve_y ? 2 : 1);
  return g;
}

}  // namespace relievo::media
