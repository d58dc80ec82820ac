#include "core/media/change/srgb_picture.hpp"

#include <cstring>

#include "core/media/formats.hpp"

namespace relievo::media {
namespace {

ColourTask task_of(std::uint32_t pixel_format, const rlv_colour& colour, std::int32_t width,
                   std::int32_t height) {
  ColourTask task;
  task.from_format = pixel_format;
  task.to_format = RLV_PF_RGB24;
  task.from = assumed_colour(colour, pixel_format, width, height);
  task.to = result_colour(task.from, pixel_format, task.to_format, ColourTarget::kSrgb);
  task.to_display = true;
  return task;
}

bool same_colour(const rlv_colour& a, const rlv_colour& b) {
  return std::memcmp(&a, &b, sizeof(a)) == 0;
}

}  // namespace

void SrgbPictures::check(const rlv_format& format) const {
  static_cast<void>(ColourConverter(
      host_, task_of(format.pixel_format, format.colour, format.width, format.height)));
}

Frame SrgbPictures::rgb24(const Frame& frame) {
  const auto info = frame.info();
  auto task = task_of(info.pixel_format, info.colour, info.width, info.height);
  if (task.from_format == task.to_format && ToneMap(task.from).is_identity()) return frame;
  // The first frame may say more of its colour than the plan did.
  if (!task_ || task_->from_format != task.from_format || !same_colour(task_->from, task.from)) {
    converter_ = std::make_unique<ColourConverter>(host_, task);
    task_ = task;
  }
  return converter_->convert(frame, info);
}

}  // namespace relievo::media
