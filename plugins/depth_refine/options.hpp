// What the user may set; plugin.json explains it.
#pragma once

namespace relievo::depth_refine {

struct Options {
  int radius = 7;              // pixels of the depth map
  float strength = 1.0F;       // 0 to 1
  float colour_sigma = 14.0F;  // 8-bit steps
};

}  // namespace relievo::depth_refine
