// Depth of a film with the network: windows over its frames, or frame by frame with a memory.
// Between the torch-free order of things (window.hpp) and the network (model.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/common/transfer.hpp"
#include "plugins/video_depth_anything/model.hpp"
#include "plugins/video_depth_anything/pre_post.hpp"
#include "plugins/video_depth_anything/stitch.hpp"
#include "plugins/video_depth_anything/window.hpp"
#include "plugins/video_depth_anything/window_features.hpp"

namespace relievo::video_depth_anything {

// The network in any precision: it is made again, more precisely, when numbers overflow.
using NetworkMaker = std::function<std::unique_ptr<DepthNetwork>(at::ScalarType)>;

struct FilmOptions {
  PictureSize source;
  std::int64_t input_size = 518;
  bool at_source_size = true;
  bool metric = false;
  bool reset_at_cuts = true;
  at::Device device = at::kCPU;
  at::ScalarType precision = at::kFloat;
  std::int64_t batch = 4;  // frames that are encoded, and whose depth is finished, at once
  // Depth of a window is given out when `batch` frames of the next have come, not before: a device
  // that works beside this thread never waits for frames. The depth is the same.
  bool gives_late = false;
};

// What a film tells whoever runs it, on the same thread.
struct FilmEvents {
  std::function<void(const at::Tensor&)> depth;  // of the next frame: [rows, columns] float32, CPU
  Progress progress;                             // share of the current window; may throw
  std::function<void(const std::string&)> warn;
};

// Shared by both ways of going over a film: pictures in, one network that can be replaced.
class FilmNetwork {
 public:
  FilmNetwork(const FilmOptions& options, NetworkMaker maker, FilmEvents events);

  [[nodiscard]] const FilmOptions& options() const { return options_; }
  [[nodiscard]] const FilmEvents& events() const { return events_; }
  [[nodiscard]] const DepthNetwork& network() const { return *network_; }
  [[nodiscard]] PictureSize size() const { return size_; }
  [[nodiscard]] at::ScalarType precision() const { return precision_; }
  // frames: uint8 [rows, columns, 3] each.
  [[nodiscard]] at::Tensor pictures(const std::vector<at::Tensor>& frames) const;
  [[nodiscard]] at::Tensor to_output(const at::Tensor& depth) const { return postprocess_(depth); }

  // Whether what a network was given must be kept, in case that it has to be given again.
  [[nodiscard]] bool may_change() const;
  // True if the depth is finite. If not, the network has been made anew in a safer precision (told
  // once per precision) and the caller computes again; throws RLV_E_DEVICE where there is none.
  [[nodiscard]] bool accept(const at::Tensor& depth);

 private:
  FilmOptions options_;
  NetworkMaker maker_;
  FilmEvents events_;
  PictureSize size_;
  at::ScalarType precision_;
  Preprocess preprocess_;
  Postprocess postprocess_;
  std::unique_ptr<DepthNetwork> network_;
};

// Either way. Thread: the one that owns the node.
class Film {
 public:
  Film() = default;
  Film(const Film&) = delete;
  Film& operator=(const Film&) = delete;
  virtual ~Film() = default;
  // frame: uint8 RGB [rows, columns, 3], any strides and device, unchanged until its depth is out.
  virtual void push(const at::Tensor& frame, std::int64_t shot_id) = 0;
  virtual void finish() = 0;
  virtual void forget() = 0;
};

// Windows of 32 frames; constant memory, features of repeated frames kept.
class WindowedFilm final : public Film, private WindowWork {
 public:
  WindowedFilm(const FilmOptions& options, NetworkMaker maker, FilmEvents events);

  void push(const at::Tensor& frame, std::int64_t shot_id) override;
  void finish() override;
  void forget() override;

 private:
  void begin_shot() override;
  void begin_window() override;
  void place(int slot) override;
  void repeat_last(int first) override;
  void compute() override;
  void give(int first_slot, int count) override;

  void encode_pending();
  void encode_again();
  [[nodiscard]] at::Tensor decode() const;
  void settle();
  void send(int first_slot, int count);
  void hand_out();

  FilmNetwork net_;
  WindowRunner runner_;
  Stitcher stitcher_;
  at::Tensor frame_;                 // being pushed
  std::vector<at::Tensor> pending_;  // placed, not yet encoded
  std::int64_t encoded_ = 0;         // slots before this one are
  WindowFeatures kept_;
  bool move_due_ = false;  // the window has begun, its repeated slots lie where they lay

  // Between the two, a device may be at work while this thread takes in frames.
  struct Computed {
    at::Tensor depth;  // of a window, not yet looked at
    int first_slot = 0;
    int count = 0;
  };
  std::optional<Computed> computed_;
  std::vector<at::Tensor> leaving_;  // maps on their way to the CPU
  nets::Moment arrived_;
};

// One frame in, one out; each sees what is remembered of those before.
class StreamedFilm final : public Film {
 public:
  StreamedFilm(const FilmOptions& options, NetworkMaker maker, FilmEvents events);

  void push(const at::Tensor& frame, std::int64_t shot_id) override;
  void finish() override {}
  void forget() override;

 private:
  FilmNetwork net_;
  StreamSchedule schedule_;
  StreamMemory memory_;
  std::optional<std::int64_t> shot_id_;
};

// Frames whose depth is finished at once: at most a quarter of a window, so that the groups are of
// one size, to which convolutions are tuned once.
[[nodiscard]] constexpr std::int64_t finished_at_once(std::int64_t batch) {
  return batch < kWindowFrames / 4 ? batch : kWindowFrames / 4;
}

// Bytes that the network and its windows need on its device, roughly (30 %), for deciding on a
// batch before anything is loaded.
[[nodiscard]] std::uint64_t needed_bytes(const ModelConfig& config, PictureSize network,
                                         at::ScalarType precision, std::int64_t batch,
                                         bool streaming);

}  // namespace relievo::video_depth_anything
