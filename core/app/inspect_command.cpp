// host inspect FILE: what a film is, and whether and where it says that it is 3D.
#include <cstdio>
#include <filesystem>
#include <iomanip>
#include <iostream>

#include "core/app/commands.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/host/failure.hpp"
#include "core/host/inspect.hpp"

namespace relievo::app {
namespace {

using host::Json;

std::string text_of(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_number_float()) return value.dump();
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value.get<double>());
  return text;
}

void line(const std::string& subject, const std::string& text) {
  std::cout << std::left << std::setw(12) << subject << text << "\n";
}

std::string pictures_text(const Json& track) {
  const auto& colour = track["colour"];
  return text_of(track["width"]) + " x " + text_of(track["height"]) + ", pixels " +
         text_of(track["pixel_shape"]) + ", " + text_of(track["pixel_format"]) + ", " +
         text_of(track["rate"]) + " fps, " + (track.value("frames_exact", false) ? "" : "about ") +
         text_of(track["frames"]) + " frames, colour " + text_of(colour["primaries"]) + "/" +
         text_of(colour["transfer"]) + "/" + text_of(colour["matrix"]) + "/" +
         text_of(colour["range"]) +
         (track["dolby_vision"].is_null() ? ""
                                          : ", Dolby Vision " + text_of(track["dolby_vision"]));
}

std::string track_text(const Json& track) {
  auto text = text_of(track["codec"]);
  if (!track["tag"].is_null()) text += " (" + text_of(track["tag"]) + ")";
  if (track.contains("width")) text += ", " + pictures_text(track);
  if (track.contains("channels"))
    text +=
        ", " + text_of(track["channels"]) + " channels, " + text_of(track["sample_rate"]) + " Hz";
  if (!track["language"].is_null()) text += ", " + text_of(track["language"]);
  return text + ", " + text_of(track["duration_s"]) + " s";
}

// Only the boxes that are there: "second_layer true, left_eye true".
std::string boxes_text(const Json& boxes) {
  std::string text;
  for (const auto& [name, value] : boxes.items()) {
    if (value.is_null() || value == false) continue;
    text += text.empty() ? "" : ", ";
    text += value == true ? name : name + " " + text_of(value);
  }
  return text.empty() ? "-" : text;
}

}  // namespace

int inspect(const Options& options, host::Log& log) {
  const auto registry = installed_plugins(options, log);
  host::RunContext run(log);
  const auto film = host::inspect_film(std::filesystem::absolute(options.subject), registry, run);
  if (options.json) {
    std::cout << film.dump(2) << "\n";
    return 0;
  }
  line("file", text_of(film["path"]));
  line("container", text_of(film["container"]) + ", " + text_of(film["duration_s"]) + " s, " +
                        text_of(film["bytes"]) + " bytes");
  for (const auto& track : film["tracks"]) line(text_of(track["kind"]), track_text(track));
  const auto& stereo = film["stereo"];
  line("boxes", boxes_text(stereo["boxes"]));
  line("stereo",
       "container: " + text_of(stereo["container"]) + "; stream: " + text_of(stereo["stream"]));
  const auto& name = stereo["name"];
  line("name", name.is_null() ? "-" : text_of(name["token"]) + ": " + text_of(name["layout"]));
  if (film.contains("fault")) line("fault", text_of(film["fault"]));
  line("verdict", text_of(film["verdict"]));
  return 0;
}

}  // namespace relievo::app
