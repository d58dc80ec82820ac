#include "core/media/write/picture_convert.hpp"

extern "C" {
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

const int* coefficients(const rlv_colour& colour) {
  // 0 (RGB) and 2 (unspecified) never reach the matrix of a Y'CbCr side.
  return sws_getCoefficients(colour.matrix == 0 || colour.matrix == 2 ? SWS_CS_ITU709
                                                                      : colour.matrix);
}

}  // namespace

PictureConverter::PictureConverter(int width, int height, AVPixelFormat from,
                                   const rlv_colour& from_colour, AVPixelFormat to,
                                   const rlv_colour& to_colour, unsigned threads)
    : context_(check_alloc(sws_alloc_context())) {
  auto* c = context_.get();
  av_opt_set_int(c, "srcw", width, 0);
  av_opt_set_int(c, "srch", height, 0);
  av_opt_set_int(c, "dstw", width, 0);
  av_opt_set_int(c, "dsth", height, 0);
  av_opt_set_int(c, "src_format", from, 0);
  av_opt_set_int(c, "dst_format", to, 0);
  av_opt_set_int(c, "sws_flags",
                 SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP, 0);
  av_opt_set_int(c, "threads", threads, 0);
  // Before init and after it: some versions build their tables in the one, some in the other.
  const auto set_colours = [&] {
    sws_setColorspaceDetails(c, coefficients(from_colour), from_colour.full_range,
                             coefficients(to_colour), to_colour.full_range, 0, 1 << 16, 1 << 16);
  };
  set_colours();
  if (sws_init_context(c, nullptr, nullptr) < 0)
    fail(RLV_E_UNSUPPORTED, "pictures of ", width, " x ", height, " cannot go from ",
         av_get_pix_fmt_name(from), " to ", av_get_pix_fmt_name(to));
  set_colours();
}

void PictureConverter::convert(const AVFrame& from, AVFrame& to) {
  check_av(sws_scale_frame(context_.get(), &to, &from), RLV_E_INTERNAL,
           "converting a picture for the encoder");
}

}  // namespace relievo::media
