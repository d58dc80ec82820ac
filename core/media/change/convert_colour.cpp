#include "core/media/change/convert_colour.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/bridge.hpp"
#include "core/media/change/ycbcr_rows.hpp"
#include "core/media/formats.hpp"

namespace relievo::media {
namespace {

// Rows of one task; a multiple of the rows that share chroma.
constexpr std::int32_t kBandRows = 64;

constexpr std::uint8_t kBt709 = 1;
constexpr std::uint8_t kSrgb = 13;

bool is_rgb(std::uint32_t format) {
  return RLV_PIXEL_MODEL(format) == RLV_MODEL_RGB;
}
bool is_grey(std::uint32_t format) {
  return RLV_PIXEL_MODEL(format) == RLV_MODEL_GREY;
}

// The matrix that films with these primaries use.
std::uint8_t matrix_for(std::uint8_t primaries) {
  switch (primaries) {
    case 9: return 9;
    case 5: return 5;
    case 6:
    case 7: return 6;
    default: return 1;
  }
}

}  // namespace

rlv_colour result_colour(const rlv_colour& from, std::uint32_t from_format, std::uint32_t to_format,
                         ColourTarget target) {
  rlv_colour to = from;
  if (target != ColourTarget::kSame) {
    const bool film = target == ColourTarget::kSdr && !is_rgb(to_format);
    to.primaries = 1;
    to.transfer = target == ColourTarget::kSdr ? kBt709 : kSrgb;
    to.full_range = film ? 0 : 1;
    to.matrix = is_rgb(to_format) ? 0 : 1;
  } else if (is_rgb(to_format)) {
    to.matrix = 0;
    to.full_range = 1;
  } else if (is_grey(to_format)) {
    to.full_range = 1;
    if (is_rgb(from_format)) to.matrix = matrix_for(from.primaries);
  } else if (is_rgb(from_format)) {
    to.matrix = matrix_for(from.primaries);
    to.full_range = 0;
  }
  const auto shift = chroma_shift(to_format);
  const auto had = chroma_shift(from_format);
  if (shift.x == 0 && shift.y == 0)
    to.chroma_location = 255;
  else if (had.x != shift.x || had.y != shift.y || to.chroma_location > 5)
    to.chroma_location = 0;
  return to;
}

ColourConverter::ColourConverter(const Host& host, const ColourTask& task)
    : host_(host),
      task_(task),
      tone_map_(task.to_display ? task.from : rlv_colour{1, kSrgb, 0, 1, 255, {0, 0, 0}}),
      scaler_(SWS_BICUBIC, host.cpu_threads()) {
  const auto from = av_pixel_format_of(task.from_format);
  const auto to = av_pixel_format_of(task.to_format);
  const bool direct =
      PictureScaler::can_read(from) && PictureScaler::can_write(to) && tone_map_.is_identity();
  // libswscale is asked where YCbCr stays YCbCr; elsewhere rows are as fast and more exact.
  by_rows_ = can_write_rgb(task.to_format) || !direct ||
             RLV_PIXEL_MODEL(task.from_format) != RLV_MODEL_YCBCR;
  if (by_rows_ && !can_write_rgb(task.to_format) && !can_write_ycbcr(task.to_format))
    fail(RLV_E_UNSUPPORTED, "pictures of ", pixel_format_name(task.from_format),
         " cannot be converted to ", pixel_format_name(task.to_format),
         "; ask for rgb24, rgb48, rgbf32 or yuv444p10");
}

Frame ColourConverter::convert(const Frame& frame, const rlv_frame_info& info) {
  auto made = info;
  made.colour = task_.to;
  made.pixel_format = task_.to_format;
  auto out = host_.new_frame(made);
  if (by_rows_) {
    convert_rows(frame, out);
  } else {
    const auto from = picture_of(frame);
    set_colour(*from, task_.from);
    scaler_.scale(*from, *picture_of(out));
  }
  return out;
}

void ColourConverter::convert_rows(const Frame& frame, const Frame& out) {
  const auto info = frame.info();
  const RgbReader reader(frame, task_.from);
  const auto width = static_cast<std::size_t>(info.width);
  const bool luma_only = is_grey(task_.to_format) && tone_map_.is_identity();
  std::optional<YcbcrWriter> writer;
  if (!can_write_rgb(task_.to_format)) writer.emplace(out, task_.to);
  const std::int32_t together = writer ? writer->rows_at_once() : 1;
  if (!team_) team_ = std::make_unique<ThreadTeam>(std::max(1U, host_.cpu_threads()));
  const auto bands = (info.height + kBandRows - 1) / kBandRows;
  team_->run(bands, [&](int band, int /*member*/) {
    const std::int32_t begin = band * kBandRows;
    const auto end = std::min(begin + kBandRows, info.height);
    RgbReader::Scratch scratch;
    YcbcrWriter::Scratch write_scratch;
    std::vector<float> samples(width * 3 * static_cast<std::size_t>(together));
    std::array<RgbRows, 4> rows{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(together); ++i) {
      float* const row = samples.data() + 3 * i * width;
      rows.at(i) = {row, row + width, row + 2 * width};
    }
    for (auto y = begin; y < end; y += together) {
      if (luma_only) {
        reader.read_luma(y, rows[0].r, scratch);
        write_luma(rows[0].r, out, y, info.width);
        continue;
      }
      const auto count = std::min(together, end - y);
      for (std::int32_t i = 0; i < count; ++i) {
        const auto& row = rows.at(static_cast<std::size_t>(i));
        reader.read(y + i, row, scratch);
        tone_map_.map(row, info.width);
      }
      if (writer)
        writer->write(y, rows.data(), count, write_scratch);
      else
        write_rgb(rows[0], out, y, info.width);
    }
  });
}

}  // namespace relievo::media
