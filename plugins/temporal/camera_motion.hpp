// The camera's motion between two frames of a scene that mostly stands still, from the grey values
// themselves. Dense flow would do in principle, but DIS shortens motions of a tenth of a pixel by a
// third, and a slow dolly is made of those; direct alignment does not (Engel et al., "Direct sparse
// odometry", TPAMI 2018, for the idea).
#pragma once

#include <opencv2/core.hpp>
#include <relievo/sdk/thread_team.hpp>

#include "camera_fit.hpp"
#include "direct_alignment.hpp"
#include "plugins/common/tracking/tracker.hpp"

namespace relievo::temporal {

[[nodiscard]] Sight sight_of(const cv::Mat1b& grey);

// Pose that explains the flow to the frame before, roughly: where to start from.
[[nodiscard]] Pose pose_of_flow(const tracking::Track& track, const cv::Mat1f& inverse,
                                const Projection& view);

// Refines `start`. inverse: inverse depth of the later frame in its pixels, NaN or not above 0
// where unknown. Answers with the simplest of: a turn, a turn and a step, both and a zoom, that
// explains the pictures about as well as the richest; a scene seen by a camera at rest gets no step
// from its grain. All sights of one size; the answer does not depend on the size of the team. Not
// found: pose is `start` or of no use.
[[nodiscard]] CameraFit find_camera(const Sight& later, const Sight& earlier,
                                    const cv::Mat1f& inverse, const Projection& view,
                                    const Pose& start, ThreadTeam& team);

}  // namespace relievo::temporal
