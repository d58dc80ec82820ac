#include "core/media/write/stereo_marks.hpp"

#include "core/media/boxes/index_edit.hpp"

namespace relievo::media {

std::optional<PackedViews> packed_views(Layout layout, bool right_first) {
  switch (layout) {
    case Layout::kFullSbs:
    case Layout::kHalfSbs: return PackedViews{Packing::kSideBySide, right_first};
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
