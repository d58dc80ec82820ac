// Changes the index ('moov') of a finished MP4 or MOV file. A process that is killed, or a machine
// that loses its power, at any point leaves the old file or the new one.
//
// The media data stay where they are whenever they can. The new index is written into free space
// beside the old one, or behind the end of the file, inside a box 'free', which readers pass over;
// once it is on the disk, eight bytes written in one step turn the old index into free space that
// ends where the new one begins. So a film of 5 GB costs two writes of its index and no rewritten
// offsets. Only where there is no such space (the index in front of the media data, nothing free
// beside it) the file is written anew beside the old one, offsets changed, and renamed; its media
// data move by whole blocks of 4 KiB then, so that file systems which can share blocks (Btrfs, XFS,
// APFS by way of the system's copy) need not copy them either.
#pragma once

#include <filesystem>
#include <functional>

#include "core/media/boxes/box.hpp"
#include "core/media/boxes/edit_file.hpp"

namespace relievo::media {

enum class IndexEdit {
  kUnchanged,  // the index is what it was
  kSwapped,    // in free space beside the old one
  kAppended,   // behind the end of the file
  kRewritten   // the file was written anew
};

struct IndexEditOptions {
  // Else a file without space for the swap is refused.
  bool may_rewrite = true;
  // For tests that end a process between any two changes.
  BeforeChange before_change;
  std::size_t step = EditFile::kLargestStep;
};

// edit gets the index, taken apart as parse_box() does, and changes it; what it throws leaves the
// file as it was. Returns how it was done. Throws RLV_E_IO (not there, damaged, disk full, in use
// by another edit), RLV_E_UNSUPPORTED (no index, several, or a compressed one; no space and
// may_rewrite is off).
IndexEdit edit_index(const std::filesystem::path& file, const std::function<void(Box& moov)>& edit,
                     const IndexEditOptions& options = {});

}  // namespace relievo::media
