#include "tools/judge/cut_verdict.hpp"

#include <algorithm>
#include <cstdint>

#include <nlohmann/json.hpp>

#include <relievo/sdk/host.hpp>

#include "core/host/node_instance.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/harness.hpp"

namespace relievo::judge {
namespace {

Frame frame_of(const host::NodeInstance& node, const Picture& picture, std::int64_t index) {
  const auto format = test::colour_format(RLV_PF_YUV444P, Picture::kWidth, Picture::kHeight);
  auto frame = test::new_frame(node, format, index);
  for (std::uint32_t c = 0; c < 3; ++c) {
    const auto plane = frame.plane<std::uint8_t>(c);
    for (int y = 0; y < Picture::kHeight; ++y)
      std::copy_n(picture.samples.data() + c * Picture::kPlane +
                      static_cast<std::size_t>(y) * Picture::kWidth,
                  Picture::kWidth, plane.row(y));
  }
  return frame;
}

}  // namespace

Join::Kind kind_of(std::uint32_t transition) {
  return transition == RLV_TRANSITION_DISSOLVE ? Join::Kind::kDissolve
         : transition == RLV_TRANSITION_FADE   ? Join::Kind::kFade
                                               : Join::Kind::kHard;
}

std::vector<Join> found_joins(const Shot& pictures, const std::string& params) {
  auto all = nlohmann::json::parse(R"({"sensitivity": 1.0, "look_ahead": 24})");
  all.update(nlohmann::json::parse(params));
  test::TestRun run;
  const auto type = media::cuts_type();
  host::NodeInstance node(type, run.context, "cuts", "media", test::config_json(all.dump()));
  const auto format = test::colour_format(RLV_PF_YUV444P, Picture::kWidth, Picture::kHeight);
  const rlv_format* const inputs[] = {&format};
  static_cast<void>(node.plan(inputs, {format}));
  node.open();
  std::vector<Join> found;
  int index = 0;
  const auto pull = [&] {
    for (std::vector<Frame> out(1); node.pull(out) == Flow::kDone; ++index) {
      const auto transition = out[0].info().transition;
      if (transition != RLV_TRANSITION_NONE) found.push_back({kind_of(transition), index, index});
    }
  };
  for (const auto& picture : pictures) {
    std::vector<Frame> in{frame_of(node, picture, &picture - pictures.data())};
    while (node.push(in) == Flow::kAgain) pull();
    pull();
  }
  node.drain();
  pull();
  return found;
}

void CutVerdict::add(const CutFilm& film, const std::vector<Join>& found) {
  frames += static_cast<int>(film.pictures.size());
  std::vector<bool> used(found.size());
  for (const auto& join : film.joins) {
    const int slack = join.kind == Join::Kind::kHard ? 1 : 0;
    bool hit = false;
    for (std::size_t i = 0; i < found.size() && !hit; ++i) {
      if (used[i] || found[i].kind != join.kind || found[i].first < join.first - slack ||
          found[i].first > join.last + slack)
        continue;
      used[i] = true;
      hit = true;
    }
    auto& tally = join.kind == Join::Kind::kHard       ? hard
                  : join.kind == Join::Kind::kDissolve ? dissolve
                                                       : fade;
    ++(hit ? tally.right : tally.missed);
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!used[i]) ++(found[i].kind == Join::Kind::kHard ? wrong_hard : wrong_soft);
}

}  // namespace relievo::judge
