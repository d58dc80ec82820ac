// Dolby Vision in a film: a base layer that other decoders show, and data for each picture that
// this program does not use.
#pragma once

#include <optional>
#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// From the configuration record of the container (Dolby, "Dolby Vision Streams Within the ISO Base
// Media File Format").
struct DolbyVision {
  int profile = 0;
  // What the base layer is for decoders without Dolby Vision: 0 nothing, 1 HDR10, 2 SDR (BT.709), 4
  // HLG, 6 HDR10 of an Ultra HD Blu-ray.
  int compatibility = 0;

  // "8.4"
  [[nodiscard]] std::string name() const;
  // What the base layer is, in words; "" if it cannot be shown: its colours (IPT) mean nothing
  // without the data beside it.
  [[nodiscard]] std::string base() const;
};

[[nodiscard]] std::optional<DolbyVision> dolby_vision(const AVStream& stream);

// What is to be told of a film that has it, "" for others. Throws RLV_E_UNSUPPORTED, naming path,
// if its base layer cannot be shown.
[[nodiscard]] std::string check_dolby_vision(const AVStream& stream, const std::string& path);

}  // namespace relievo::media
