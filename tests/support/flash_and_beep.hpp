// A film by which sound and picture can be compared: a flash and a beep.
#pragma once

#include <string>
#include <vector>

#include "tests/support/media_file.hpp"

namespace relievo::test {

// ffmpeg's inputs: black of that size for three seconds at 24 frames a second but for the frame at
// 1.25 s, and a beep of a tenth of a second from then on. sound_options: before the sound.
[[nodiscard]] std::string flash_and_beep(const std::string& size,
                                         const std::string& sound_options = "");

// Seconds on the file's time line: the first white picture, -1000 if there is none; the beep's
// begin, 1000 if there is none.
[[nodiscard]] double flash_time(const std::vector<DecodedPicture>& pictures, AVRational timebase);
[[nodiscard]] double beep_time(const DecodedSound& sound);

}  // namespace relievo::test
