// One picture as PNG, JPEG, TIFF or WebP.
#pragma once

#include <filesystem>

#include <relievo/plugin.h>
#include <relievo/sdk/host.hpp>

#include "core/media/av.hpp"
#include "core/media/write/containers.hpp"

namespace relievo::media {

// The format of container's encoder in which a picture of format is written: 16 bits per sample for
// more than 8 where the file can hold them.
[[nodiscard]] AVPixelFormat still_format(const Container& container, AVPixelFormat format);

// Writes picture, in any format that swscale reads and with its colour set, to file. quality: of
// JPEG 1 (best) to 31, of WebP 1 to 100 (best); 0 is a good default. Throws RLV_E_IO or
// RLV_E_UNSUPPORTED.
void write_still(const AVFrame& picture, const Container& container,
                 const std::filesystem::path& file, double quality, unsigned threads);

}  // namespace relievo::media
