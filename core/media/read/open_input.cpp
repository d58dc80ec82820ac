#include "core/media/read/open_input.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <vector>

namespace relievo::media {
namespace {

namespace fs = std::filesystem;

bool is_standard_input(const std::string& path) {
  return path == "-" || path == "pipe:" || path == "pipe:0";
}

bool is_url(const std::string& path) {
  const auto colon = path.find(':');
  if (colon == std::string::npos || colon < 2) return false;
  const bool scheme =
      std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
      });
  return scheme && (path.compare(colon, 3, "://") == 0 || path.compare(0, 5, "pipe:") == 0 ||
                    path.compare(0, 3, "fd:") == 0);
}

// "frames/%05d.png", a name for many files.
bool is_pattern(const std::string& path) {
  return path.find('%') != std::string::npos;
}

bool is_local(const std::string& path) {
  return !is_standard_input(path) && !is_url(path);
}

// A file that exists is itself, whatever its name looks like.
bool is_one_file(const std::string& path) {
  std::error_code ignored;
  return is_local(path) && (!is_pattern(path) || fs::exists(path, ignored));
}

// Failures that the file system explains better than a demuxer does.
void check_file(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    if (error.value() == static_cast<int>(std::errc::permission_denied))
      fail(RLV_E_IO, "cannot read '", path,
           "': no permission to enter its folder; change the folder's permissions");
    if (is_pattern(path)) return;
    fail(RLV_E_IO, "cannot read '", path, "': there is no such file; check the path");
  }
  if (fs::is_directory(status))
    fail(RLV_E_IO, "cannot read '", path,
         "': it is a folder; name one file in it, or numbered pictures as in '",
         (fs::path(path) / "%05d.png").string(), "'");
  if (fs::is_regular_file(status) && fs::file_size(path, error) == 0 && !error)
    fail(RLV_E_IO, "cannot read '", path, "': the file is empty; copy or download it again");
}

// What the beginning of a file says it is: the type of its first box in QuickTime, MP4 and HEIF.
struct Box {
  std::string type;
  std::string brand;
};
Box first_box(const std::string& path) {
  std::array<char, 12> head{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(head.data(), head.size())) return {};
  return {{head.data() + 4, 4}, {head.data() + 8, 4}};
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Brands of ISO/IEC 23008-12 and of AVIF: pictures in an MP4's clothes.
bool is_heif_brand(std::string_view brand) {
  return is_one_of(brand, {"heic", "heix", "heim", "heis", "mif1", "avif", "avis"});
}

[[noreturn]] void explain(int error, const std::string& path, const IsCancelled& is_cancelled) {
  if (is_cancelled()) fail(RLV_E_CANCELLED, "opening '", path, "' was cancelled");
  switch (error) {
    case AVERROR(EACCES):
    case AVERROR(EPERM):
      fail(RLV_E_IO, "cannot read '", path,
           "': no permission; change the file's permissions or read a copy");
    case AVERROR(ENOENT):
      fail(RLV_E_IO, "cannot read '", path,
           "': there is no such file, or a file that it refers to is missing; check the path");
    case AVERROR_PROTOCOL_NOT_FOUND:
      fail(RLV_E_UNSUPPORTED, "cannot read '", path,
           "': this FFmpeg does not know the protocol; download the file first");
    case AVERROR_INVALIDDATA:
    case AVERROR_EOF:
      if (const auto box = is_url(path) ? Box{} : first_box(path);
          is_one_of(box.type, {"ftyp", "mdat", "wide", "moov"})) {
        if (is_heif_brand(box.brand))
          fail(RLV_E_UNSUPPORTED, "cannot read '", path,
               "': it is a HEIF picture of a kind that this FFmpeg does not read, or damaged; "
               "convert it to JPEG or PNG first");
        fail(
            RLV_E_IO, "cannot read '", path,
            "': its index (the moov box) is missing or damaged; the file is cut off or still being "
            "written: copy it again, or let a repair tool rebuild the index");
      }
      fail(RLV_E_UNSUPPORTED, "cannot read '", path,
           "': it is not a film or picture that FFmpeg knows, or it is damaged from its beginning; "
           "check that it plays elsewhere");
    default:
      fail(RLV_E_IO, "cannot read '", path, "': ", av_error_text(error),
           "; check that it plays elsewhere");
  }
}

// Text is no film, although FFmpeg would draw it as one.
bool is_text_format(std::string_view name) {
  return is_one_of(name, {"tty", "bin", "xbin", "adf", "idf"});
}

bool is_picture_container(const AVFormatContext& format, bool is_one_file) {
  const std::string_view name = format.iformat->name;
  if (name == "image2") return is_one_file;
  if (name.size() > 5 && name.substr(name.size() - 5) == "_pipe") return true;
  const auto* brand = av_dict_get(format.metadata, "major_brand", nullptr, 0);
  if (brand == nullptr) return false;
  return is_heif_brand(brand->value);
}

// The streams of moving pictures: cover art and thumbnails are something else.
std::vector<int> video_streams(const AVFormatContext& format) {
  std::vector<int> found;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const auto& stream = *format.streams[i];
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
        (stream.disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)) == 0)
      found.push_back(static_cast<int>(i));
  }
  return found;
}

[[noreturn]] void explain_no_video(const AVFormatContext& format, const std::string& path) {
  bool sound = false;
  bool cover = false;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const auto type = format.streams[i]->codecpar->codec_type;
    sound = sound || type == AVMEDIA_TYPE_AUDIO;
    cover = cover || type == AVMEDIA_TYPE_VIDEO;
  }
  if (sound)
    fail(RLV_E_UNSUPPORTED, "'", path, "' is audio only",
         cover ? " (its cover art is not a film)" : "", "; name a file that has a picture track");
  fail(RLV_E_UNSUPPORTED, "'", path, "' is not a film: there is no picture track in it (",
       format.iformat->long_name, "); name a video or a picture");
}

// Telephones store large pictures as many small ones; each alone would be a piece of the picture.
void refuse_tiles(const AVFormatContext& format, const std::string& path) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(61, 0, 100)
  for (unsigned i = 0; i < format.nb_stream_groups; ++i)
    if (format.stream_groups[i]->type == AV_STREAM_GROUP_PARAMS_TILE_GRID)
      fail(RLV_E_UNSUPPORTED, "'", path, "' is a picture made of ",
           format.stream_groups[i]->nb_streams,
           " tiles, which are not put together here; convert it to JPEG or PNG first");
#else
  static_cast<void>(format);
  static_cast<void>(path);
#endif
}

int choose_stream(AVFormatContext& format, const std::string& path, int track) {
  const auto streams = video_streams(format);
  if (streams.empty()) explain_no_video(format, path);
  if (track >= static_cast<int>(streams.size()))
    fail(RLV_E_CONFIG, "'", path, "' has ", streams.size(),
         streams.size() == 1 ? " picture track" : " picture tracks", ", so 'track' cannot be ",
         track, "; they count from 0");
  if (track >= 0) return streams[static_cast<std::size_t>(track)];
  const int best = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const bool counts = std::find(streams.begin(), streams.end(), best) != streams.end();
  return counts ? best : streams.front();
}

}  // namespace

std::string av_url(const std::string& path) {
  if (is_standard_input(path)) return "pipe:0";
  return is_url(path) ? path : "file:" + path;
}

OpenedFormat open_format(const std::string& path, const IsCancelled& is_cancelled) {
  OpenedFormat opened;
  auto* format = check_alloc(avformat_alloc_context());
  opened.interrupt = std::make_unique<IsCancelled>(is_cancelled);
  format->interrupt_callback.opaque = opened.interrupt.get();
  format->interrupt_callback.callback = [](void* opaque) {
    return (*static_cast<IsCancelled*>(opaque))() ? 1 : 0;
  };
  Dictionary options;
  if (is_one_file(path)) options.set("pattern_type", "none");
  // Cameras and editors begin to count anywhere.
  if (is_pattern(path)) options.set("start_number_range", "100000");
  const int result = avformat_open_input(&format, av_url(path).c_str(), nullptr, options.address());
  if (result < 0) {  // avformat_open_input has freed format
    opened.error = result;
    return opened;
  }
  opened.format.reset(format);
  // Its failure is not the end: what is missing may show when the first picture is decoded.
  static_cast<void>(avformat_find_stream_info(format, nullptr));
  return opened;
}

OpenedInput open_input(const std::string& path, int track, const IsCancelled& is_cancelled) {
  const bool local = is_local(path);
  if (local) check_file(path);

  auto opened = open_format(path, is_cancelled);
  if (!opened.format) explain(opened.error, path, is_cancelled);
  OpenedInput input;
  input.interrupt = std::move(opened.interrupt);
  input.format = std::move(opened.format);
  auto* format = input.format.get();
  if (is_cancelled()) fail(RLV_E_CANCELLED, "opening '", path, "' was cancelled");
  if (is_text_format(format->iformat->name)) explain(AVERROR_INVALIDDATA, path, is_cancelled);

  refuse_tiles(*format, path);
  input.video_stream = choose_stream(*format, path, track);
  for (unsigned i = 0; i < format->nb_streams; ++i)
    if (static_cast<int>(i) != input.video_stream) format->streams[i]->discard = AVDISCARD_ALL;
  input.is_still = is_picture_container(*format, is_one_file(path));
  std::error_code ignored;
  input.can_reopen =
      local ? is_pattern(path) || fs::is_regular_file(path, ignored)
            : !is_standard_input(path) &&
                  (format->pb == nullptr || (format->pb->seekable & AVIO_SEEKABLE_NORMAL) != 0);
  return input;
}

}  // namespace relievo::media
