#include "tests/support/damaged_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/film_tools.hpp"

namespace relievo::test {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Sound> sound_films() {
  const std::string film = "-f lavfi -i testsrc2=s=96x64:d=1:r=25 ";
  const std::string with_sound = film + "-f lavfi -i sine=d=1 -shortest ";
  std::vector<Sound> films;
  const auto add = [&](const std::string& arguments, const std::string& name) {
    try {
      films.push_back({name, bytes_of(make_film(arguments, name))});
    } catch (const std::runtime_error&) {
      // This ffmpeg does not write it.
    }
  };
  add(with_sound + "-c:v libx264 -g 12", "h264.mp4");
  add(with_sound + "-c:v libx264 -g 12 -movflags +faststart", "faststart.mp4");
  add(film + "-c:v libx264 -movflags frag_keyframe+empty_moov -g 10", "fragments.mp4");
  add(film + "-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=none", "hevc.mp4");
  add(film + "-c:v libvpx-vp9 -cpu-used 8 -deadline realtime", "vp9.webm");
  add(film + "-c:v ffv1 -pix_fmt yuv422p10le", "ffv1.mkv");
  add(film + "-c:v mpeg2video -g 10", "mpeg2.ts");
  add(film + "-c:v mjpeg", "mjpeg.avi");
  add(film + "-c:v prores", "prores.mov");
  add("-f lavfi -i testsrc2=s=96x64:d=1:r=10", "film.gif");
  add(film + "-frames:v 1", "still.png");
  add(film + "-frames:v 1", "still.jpg");
  add(film + "-frames:v 1", "still.tiff");
  add(film + "-frames:v 1", "still.webp");
  return films;
}

std::string damaged(const std::string& bytes, std::mt19937& random) {
  const auto draw = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
  };
  auto text = bytes;
  const auto flips = [&](std::size_t count, std::size_t within) {
    for (std::size_t i = 0; i < count; ++i) text[draw(within)] ^= static_cast<char>(1U << draw(8));
  };
  switch (draw(7)) {
    case 0: text.resize(draw(text.size())); break;                               // cut off
    case 1: flips(1 + draw(20), text.size()); break;                             // a few bits
    case 2: flips(1 + draw(8), std::min<std::size_t>(text.size(), 600)); break;  // in the headers
    case 3: flips(text.size() / 50 + 1, text.size()); break;                     // many bits
    case 4: {                                                                    // a hole
      const auto at = draw(text.size());
      const auto count = std::min(text.size() - at, 1 + draw(4000));
      std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, '\0');
      break;
    }
    case 5: {  // a piece missing
      const auto at = draw(text.size());
      text.erase(at, 1 + draw(2000));
      break;
    }
    default: {  // large numbers where sizes and counts stand
      const auto at = draw(std::min<std::size_t>(text.size(), 3000));
      for (std::size_t i = at; i < std::min(text.size(), at + 4); ++i) text[i] = '\xFF';
      break;
    }
  }
  return text;
}

}  // namespace relievo::test
