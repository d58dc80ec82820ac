#include "plugins/video_depth_anything/film.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "plugins/common/device.hpp"
#include "plugins/common/transfer.hpp"

namespace relievo::video_depth_anything {

FilmNetwork::FilmNetwork(const FilmOptions& options, NetworkMaker maker, FilmEvents events)
    : options_(options),
      maker_(std::move(maker)),
      events_(std::move(events)),
      size_(network_size(options.source, options.input_size, /*wide_rule=*/true)),
      precision_(options.precision),
      preprocess_(options.source, size_, options.device, options.precision, /*exact=*/false),
      postprocess_(options.source, size_, options.at_source_size, options.device),
      network_(maker_(options.precision)) {}

at::Tensor FilmNetwork::pictures(const std::vector<at::Tensor>& frames) const {
  return preprocess_(frames).to(precision_);
}

bool FilmNetwork::may_change() const {
  return nets::safer_precision(precision_, options_.device).has_value();
}

bool FilmNetwork::accept(const at::Tensor& depth) {
  // The largest is not finite if any is not: depth is never negative, and NaN spreads.
  if (std::isfinite(depth.max().item<float>())) return true;
  precision_ = nets::leave_precision(precision_, options_.device, events_.warn);
  network_.reset();  // first: two of them may not fit
  network_ = maker_(precision_);
  return false;
}

// ---------------------------------------------------------------- windows

WindowedFilm::WindowedFilm(const FilmOptions& options, NetworkMaker maker, FilmEvents events)
    : net_(options, std::move(maker), std::move(events)),
      runner_(*this, options.reset_at_cuts),
      stitcher_(!options.metric,
                [this](const at::Tensor& depth) { return net_.to_output(depth); }) {}

void WindowedFilm::push(const at::Tensor& frame, std::int64_t shot_id) {
  frame_ = frame;
  runner_.push(shot_id);
  frame_.reset();
}

void WindowedFilm::finish() {
  runner_.finish();
  settle();
  hand_out();
}

void WindowedFilm::forget() {
  runner_.forget();
  pending_.clear();
  computed_.reset();
  leaving_.clear();
  move_due_ = false;
  stitcher_.restart();
}

void WindowedFilm::begin_shot() {
  settle();
  hand_out();
  pending_.clear();
  encoded_ = 0;
  move_due_ = false;
  stitcher_.restart();
}

void WindowedFilm::begin_window() {
  move_due_ = true;
  encoded_ = kOverlap;
}

void WindowedFilm::place(int /*slot*/) {
  pending_.push_back(frame_);
  if (static_cast<std::int64_t>(pending_.size()) == net_.options().batch) encode_pending();
}

void WindowedFilm::repeat_last(int first) {
  encode_pending();
  kept_.repeat_last(first);
  encoded_ = kWindowFrames;
}

void WindowedFilm::encode_pending() {
  settle();
  if (std::exchange(move_due_, false)) kept_.begin_window();
  if (!pending_.empty()) {
    const auto count = static_cast<std::int64_t>(pending_.size());
    const auto pictures = net_.pictures(pending_);
    pending_.clear();
    kept_.store(encoded_, net_.network().encode(pictures),
                net_.may_change() ? pictures : at::Tensor());
    encoded_ += count;
    net_.events().progress(static_cast<double>(encoded_) / kWindowFrames / 2);
  }
  hand_out();
}

void WindowedFilm::encode_again() {
  const auto pictures = kept_.take_pictures().to(net_.precision());
  const auto batch = net_.options().batch;
  for (std::int64_t first = 0; first < kWindowFrames; first += batch) {
    const auto some = pictures.narrow(0, first, std::min(batch, kWindowFrames - first));
    kept_.store(first, net_.network().encode(some), net_.may_change() ? some : at::Tensor());
  }
}

at::Tensor WindowedFilm::decode() const {
  return net_.network().decode(kept_.features(), finished_at_once(net_.options().batch),
                               [&](double share) { net_.events().progress(0.5 + share / 2); });
}

void WindowedFilm::compute() {
  encode_pending();
  computed_ = {decode(), 0, 0};
  if (!net_.options().gives_late) settle();
}

void WindowedFilm::give(int first_slot, int count) {
  if (computed_) {
    computed_->first_slot = first_slot;
    computed_->count = count;
    return;
  }
  send(first_slot, count);
  hand_out();
}

// Looks at the depth of the last window, computes it again if numbers overflowed, and sends what
// is final on its way. The features are still those of that window.
void WindowedFilm::settle() {
  if (!computed_) return;
  auto last = *std::exchange(computed_, std::nullopt);
  while (!net_.accept(last.depth)) {
    encode_again();
    last.depth = decode();
  }
  stitcher_.add(last.depth);
  if (last.count > 0) send(last.first_slot, last.count);
}

void WindowedFilm::send(int first_slot, int count) {
  // A few at a time: at source size they are large on the device.
  constexpr int kAtOnce = 4;
  for (int done = 0; done < count; done += kAtOnce) {
    const auto some = std::min(kAtOnce, count - done);
    const auto depth = stitcher_.frames(first_slot + done, some);
    for (int i = 0; i < some; ++i) leaving_.push_back(nets::start_to_host(depth.select(0, i)));
  }
  arrived_.mark(net_.options().device);
}

void WindowedFilm::hand_out() {
  arrived_.wait();
  for (const auto& map : std::exchange(leaving_, {})) net_.events().depth(map);
}

// ---------------------------------------------------------------- streams

StreamedFilm::StreamedFilm(const FilmOptions& options, NetworkMaker maker, FilmEvents events)
    : net_(options, std::move(maker), std::move(events)) {}

void StreamedFilm::forget() {
  schedule_.restart();
  shot_id_.reset();
}

void StreamedFilm::push(const at::Tensor& frame, std::int64_t shot_id) {
  if (net_.options().reset_at_cuts && shot_id_ && *shot_id_ != shot_id) schedule_.restart();
  shot_id_ = shot_id;
  const auto step = schedule_.next();
  std::vector<std::int64_t> seen;
  for (const auto earlier : step.seen) seen.push_back(StreamSchedule::slot_of(earlier));
  MemoryAccess access;
  access.seen =
      nets::start_to_device(at::tensor(seen, at::TensorOptions(at::kLong)), net_.options().device);
  access.slot = StreamSchedule::slot_of(step.frame);
  access.slots = StreamSchedule::kSlots;
  const auto decode = [&] {
    return net_.network().decode_next(net_.network().encode(net_.pictures({frame})), memory_,
                                      access);
  };
  auto depth = decode();
  while (!net_.accept(depth)) {
    for (auto& module : memory_)
      for (auto& attention : module.attentions)
        attention.keys_values = attention.keys_values.to(net_.precision());
    depth = decode();
  }
  const auto map = nets::start_to_host(net_.to_output(depth).squeeze(0));
  nets::wait_for(net_.options().device);
  net_.events().depth(map);
}

// ---------------------------------------------------------------- memory

std::uint64_t needed_bytes(const ModelConfig& config, PictureSize network, at::ScalarType precision,
                           std::int64_t batch, bool streaming) {
  const auto number = precision == at::kFloat ? 4.0 : 2.0;
  const auto patch = static_cast<double>(config.backbone.patch);
  const auto pixels = static_cast<double>(network.width) * static_cast<double>(network.height);
  const auto tokens = pixels / (patch * patch);
  const auto width = static_cast<double>(config.backbone.width);
  const auto features = static_cast<double>(config.features);
  const auto many = static_cast<double>(batch);
  const auto square = [](double x) {
    return x * x;
  };
  double all_channels = 0;
  for (const auto channels : config.out_channels) all_channels += static_cast<double>(channels);
  const auto channels = [&](std::size_t i) {
    return static_cast<double>(config.out_channels.at(i));
  };
  const double temporal_weights =
      22.0 * (square(channels(2)) + square(channels(3)) + 2.0 * square(features));
  const double weights = (12.0 * square(width) * static_cast<double>(config.backbone.depth) +
                          temporal_weights + 150.0 * square(features) + 9.0 * square(channels(3)) +
                          (width + 9.0 * features) * all_channels) *
                         number;
  // What is kept of each frame: the finest map at 16 cells a token, then 4, 1 and a quarter; what
  // the network was given; depth.
  const double kept = (20.0 * features + channels(2) + channels(3) / 4.0) * tokens * number +
                      pixels * (3.0 * number + 4.0);
  // While a batch is encoded, while its depth is finished, and in the largest temporal module,
  // whose input is in float32 (its intermediates are bounded, see places_at_once).
  constexpr double kBounded = 1024.0 * 1024.0 * 1024.0 / 4.0;
  const double encoding = many * tokens * width * 14.0 * number;
  const double finishing = static_cast<double>(finished_at_once(batch)) *
                           (pixels * (features / 2.0 + 32.0) + tokens * 64.0 * features * 1.4) *
                           number;
  const double temporal =
      tokens * std::max(4.0 * features, channels(2)) * (streaming ? 1.0 : kWindowFrames) *
          (4.0 + 2.0 * number) +
      std::min(kBounded * number / 2.0, tokens * 4.0 * features * 8.0 * kWindowFrames * number);
  const double frames = streaming ? 1.0 : kWindowFrames;
  const double memory =
      streaming ? tokens * 2.0 * 2.0 *
                      (static_cast<double>(config.out_channels[2]) +
                       static_cast<double>(config.out_channels[3]) / 4.0 + 5.0 * features) *
                      StreamSchedule::kSlots * number
                : 0.0;
  // What libtorch's allocator and the libraries' workspaces take on top.
  constexpr double kMargin = 1.15;
  return static_cast<std::uint64_t>(
      kMargin * (weights + kept * frames + std::max({encoding, finishing, temporal}) + memory));
}

}  // namespace relievo::video_depth_anything
