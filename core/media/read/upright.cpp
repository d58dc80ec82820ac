#include "core/media/read/upright.hpp"

#include <utility>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "core/media/formats.hpp"

namespace relievo::media {
namespace {

// bwdif looks two lines up and down.
constexpr int kLeastLines = 4;

bool is_interlaced(const AVFrame& picture) {
#ifdef AV_FRAME_FLAG_INTERLACED
  return (picture.flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
  return picture.interlaced_frame != 0;
#endif
}

bool is_rgb_or_grey(AVPixelFormat format) {
  const auto* descriptor = av_pix_fmt_desc_get(format);
  return descriptor != nullptr &&
         ((descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0 ||
          descriptor->nb_components <= 2);
}

// Decoders leave the range open where no one doubts it: RGB and the grey of photographs are full.
void settle_range(AVFrame& picture, bool is_still) {
  const auto format = static_cast<AVPixelFormat>(picture.format);
  if (picture.color_range != AVCOL_RANGE_UNSPECIFIED || !is_rgb_or_grey(format)) return;
  const auto* descriptor = av_pix_fmt_desc_get(format);
  const bool rgb = (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
  if (rgb || is_still) picture.color_range = AVCOL_RANGE_JPEG;
}

// yuvj420p and its kin under their plain names.
void settle_format(AVFrame& picture) {
  const auto own = pixel_format_of(static_cast<AVPixelFormat>(picture.format));
  if (!own) return;
  if (colour_of(picture).full_range != 0) picture.color_range = AVCOL_RANGE_JPEG;
  picture.format = av_pixel_format_of(*own);
}

// Turning 4:2:2 by a quarter would make 4:4:0, which hardly anything takes: it is brought to 4:4:4.
AVPixelFormat turnable_format(AVPixelFormat format, const Orientation& orientation) {
  const auto own = pixel_format_of(format);
  const auto* descriptor = av_pix_fmt_desc_get(format);
  if (!orientation.is_transposed() || !own ||
      descriptor->log2_chroma_w == descriptor->log2_chroma_h)
    return format;
  const auto full = RLV_PIXEL_FORMAT(RLV_MODEL_YCBCR, RLV_SUBSAMPLING_444, RLV_LAYOUT_PLANAR,
                                     RLV_SAMPLE_UINT, RLV_PIXEL_BITS(*own), 0, 0);
  const auto found = av_pixel_format_of(full);
  return found != AV_PIX_FMT_NONE ? found : AV_PIX_FMT_YUV444P16LE;
}

}  // namespace

PicturePromise promise_of(const AVFrame& decoded, const Orientation& orientation, bool is_still) {
  AvFramePtr picture(check_alloc(av_frame_clone(&decoded)));
  settle_range(*picture, is_still);
  const auto given = static_cast<AVPixelFormat>(picture->format);
  PicturePromise promise;
  promise.format = nearest_carried_format(given);
  if (const auto own = pixel_format_of(given)) promise.format = av_pixel_format_of(*own);
  promise.format = turnable_format(promise.format, orientation);
  promise.width = orientation.is_transposed() ? picture->height : picture->width;
  promise.height = orientation.is_transposed() ? picture->width : picture->height;
  promise.sample_aspect = picture->sample_aspect_ratio;
  if (promise.sample_aspect.num <= 0 || promise.sample_aspect.den <= 0)
    promise.sample_aspect = {0, 1};
  else if (orientation.is_transposed())
    std::swap(promise.sample_aspect.num, promise.sample_aspect.den);
  const auto own = pixel_format_of(promise.format).value_or(RLV_PF_NONE);
  promise.colour = orientation.turn(colour_of(*picture), own);
  if (RLV_PIXEL_MODEL(own) == RLV_MODEL_RGB) {
    promise.colour.matrix = 0;
    promise.colour.full_range = 1;
  }
  return promise;
}

Upright::Upright(PicturePromise promise, Options options)
    : promise_(promise), options_(std::move(options)), scaler_(SWS_BICUBIC, options_.threads) {}

std::string Upright::filters_for(const AVFrame& picture) const {
  std::string filters;
  const bool any = options_.deinterlace == Deinterlace::kOn;
  if ((any || saw_interlaced_) && picture.width >= kLeastLines && picture.height >= kLeastLines)
    filters = concat("bwdif=mode=send_frame:deint=", any ? "all" : "interlaced");
  if (!options_.crop.empty()) filters += concat(filters.empty() ? "" : ",", options_.crop);
  const auto turn = options_.orientation.filters();
  if (turn.empty()) return filters;
  const auto given = static_cast<AVPixelFormat>(picture.format);
  const auto turnable = turnable_format(given, options_.orientation);
  if (turnable != given)
    filters += concat(filters.empty() ? "" : ",", "format=", av_get_pix_fmt_name(turnable));
  return concat(filters, filters.empty() ? "" : ",", turn);
}

void Upright::collect() {
  while (chain_) {
    auto picture = chain_->pull();
    if (!picture) return;
    ready_.push_back(keep_promise(std::move(picture)));
  }
}

void Upright::close_chain() {
  if (!chain_) return;
  chain_->finish();
  collect();
  chain_.reset();
}

void Upright::push(AvFramePtr decoded) {
  settle_range(*decoded, options_.is_still);
  settle_format(*decoded);
  saw_interlaced_ =
      saw_interlaced_ || (options_.deinterlace == Deinterlace::kAuto && is_interlaced(*decoded));
  const auto filters = filters_for(*decoded);
  if (chain_ && (filters != chain_filters_ || !chain_->fits(*decoded))) close_chain();
  if (filters.empty()) {
    ready_.push_back(keep_promise(std::move(decoded)));
    return;
  }
  if (!chain_) chain_ = std::make_unique<FilterChain>(filters, *decoded, options_.threads);
  chain_filters_ = filters;
  chain_->push(*decoded);
  collect();
}

void Upright::finish() {
  close_chain();
}

AvFramePtr Upright::pull() {
  if (ready_.empty()) return nullptr;
  auto picture = std::move(ready_.front());
  ready_.pop_front();
  return picture;
}

AvFramePtr Upright::keep_promise(AvFramePtr picture) {
  const bool same_size = picture->width == promise_.width && picture->height == promise_.height;
  if (!same_size && !told_of_size_) {
    told_of_size_ = true;
    options_.warn(concat("the film changes its size from ", promise_.width, "x", promise_.height,
                         " to ", picture->width, "x", picture->height,
                         " on its way; it is brought to the first"));
  }
  const auto turned = options_.orientation.turn(
      colour_of(*picture),
      pixel_format_of(static_cast<AVPixelFormat>(picture->format)).value_or(RLV_PF_NONE));
  const auto specified = [](std::uint8_t code) {
    return code != 2 && code != 0;
  };
  const bool same_coding =
      colour_of(*picture).full_range == promise_.colour.full_range &&
      (picture->colorspace == promise_.colour.matrix || !specified(promise_.colour.matrix) ||
       !specified(static_cast<std::uint8_t>(picture->colorspace)));
  if (!same_size || picture->format != promise_.format || !same_coding) {
    set_colour(*picture, turned);
    auto copy = make_av_frame();
    copy->format = promise_.format;
    copy->width = promise_.width;
    copy->height = promise_.height;
    check_av(av_frame_get_buffer(copy.get(), 0), RLV_E_MEMORY, "no memory for a picture");
    check_av(av_frame_copy_props(copy.get(), picture.get()), RLV_E_MEMORY, "copying a picture");
    set_colour(*copy, promise_.colour);
    scaler_.scale(*picture, *copy);
    picture = std::move(copy);
  }
  picture->sample_aspect_ratio = promise_.sample_aspect;
  set_colour(*picture, promise_.colour);
  return picture;
}

}  // namespace relievo::media
