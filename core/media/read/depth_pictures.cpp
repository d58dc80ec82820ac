#include "core/media/read/depth_pictures.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

namespace fs = std::filesystem;

std::string ending_of(const fs::path& file) {
  auto ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

bool is_pfm(const std::string& file) {
  return ending_of(file) == ".pfm";
}

bool is_depth_ending(const std::string& ending) {
  constexpr std::array kEndings{".png", ".pfm", ".tif", ".tiff", ".pgm", ".exr"};
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Numbers in names count as numbers: 9 comes before 10.
bool comes_before(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto number = [](const std::string& text, std::size_t& at) {
      while (at < text.size() && text[at] == '0') ++at;
      const auto begin = at;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const auto m = number(a, i);
    const auto n = number(b, j);
    if (m.size() != n.size()) return m.size() < n.size();
    if (m != n) return m < n;
  }
  return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

std::vector<std::string> pictures_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error))
    if (is_depth_ending(ending_of(entry->path()))) files.push_back(entry->path().string());
  if (error)
    fail(RLV_E_IO, "cannot read the folder '", folder, "': ", error.message(),
         "; check its permissions");
  if (files.empty())
    fail(RLV_E_CONFIG, "the folder '", folder,
         "' holds no pictures of depth (.png, .tif, .pfm, .pgm, .exr); check the path");
  std::sort(files.begin(), files.end(), comes_before);
  return files;
}

// "depth_%05d.png" taken apart; nothing if it is no such name.
struct Pattern {
  std::string before;
  std::string after;
  std::size_t digits = 0;
  [[nodiscard]] std::string name(std::int64_t number) const {
    auto text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return before + text + after;
  }
};
std::optional<Pattern> pattern_of(const std::string& path) {
  const auto percent = path.find('%');
  if (percent == std::string::npos) return std::nullopt;
  auto end = percent + 1;
  while (end < path.size() && is_digit(path[end])) ++end;
  if (end >= path.size() || path[end] != 'd' || end - percent > 4) return std::nullopt;
  const auto width = path.substr(percent + 1, end - percent - 1);
  return Pattern{path.substr(0, percent), path.substr(end + 1),
                 static_cast<std::size_t>(std::strtoul(width.c_str(), nullptr, 10))};
}

std::vector<std::string> numbered(const Pattern& pattern, const std::string& path) {
  constexpr std::int64_t kLatestStart = 4;  // as FFmpeg looks for numbered pictures
  std::vector<std::string> files;
  std::int64_t number = 0;
  while (number < kLatestStart && !fs::exists(pattern.name(number))) ++number;
  for (; fs::exists(pattern.name(number)); ++number) files.push_back(pattern.name(number));
  if (files.empty())
    fail(RLV_E_IO, "there is no picture of depth '", pattern.name(0), "' to '",
         pattern.name(kLatestStart), "', where '", path, "' could begin; check the path");
  return files;
}

template <class Read>
FloatMap read_plane(const AVFrame& picture, Read&& read) {
  FloatMap map{picture.width, picture.height, {}};
  map.values.reserve(static_cast<std::size_t>(picture.width) *
                     static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    const auto* row = picture.data[0] + std::ptrdiff_t{y} * picture.linesize[0];
    for (int x = 0; x < picture.width; ++x) map.values.push_back(read(row, x));
  }
  return map;
}

// Float pictures of three planes that are all the same, as many programs write depth into EXR.
bool is_grey_in_three(const AVFrame& picture) {
  const auto format = static_cast<AVPixelFormat>(picture.format);
  if (format != AV_PIX_FMT_GBRPF32 && format != AV_PIX_FMT_GBRAPF32) return false;
  for (int y = 0; y < picture.height; ++y) {
    const auto row = [&](int plane) {
      return picture.data[plane] + std::ptrdiff_t{y} * picture.linesize[plane];
    };
    const auto bytes = static_cast<std::size_t>(picture.width) * sizeof(float);
    if (std::memcmp(row(0), row(1), bytes) != 0 || std::memcmp(row(0), row(2), bytes) != 0)
      return false;
  }
  return true;
}

DepthPicture values_of(const AVFrame& picture, const std::string& file) {
  const auto format = static_cast<AVPixelFormat>(picture.format);
  const auto* description = av_pix_fmt_desc_get(format);
  const auto has = [&](std::uint64_t flag) {
    return description != nullptr && (description->flags & flag) != 0;
  };
  const bool is_colour = has(AV_PIX_FMT_FLAG_RGB) && !is_grey_in_three(picture);
  if (description == nullptr || is_colour || has(AV_PIX_FMT_FLAG_PAL) ||
      has(AV_PIX_FMT_FLAG_BITSTREAM) || has(AV_PIX_FMT_FLAG_HWACCEL))
    fail(RLV_E_UNSUPPORTED, "'", file, "' is a picture of colours (",
         description == nullptr ? "unknown" : description->name,
         "), not of depth; store depth as grey, best with 16 bits");
  const auto& luma = description->comp[0];
  DepthPicture depth{{}, has(AV_PIX_FMT_FLAG_FLOAT), luma.depth, file};
  const bool big = has(AV_PIX_FMT_FLAG_BE);
  const int step = luma.step;
  const int offset = luma.offset;
  if (depth.is_float && luma.depth == 32) {
    depth.map = read_plane(picture, [=](const std::uint8_t* row, int x) {
      const auto* p = row + std::ptrdiff_t{x} * step + offset;
      const auto byte = [&](int i) {
        return static_cast<std::uint32_t>(p[big ? 3 - i : i]) << (8 * i);
      };
      return std::bit_cast<float>(byte(0) | byte(1) | byte(2) | byte(3));
    });
  } else if (!depth.is_float && luma.depth <= 8) {
    depth.map = read_plane(picture, [=](const std::uint8_t* row, int x) {
      return static_cast<float>(row[std::ptrdiff_t{x} * step + offset]);
    });
  } else if (!depth.is_float && luma.depth <= 16) {
    depth.map = read_plane(picture, [=](const std::uint8_t* row, int x) {
      const auto* p = row + std::ptrdiff_t{x} * step + offset;
      const int value = big ? p[0] << 8 | p[1] : p[1] << 8 | p[0];
      return static_cast<float>(value >> luma.shift);
    });
  } else {
    fail(RLV_E_UNSUPPORTED, "'", file, "' has values of a kind that is not read (",
         description->name, "); store depth as 16-bit grey or as PFM");
  }
  return depth;
}

}  // namespace

DepthPictures::DepthPictures(std::string path, IsCancelled is_cancelled)
    : path_(std::move(path)), is_cancelled_(std::move(is_cancelled)) {
  std::error_code ignored;
  if (fs::is_directory(path_, ignored)) {
    files_ = pictures_in(path_);
  } else if (const auto pattern = pattern_of(path_); pattern && !fs::exists(path_, ignored)) {
    files_ = numbered(*pattern, path_);
  } else {
    files_ = {path_};
    if (!fs::exists(path_, ignored))
      fail(RLV_E_IO, "cannot read depth from '", path_, "': there is no such file; check the path");
    if (!is_pfm(path_)) is_film_ = !open_input(path_, -1, is_cancelled_).is_still;
  }
}

std::optional<std::size_t> DepthPictures::count() const {
  if (is_film_) return std::nullopt;
  return files_.size();
}

DepthPictures::Opened DepthPictures::open(const std::string& file) const {
  Opened opened;
  opened.reader = std::make_unique<PacketReader>(open_input(file, -1, is_cancelled_));
  auto* const reader = opened.reader.get();
  opened.decoder = std::make_unique<Decoder>(reader->stream(), DecoderOptions{},
                                             [reader] { return reader->read(); });
  return opened;
}

std::optional<DepthPicture> DepthPictures::next() {
  if (is_film_) {
    if (!film_.reader) film_ = open(path_);
    const auto picture = film_.decoder->next();
    // A picture left out would put every later one beside the wrong frame.
    if (const auto& damage = film_.decoder->damage(); damage.pictures > 0)
      fail(RLV_E_IO, "'", path_,
           "' has damaged pictures, so that it is unknown which depth belongs "
           "to which frame; copy or make it again");
    ++at_;
    if (!picture) return std::nullopt;
    return values_of(*picture, path_);
  }
  if (at_ >= files_.size()) return std::nullopt;
  const auto& file = files_[at_++];
  if (is_pfm(file)) return DepthPicture{read_pfm(file), true, 32, file};
  const auto opened = open(file);
  const auto picture = opened.decoder->next();
  if (!picture || opened.decoder->damage().pictures > 0)
    fail(RLV_E_IO, "'", file, "' is damaged and cannot be decoded; copy or make it again");
  return values_of(*picture, file);
}

void DepthPictures::rewind() {
  film_ = {};
  at_ = 0;
}

}  // namespace relievo::media
