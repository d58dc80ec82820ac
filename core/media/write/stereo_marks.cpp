#include "core/media/write/stereo_marks.hpp"

#include <memory>

#include "core/media/boxes/index_edit.hpp"
#include "core/media/write/stream_side_data.hpp"

extern "C" {
#include <libavutil/spherical.h>
}

namespace relievo::media {

namespace {

// Matroska's Projection (RFC 9559, 5.1.4.1.28.41): the middle half of an equirectangular picture.
void tell_projection(AVStream& stream) {
  std::size_t size = 0;
  const std::unique_ptr<AVSphericalMapping, void (*)(void*)> mapping(
      check_alloc(av_spherical_alloc(&size)), &av_free);
  mapping->projection = AV_SPHERICAL_EQUIRECTANGULAR_TILE;
  mapping->bound_left = mapping->bound_right = kQuarterTurn;
  add_stream_side_data(stream, AV_PKT_DATA_SPHERICAL, mapping.get(), size);
}

}  // namespace

std::optional<PackedViews> packed_views(Layout layout, bool right_first) {
  switch (layout) {
    case Layout::kFullSbs:
    case Layout::kHalfSbs: return PackedViews{Packing::kSideBySide, right_first};
    case Layout::kVr180: return PackedViews{Packing::kSideBySide, false, true};
    case Layout::kFullTb:
    case Layout::kHalfTb: return PackedViews{Packing::kOverUnder, right_first};
    case Layout::kRows: return PackedViews{Packing::kRows, right_first};
    default: return std::nullopt;
  }
}

void tell_stereo_mode(const Container& container, Layout layout, bool right_first,
                      AVStream& stream) {
  if (container.is_mp4_or_mov()) return;
  const char* mode = nullptr;
  if (const auto views = packed_views(layout, right_first)) {
    switch (views->packing) {
      case Packing::kSideBySide: mode = right_first ? "right_left" : "left_right"; break;
      case Packing::kOverUnder: mode = right_first ? "bottom_top" : "top_bottom"; break;
      case Packing::kRows: mode = right_first ? "row_interleaved_rl" : "row_interleaved_lr"; break;
    }
  }
  // WebM has fewer of them than Matroska.
  const bool fits = container.family != Family::kWebm || layout != Layout::kRows;
  if (mode != nullptr && fits) av_dict_set(&stream.metadata, "stereo_mode", mode, 0);
  if (layout == Layout::kVr180) tell_projection(stream);
}

std::string write_stereo_boxes(const Container& container, const PackedViews& views,
                               const std::filesystem::path& file, bool may_rewrite) {
  if (views.packing == Packing::kRows)
    return container.family == Family::kMatroska
               ? ""
               : concat(container.ending,
                        " has no word for rows of both views in turn: switch the television to "
                        "it; a .mkv says it");
  if (!container.is_mp4_or_mov()) return "";
  IndexEditOptions options;
  options.may_rewrite = may_rewrite;
  edit_index(
      file, [&](Box& moov) { mark_packed_views(moov, views); }, options);
  if (!views.right_first) return "";
  return "the right eye comes first, which vexu says and st3d cannot: players that know only st3d "
         "take the film for flat";
}

}  // namespace relievo::media
