#include "core/media/write/stereo_marks.hpp"

#include "core/media/boxes/index_edit.hpp"

namespace relievo::media {

std::optional<PackedViews> packed_views(Layout layout) {
  switch (layout) {
    case Layout::kFullSbs:
    case Layout::kHalfSbs: return PackedViews{Packing::kSideBySide, false};
    case Layout::kFullTb:
    case Layout::kHalfTb: return PackedViews{Packing::kOverUnder, false};
    case Layout::kLeft:
    case Layout::kRight: break;
  }
  return std::nullopt;
}

void tell_stereo_mode(const Container& container, const PackedViews& views, AVStream& stream) {
  if (container.is_mp4_or_mov()) return;
  const bool beside = views.packing == Packing::kSideBySide;
  const char* mode = beside ? (views.right_first ? "right_left" : "left_right")
                            : (views.right_first ? "bottom_top" : "top_bottom");
  av_dict_set(&stream.metadata, "stereo_mode", mode, 0);
}

std::string write_stereo_boxes(const Container& container, const PackedViews& views,
                               const std::filesystem::path& file, bool may_rewrite) {
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
