#include "temporal.hpp"

#include <algorithm>
#include <vector>

#include "plugins/common/tracking/tracker.hpp"

namespace relievo::motion_cues {

void carry(DepthState& state, cv::Mat1f& cues, const cv::Mat2f& flow, const cv::Mat1f& miss,
           double step_ahead) {
  cv::Mat together;
  cv::merge(std::vector<cv::Mat>{cues, state.inverse, state.variance}, together);
  std::vector<cv::Mat> carried;
  cv::split(tracking::fetched(together, flow), carried);
  cues = carried[0];
  state.inverse = carried[1];
  state.variance = carried[2];
  if (!state.measured) return;
  const auto ahead = static_cast<float>(step_ahead);
  constexpr float kDrift = 0.01F;  // standard deviation that a frame adds
  const auto right = static_cast<float>(flow.cols - 1);
  const auto bottom = static_cast<float>(flow.rows - 1);
  cv::parallel_for_({0, flow.rows}, [&](const cv::Range& rows) {
    for (int y = rows.start; y < rows.end; ++y) {
      for (int x = 0; x < flow.cols; ++x) {
        auto& inverse = state.inverse(y, x);
        auto& variance = state.variance(y, x);
        inverse /= std::max(1 - inverse * ahead, 0.5F);  // 1 / (Z - ahead)
        const float from_x = static_cast<float>(x) + flow(y, x)[0];
        const float from_y = static_cast<float>(y) + flow(y, x)[1];
        const bool outside = from_x < 0 || from_y < 0 || from_x > right || from_y > bottom;
        const float wrong = 0.01F * miss(y, x);  // uncovered, or the flow failed
        variance =
            outside ? kUnknown : std::min(variance + kDrift * kDrift + wrong * wrong, kUnknown);
      }
    }
  });
}

}  // namespace relievo::motion_cues
