#include "tests/unit/stereo/right_view.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {

Picture right_view(const Picture& left, const Picture& disparity, const std::string& params) {
  auto all = nlohmann::json::parse(params);
  if (!all.contains("views")) all["views"] = "left_original";
  ViewRun run(all.dump(), colour_format(RLV_PF_RGB24, left.width, left.height),
              RLV_SEM_DISPARITY_PX);
  const auto colour = run.colour_frame();
  const auto plane = colour.plane<std::uint8_t>(0);
  for (int y = 0; y < left.height; ++y)
    for (int x = 0; x < left.width; ++x)
      for (int c = 0; c < 3; ++c) plane.at(x, y, c) = static_cast<std::uint8_t>(left.at(x, y, c));
  const auto views =
      run.views(colour, DepthMap(disparity.width, disparity.height, [&](int x, int y) {
                  return static_cast<float>(disparity.at(x, y)) / 256.0F;
                }));
  Picture right{left.width, left.height, 3, {}};
  const auto out = views[1].plane<const std::uint8_t>(0);
  for (int y = 0; y < left.height; ++y)
    for (int x = 0; x < left.width; ++x)
      for (int c = 0; c < 3; ++c) right.samples.push_back(out.at(x, y, c));
  return right;
}

}  // namespace relievo::test
