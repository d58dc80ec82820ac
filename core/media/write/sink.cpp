// The node that ends a graph: chooses what kind of file it writes and hands it the frames.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/node_type.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/av_log.hpp"
#include "core/media/clocks.hpp"
#include "core/media/formats.hpp"
#include "core/media/nodes.hpp"
#include "core/media/sink_extension.hpp"
#include "core/media/write/containers.hpp"
#include "core/media/write/encoder_memory.hpp"
#include "core/media/write/output_file.hpp"
#include "core/media/write/sink_output.hpp"

namespace relievo::media {
namespace {

// Of a picture file: what came, what it is converted to (up to RGB), and the file's bytes.
constexpr std::uint64_t kPicturesOfStill = 8;

enum Port : std::size_t { kLeftPort, kRightPort, kPicturePort, kDepthPort };

// "dir/film_left.mp4" of "dir/film.mp4"
std::filesystem::path beside(std::filesystem::path path, const std::string& token) {
  return path.replace_filename(path.stem().string() + token + path.extension().string());
}

std::string size_text(const rlv_format& f) {
  return concat(f.width, " x ", f.height, " ", pixel_format_name(f.pixel_format));
}

class Sink final : public Node {
 public:
  Sink(Host host, const Config& config) : host_(host), log_(host) {
    if (!config.has("path"))
      fail(RLV_E_CONFIG, "the sink has no path; name a file with --output, or the word null");
    const auto path = config.get<std::string>("path");
    writes_nothing_ = path == "null";
    settings_.path = path;
    settings_.encoder.codec = config.get<std::string>("codec");
    settings_.encoder.encoder = config.get<std::string>("encoder");
    settings_.encoder.chroma = config.get<std::string>("chroma");
    settings_.encoder.bit_depth = config.get<int>("bit_depth");
    settings_.encoder.quality = config.get<double>("quality");
    settings_.encoder.preset = config.get<std::string>("preset");
    settings_.encoder.max_bitrate = config.get<double>("max_bitrate");
    settings_.tracks = config.get<std::string>("tracks");
    settings_.audio = config.get<std::string>("audio");
    max_fps_ = config.get<double>("max_fps");
    settings_.overwrite = config.get<bool>("overwrite");
    keeps_moments_ = config.get<bool>("moments");
    settings_.depth_step = config.get<double>("depth_step");
    const auto layout = layout_from_name(config.get<std::string>("layout"));
    layout_ = layout.layout;
    right_first_ = layout.right_first || config.get<std::string>("view_order") == "right_first";
    screen_ = {config.get<double>("screen_fov"), config.get<double>("screen_distance"),
               config.get<int>("vr180_size")};
    if (layout_ == Layout::kVr180 && right_first_)
      fail(RLV_E_CONFIG,
           "layout vr180 has the left eye's picture on the left; leave out view_order");
    anaglyph_ = anaglyph_from_name(config.get<std::string>("anaglyph"));
    colormap_ = config.get<std::string>("colormap");
    if (settings_.encoder.codec == "av1") silence_svt_av1();
  }

  NodePlan plan(InputFormats in, OutputFormats /*out*/) override {
    input_ = describe_input(in);
    NodePlan plan;
    side_data_.reset();
    if (writes_nothing_) return plan;
    const auto& container = container_of(settings_.path);
    const auto record = find_clock(input_.format.clock);
    side_data_.emplace(record);
    check_depth(container);
    const auto source = record ? record->source().path : "";
    for (const auto& settings : all_settings())
      OutputFile(settings.path, settings.overwrite).check(source);
    if (writes_depth(container))
      OutputFile(depth_facts_path(settings_.path), settings_.overwrite).check(source);
    if (container.is_picture())
      check_picture();
    else
      check_film(container);
    plan.threads = host_.cpu_threads();
    plan.host_bytes = container.is_picture() ? still_bytes() : film_bytes();
    return plan;
  }

  void open() override {
    if (writes_nothing_)
      output_ = make_null_output();
    else if (writes_depth(container_of(settings_.path)))
      output_ = make_depth_output(host_, settings_, input_);
    else
      output_ = make_output();
    drained_ = false;
    moments_.clear();
    cpu_moments_.clear();
    output_->open();
  }

  Flow push(std::span<Frame> in) override {
    if (keeps_moments_) note_moment();
    std::vector<Frame> views;
    for (const auto port : ports_) views.push_back(in[port]);
    output_->put(views);
    return Flow::kDone;
  }

  Flow pull(std::span<Frame> /*out*/) override { return drained_ ? Flow::kEnd : Flow::kAgain; }

  void drain() override {
    output_->drain();
    drained_ = true;
  }

  void reset() override {
    close_early();
    if (side_data_) side_data_->restart();
  }

  ~Sink() override { close_early(); }

  const void* extension(const char* id) override;

  SinkReport finish(bool complete) {
    if (!output_) {
      if (complete) fail(RLV_E_ARGUMENT, "the sink was asked to finish before it was opened");
      return {};
    }
    auto report = output_->finish(complete);
    output_.reset();
    report.moments = std::exchange(moments_, {});
    report.cpu_moments = std::exchange(cpu_moments_, {});
    return report;
  }

 private:
  void note_moment() {
    moments_.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count());
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    cpu_moments_.push_back(static_cast<double>(spent.tv_sec) +
                           1e-9 * static_cast<double>(spent.tv_nsec));
  }

  // Of one file, or of the left and the right one.
  [[nodiscard]] std::vector<SinkSettings> all_settings() const {
    if (input_.layout != Layout::kTwoFiles) return {settings_};
    auto left = settings_;
    auto right = settings_;
    left.path = beside(settings_.path, "_left");
    right.path = beside(settings_.path, "_right");
    // One of them carries sound and subtitles: players and converters take them from the first.
    right.tracks = "none";
    return {left, right};
  }

  [[nodiscard]] std::unique_ptr<SinkOutput> make_output() {
    const bool picture = container_of(settings_.path).is_picture();
    const auto make = [&](const SinkSettings& settings, const SinkInput& input) {
      return picture ? make_picture_output(host_, settings, input, *side_data_)
                     : make_film_output(host_, settings, input, *side_data_);
    };
    const auto all = all_settings();
    if (all.size() == 1) return make(all[0], input_);
    auto single = input_;
    single.layout = Layout::kLeft;
    return make_two_outputs(make(all[0], single), make(all[1], single));
  }

  // A run that ended without a word about its file.
  void close_early() noexcept {
    if (!output_) return;
    try {
      static_cast<void>(output_->finish(false));
    } catch (const std::exception& e) {
      host_.warn(e.what());
    }
    output_.reset();
  }

  // Which ports are shown, and what comes in on them.
  SinkInput describe_input(InputFormats in) {
    SinkInput input;
    input.colormap = colormap_;
    input.anaglyph = anaglyph_;
    input.screen = screen_;
    if (in[kPicturePort] != nullptr || in[kDepthPort] != nullptr)
      describe_picture(in, input);
    else
      describe_views(in, input);
    if (!input.is_depth && input.format.pixel_format != RLV_PF_NONE &&
        input.av_format() == AV_PIX_FMT_NONE)
      fail(RLV_E_UNSUPPORTED, "pictures in ", pixel_format_name(input.format.pixel_format),
           " cannot be written; put a convert node before the sink");
    return input;
  }

  // As numbers, not as something to look at.
  [[nodiscard]] bool writes_depth(const Container& container) const {
    return container.holds_floats() || (input_.is_depth && settings_.depth_step > 0.0);
  }

  void check_depth(const Container& container) const {
    if (container.holds_floats()) {
      if (!input_.is_depth)
        fail(RLV_E_CONFIG, "'", settings_.path.string(),
             "' holds the numbers of a depth map, and colour comes in; name a picture (.png) or "
             "connect depth");
      return;
    }
    if (settings_.depth_step <= 0.0 || !input_.is_depth) return;
    const std::string_view muxer = container.muxer;
    if (muxer != "png" && muxer != "tiff")
      fail(RLV_E_CONFIG, "depth in steps of ", settings_.depth_step,
           " m (depth_step) goes into .png or .tif, which keep 16 bits, not into ",
           container.ending);
    if (input_.format.semantic != RLV_SEM_METRES &&
        input_.format.semantic != RLV_SEM_INVERSE_METRES)
      fail(RLV_E_CONFIG, "depth_step wants depth in metres, and ",
           semantic_name(input_.format.semantic),
           " comes in; name a .pfm, which holds any numbers, or take a metric model");
  }

  void describe_picture(InputFormats in, SinkInput& input) {
    const auto* picture = in[kPicturePort];
    const auto* depth = in[kDepthPort];
    if (in[kLeftPort] != nullptr || in[kRightPort] != nullptr)
      fail(RLV_E_CONFIG, "a sink takes either left and right, or picture, not both");
    if (depth != nullptr && !is_depth(depth->semantic))
      fail(RLV_E_UNSUPPORTED, "the sink's input 'depth' takes depth, not ",
           semantic_name(depth->semantic));
    if (picture != nullptr && depth != nullptr) {
      if (layout_ != Layout::kRgbd)
        fail(RLV_E_CONFIG,
             "picture and depth in one film need layout: rgbd; or write them with two sinks");
      if (picture->semantic != RLV_SEM_COLOUR)
        fail(RLV_E_UNSUPPORTED, "the picture beside its depth is colour, not ",
             semantic_name(picture->semantic));
      ports_ = {kPicturePort, kDepthPort};
      input.format = *picture;
      input.layout = Layout::kRgbd;
      return;
    }
    if (layout_ == Layout::kRgbd)
      fail(RLV_E_CONFIG,
           "layout rgbd shows a picture and its depth; write in: {picture: some_node, depth: "
           "some_node}");
    ports_ = {picture != nullptr ? kPicturePort : kDepthPort};
    const auto* only = picture != nullptr ? picture : depth;
    if (only == nullptr) fail(RLV_E_INTERNAL, "nothing is connected to the sink");
    input.format = *only;
    input.is_depth = is_depth(input.format.semantic);
    if (!input.is_depth && input.format.semantic != RLV_SEM_COLOUR)
      fail(RLV_E_UNSUPPORTED, "a sink shows colour or depth, not ",
           semantic_name(input.format.semantic));
  }

  void describe_views(InputFormats in, SinkInput& input) {
    const auto* left = in[kLeftPort];
    const auto* right = in[kRightPort];
    if (layout_ == Layout::kRgbd)
      fail(RLV_E_CONFIG,
           "layout rgbd shows a picture and its depth; write in: {picture: some_node, depth: "
           "some_node}");
    input.layout = layout_;
    const auto* first = layout_ == Layout::kRight ? right : left;
    const bool one = layout_ == Layout::kLeft || layout_ == Layout::kRight;
    if (first == nullptr || (!one && right == nullptr))
      fail(RLV_E_CONFIG, "the sink needs ", one ? "the view of its layout" : "left and right",
           ", or a picture");
    // An anaglyph's left view is the red one and a file's name says its eye: there is no order.
    const bool ordered = layout_ != Layout::kAnaglyph && layout_ != Layout::kTwoFiles;
    input.right_first = !one && ordered && right_first_;
    ports_ = layout_ == Layout::kRight ? std::vector<Port>{kRightPort}
             : one                     ? std::vector<Port>{kLeftPort}
             : input.right_first       ? std::vector<Port>{kRightPort, kLeftPort}
                                       : std::vector<Port>{kLeftPort, kRightPort};
    input.format = *first;
    if (!one && (left->width != right->width || left->height != right->height ||
                 left->pixel_format != right->pixel_format))
      fail(RLV_E_UNSUPPORTED, "left is ", size_text(*left), " and right is ", size_text(*right),
           "; both views must be alike");
    for (const auto port : ports_)
      if (in[port]->semantic != RLV_SEM_COLOUR)
        fail(RLV_E_UNSUPPORTED, "the views of a sink are colour, not ",
             semantic_name(in[port]->semantic), "; connect depth to its input 'picture'");
  }

  // How many frames come is an estimate, but one that tells one from many.
  void check_picture() const {
    if (input_.format.frame_count > 1)
      fail(RLV_E_CONFIG, "'", settings_.path.string(), "' holds one picture and about ",
           input_.format.frame_count,
           " are coming; name a film (.mp4, .mov, .mkv), or limit the source to one frame with its "
           "parameters start and seconds");
  }

  [[nodiscard]] std::uint64_t still_bytes() const {
    const auto picture =
        picture_layout(input_.is_depth ? RLV_PF_GREY16 : input_.format.pixel_format,
                       input_.view_width(), input_.view_height());
    return static_cast<std::uint64_t>(picture.bytes()) * ports_.size() * kPicturesOfStill;
  }

  // Of the hungriest encoder that may be chosen.
  [[nodiscard]] std::uint64_t film_bytes() const {
    const bool doubled = input_.layout == Layout::kFullSbs || input_.layout == Layout::kFullTb ||
                         input_.layout == Layout::kRgbd || input_.layout == Layout::kVr180;
    const int views = doubled ? 2 : 1;
    const EncoderInput arriving{input_.is_depth || input_.format.pixel_format != RLV_PF_NONE
                                    ? input_.av_format()
                                    : AV_PIX_FMT_NONE,
                                input_.is_depth, input_.is_grey_depth()};
    std::uint64_t most = 0;
    for (const auto* encoder : encoder_candidates(settings_.encoder)) {
      try {
        const auto format = choose_pixel_format(*encoder, settings_.encoder, arriving);
        most = std::max(
            most, encoder_memory(*encoder, settings_.encoder, format, input_.view_width() * views,
                                 input_.view_height(), std::max(1U, host_.cpu_threads())));
      } catch (const Error& e) {
        host_.debug(e.what());  // open() fails with it, or takes the next one
      }
    }
    return input_.layout == Layout::kTwoFiles ? 2 * most : most;
  }

  void check_film(const Container& container) const {
    const auto codec = codec_id_of(settings_.encoder.codec);
    if (!can_hold(container, codec))
      fail(RLV_E_CONFIG, container.ending, " cannot hold ", settings_.encoder.codec, " ('",
           settings_.path.string(), "'); it goes into ", endings_that_hold(codec));
    static_cast<void>(encoder_candidates(settings_.encoder));
    check_rate();
  }

  void check_rate() const {
    // 59.94 and 60 count as one.
    constexpr double kSlack = 1.002;
    const auto& f = input_.format;
    if (max_fps_ <= 0 || f.rate_num <= 0 || f.rate_den <= 0) return;
    const double rate = static_cast<double>(f.rate_num) / f.rate_den;
    if (rate > max_fps_ * kSlack)
      fail(RLV_E_CONFIG, "the film has ", rate, " pictures a second, and max_fps is ", max_fps_,
           "; bring it to fewer with a scale node's parameter fps, such as ",
           rate / std::ceil(rate / max_fps_));
  }

  Host host_;
  AvLogScope log_;
  SinkSettings settings_;
  Layout layout_ = Layout::kFullSbs;
  bool right_first_ = false;
  AnaglyphKind anaglyph_ = AnaglyphKind::kDubois;
  Vr180Screen screen_;
  std::string colormap_;
  double max_fps_ = 0;
  bool writes_nothing_ = false;
  SinkInput input_;
  std::vector<Port> ports_;
  std::optional<SideDataReader> side_data_;
  std::unique_ptr<SinkOutput> output_;
  bool drained_ = false;
  bool keeps_moments_ = false;
  std::vector<double> moments_;
  std::vector<double> cpu_moments_;
};

rlv_status finish_sink(rlv_node* node, std::int32_t complete, char* report, std::size_t capacity,
                       rlv_error* error) noexcept {
  try {
    write_report(static_cast<Sink&>(node_of(node)).finish(complete != 0), report, capacity);
    return RLV_OK;
  } catch (...) {
    return report_exception(error);
  }
}

const void* Sink::extension(const char* id) {
  static constexpr SinkExtension kExtension{sizeof(SinkExtension), 0, &finish_sink};
  return std::string_view(id) == kSinkExtension ? &kExtension : nullptr;
}

}  // namespace

rlv_node_type sink_type() {
  return make_node_type<Sink>("sink", "sink");
}

}  // namespace relievo::media
