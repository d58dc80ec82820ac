#include "core/media/write/painter.hpp"

#include <algorithm>
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
  return packed_geometry(input.layout, input.format.width, input.format.height, input.sar(), chroma,
                         even);
}

}  // namespace

AVPixelFormat SinkInput::av_format() const {
  if (is_depth) return colormap == "grey" ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_RGB24;
  return av_pixel_format_of(format.pixel_format);
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
  const auto from = input.av_format();
  if (input.is_depth) depth_.emplace(make_colormap(input.colormap));
  fills_chroma_ = is_luma_copy(input, target);
  const bool direct =
      same_samples(from, target) || fills_chroma_ || (input.is_grey_depth() && !is_rgb(target));
  if (!direct) {
    // RGB24 is as this program has it: full range and no matrix.
    auto from_colour = input.is_depth ? rlv_colour{1, 1, 0, 1, 255, {}}
                                      : assumed_colour(colour, input.format.pixel_format,
                                                       input.format.width, input.format.height);
    converter_ = std::make_unique<PictureConverter>(geometry_.width, geometry_.height, from,
                                                    from_colour, target, target_colour_, threads);
  }
  if (!direct || (input.is_depth && !input.is_grey_depth()))
    between_.emplace(from, geometry_.width, geometry_.height);
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

AvFramePtr Painter::paint_views(std::span<const Frame> views) {
  std::vector<AvFramePtr> pictures;
  std::vector<const AVFrame*> borrowed;
  for (const auto& view : views) {
    const auto info = view.info();
    if (info.width != input_.format.width || info.height != input_.format.height ||
        info.pixel_format != input_.format.pixel_format)
      fail(RLV_E_UNSUPPORTED, "frame ", info.index, " is ", info.width, " x ", info.height, " ",
           pixel_format_name(info.pixel_format), ", not ", input_.format.width, " x ",
           input_.format.height, " ", pixel_format_name(input_.format.pixel_format),
           " as was planned; scale the film to one size first");
    pictures.push_back(picture_of(view));
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
  auto picture = input_.is_depth ? paint_depth(views[0]) : paint_views(views);
  set_colour(*picture, target_colour_);
  picture->sample_aspect_ratio = geometry_.sar;
  return picture;
}

}  // namespace relievo::media
