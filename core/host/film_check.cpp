#include "core/host/film_check.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

namespace relievo::host {
namespace {

struct Marks {
  const char* packing;  // of the box pkin
  const char* name;     // of the message in the stream and of the container's mark
  bool right_first;
  const char* projection = nullptr;  // of the box prji
};

// What the marks of a sink's layout must say; nothing for films that carry none, or (rows) only
// some.
std::optional<Marks> marks_of(const ResolvedNode& sink) {
  const bool views = !sink.inputs.empty() && sink.inputs[0].has_value();
  if (!views) return std::nullopt;
  const auto layout = sink.params.value("layout", "");
  const bool right_first = sink.params.value("view_order", "") == "right_first";
  if (layout == "full_sbs" || layout == "half_sbs")
    return Marks{"side", "side by side", right_first};
  if (layout == "full_tb" || layout == "half_tb")
    return Marks{"over", "top and bottom", right_first};
  if (layout == "vr180") return Marks{"side", "side by side", false, "hequ"};
  if (layout == "cross_eyed") return Marks{"side", "side by side", true};
  return std::nullopt;
}

std::string lower_ending(const std::string& path) {
  auto ending = std::filesystem::path(path).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

// "side by side, right eye first" against "side by side".
void check_name(const Json& said, const Marks& marks, const std::string& place, FilmCheck& check) {
  std::string wanted = marks.name;
  if (marks.right_first) wanted += ", right eye first";
  const auto text = said.is_string() ? said.get<std::string>() : std::string();
  if (text.empty())
    check.doubts.push_back(place + " does not say that it is 3D");
  else if (text != wanted)
    check.doubts.push_back(place + " says '" + text + "' instead of '" + wanted + "'");
}

void check_boxes(const Json& boxes, const Marks& marks, FilmCheck& check) {
  if (!boxes.is_object() || !boxes.value("left_eye", false) || !boxes.value("right_eye", false)) {
    check.doubts.emplace_back("its boxes do not say that it is 3D");
    return;
  }
  if (boxes.at("packing") != marks.packing)
    check.doubts.push_back("its box 'pkin' says " + boxes.at("packing").dump() + " instead of \"" +
                           marks.packing + "\"");
  if (marks.projection != nullptr && boxes.value("projection", Json()) != marks.projection)
    check.doubts.push_back("its box 'prji' says " + boxes.value("projection", Json()).dump() +
                           " instead of \"" + marks.projection + "\"");
  if (boxes.value("eyes_reversed", false) != marks.right_first)
    check.doubts.push_back(std::string("its box 'stri' says that the ") +
                           (marks.right_first ? "left" : "right") + " eye comes first");
}

// Of Matroska and WebM.
void check_container(const Json& stereo, const Marks& marks, FilmCheck& check) {
  check_name(stereo.at("container"), marks, "its container", check);
  if (marks.projection != nullptr &&
      stereo.value("container_projection", Json()) != "half equirectangular")
    check.doubts.emplace_back("its container does not say that it spans 180 degrees");
}

void check_marks(const Marks& marks, const Json& film, const Json& track, FilmCheck& check) {
  const auto& stereo = film.at("stereo");
  const auto ending = lower_ending(film.value("path", ""));
  if (ending == ".mkv" || ending == ".webm")
    check_container(stereo, marks, check);
  else
    check_boxes(stereo.at("boxes"), marks, check);
  const auto codec = track.value("codec", "");
  if (codec == "hevc" || codec == "h264")
    check_name(stereo.at("stream"), marks, "its stream", check);
}

int tracks_of(const Json& film, const std::string& kind) {
  return static_cast<int>(
      std::count_if(film.at("tracks").begin(), film.at("tracks").end(),
                    [&](const Json& track) { return track.value("kind", "") == kind; }));
}

void check_tracks(const Json& film, const Json& written, FilmCheck& check) {
  for (const auto& [kind, key] : {std::pair{"audio", "sounds"}, {"subtitle", "subtitles"}}) {
    const int found = tracks_of(film, kind);
    const int wanted = written.value(key, 0);
    if (found < wanted)
      check.faults.push_back("it has " + std::to_string(found) + " tracks of " + kind + ", and " +
                             std::to_string(wanted) + " were written");
  }
}

void check_length(const Json& film, const Json& track, const Json& written, FilmCheck& check) {
  if (!track.value("frames_exact", false)) return;
  // Seconds: containers round, and some forget how long the last picture is seen.
  const double slack = 0.25 + written.value("last_picture_s", 0.0);
  const double wanted = written.value("seconds", 0.0);
  const double found = track.value("duration_s", 0.0);
  // MP4 counts a track by when its pictures are decoded; the whole film is as long as it is seen.
  const double whole = std::max(found, film.value("duration_s", 0.0));
  if (whole < wanted - slack || found > wanted + slack)
    check.faults.push_back("its pictures last " + std::to_string(found) + " s, and " +
                           std::to_string(wanted) + " s were written");
}

void check_colour(const Json& track, const Json& written, FilmCheck& check) {
  if (!track.contains("colour") || !written.contains("colour")) return;
  for (const auto& [name, wanted] : written.at("colour").items()) {
    const auto found = track.at("colour").value(name, Json());
    const auto word = wanted.get<std::string>();
    const bool told = !word.empty() && word != "unknown";
    if (told && found != wanted)
      check.doubts.push_back("its colours' " + name + " is " + found.dump() + " instead of " +
                             wanted.dump());
  }
}

}  // namespace

bool is_film_name(const std::string& path) {
  static constexpr std::array<std::string_view, 5> kEndings{".mp4", ".m4v", ".mov", ".mkv",
                                                            ".webm"};
  return std::find(kEndings.begin(), kEndings.end(), lower_ending(path)) != kEndings.end();
}

FilmCheck check_film(const ResolvedNode& sink, std::int64_t frames, const Json& film,
                     const Json& written) {
  FilmCheck check;
  const Json* track = nullptr;
  for (const auto& one : film.at("tracks"))
    if (one.value("picture", false)) track = &one;
  if (track == nullptr) {
    check.faults.emplace_back("it has no picture track");
    return check;
  }
  if (film.contains("fault")) check.faults.push_back(film.at("fault").get<std::string>());
  if (track->value("frames_exact", false) && track->value("frames", std::int64_t{0}) != frames)
    check.faults.push_back("it has " + track->at("frames").dump() + " pictures, and " +
                           std::to_string(frames) + " were written");
  if (written.is_object()) {
    check_tracks(film, written, check);
    check_length(film, *track, written, check);
    check_colour(*track, written, check);
  }
  if (const auto marks = marks_of(sink)) check_marks(*marks, film, *track, check);
  return check;
}

}  // namespace relievo::host
