// Frames of any colour format as 8-bit sRGB, a few at a time.
#pragma once

#include <memory>
#include <optional>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>
#include <relievo/sdk/host.hpp>

#include "core/media/change/convert_colour.hpp"

namespace relievo::media {

// For who looks at some frames of a film: an input that asks the host for sRGB has every frame
// converted. One thread at a time.
class SrgbPictures {
 public:
  explicit SrgbPictures(const Host& host) : host_(host) {}

  // Throws RLV_E_UNSUPPORTED, naming the pixel format, if frames of this format cannot be shown.
  void check(const rlv_format& format) const;

  // The frame as rgb24, display-referred BT.709 with sRGB's transfer; itself where it is that.
  [[nodiscard]] Frame rgb24(const Frame& frame);

 private:
  const Host host_;
  std::optional<ColourTask> task_;
  std::unique_ptr<ColourConverter> converter_;
};

}  // namespace relievo::media
