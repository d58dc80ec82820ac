// stereo.view: colour + depth -> left and right.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include <relievo/sdk/thread_team.hpp>
#include "plugins/stereo/cut_easing.hpp"
#include "plugins/stereo/disparity.hpp"
#include "plugins/stereo/film_memory.hpp"
#include "plugins/stereo/options.hpp"
#include "plugins/stereo/parallax_limit.hpp"
#include "plugins/stereo/peak_allowance.hpp"
#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/subject_convergence.hpp"
#include "plugins/stereo/synthesizer.hpp"

namespace relievo::stereo {

// Takes colour and depth, waits until the range of a frame is known, and gives its views. Depth
// that needs no range (disparity in pixels, or a camera) is not waited for.
class ViewNode : public QueuedNode {
 public:
  ViewNode(Host host, Config config);

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;

 protected:
  void accept(std::span<Frame> in) override;
  void finish() override;
  void forget() override;

 private:
  template <class T>
  std::vector<Frame> make_views(const Frame& colour);
  void prepare(const rlv_frame_info& colour);
  struct Moment {
    Frame colour;
    Frame depth;
  };
  void give();
  // How many frames are held back for depth of this kind.
  [[nodiscard]] int held_back(std::uint32_t semantic) const;
  [[nodiscard]] bool needs_range(std::uint32_t semantic) const;
  [[nodiscard]] DepthMapping camera_of(const rlv_frame_info& depth, const rlv_frame_info& colour,
                                       int map_width) const;
  [[nodiscard]] std::vector<Frame> views_of(const Moment& moment, DepthScale scale);
  [[nodiscard]] bool is_budgeted(std::uint32_t semantic) const;
  // The limits for one frame, whose whole parallax the mapping says, in pixels.
  [[nodiscard]] ParallaxLimit limit_of(const Plane<const float>& map, std::uint32_t semantic,
                                       const DepthMapping& mapping, const rlv_frame_info& colour);
  // Puts the screen where this shot and frame want it.
  void converge(DepthMapping& mapping, DepthScale scale, std::int64_t shot_id);
  void read_depth(const Frame& depth, const rlv_frame_info& colour, DepthScale scale);

  Host host_;
  Options options_;
  DepthRange range_;
  SubjectConvergence subject_;
  CutEasing easing_;
  PeakAllowance peaks_;
  EdgeTaper taper_;
  std::unique_ptr<FilmMemory> film_;  // only for Fill::kFilm
  bool is_ending_ = false;            // no frame comes any more
  std::deque<Moment> waiting_;        // for their range, or for frames that the fill looks at
  DisparityRows disparity_;
  PictureFormat format_;
  std::uint32_t pixel_format_ = RLV_PF_NONE;  // that format_ was made from
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<Synthesizer> synthesizer_;
};

}  // namespace relievo::stereo
