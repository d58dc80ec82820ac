// What the past lets expect at each pixel of the next frame, on small maps.
#pragma once

#include <opencv2/core.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "blend.hpp"
#include "camera_fit.hpp"
#include "plugins/common/tracking/tracker.hpp"

namespace relievo::temporal {

// All maps of one size. Rows are shared among the team; results do not depend on its size.

// The past's inverse depth where the flow points to, bilinear, held inside.
[[nodiscard]] cv::Mat1f carried(const cv::Mat1f& past, const cv::Mat2f& flow, ThreadTeam& team);

struct Expectation {
  cv::Mat4f track;    // flow x and y, trust, trust in what stands still
  cv::Mat1f still;    // the last of these
  cv::Mat1f inverse;  // the past where the flow points to, as the camera's motion has changed it
  double level = 0;   // mean size of the past, of a quarter of what is known
};

// carried: past along the flow as it was found. If the camera's motion is known, flow is replaced
// by what it says; where the two differ by more than a pixel, something moves by itself: there the
// flow stays and does not count as still. DIS shortens small motions, and on a slope of depth a
// place that is wrong in every frame is a depth that drifts. change: of inverse depth on the way,
// in pixels of these maps. result: what it holds is written over; memory of the right size is used
// again.
void expect(const tracking::Track& track, const cv::Mat1f& past, const cv::Mat1f& carried,
            const CameraFit& camera, const Projection& view, const DepthChange& change,
            ThreadTeam& team, Expectation& result);

}  // namespace relievo::temporal
