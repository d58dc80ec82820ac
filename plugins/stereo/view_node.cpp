#include "plugins/stereo/view_node.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>
#include <relievo/sdk/subject_depth.hpp>

namespace relievo::stereo {
namespace {

void check_depth(std::uint32_t semantic, std::uint32_t pixel_format) {
  if (!is_depth(semantic))
    fail(RLV_E_UNSUPPORTED, "input 'depth' carries ", semantic_name(semantic),
         "; connect a node that gives depth");
  if (pixel_format != RLV_PF_MAP_F32)
    fail(RLV_E_UNSUPPORTED, "depth in ", pixel_format_name(pixel_format),
         " cannot be read; map_f32 is wanted");
}

bool is_metric(std::uint32_t semantic) {
  return semantic == RLV_SEM_METRES || semantic == RLV_SEM_INVERSE_METRES;
}

// The part of the map's plane that is the picture.
Plane<const float> map_of(const Frame& depth, const rlv_frame_info& info) {
  auto map = depth.plane<const float>(0);
  map.width = std::min(map.width, info.width);
  map.height = std::min(map.height, info.height);
  return map;
}

SubjectConvergence::Options subject_options(const Options& options) {
  SubjectConvergence::Options o;
  o.look_ahead = options.range.look_ahead;
  std::tie(o.least, o.most) = allowed_convergence(options);
  return o;
}

}  // namespace

ViewNode::ViewNode(Host host, Config config)
    : host_(host),
      options_(read_options(config)),
      range_(options_.range),
      subject_(subject_options(options_)),
      easing_(options_.cut_easing),
      peaks_(options_.comfort.peak_frames) {
  if (options_.fill == Fill::kFilm && options_.method == Method::kQuality)
    film_ = std::make_unique<FilmMemory>(options_.film_frames);
}

NodePlan ViewNode::plan(InputFormats in, OutputFormats out) {
  if (in.size() != 2 || in[0] == nullptr || in[1] == nullptr || out.size() != 2)
    fail(RLV_E_ARGUMENT, "inputs colour and depth and outputs left and right are wanted");
  const auto& colour = *in[0];
  const auto format =
      picture_format(colour.pixel_format, colour.width, colour.height, colour.colour);
  check_depth(in[1]->semantic, in[1]->pixel_format);
  if (options_.camera.baseline_m > 0.0 && !is_metric(in[1]->semantic))
    fail(RLV_E_CONFIG, "camera_baseline_mm needs metric depth, and input 'depth' carries ",
         semantic_name(in[1]->semantic), "; connect a metric model or leave it 0");
  // Both views say what the colour says: size, format, rate.
  for (auto* view : out) {
    view->semantic = RLV_SEM_COLOUR;
    view->pixel_format = colour.pixel_format;
  }
  NodePlan needs;
  needs.max_latency = static_cast<std::uint32_t>(held_back(in[1]->semantic));
  needs.look_ahead = needs.max_latency;
  needs.threads = static_cast<std::uint32_t>(std::clamp(format.height / 64, 1, 16));
  needs.host_bytes = Synthesizer::memory(format, options_.views);
  if (film_) {
    const int frames = options_.film_frames;
    const auto chroma = format.components - format.full_components;
    const auto samples = std::uint64_t(format.width) * std::uint64_t(format.height) *
                             std::uint64_t(format.full_components) +
                         std::uint64_t(format.chroma_width()) *
                             std::uint64_t(format.chroma_height()) * std::uint64_t(chroma);
    needs.host_bytes += FilmMemory::memory(format.width, format.height, frames) +
                        samples * (format.bits == 8 ? 1 : 2) * std::uint64_t(2 * frames + 1);
  }
  return needs;
}

void ViewNode::open() {
  team_ = std::make_unique<ThreadTeam>(std::max(1U, host_.cpu_threads()));
  synthesizer_.reset();
  pixel_format_ = RLV_PF_NONE;
}

// Frames say for themselves what they are; what depends on it is made anew when that changes.
void ViewNode::prepare(const rlv_frame_info& colour) {
  const auto format =
      picture_format(colour.pixel_format, colour.width, colour.height, colour.colour);
  const bool same = synthesizer_ && pixel_format_ == colour.pixel_format &&
                    format.width == format_.width && format.height == format_.height &&
                    format.chroma_x2 == format_.chroma_x2 &&
                    format.chroma_y2 == format_.chroma_y2 && format.black == format_.black;
  if (same) return;
  format_ = format;
  pixel_format_ = colour.pixel_format;
  synthesizer_ = std::make_unique<Synthesizer>(options_, format_, *team_);
}

int ViewNode::held_back(std::uint32_t semantic) const {
  const int for_range = needs_range(semantic) ? options_.range.look_ahead : 0;
  return std::max(for_range, film_ ? options_.film_frames : 0);
}

bool ViewNode::needs_range(std::uint32_t semantic) const {
  return semantic != RLV_SEM_DISPARITY_PX && options_.camera.baseline_m <= 0.0;
}

bool ViewNode::is_budgeted(std::uint32_t semantic) const {
  if (options_.comfort.when == Comfort::When::kAuto)
    return needs_range(semantic) && !options_.parallel;
  return options_.comfort.when == Comfort::When::kOn;
}

ParallaxLimit ViewNode::limit_of(const Plane<const float>& map, std::uint32_t semantic,
                                 const DepthMapping& mapping, const rlv_frame_info& colour) {
  const auto& budget = options_.comfort.budget;
  const double pixels = colour.width / 100.0;
  const ParallaxLimit lasting(static_cast<float>(budget.front * pixels),
                              static_cast<float>(budget.behind * pixels));
  const double open =
      peaks_.next(share_in_front(map, semantic, mapping, lasting.front_knee()), colour.shot_id);
  const double front = budget.front + open * (budget.peak - budget.front);
  return {static_cast<float>(front * pixels), static_cast<float>(budget.behind * pixels)};
}

DepthMapping ViewNode::camera_of(const rlv_frame_info& depth, const rlv_frame_info& colour,
                                 int map_width) const {
  if (!is_metric(depth.semantic))
    fail(RLV_E_UNSUPPORTED, "camera_baseline_mm needs metric depth, and frame ", depth.index,
         " carries ", semantic_name(depth.semantic), "; leave it 0");
  double focal = options_.camera.focal_px;
  if (focal <= 0.0) focal = static_cast<double>(depth.focal_px) * colour.width / map_width;
  if (focal <= 0.0) focal = static_cast<double>(colour.focal_px);
  if (focal <= 0.0)
    fail(RLV_E_CONFIG, "camera_baseline_mm needs a focal length, and frame ", depth.index,
         " says none; set camera_focal_px");
  return camera_mapping(options_.camera, focal, colour.width);
}

void ViewNode::converge(DepthMapping& mapping, DepthScale scale, std::int64_t shot_id) {
  float looked_at = range_.middle();
  if (options_.follows_subject) {
    const float convergence = subject_.next(scale);
    looked_at = subject_.subject_in_front();
    if (!options_.parallel) mapping.offset = mapping.otherwise = -convergence * mapping.gain;
  }
  const float eased = easing_.next(looked_at, shot_id);
  if (!options_.parallel) mapping.offset += mapping.gain * eased;
}

void ViewNode::read_depth(const Frame& depth, const rlv_frame_info& colour, DepthScale scale) {
  const auto info = depth.info();
  const auto map = map_of(depth, info);
  const bool camera = options_.camera.baseline_m > 0.0;
  auto mapping = camera ? camera_of(info, colour, map.width)
                        : make_mapping(options_, info.semantic, scale, colour.width, map.width);
  if (needs_range(info.semantic)) converge(mapping, scale, colour.shot_id);
  ParallaxLimit limit;
  const EdgeTaper* taper = nullptr;
  const float share = options_.views == Views::kBoth ? 0.5F : 1.0F;  // that each eye moves
  if (is_budgeted(info.semantic)) {
    limit = limit_of(map, info.semantic, mapping, colour).scaled(share);
    const auto& comfort = options_.comfort;
    const double pixels = colour.width / 100.0;
    taper_.prepare(comfort.taper * pixels, comfort.budget.peak * pixels * share, colour.width);
    taper = &taper_;
  }
  mapping.gain *= share;
  mapping.offset *= share;
  mapping.otherwise *= share;
  if (film_)
    film_->present(static_cast<double>(mapping.gain) * mapping.scale,
                   static_cast<double>(mapping.gain) * mapping.shift + mapping.offset,
                   growth_px(options_.grow, colour.width));
  disparity_.begin_frame(map, info.semantic, mapping, colour.width, colour.height, limit, taper);
}

template <class T>
std::vector<Frame> ViewNode::make_views(const Frame& colour) {
  std::vector<Frame> views(2);  // left, right
  std::vector<ViewTarget<T>> targets;
  for (const bool left : {true, false}) {
    auto& view = views[left ? 0 : 1];
    if (options_.views == (left ? Views::kLeftOriginal : Views::kRightOriginal)) {
      view = colour;
      continue;
    }
    view = host_.new_frame(colour.info());
    targets.push_back({left, components_of<T>(view, format_)});
  }
  synthesizer_->render(components_of<const T>(colour, format_), disparity_, targets, film_.get());
  if (options_.swap_eyes) std::swap(views[0], views[1]);
  return views;
}

std::vector<Frame> ViewNode::views_of(const Moment& moment, DepthScale scale) {
  const auto info = moment.colour.info();
  prepare(info);
  read_depth(moment.depth, info, scale);
  return format_.bits == 8 ? make_views<std::uint8_t>(moment.colour)
                           : make_views<std::uint16_t>(moment.colour);
}

void ViewNode::give() {
  while (!waiting_.empty()) {
    if (film_ && !is_ending_ && !film_->is_ready()) return;
    DepthScale scale;
    if (needs_range(waiting_.front().depth.info().semantic)) {
      const auto known = range_.next();
      if (!known) return;
      scale = *known;
    }
    const auto moment = std::move(waiting_.front());
    waiting_.pop_front();
    emit(views_of(moment, scale));
    if (film_) film_->forward();
  }
}

void ViewNode::accept(std::span<Frame> in) {
  const auto info = in[1].info();
  check_depth(info.semantic, info.pixel_format);
  const auto map = map_of(in[1], info);
  if (film_) film_->add(in[0], map, info.semantic);
  if (needs_range(info.semantic)) {
    const auto shot_id = in[0].info().shot_id;
    range_.add(map, info.semantic, shot_id);
    if (options_.follows_subject)
      subject_.add(subject_inverse_depth(in[0], map, info.semantic), shot_id);
  }
  waiting_.push_back({std::move(in[0]), std::move(in[1])});
  give();
}

void ViewNode::finish() {
  range_.finish();
  is_ending_ = true;
  give();
}

void ViewNode::forget() {
  waiting_.clear();
  is_ending_ = false;
  if (film_) film_->forget();
  range_.reset();
  subject_.reset();
  easing_.reset();
  peaks_.reset();
}

}  // namespace relievo::stereo
