#include "frame_filter.hpp"

#include <cmath>
#include <limits>

namespace relievo::temporal {
namespace {

class CpuSide {
 public:
  using Filter = RecursiveFilter;

  explicit CpuSide(const Host& host) : host_(host) {}

  [[nodiscard]] cv::Mat1f inverse_of(const Frame& depth) const {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    const bool metres = depth.info().semantic == RLV_SEM_METRES;
    const auto plane = depth.plane<const float>(0);
    cv::Mat1f result(plane.height, plane.width);
    for (int y = 0; y < result.rows; ++y) {
      for (int x = 0; x < result.cols; ++x) {
        const float value = plane.at(x, y);
        const float inverse = metres ? (value > 0 ? 1 / value : kNone) : value;
        result(y, x) = std::isfinite(inverse) ? inverse : kNone;
      }
    }
    return result;
  }

  [[nodiscard]] Frame depth_of(const cv::Mat1f& map, const Frame& depth) const {
    const auto info = depth.info();
    const bool metres = info.semantic == RLV_SEM_METRES;
    const auto source = depth.plane<const float>(0);
    auto result = host_.new_frame(info);
    const auto target = result.plane<float>(0);
    for (int y = 0; y < map.rows; ++y) {
      for (int x = 0; x < map.cols; ++x) {
        const float value = map(y, x);
        const bool known = std::isfinite(value) && (!metres || value > 0);
        target.at(x, y) = known ? (metres ? 1 / value : value) : source.at(x, y);
      }
    }
    return result;
  }

 private:
  Host host_;
};

}  // namespace

std::unique_ptr<FrameFilter> make_cpu_filter(const Host& host, const FilterOptions& options,
                                             int look_ahead) {
  return std::make_unique<FramesOfShot<CpuSide>>(CpuSide(host), options, look_ahead);
}

}  // namespace relievo::temporal
