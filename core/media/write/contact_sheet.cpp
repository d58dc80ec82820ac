// The node that shows at a glance what a run did: rows are moments spread over the film, columns
// what was made of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <memory>
#include <optional>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/change/srgb_picture.hpp"
#include "core/media/clocks.hpp"
#include "core/media/formats.hpp"
#include "core/media/nodes.hpp"
#include "core/media/sink_extension.hpp"
#include "core/media/write/anaglyph.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/depth_picture.hpp"
#include "core/media/write/output_file.hpp"
#include "core/media/write/sheet_image.hpp"
#include "core/media/write/sink_output.hpp"
#include "core/media/write/spread.hpp"
#include "core/media/write/still_writer.hpp"

namespace relievo::media {
namespace {

enum Port : std::size_t { kColour, kDepth, kLeft, kRight, kPortCount };
constexpr std::array<const char*, kPortCount> kTitles{"source", "depth", "left", "right"};

// Beyond it viewers give up, and memory would be the sheet's only limit.
constexpr std::int64_t kMostPixels = 64'000'000;
constexpr std::size_t kKeptPerRow = 4;

// One moment, as small as it will be shown; empty images where nothing is connected.
struct Moment {
  double seconds = 0.0;
  std::array<RgbImage, kPortCount> images;
};

class ContactSheet final : public Node {
 public:
  ContactSheet(Host host, const Config& config) : host_(host), log_(host), srgb_(host) {
    if (!config.has("path"))
      fail(RLV_E_CONFIG, "the contact sheet has no path; name a .png or .jpg");
    path_ = config.get<std::string>("path");
    rows_ = config.get<int>("rows");
    width_ = config.get<int>("width");
    overwrite_ = config.get<bool>("overwrite");
    colours_ = make_colormap(config.get<std::string>("colormap"));
  }

  NodePlan plan(InputFormats in, OutputFormats /*out*/) override {
    const auto& container = container_of(path_);
    if (!container.is_picture() || container.holds_floats())
      fail(RLV_E_CONFIG, "a contact sheet is a picture: '", path_.string(),
           "' has to end in .png or .jpg");
    const rlv_format* shape = nullptr;
    columns_ = 0;
    for (std::size_t port = 0; port < kPortCount; ++port) {
      connected_.at(port) = in[port] != nullptr;
      if (in[port] == nullptr) continue;
      ++columns_;
      check(*in[port], port);
      // Colour says the picture's shape; depth may be a map of another size.
      if (shape == nullptr || (shape == in[kDepth] && port != kDepth)) shape = in[port];
    }
    if (shape == nullptr)
      fail(RLV_E_CONFIG,
           "nothing is connected to the contact sheet; connect colour, depth or a "
           "view");
    if (connected_[kLeft] && connected_[kRight]) ++columns_;
    clock_ = shape->clock;
    expected_ = shape->frame_count;
    const double sar = shape->sar_num > 0 && shape->sar_den > 0
                           ? static_cast<double>(shape->sar_num) / shape->sar_den
                           : 1.0;
    height_ = std::max(2, static_cast<int>(std::lround(width_ * static_cast<double>(shape->height) /
                                                       (shape->width * sar))));
    const auto size = sheet_size(rows_, columns_, width_, height_);
    if (size.width * size.height > kMostPixels || size.width > 32000 || size.height > 32000)
      fail(RLV_E_CONFIG, "a contact sheet of ", rows_, " rows of ", columns_, " pictures of ",
           width_, " x ", height_, " would be ", size.width, " x ", size.height,
           " pixels; lower rows or width");
    const auto record = find_clock(clock_);
    OutputFile(path_, overwrite_).check(record ? record->source().path : "");
    NodePlan plan;
    plan.host_bytes = static_cast<std::uint64_t>(size.width * size.height) * 3 * (kKeptPerRow + 1);
    return plan;
  }

  void open() override {
    file_ = std::make_unique<OutputFile>(path_, overwrite_);
    const auto record = find_clock(clock_);
    file_->prepare(record ? record->source().path : "");
    spread_ = std::make_unique<Spread>(static_cast<std::size_t>(rows_), expected_, kKeptPerRow);
    moments_.clear();
    start_.reset();
    frames_ = 0;
    drained_ = false;
  }

  Flow push(std::span<Frame> in) override {
    const auto number = frames_++;
    if (!spread_->wants(number)) return Flow::kDone;
    moments_.push_back(make_moment(in));
    const auto dropped = spread_->keep(number);
    for (auto i = dropped.rbegin(); i != dropped.rend(); ++i)
      moments_.erase(moments_.begin() + static_cast<std::ptrdiff_t>(*i));
    return Flow::kDone;
  }

  Flow pull(std::span<Frame> /*out*/) override { return drained_ ? Flow::kEnd : Flow::kAgain; }
  void drain() override { drained_ = true; }
  void reset() override {
    moments_.clear();
    spread_.reset();
  }
  const void* extension(const char* id) override;

  // Also of a run that was cut short: what has been seen is worth showing, under the partial name.
  SinkReport finish(bool complete) {
    SinkReport report;
    report.frames = frames_;
    if (!spread_ || moments_.empty()) {
      if (complete)
        fail(RLV_E_CONFIG, "no frame arrived, so '", path_.string(), "' was not written");
      return report;
    }
    write_sheet();
    if (complete) file_->publish();
    report.path = complete ? path_.string() : file_->partial().string();
    report.bytes = file_->bytes();
    report.complete = complete;
    spread_.reset();
    moments_.clear();
    return report;
  }

 private:
  void check(const rlv_format& format, std::size_t port) const {
    const bool is_map = port == kDepth;
    if (is_map ? !is_depth(format.semantic) : format.semantic != RLV_SEM_COLOUR)
      fail(RLV_E_UNSUPPORTED, "the contact sheet's input '",
           port == kColour ? "colour" : kTitles.at(port), "' cannot be ",
           semantic_name(format.semantic));
    if (!is_map && format.pixel_format != RLV_PF_NONE) srgb_.check(format);
  }

  Moment make_moment(std::span<const Frame> in) {
    Moment moment;
    for (std::size_t port = 0; port < kPortCount; ++port) {
      if (!in[port]) continue;
      const auto info = in[port].info();
      if (info.pts != RLV_NO_PTS && info.timebase_den > 0)
        moment.seconds = static_cast<double>(info.pts) * info.timebase_num / info.timebase_den;
      moment.images.at(port) = port == kDepth ? depth_image(in[port]) : colour_image(in[port]);
    }
    if (!start_) start_ = moment.seconds;
    return moment;
  }

  RgbImage colour_image(const Frame& any) {
    const auto frame = srgb_.rgb24(any);
    const auto plane = frame.plane<const std::uint8_t>(0);
    return shrink(plane.data, plane.width, plane.height, plane.row_stride, width_, height_);
  }

  // Each row is spread over its own range: rows are far apart in time.
  RgbImage depth_image(const Frame& frame) const {
    DepthPainter painter(colours_);
    painter.look(frame);
    const auto values =
        shrink_map(painter.values(), painter.width(), painter.height(), width_, height_);
    RgbImage image{width_, height_, {}};
    image.pixels.reserve(values.size() * 3);
    for (const float v : values) {
      const auto& colour =
          colours_.at(static_cast<std::size_t>(std::clamp(v, 0.0F, 1.0F) * 255.0F + 0.5F));
      image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
    }
    return image;
  }

  void write_sheet() {
    const bool both = connected_[kLeft] && connected_[kRight];
    std::vector<std::string> titles;
    for (std::size_t port = 0; port < kPortCount; ++port)
      if (connected_.at(port)) titles.emplace_back(kTitles.at(port));
    if (both) titles.emplace_back("red-cyan");

    std::vector<SheetRow> rows;
    for (const auto position : spread_->pick(frames_)) {
      auto& moment = moments_[position];
      SheetRow row;
      row.caption = timecode(moment.seconds - *start_);
      for (std::size_t port = 0; port < kPortCount; ++port)
        if (connected_.at(port)) row.images.push_back(moment.images.at(port));
      if (both) {
        auto mixed = moment.images[kLeft];
        make_anaglyph(moment.images[kLeft].pixels, moment.images[kRight].pixels, mixed.pixels);
        row.images.push_back(std::move(mixed));
      }
      rows.push_back(std::move(row));
    }
    const auto sheet = draw_sheet(titles, rows);

    auto picture = make_av_frame();
    picture->format = AV_PIX_FMT_RGB24;
    picture->width = sheet.width;
    picture->height = sheet.height;
    check_av(av_frame_get_buffer(picture.get(), 0), RLV_E_MEMORY, "no memory for a contact sheet");
    const auto bytes = static_cast<std::size_t>(sheet.width) * 3;
    for (int y = 0; y < sheet.height; ++y)
      std::copy_n(sheet.pixels.data() + static_cast<std::size_t>(y) * bytes, bytes,
                  picture->data[0] + static_cast<std::ptrdiff_t>(y) * picture->linesize[0]);
    set_colour(*picture, {1, 13, 0, 1, 255, {}});
    write_still(*picture, container_of(path_), file_->claim(), 0,
                std::max(1U, host_.cpu_threads()));
  }

  Host host_;
  AvLogScope log_;
  SrgbPictures srgb_;
  std::filesystem::path path_;
  int rows_ = 1;
  int width_ = 0;
  int height_ = 0;
  bool overwrite_ = false;
  Colormap colours_{};
  std::array<bool, kPortCount> connected_{};
  int columns_ = 0;
  std::uint64_t clock_ = 0;
  std::int64_t expected_ = 0;
  std::unique_ptr<OutputFile> file_;
  std::unique_ptr<Spread> spread_;
  std::deque<Moment> moments_;
  std::optional<double> start_;
  std::int64_t frames_ = 0;
  bool drained_ = false;
};

rlv_status finish_sheet(rlv_node* node, std::int32_t complete, char* report, std::size_t capacity,
                        rlv_error* error) noexcept {
  try {
    write_report(static_cast<ContactSheet&>(node_of(node)).finish(complete != 0), report, capacity);
    return RLV_OK;
  } catch (...) {
    return report_exception(error);
  }
}

const void* ContactSheet::extension(const char* id) {
  static constexpr SinkExtension kExtension{sizeof(SinkExtension), 0, &finish_sheet};
  return std::string_view(id) == kSinkExtension ? &kExtension : nullptr;
}

}  // namespace

rlv_node_type contact_sheet_type() {
  return make_node_type<ContactSheet>("contact_sheet", "sink");
}

}  // namespace relievo::media
