// --preset: what a kind of player wants, laid over a pipeline file. Where the numbers come from:
// docs/headsets.md.
#pragma once

#include <span>
#include <string>

#include "core/host/setting.hpp"

namespace relievo::host {

struct Preset {
  const char* name;
  const char* summary;
  const char* layout;  // of the sink
  const char* codec;
  int bit_depth;   // 0 follows the film
  int view_width;  // of one eye, at most
  int view_height;
  double fps;          // at most
  double bitrate;      // Mbit/s at most; 0: any
  const char* token;   // of the file's name
  const char* audio;   // of the sink
  bool sdr = false;    // its screens show no high dynamic range: such films are tone-mapped
  int vr180_size = 0;  // of the layout vr180
};

[[nodiscard]] std::span<const Preset> presets();
// Throws Failure(kUsage), naming all, if there is none of that name.
[[nodiscard]] const Preset& preset_named(const std::string& name);
// The largest picture of the film that it makes: "7680 x 2160".
[[nodiscard]] std::string film_size_of(const Preset& preset);

// Sets the parameters of the sink that writes the 3D film (the only one, or the one called 'sink',
// or the only one without a path), puts a 'scale' node called 'fit' behind the only source, and,
// unless keep_output, gives the output the name that the player knows: its folder stays. Throws
// Failure(kUsage) if it is not clear which node is meant.
void apply_preset(Setting& root, const Preset& preset, bool keep_output);

}  // namespace relievo::host
