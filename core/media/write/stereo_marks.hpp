// How a film file says that it holds two views, container by container.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/media/av.hpp"
#include "core/media/boxes/stereo_boxes.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/layout.hpp"

namespace relievo::media {

// Nothing for layouts that show one view, or both in one.
[[nodiscard]] std::optional<PackedViews> packed_views(Layout layout, bool right_first);

// Matroska and WebM: StereoMode (RFC 9559, 5.1.4.1.28.3), by way of stream's metadata. Before the
// header is written; does nothing for other containers, and for layouts that are flat.
void tell_stereo_mode(const Container& container, Layout layout, bool right_first,
                      AVStream& stream);

// MP4 and MOV: the boxes of stereo_boxes.hpp, in the index of the finished file; does nothing for
// other containers. may_rewrite: as for edit_index(). Returns what is to be told to the user, or
// "". Throws as edit_index() does.
std::string write_stereo_boxes(const Container& container, const PackedViews& views,
                               const std::filesystem::path& file, bool may_rewrite);

}  // namespace relievo::media
