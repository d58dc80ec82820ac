#include "core/media/read/stereo_input.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

extern "C" {
#include <libavutil/stereo3d.h>
}

#include "core/media/read/side_data.hpp"

namespace relievo::media {
namespace {

// Boxes that lead to the sample description: ISO/IEC 14496-12.
constexpr std::array<std::string_view, 5> kPath{"moov", "trak", "mdia", "minf", "stbl"};
// A sample description is a few kilobytes; more is damage.
constexpr std::uint64_t kLargestDescription = 1U << 20U;
constexpr int kMostBoxes = 10000;

std::uint64_t big_endian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8U | static_cast<unsigned char>(bytes[i]);
  return value;
}

bool description_has_views(std::ifstream& file, std::uint64_t size) {
  std::vector<char> text(static_cast<std::size_t>(std::min(size, kLargestDescription)));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const std::string_view bytes(text.data(), static_cast<std::size_t>(file.gcount()));
  return bytes.find("lhvC") != std::string_view::npos ||
         bytes.find("vexu") != std::string_view::npos;
}

// Looks through the boxes in [begin, end) at the given depth of kPath.
bool search(std::ifstream& file, std::uint64_t begin, std::uint64_t end, std::size_t depth,
            int& boxes_left) {
  while (begin + 8 <= end && boxes_left-- > 0) {
    std::array<char, 16> head{};
    file.clear();
    file.seekg(static_cast<std::streamoff>(begin));
    if (!file.read(head.data(), 8)) return false;
    std::uint64_t size = big_endian(head.data(), 4);
    std::uint64_t header = 8;
    if (size == 1) {
      if (!file.read(head.data() + 8, 8)) return false;
      size = big_endian(head.data() + 8, 8);
      header = 16;
    } else if (size == 0) {
      size = end - begin;
    }
    if (size < header || size > end - begin) return false;
    const std::string_view type(head.data() + 4, 4);
    if (depth == kPath.size()) {
      if (type == "stsd" && description_has_views(file, size - header)) return true;
    } else if (type == kPath.at(depth) &&
               search(file, begin + header, begin + size, depth + 1, boxes_left)) {
      return true;
    }
    begin += size;
  }
  return false;
}

std::string layout_name(const std::uint8_t* data, std::size_t size) {
  AVStereo3D stereo{};
  if (data == nullptr || size < sizeof(stereo.type)) return "";
  std::memcpy(&stereo, data, std::min(size, sizeof(stereo)));
  if (stereo.type == AV_STEREO3D_2D) return "";
  const char* name = av_stereo3d_type_name(static_cast<unsigned>(stereo.type));
  return name == nullptr ? "two views" : name;
}

}  // namespace

bool has_two_coded_views(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return false;
  const auto size = file.tellg();
  int boxes = kMostBoxes;
  return size > 0 && search(file, 0, static_cast<std::uint64_t>(size), 0, boxes);
}

std::string stereo_description(const AVFormatContext& format, const AVStream& stream,
                               const AVFrame& first, const std::string& path) {
  const auto in_stream = stream_side_data(stream, AV_PKT_DATA_STEREO3D);
  auto name = layout_name(in_stream.data, in_stream.size);
  if (name.empty())
    if (const auto* found = av_frame_get_side_data(&first, AV_FRAME_DATA_STEREO3D))
      name = layout_name(found->data, found->size);
  const bool is_mp4 = std::string_view(format.iformat->name).find("mp4") != std::string_view::npos;
  if (stream.codecpar->codec_id == AV_CODEC_ID_HEVC && is_mp4 && !path.empty() &&
      has_two_coded_views(path))
    name = "MV-HEVC";
  return name;
}

}  // namespace relievo::media
