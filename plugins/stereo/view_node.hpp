// stereo.view: colour + depth -> left and right.
#pragma once

#include <memory>
#include <vector>

#include <relievo/sdk/config.hpp>
#include <relievo/sdk/host.hpp>
#include <relievo/sdk/node.hpp>

#include <relievo/sdk/thread_team.hpp>
#include "plugins/stereo/disparity.hpp"
#include "plugins/stereo/options.hpp"
#include "plugins/stereo/picture.hpp"
#include "plugins/stereo/synthesizer.hpp"

namespace relievo::stereo {

class ViewNode : public Mapper {
 public:
  ViewNode(Host host, Config config);

  NodePlan plan(InputFormats in, OutputFormats out) override;
  void open() override;

 protected:
  std::vector<Frame> map(std::span<const Frame> in) override;
  void forget() override { range_.reset(); }

 private:
  template <class T>
  std::vector<Frame> make_views(const Frame& colour);
  void prepare(const rlv_frame_info& colour);
  void read_depth(const Frame& depth, const rlv_frame_info& colour);

  Host host_;
  Options options_;
  DepthRange range_;
  DisparityRows disparity_;
  PictureFormat format_;
  std::uint32_t pixel_format_ = RLV_PF_NONE;  // that format_ was made from
  std::unique_ptr<ThreadTeam> team_;
  std::unique_ptr<Synthesizer> synthesizer_;
};

}  // namespace relievo::stereo
