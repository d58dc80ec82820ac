#include "tests/support/flash_and_beep.hpp"

#include <cmath>

namespace relievo::test {

std::string flash_and_beep(const std::string& size, const std::string& sound_options) {
  return "-f lavfi -i \"color=black:size=" + size +
         ":rate=24:duration=3,"
         "drawbox=color=white:t=fill:enable='between(t,1.24,1.26)'\" " +
         sound_options +
         " -f lavfi -i \"sine=frequency=1000:sample_rate=48000:duration=3,"
         "volume='4*between(t,1.25,1.35)':eval=frame\" ";
}

double flash_time(const std::vector<DecodedPicture>& pictures, AVRational timebase) {
  for (const auto& picture : pictures)
    if (picture.at(0, 20, 20) > 128) return static_cast<double>(picture.pts) * av_q2d(timebase);
  return -1000;
}

double beep_time(const DecodedSound& sound) {
  for (std::size_t i = 0; i < sound.samples.size(); ++i)
    if (std::abs(sound.samples[i]) > 0.1F) return sound.start + static_cast<double>(i) / 48000.0;
  return 1000;
}

}  // namespace relievo::test
