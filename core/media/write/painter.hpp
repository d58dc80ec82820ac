// From what arrives at a sink to the picture that its encoder gets, with as few copies as can be.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include <relievo/plugin.h>
#include <relievo/sdk/frame.hpp>

#include "core/media/av.hpp"
#include "core/media/write/anaglyph.hpp"
#include "core/media/write/colormap.hpp"
#include "core/media/write/depth_picture.hpp"
#include "core/media/write/layout.hpp"
#include "core/media/write/pack.hpp"
#include "core/media/write/picture_convert.hpp"
#include "core/media/write/picture_pool.hpp"
#include "core/media/write/vr180_projector.hpp"

namespace relievo::media {

// What arrives: one or two views of this format, or a depth map; or (kRgbd) a picture of this
// format and a depth map.
struct SinkInput {
  rlv_format format{};
  Layout layout = Layout::kLeft;  // kLeft also stands for a single picture
  bool right_first = false;       // of the two views that arrive
  bool is_depth = false;
  AnaglyphKind anaglyph = AnaglyphKind::kDubois;
  std::string colormap = "grey";
  Vr180Screen screen;  // of kVr180

  [[nodiscard]] bool is_grey_depth() const { return is_depth && colormap == "grey"; }
  // libav's format; for depth GRAY16 or RGB24.
  [[nodiscard]] AVPixelFormat av_format() const;
  // The one in which a picture file's picture is put together: av_format(), or RGB where colours of
  // neighbours must not be mixed.
  [[nodiscard]] AVPixelFormat still_format() const;
  // Of one view as it is put beside the other.
  [[nodiscard]] int view_width() const;
  [[nodiscard]] int view_height() const;
  [[nodiscard]] AVRational sar() const { return {format.sar_num, format.sar_den}; }
};

// The colour description of a picture in target that shows input: the input's own, with what it
// leaves unsaid filled in, and matrix and range as target needs them.
[[nodiscard]] rlv_colour painted_colour(const SinkInput& input, const rlv_colour& colour,
                                        AVPixelFormat target);

// Not thread-safe.
class Painter {
 public:
  // even: pad to even sizes, as films need; colour: as the input's frames say it. Throws
  // RLV_E_UNSUPPORTED if there is no way from the input to target.
  Painter(const SinkInput& input, const rlv_colour& colour, AVPixelFormat target, bool even,
          unsigned threads);

  [[nodiscard]] const PackedGeometry& geometry() const { return geometry_; }
  // Samples change, by swscale: depth of colour, sub-sampling or model.
  [[nodiscard]] bool converts() const { return converter_ != nullptr; }

  // views: what the layout shows, in its order. The picture is writable and says its colour and
  // sample aspect ratio.
  [[nodiscard]] AvFramePtr paint(std::span<const Frame> views);

 private:
  [[nodiscard]] AvFramePtr paint_depth(const Frame& depth);
  [[nodiscard]] AvFramePtr paint_views(std::span<const Frame> views);
  [[nodiscard]] AvFramePtr paint_anaglyph(std::span<const Frame> views);
  [[nodiscard]] AvFramePtr checked_view(const Frame& view) const;
  [[nodiscard]] AvFramePtr depth_beside(const Frame& depth);
  void set_up_anaglyph(const rlv_colour& colour, unsigned threads);

  SinkInput input_;
  AVPixelFormat target_;
  rlv_colour target_colour_;
  PackedGeometry geometry_;
  Packer packer_;
  PicturePool targets_;
  std::optional<PicturePool> between_;  // packed, before conversion
  std::unique_ptr<PictureConverter> converter_;
  std::optional<Vr180Projector> projector_;
  std::optional<DepthPainter> depth_;
  std::optional<PicturePool> depth_pictures_;  // of the views' format
  std::optional<AnaglyphMixer> mixer_;
  std::unique_ptr<PictureConverter> to_rgb_;
  std::optional<PicturePool> rgb_;
  bool fills_chroma_ = false;
  bool full_range_ = false;  // of the views
};

}  // namespace relievo::media
