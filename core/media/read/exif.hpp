// The two facts of EXIF that change how a photograph is shown or understood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace relievo::media {

struct ExifFacts {
  int orientation = 0;      // tag 0x0112, 1 to 8; 0: not said
  double focal_35mm = 0.0;  // tag 0xA405, mm on 35 mm film; 0: not said
};

// Looks through the bytes of a JPEG (APP1), PNG (eXIf), WebP (EXIF) or TIFF file. Decoders pass
// these on in as many ways as there are versions, or not at all; the file itself says it once (CIPA
// DC-008, PNG third edition 11.3.4.5, RFC 9649). Damaged or other bytes give what was found so far.
[[nodiscard]] ExifFacts read_exif(std::span<const std::uint8_t> file);

}  // namespace relievo::media
