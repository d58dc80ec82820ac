// The node 'depth_source': depth that another program made, for the frames of a film.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/nodes.hpp"
#include "core/media/read/depth_pictures.hpp"

namespace relievo::media {
namespace {

// What the numbers of the file are.
enum class Kind { kDisparityPx, kInverse, kMetric };

Kind kind_of(const std::string& word) {
  if (word == "disparity_px") return Kind::kDisparityPx;
  if (word == "inverse") return Kind::kInverse;
  if (word == "metric") return Kind::kMetric;
  fail(RLV_E_CONFIG, "'kind' cannot be '", word, "'; it is disparity_px, inverse or metric");
}

std::uint32_t semantic_of(Kind kind) {
  switch (kind) {
    case Kind::kDisparityPx: return RLV_SEM_DISPARITY_PX;
    case Kind::kInverse: return RLV_SEM_RELATIVE_INVERSE;
    case Kind::kMetric: break;
  }
  return RLV_SEM_METRES;
}

// What one step of the numbers is worth where nobody says it: floats are what they are; whole
// numbers count, as most files do, 1/256 px or millimetres.
double usual_scale(Kind kind, const DepthPicture& picture) {
  if (picture.is_float || kind == Kind::kInverse) return 1.0;
  return kind == Kind::kDisparityPx ? 1.0 / 256.0 : 0.001;
}

class DepthSource final : public Mapper {
 public:
  DepthSource(Host host, const Config& config)
      : host_(host),
        log_(host),
        path_(config.has("path") ? config.get<std::string>("path") : ""),
        kind_(kind_of(config.get<std::string>("kind"))),
        scale_(config.get<double>("scale")) {
    if (path_.empty())
      fail(RLV_E_CONFIG, "no depth is named; give the file, folder or numbered pictures as 'path'");
  }

  NodePlan plan(InputFormats in, OutputFormats out) override {
    if (!first_) {
      pictures_.emplace(path_, [host = host_] { return host.is_cancelled(); });
      first_ = pictures_->next();
      if (!first_)
        fail(RLV_E_IO, "no picture of '", path_, "' can be decoded; copy or make it again");
    }
    width_ = first_->map.width;
    height_ = first_->map.height;
    colour_width_ = in[0]->width;
    check_size(in[0]->width, in[0]->height, *first_);
    auto& format = *out[0];
    format.semantic = semantic_of(kind_);
    format.pixel_format = RLV_PF_MAP_F32;
    format.width = width_;
    format.height = height_;
    format.focal_px = in[0]->focal_px * shrink();
    NodePlan plan;
    plan.threads = 1;
    plan.host_bytes = 2 * sizeof(float) * static_cast<std::uint64_t>(width_) *
                      static_cast<std::uint64_t>(height_);
    return plan;
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override {
    auto info = in[0].info();
    const auto picture = take();
    if (!picture)
      fail(RLV_E_CONFIG, "'", path_, "' has ", given_, given_ == 1 ? " picture" : " pictures",
           " of depth and the film has more frames; give one for each frame, or limit the source "
           "with its parameter seconds");
    check_size(info.width, info.height, *picture);
    ++given_;
    info.semantic = semantic_of(kind_);
    info.pixel_format = RLV_PF_MAP_F32;
    info.width = width_;
    info.height = height_;
    info.focal_px *= shrink();
    info.colour = rlv_colour{2, 2, 2, 0, 255, {0, 0, 0}};
    auto frame = host_.new_frame(info);
    const double scale = scale_ > 0.0 ? scale_ : usual_scale(kind_, *picture);
    const auto plane = frame.plane<float>(0);
    const auto* value = picture->map.values.data();
    for (std::int32_t y = 0; y < height_; ++y)
      for (std::int32_t x = 0; x < width_; ++x)
        plane.at(x, y) = static_cast<float>(scale * static_cast<double>(*value++));
    return {std::move(frame)};
  }

  void finish() override {
    if (!take()) return;
    const auto count = pictures_->count();
    host_.warn(concat("'", path_, "' has more pictures of depth",
                      count ? concat(" (", *count, ")") : std::string(),
                      " than the film has frames (", given_,
                      "): they belong together only if the first ones do"));
  }

  void forget() override {
    if (pictures_) pictures_->rewind();
    first_.reset();
    given_ = 0;
  }

  std::optional<DepthPicture> take() {
    if (first_) return std::exchange(first_, std::nullopt);
    return pictures_->next();
  }

  [[nodiscard]] float shrink() const {
    return static_cast<float>(width_) / static_cast<float>(colour_width_);
  }

  void check_size(std::int32_t width, std::int32_t height, const DepthPicture& picture) const {
    const auto& map = picture.map;
    if (kind_ == Kind::kDisparityPx && (map.width != width || map.height != height))
      fail(RLV_E_CONFIG, "'", picture.file, "' is ", map.width, "x", map.height, " and the colour ",
           width, "x", height,
           "; disparity in pixels must have the colour's size: scale the colour, or make it anew");
    if (map.width != width_ || map.height != height_)
      fail(RLV_E_CONFIG, "'", picture.file, "' is ", map.width, "x", map.height,
           " and the first picture of depth ", width_, "x", height_, "; give all the same size");
  }

  const Host host_;
  const AvLogScope log_;
  const std::string path_;
  const Kind kind_;
  const double scale_;
  std::optional<DepthPictures> pictures_;
  std::optional<DepthPicture> first_;  // read by plan(), not given yet
  std::int32_t width_ = 0;
  std::int32_t height_ = 0;
  std::int32_t colour_width_ = 1;
  std::int64_t given_ = 0;
};

}  // namespace

rlv_node_type depth_source_type() {
  return make_node_type<DepthSource>("depth_source", "depth");
}

}  // namespace relievo::media
