// Titles, languages, chapters: what the source says about itself and its tracks.
#pragma once

#include "core/media/av.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/timeline.hpp"

namespace relievo::media {

// Of the whole file. What describes the old file only (its encoder, its brands, its statistics) or
// has been applied (rotation) stays behind.
void copy_global_metadata(const AVFormatContext& source, AVFormatContext& target);
// Of one track, with its disposition (default, forced, for the hard of hearing ...).
void copy_track_metadata(const AVStream& source, AVStream& target, const Container& container);
// Chapters that lie in the wanted part, on the output's time line. Before the header is written.
void copy_chapters(const AVFormatContext& source, AVFormatContext& target,
                   const Timeline& timeline);

}  // namespace relievo::media
