#include "core/media/write/depth_values.hpp"

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>

#include <nlohmann/json.hpp>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av.hpp"
#include "core/media/formats.hpp"
#include "core/media/write/still_writer.hpp"

namespace relievo::media {
namespace {

void close_checked(std::ofstream& out, const std::filesystem::path& file) {
  out.close();
  if (!out)
    fail(RLV_E_IO, "'", file.string(),
         "' cannot be written: ", errno != 0 ? std::strerror(errno) : "the disk takes no more");
}

}  // namespace

void write_pfm(const std::vector<float>& values, std::int32_t width, std::int32_t height,
               const std::filesystem::path& file) {
  static_assert(std::endian::native == std::endian::little, "the -1 below says so");
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << "Pf\n" << width << " " << height << "\n-1.0\n";
  const auto row = static_cast<std::size_t>(width);
  for (auto y = static_cast<std::size_t>(height); y-- > 0;)
    out.write(reinterpret_cast<const char*>(values.data() + y * row),
              static_cast<std::streamsize>(row * sizeof(float)));
  close_checked(out, file);
}

void write_depth_steps(const std::vector<float>& metres, DepthFacts& facts,
                       const Container& container, const std::filesystem::path& file,
                       unsigned threads) {
  constexpr double kMost = 65535.0;
  auto picture = make_av_frame();
  picture->format = AV_PIX_FMT_GRAY16LE;
  picture->width = facts.width;
  picture->height = facts.height;
  check_av(av_frame_get_buffer(picture.get(), 0), RLV_E_MEMORY, "no memory for a picture");
  set_colour(*picture, rlv_colour{1, 1, 1, 1, 255, {0, 0, 0}});
  const auto* value = metres.data();
  for (std::int32_t y = 0; y < facts.height; ++y) {
    auto* row = reinterpret_cast<std::uint16_t*>(picture->data[0] +
                                                 std::ptrdiff_t{y} * picture->linesize[0]);
    for (std::int32_t x = 0; x < facts.width; ++x, ++value) {
      const double steps = std::round(static_cast<double>(*value) / facts.step);
      // Infinitely far is far; what is no number is not known.
      facts.unknown += std::isnan(steps) || steps < 0.0 ? 1 : 0;
      facts.clipped += steps > kMost ? 1 : 0;
      row[x] = steps > 0.0 ? static_cast<std::uint16_t>(std::fmin(steps, kMost)) : 0;
    }
  }
  write_still(*picture, container, file, 0.0, threads);
}

void write_depth_facts(const DepthFacts& facts, const std::filesystem::path& file) {
  nlohmann::ordered_json json{{"file", facts.file.string()},
                              {"width", facts.width},
                              {"height", facts.height},
                              {"values", semantic_name(facts.semantic)}};
  if (facts.step > 0.0) {
    json["metres_per_step"] = facts.step;
    json["clipped_pixels"] = facts.clipped;
  }
  json["unknown_pixels"] = facts.unknown;
  // In pixels of this map; null where nobody knows it.
  if (facts.focal_px > 0.0)
    json["focal_px"] = facts.focal_px;
  else
    json["focal_px"] = nullptr;
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  // A file name need not be UTF-8.
  out << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  close_checked(out, file);
}

}  // namespace relievo::media
