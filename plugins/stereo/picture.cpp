#include "plugins/stereo/picture.hpp"

#include <relievo/plugin.h>
#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

namespace relievo::stereo {
namespace {

// H.265 E.3.1, figure E.1: types 0 and 1 lie between two luma rows, 2 and 3 on the upper, 4 and 5
// on the lower one; odd types lie between two luma columns, even ones on the left. Unspecified is
// 0, as in H.264 and H.265.
void place_chroma(PictureFormat& format, int location) {
  const int type = location <= 5 ? location : 0;
  format.chroma_x2 = format.chroma_shift_x > 0 ? type % 2 : 0;
  if (format.chroma_shift_y > 0) format.chroma_y2 = type < 2 ? 1 : type < 4 ? 0 : 2;
}

}  // namespace

PictureFormat picture_format(std::uint32_t pixel_format, int width, int height,
                             const rlv_colour& colour) {
  const auto model = RLV_PIXEL_MODEL(pixel_format);
  const auto bits = static_cast<int>(RLV_PIXEL_BITS(pixel_format));
  const auto shift = chroma_shift(pixel_format);
  const bool known =
      is_valid_pixel_format(pixel_format) &&
      (model == RLV_MODEL_GREY || model == RLV_MODEL_YCBCR || model == RLV_MODEL_RGB) &&
      RLV_PIXEL_SAMPLE(pixel_format) == RLV_SAMPLE_UINT && bits <= 16 &&
      RLV_PIXEL_ALPHA(pixel_format) == 0 && shift.x <= 1 && shift.y <= shift.x;
  if (!known)
    fail(RLV_E_UNSUPPORTED, "colour in ", pixel_format_name(pixel_format),
         " cannot be warped; convert it to one of the formats that the manifest names");
  if (width > kMaxWidth)
    fail(RLV_E_UNSUPPORTED, "a picture ", width, " pixels wide cannot be warped; scale it to ",
         kMaxWidth, " or less");
  PictureFormat format;
  format.width = width;
  format.height = height;
  format.components = model == RLV_MODEL_GREY ? 1 : 3;
  format.full_components = shift.x > 0 ? 1 : format.components;
  format.chroma_shift_x = shift.x;
  format.chroma_shift_y = shift.y;
  format.bits = bits;
  format.low_bits = RLV_PIXEL_HIGH(pixel_format) != 0 ? 16 - bits : 0;
  place_chroma(format, colour.chroma_location);
  const int dark = colour.full_range != 0 ? 0 : 16 << (bits - 8);
  const int neutral = model == RLV_MODEL_YCBCR ? 1 << (bits - 1) : dark;
  format.black = {dark, neutral, neutral};
  return format;
}

}  // namespace relievo::stereo
