// Films whose cuts are known: pieces of shots joined by hard cuts, dissolves and fades, and shots
// with everything that looks like a cut and is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace relievo::judge {

// Y, Cb and Cr on one grid, 0 to 255, so that an effect is one line.
struct Picture {
  static constexpr int kWidth = 256;
  static constexpr int kHeight = 144;
  static constexpr std::size_t kPlane = std::size_t{kWidth} * kHeight;
  std::vector<std::uint8_t> samples = std::vector<std::uint8_t>(3 * kPlane);
};
using Shot = std::vector<Picture>;

// How a shot joins the one before: first and last frame that show the change. A hard cut's first
// and last are the first frame of the new shot.
struct Join {
  enum class Kind { kHard, kDissolve, kFade };
  Kind kind;
  int first;
  int last;
};

struct CutFilm {
  Shot pictures;
  std::vector<Join> joins;
};

// Kinds of films, of which each random number makes another one:
//   splices    pieces of different shots, 8 to 50 frames each
//   halves     pieces of both halves of one shot, at least a quarter of it apart
//   dissolves  different shots, 8 to 40 frames of linear blending while both go on
//   fades      through black, some through white, 6 to 24 frames each way, 0 to 12 between
//   mixed      all of the above and flashes, grain
// and without any join
//   plain, flashes, flicker, grain, pans, fast (two to four times the speed), shakes
[[nodiscard]] const std::vector<std::string>& cut_film_kinds();

// Throws std::invalid_argument for an unknown kind or fewer than two shots.
[[nodiscard]] CutFilm make_cut_film(const std::string& kind, const std::vector<Shot>& shots,
                                    std::mt19937& random);

}  // namespace relievo::judge
