// What the ending of an output's name says: which muxer writes it and what it can hold.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

extern "C" {
#include <libavcodec/codec_id.h>
}

namespace relievo::media {

enum class Family { kMp4, kMov, kMatroska, kWebm, kPicture };

struct Container {
  const char* ending;  // with its dot, lower case
  const char* muxer;   // libavformat's name; for pictures the encoder's name
  Family family;

  [[nodiscard]] bool is_picture() const { return family == Family::kPicture; }
  // Floating-point numbers: a map, nothing to look at.
  [[nodiscard]] bool holds_floats() const { return std::string_view(muxer) == "pfm"; }
  // ISO base media: one index ('moov') that must be written for anything to play.
  [[nodiscard]] bool is_mp4_or_mov() const {
    return family == Family::kMp4 || family == Family::kMov;
  }
  // Times before zero can be said, by an edit list.
  [[nodiscard]] bool holds_negative_times() const { return is_mp4_or_mov(); }
};

// Throws RLV_E_CONFIG, naming all endings, if the path has another one or none.
[[nodiscard]] const Container& container_of(const std::filesystem::path& path);

// Whether the muxer takes the codec at all; what players make of it is decided in track_plan.cpp.
[[nodiscard]] bool can_hold(const Container& container, AVCodecID codec);

// The endings of all film containers that take the codec: ".mkv, .mov".
[[nodiscard]] std::string endings_that_hold(AVCodecID codec);

}  // namespace relievo::media
