// video_depth_anything.depth: frames in, depth of the whole film out, steady in time.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include "plugins/video_depth_anything/film.hpp"

namespace relievo::video_depth_anything {

class VideoNode final : public QueuedNode {
 public:
  VideoNode(Host host, Config config);

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;

 private:
  void accept(std::span<Frame> in) override;
  void finish() override;
  void forget() override;

  [[nodiscard]] FilmEvents events();
  void emit_depth(const at::Tensor& depth);
  [[nodiscard]] std::int64_t choose_batch(at::Device device, at::ScalarType precision) const;

  Host host_;
  Config config_;
  std::string device_;
  std::string precision_;
  ModelConfig model_;
  bool streaming_;
  std::int64_t batch_;
  FilmOptions options_;
  PictureSize output_;
  std::unique_ptr<Film> film_;
  std::deque<rlv_frame_info> infos_;  // of frames whose depth is not out yet
};

}  // namespace relievo::video_depth_anything
