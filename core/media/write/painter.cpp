#include "core/media/write/painter.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/bridge.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/components.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

bool is_rgb(AVPixelFormat format) {
  return (av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
}
bool is_grey(AVPixelFormat format) {
  return component_count(format) < 3;
}

// RGB as this program has it: full range and no matrix.
constexpr rlv_colour kPlainRgb{1, 1, 0, 1, 255, {}};

ChromaShift chroma_shift_of(AVPixelFormat format) {
  const auto* d = av_pix_fmt_desc_get(format);
  return {d->log2_chroma_w, d->log2_chroma_h};
}

// Grey light into luma of the same depth: no conversion, chroma without colour.
bool is_luma_copy(const SinkInput& input, AVPixelFormat target) {
  const auto from = input.av_format();
  return !input.is_depth && is_grey(from) && !is_grey(target) && !is_rgb(target) &&
         av_pix_fmt_desc_get(from)->comp[0].depth == av_pix_fmt_desc_get(target)->comp[0].depth;
}

const SinkInput& checked(const SinkInput& input) {
  if (input.av_format() == AV_PIX_FMT_NONE)
    fail(RLV_E_UNSUPPORTED, "pictures in ", pixel_format_name(input.format.pixel_format),
         " cannot be written");
  return input;
}

PackedGeometry geometry_for(const SinkInput& input, bool even) {
  const auto format = input.av_format();
  const auto chroma = input.is_depth ? ChromaShift{} : chroma_shift_of(format);
  const auto sar = input.layout == Layout::kVr180 ? AVRational{1, 1} : input.sar();
  return packed_geometry(input.layout, input.view_width(), input.view_height(), sar, chroma, even);
}

}  // namespace

AVPixelFormat SinkInput::av_format() const {
  if (is_depth) return colormap == "grey" ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_RGB24;
  return av_pixel_format_of(format.pixel_format);
}

int SinkInput::view_width() const {
  return layout == Layout::kVr180 ? vr180_side(screen, format.width) : format.width;
}

int SinkInput::view_height() const {
  return layout == Layout::kVr180 ? view_width() : format.height;
}

AVPixelFormat SinkInput::still_format() const {
  const auto arriving = av_format();
  if (layout != Layout::kAnaglyph) return arriving;
  return av_pix_fmt_desc_get(arriving)->comp[0].depth > 8 ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24;
}

rlv_colour painted_colour(const SinkInput& input, const rlv_colour& colour, AVPixelFormat target) {
  constexpr std::uint8_t kBt709 = 1;
  constexpr std::uint8_t kBt2020 = 9;
  if (input.is_depth) {
    const bool full = is_rgb(target) || is_grey(target);
    const auto matrix = static_cast<std::uint8_t>(is_rgb(target) ? 0 : kBt709);
    return {kBt709, kBt709, matrix, static_cast<std::uint8_t>(full ? 1 : 0), 255, {}};
  }
  auto result =
      assumed_colour(colour, input.format.pixel_format, input.format.width, input.format.height);
  const bool from_rgb = is_rgb(input.av_format());
  if (is_rgb(target)) {
    result.matrix = 0;
    result.full_range = 1;
    result.chroma_location = 255;
  } else if (from_rgb) {
    result.matrix = result.primaries == kBt2020 ? kBt2020 : kBt709;
    result.full_range = 0;
    result.chroma_location = 255;
  }
  return result;
}

Painter::Painter(const SinkInput& input, const rlv_colour& colour, AVPixelFormat target, bool even,
                 unsigned threads)
    : input_(checked(input)),
      target_(target),
      target_colour_(painted_colour(input, colour, target)),
      geometry_(geometry_for(input, even)),
      packer_(geometry_, av_chroma_location_of(colour)),
      targets_(target, geometry_.width, geometry_.height) {
  if (input.layout == Layout::kAnaglyph) {
    set_up_anaglyph(colour, threads);
    return;
  }
  const auto from = input.av_format();
  if (input.is_depth || input.layout == Layout::kRgbd)
    depth_.emplace(make_colormap(input.colormap));
  if (input.layout == Layout::kRgbd)
    depth_pictures_.emplace(from, input.format.width, input.format.height);
  if (input.layout == Layout::kVr180) {
    const auto shape = input.sar();
    projector_.emplace(
        input.screen, from, input.format.width, input.format.height,
        shape.num > 0 && shape.den > 0 ? av_q2d(shape) : 1.0,
        assumed_colour(colour, input.format.pixel_format, input.format.width, input.format.height));
  }
  full_range_ =
      assumed_colour(colour, input.format.pixel_format, input.format.width, input.format.height)
          .full_range != 0;
  fills_chroma_ = is_luma_copy(input, target);
  const bool direct =
      same_samples(from, target) || fills_chroma_ || (input.is_grey_depth() && !is_rgb(target));
  if (!direct) {
    auto from_colour = input.is_depth ? kPlainRgb
                                      : assumed_colour(colour, input.format.pixel_format,
                                                       input.format.width, input.format.height);
    converter_ = std::make_unique<PictureConverter>(geometry_.width, geometry_.height, from,
                                                    from_colour, target, target_colour_, threads);
  }
  if (!direct || (input.is_depth && !input.is_grey_depth()))
    between_.emplace(from, geometry_.width, geometry_.height);
}

// Views become RGB, are mixed there, and go to the encoder from there.
void Painter::set_up_anaglyph(const rlv_colour& colour, unsigned threads) {
  const auto& format = input_.format;
  const auto from = input_.av_format();
  const bool deep = av_pix_fmt_desc_get(from)->comp[0].depth > 8;
  const auto rgb = deep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24;
  const auto assumed = assumed_colour(colour, format.pixel_format, format.width, format.height);
  to_rgb_ = std::make_unique<PictureConverter>(format.width, format.height, from, assumed, rgb,
                                               kPlainRgb, threads);
  rgb_.emplace(rgb, format.width, format.height);
  between_.emplace(rgb, geometry_.width, geometry_.height);
  mixer_.emplace(input_.anaglyph, deep ? 16 : 8, !is_hdr(assumed));
  converter_ = std::make_unique<PictureConverter>(geometry_.width, geometry_.height, rgb, kPlainRgb,
                                                  target_, target_colour_, threads);
}

AvFramePtr Painter::paint_anaglyph(std::span<const Frame> views) {
  std::array<AvFramePtr, 2> rgb;
  for (std::size_t v = 0; v < 2; ++v) {
    rgb.at(v) = rgb_->make();
    to_rgb_->convert(*checked_view(views[v]), *rgb.at(v));
  }
  const auto mixed = rgb_->make();
  const auto mix = [&](auto sample) {
    using T = decltype(sample);
    const auto samples = static_cast<std::size_t>(mixed->width) * 3;
    for (std::ptrdiff_t y = 0; y < mixed->height; ++y) {
      const auto row = [&](const AVFrame& picture) {
        return reinterpret_cast<T*>(picture.data[0] + y * picture.linesize[0]);
      };
      mixer_->mix(std::span<const T>(row(*rgb[0]), samples),
                  std::span<const T>(row(*rgb[1]), samples), std::span<T>(row(*mixed), samples));
    }
  };
  mixed->format == AV_PIX_FMT_RGB24 ? mix(std::uint8_t{}) : mix(std::uint16_t{});
  const auto padded = between_->make();
  const AVFrame* one = mixed.get();
  packer_.pack({&one, 1}, *padded);
  auto picture = targets_.make();
  converter_->convert(*padded, *picture);
  return picture;
}

AvFramePtr Painter::paint_depth(const Frame& depth) {
  depth_->look(depth);
  auto picture = targets_.make();
  if (input_.is_grey_depth() && !converter_) {
    depth_->paint_grey(*picture);
    return picture;
  }
  auto between = between_->make();
  input_.is_grey_depth() ? depth_->paint_grey(*between) : depth_->paint_colours(*between);
  if (converter_) {
    converter_->convert(*between, *picture);
  } else {
    const AVFrame* one = between.get();
    packer_.pack({&one, 1}, *picture);
  }
  return picture;
}

AvFramePtr Painter::checked_view(const Frame& view) const {
  const auto info = view.info();
  if (info.width != input_.format.width || info.height != input_.format.height ||
      info.pixel_format != input_.format.pixel_format)
    fail(RLV_E_UNSUPPORTED, "frame ", info.index, " is ", info.width, " x ", info.height, " ",
         pixel_format_name(info.pixel_format), ", not ", input_.format.width, " x ",
         input_.format.height, " ", pixel_format_name(input_.format.pixel_format),
         " as was planned; scale the film to one size first");
  return picture_of(view);
}

AvFramePtr Painter::depth_beside(const Frame& depth) {
  depth_->look(depth);
  depth_->resize(input_.format.width, input_.format.height);
  auto picture = depth_pictures_->make();
  depth_->paint_grey(*picture, full_range_);
  return picture;
}

AvFramePtr Painter::paint_views(std::span<const Frame> views) {
  std::vector<AvFramePtr> pictures;
  std::vector<const AVFrame*> borrowed;
  for (std::size_t v = 0; v < views.size(); ++v) {
    const bool is_depth = input_.layout == Layout::kRgbd && v == 1;
    pictures.push_back(is_depth ? depth_beside(views[v]) : checked_view(views[v]));
    if (projector_) pictures.back() = projector_->project(*pictures.back(), /*right_eye=*/v == 1);
    borrowed.push_back(pictures.back().get());
  }
  auto picture = targets_.make();
  if (converter_) {
    auto between = between_->make();
    packer_.pack(borrowed, *between);
    converter_->convert(*between, *picture);
    return picture;
  }
  packer_.pack(borrowed, *picture);
  if (fills_chroma_)
    for (int c = 1; c < component_count(target_); ++c) {
      const auto component = component_of(*picture, c);
      fill_component(component, 1 << (component.depth - 1));
    }
  return picture;
}

AvFramePtr Painter::paint(std::span<const Frame> views) {
  auto picture = input_.is_depth                      ? paint_depth(views[0])
                 : input_.layout == Layout::kAnaglyph ? paint_anaglyph(views)
                                                      : paint_views(views);
  set_colour(*picture, target_colour_);
  picture->sample_aspect_ratio = geometry_.sar;
  return picture;
}

}  // namespace relievo::media
