// Which other frame shows what a view has in its holes, and where.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plugins/stereo/disparity.hpp"
#include "plugins/stereo/film_memory.hpp"

namespace relievo::stereo {

// Keeps its memory from frame to frame. One thread prepares, any number looks.
class FilmView {
 public:
  // Moves all that the memory found hidden by its parallax into the view of one eye.
  void prepare(const FilmMemory& memory, const DisparityRows& disparity, int width, int height,
               bool left);
  // What the view has at (x, y) of the picture, if anything hidden came to lie there.
  [[nodiscard]] std::optional<Sighting> look(float x, float y) const;

 private:
  struct Arrival {
    float x;  // in the view, working pixels
    float y;
    Sighting seen;  // working pixels
  };
  void offer(int x, int y, std::int32_t arrival);

  int columns_ = 0;
  int rows_ = 0;
  float scale_x_ = 1.0F;  // working pixels to one of the picture
  float scale_y_ = 1.0F;
  std::vector<Arrival> arrivals_;
  std::vector<std::int32_t> cells_;  // the arrival that each working pixel has, -1 for none
  std::vector<float> inverse_;
  std::vector<float> parallax_;
};

}  // namespace relievo::stereo
