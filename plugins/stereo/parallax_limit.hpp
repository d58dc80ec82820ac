// Keeps parallax inside a budget, and near things out of the side edges, without folding anything.
#pragma once

#include <vector>

namespace relievo::stereo {

// Parallax (pixels, above 0 in front) beyond 5/6 of a limit is compressed towards it: the curve has
// slope 1 there, always rises, and never passes the limit. Up to there it changes no bit.
class ParallaxLimit {
 public:
  ParallaxLimit() = default;  // limits nothing
  // Both above 0, in pixels.
  ParallaxLimit(float front, float behind);

  // Whether a value between these two would be changed.
  [[nodiscard]] bool acts_on(float least, float most) const;
  void apply(float* parallax, int n) const;
  // The same curve for parallax of which every view has this share.
  [[nodiscard]] ParallaxLimit scaled(float share) const;
  // From where on parallax in front is changed.
  [[nodiscard]] float front_knee() const { return front_knee_; }

 private:
  bool is_set_ = false;
  float front_knee_ = 0.0F;
  float front_room_ = 0.0F;  // from the knee to the limit
  float behind_knee_ = 0.0F;
  float behind_room_ = 0.0F;
};

// What is in front of the screen and cut by the picture's left or right edge looks wrong: the edge
// lies behind what it hides. Towards these edges parallax in front goes smoothly to 0. Depth behind
// the screen, and the middle of the picture, stay as they are.
class EdgeTaper {
 public:
  // margin: pixels on either side, widened where parallax up to `front` pixels would otherwise
  // change so fast that the picture tears, and at most half the width. 0 is no taper.
  void prepare(double margin, double front, int width);
  // n must be the width.
  void apply(float* parallax, int n) const;
  [[nodiscard]] int margin() const { return static_cast<int>(weight_.size()); }

 private:
  double wanted_ = -1.0;
  int width_ = 0;
  std::vector<float> weight_;  // from the edge inwards
};

}  // namespace relievo::stereo
