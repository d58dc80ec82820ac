#include "core/media/write/containers.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/media/av.hpp"

namespace relievo::media {
namespace {

// .m4v is written by the mp4 muxer: libavformat's own choice for it, 'ipod', refuses HEVC.
constexpr std::array kContainers{Container{".mp4", "mp4", Family::kMp4},
                                 Container{".m4v", "mp4", Family::kMp4},
                                 Container{".mov", "mov", Family::kMov},
                                 Container{".mkv", "matroska", Family::kMatroska},
                                 Container{".webm", "webm", Family::kWebm},
                                 Container{".png", "png", Family::kPicture},
                                 Container{".jpg", "mjpeg", Family::kPicture},
                                 Container{".jpeg", "mjpeg", Family::kPicture},
                                 Container{".tif", "tiff", Family::kPicture},
                                 Container{".tiff", "tiff", Family::kPicture},
                                 Container{".webp", "libwebp", Family::kPicture},
                                 Container{".pfm", "pfm", Family::kPicture}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string all_endings() {
  std::string list;
  for (const auto& container : kContainers)
    list += (list.empty() ? "" : ", ") + std::string(container.ending);
  return list;
}

}  // namespace

const Container& container_of(const std::filesystem::path& path) {
  const auto ending = lower(path.extension().string());
  for (const auto& container : kContainers)
    if (ending == container.ending) return container;
  if (ending.empty())
    fail(RLV_E_CONFIG, "the output '", path.string(),
         "' has no ending that says what to write; use one of ", all_endings());
  fail(RLV_E_CONFIG, "files that end in '", ending, "' cannot be written ('", path.string(),
       "'); use one of ", all_endings());
}

bool can_hold(const Container& container, AVCodecID codec) {
  // MOV's table has AV1 and VP9, its muxer does not.
  if (container.family == Family::kMov && (codec == AV_CODEC_ID_AV1 || codec == AV_CODEC_ID_VP9))
    return false;
  const auto* format = av_guess_format(container.muxer, nullptr, nullptr);
  return format != nullptr && avformat_query_codec(format, codec, FF_COMPLIANCE_NORMAL) == 1;
}

std::string endings_that_hold(AVCodecID codec) {
  std::string list;
  for (const auto& container : kContainers)
    if (!container.is_picture() && can_hold(container, codec))
      list += (list.empty() ? "" : ", ") + std::string(container.ending);
  return list;
}

}  // namespace relievo::media
