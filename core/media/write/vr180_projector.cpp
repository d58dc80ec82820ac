#include "core/media/write/vr180_projector.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/media/formats.hpp"
#include "core/media/write/components.hpp"
#include "core/media/write/picture_pool.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

// How the samples of a component lie: every 2^shift-th pixel, the first one `offset` pixels from
// the centre of pixel 0.
struct Grid {
  int shift_x = 0, shift_y = 0;
  double offset_x = 0.0, offset_y = 0.0;

  [[nodiscard]] Vr180Geometry::Place place_of(int column, int row) const {
    return {std::ldexp(column, shift_x) + 0.5 + offset_x,
            std::ldexp(row, shift_y) + 0.5 + offset_y};
  }
  [[nodiscard]] Vr180Geometry::Place sample_at(Vr180Geometry::Place place) const {
    return {std::ldexp(place.x - 0.5 - offset_x, -shift_x),
            std::ldexp(place.y - 0.5 - offset_y, -shift_y)};
  }
};

// What one eye's component is fetched from, as cv::remap takes it.
struct Map {
  cv::Rect area;     // of the picture's component
  cv::Size samples;  // of the view's, made smaller where that is needed
  cv::Mat whole, part;
};

// Views are made smaller only where a pixel of the picture covers clearly more than one of theirs.
int reduced(int samples, double reduction) {
  constexpr double kClearly = 1.1;
  if (reduction < kClearly) return samples;
  return std::max(1, static_cast<int>(std::lround(samples / reduction)));
}

Map make_map(const Vr180Geometry& geometry, const Grid& grid, cv::Size samples) {
  const auto bounds = geometry.bounds();
  const auto reduction = geometry.reduction();
  Map map;
  map.area = {bounds.x >> grid.shift_x, bounds.y >> grid.shift_y, bounds.width >> grid.shift_x,
              bounds.height >> grid.shift_y};
  map.samples = {reduced(samples.width, reduction.x), reduced(samples.height, reduction.y)};
  const double grow_x = static_cast<double>(map.samples.width) / samples.width;
  const double grow_y = static_cast<double>(map.samples.height) / samples.height;
  cv::Mat places(map.area.size(), CV_32FC2);
  for (int y = 0; y < places.rows; ++y) {
    for (int x = 0; x < places.cols; ++x) {
      const auto seen = geometry.view_place(grid.place_of(map.area.x + x, map.area.y + y));
      const auto sample = grid.sample_at(seen);
      places.at<cv::Vec2f>(y, x) = {static_cast<float>((sample.x + 0.5) * grow_x - 0.5),
                                    static_cast<float>((sample.y + 0.5) * grow_y - 0.5)};
    }
  }
  cv::convertMaps(places, cv::noArray(), map.whole, map.part, CV_16SC2);
  return map;
}

template <class T>
void read_plane(const Component& from, cv::Mat& plane) {
  plane.create(from.height, from.width, cv::DataType<T>::type);
  const std::ptrdiff_t step = from.step / static_cast<int>(sizeof(T));
  for (int y = 0; y < from.height; ++y) {
    const auto* in = reinterpret_cast<const T*>(from.data + y * from.row_bytes);
    auto* out = plane.ptr<T>(y);
    for (int x = 0; x < from.width; ++x) out[x] = static_cast<T>(in[x * step] >> from.shift);
  }
}

template <class T>
void write_plane(const cv::Mat& plane, cv::Point at, const Component& to) {
  const std::ptrdiff_t step = to.step / static_cast<int>(sizeof(T));
  for (int y = 0; y < plane.rows; ++y) {
    const auto* in = plane.ptr<T>(y);
    auto* out = reinterpret_cast<T*>(to.data + (at.y + y) * to.row_bytes) + at.x * step;
    for (int x = 0; x < plane.cols; ++x) out[x * step] = static_cast<T>(in[x] << to.shift);
  }
}

int black_of(const AVPixFmtDescriptor& format, int component, bool full_range) {
  const int depth = format.comp[component].depth;
  const bool rgb = (format.flags & AV_PIX_FMT_FLAG_RGB) != 0;
  if (!rgb && (component == 1 || component == 2)) return 1 << (depth - 1);
  return rgb || full_range ? 0 : 16 << (depth - 8);
}

}  // namespace

struct Vr180Projector::Parts {
  AVPixelFormat format;
  int components;
  std::array<int, 4> black{};
  std::array<std::vector<Map>, 2> maps;  // of each eye: of full components, of chroma
  std::array<std::size_t, 4> map_of{};   // component to its map
  PicturePool pictures;
  cv::Mat plane, smaller, drawn;

  Parts(AVPixelFormat pixel_format, int side)
      : format(pixel_format),
        components(component_count(pixel_format)),
        pictures(pixel_format, side, side) {}

  template <class T>
  void draw(const Component& from, const Component& to, const Map& map, int dark);
};

Vr180Projector::Vr180Projector(const Vr180Screen& screen, AVPixelFormat format, int width,
                               int height, double pixel_shape, const rlv_colour& colour)
    : parts_(std::make_unique<Parts>(format, vr180_side(screen, width))) {
  const auto& descriptor = *av_pix_fmt_desc_get(format);
  std::vector<Grid> grids{Grid{}};
  const bool rgb = (descriptor.flags & AV_PIX_FMT_FLAG_RGB) != 0;
  if (!rgb && descriptor.nb_components > 2 &&
      (descriptor.log2_chroma_w > 0 || descriptor.log2_chroma_h > 0)) {
    Grid chroma{descriptor.log2_chroma_w, descriptor.log2_chroma_h};
    // The siting is stated for 4:2:0; chroma that is sub-sampled one way only lies on luma.
    if (chroma.shift_x == 1 && chroma.shift_y == 1) {
      const auto offset = chroma_offset(av_chroma_location_of(colour));
      chroma.offset_x = offset.x;
      chroma.offset_y = offset.y;
    }
    grids.push_back(chroma);
    parts_->map_of = {0, 1, 1, 0};
  }
  for (int c = 0; c < parts_->components; ++c)
    parts_->black.at(static_cast<std::size_t>(c)) = black_of(descriptor, c, colour.full_range == 1);
  for (const bool right : {false, true}) {
    const Vr180Geometry geometry(screen, width, height, pixel_shape, right);
    for (const auto& grid : grids)
      parts_->maps.at(right ? 1 : 0)
          .push_back(make_map(
              geometry, grid,
              {AV_CEIL_RSHIFT(width, grid.shift_x), AV_CEIL_RSHIFT(height, grid.shift_y)}));
  }
}

Vr180Projector::~Vr180Projector() = default;

template <class T>
void Vr180Projector::Parts::draw(const Component& from, const Component& to, const Map& map,
                                 int dark) {
  read_plane<T>(from, plane);
  const cv::Mat* source = &plane;
  if (map.samples != plane.size()) {
    cv::resize(plane, smaller, map.samples, 0, 0, cv::INTER_AREA);
    source = &smaller;
  }
  cv::remap(*source, drawn, map.whole, map.part, cv::INTER_CUBIC, cv::BORDER_CONSTANT,
            cv::Scalar::all(dark));
  // Cubic interpolation may overshoot what ten bits hold.
  if (sizeof(T) > 1) cv::min(drawn, (1 << to.depth) - 1, drawn);
  write_plane<T>(drawn, map.area.tl(), to);
}

AvFramePtr Vr180Projector::project(const AVFrame& view, bool right_eye) {
  auto picture = parts_->pictures.make();
  for (int c = 0; c < parts_->components; ++c) {
    const auto from = component_of(view, c);
    const auto to = component_of(*picture, c);
    const auto index = static_cast<std::size_t>(c);
    const auto& map = parts_->maps.at(right_eye ? 1 : 0).at(parts_->map_of.at(index));
    const int dark = parts_->black.at(index);
    fill_component(to, dark);
    to.is_wide() ? parts_->draw<std::uint16_t>(from, to, map, dark)
                 : parts_->draw<std::uint8_t>(from, to, map, dark);
  }
  return picture;
}

}  // namespace relievo::media
