// HDR10's static metadata: how the master display was, how bright the film gets. Told to the
// encoder in its own words, and to the container.
#pragma once

#include <memory>
#include <string>

#include "core/media/av.hpp"

namespace relievo::media {

// Shared with the source (clocks.hpp); either may be empty.
struct Hdr10 {
  std::shared_ptr<AVBufferRef> mastering_display;  // AVMasteringDisplayMetadata
  std::shared_ptr<AVBufferRef> content_light;      // AVContentLightMetadata

  [[nodiscard]] bool is_empty() const { return !mastering_display && !content_light; }
  bool operator==(const Hdr10&) const = default;
};

// "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)" as x265 and x264 take it:
// chromaticity in steps of 0.00002, luminance in 0.0001 cd/m2. Empty if it is not complete.
[[nodiscard]] std::string mastering_display_text(const Hdr10& hdr);
// The same for SVT-AV1: chromaticity and luminance as decimals.
[[nodiscard]] std::string mastering_display_decimal_text(const Hdr10& hdr);
// "1000,400": MaxCLL and MaxFALL in cd/m2. Empty if there is none.
[[nodiscard]] std::string content_light_text(const Hdr10& hdr);

// On the stream, before the header is written: 'mdcv' and 'clli', or Matroska's own elements.
void tell_container(const Hdr10& hdr, AVStream& stream);
// On a picture, for encoders that read it there.
void tell_encoder(const Hdr10& hdr, AVFrame& picture);

}  // namespace relievo::media
