// A flat film as VR180: each eye's view on a screen that stands in front of the viewer, in a
// half-equirectangular picture (180 by 180 degrees).
#pragma once

#include <cstdint>

namespace relievo::media {

// The screen is flat, upright, centred, and as high as the picture's shape asks for.
struct Vr180Screen {
  double field_of_view = 70.0;  // degrees that its width takes, seen from between the eyes
  double distance = 2.5;        // metres: what has no parallax in the film seems so far away
  int size = 0;                 // side of an eye's picture in pixels; 0: as the film has detail
};

// The side of one eye's picture, a multiple of 4: where size is 0, so large that in the middle of
// the screen the film's pixels are kept, but no larger than 4096, which headsets still decode.
// width: of one view, pixels; it fills the screen whatever the shape of a pixel.
[[nodiscard]] int vr180_side(const Vr180Screen& screen, int width);

// Where a direction of a half-equirectangular picture meets the screen, for one eye. Any thread.
class Vr180Geometry {
 public:
  // In pixels of the view or the picture: the first spans 0 to 1.
  struct Place {
    double x, y;
  };
  struct Area {
    int x, y, width, height;
  };

  // width, height: of the view, pixels; pixel_shape: width over height of one. Eyes are 63 mm
  // apart.
  Vr180Geometry(const Vr180Screen& screen, int width, int height, double pixel_shape,
                bool right_eye);

  // Of the picture's place; outside of the view where the screen is not. Meant for bounds() only:
  // near its left and right ends the picture looks past any screen.
  [[nodiscard]] Place view_place(Place picture) const;
  // The part of the picture that shows the screen, and a little more; all even.
  [[nodiscard]] Area bounds() const;
  // How many of the view's columns and rows one pixel of the picture covers in the middle of the
  // screen.
  [[nodiscard]] Place reduction() const;

 private:
  int side_;
  double width_, height_;            // pixels of the view
  double half_width_, half_height_;  // of the screen, in units of its distance
  double eye_;                       // to the right of the middle, same units
};

}  // namespace relievo::media
