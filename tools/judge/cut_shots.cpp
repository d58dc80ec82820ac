#include "tools/judge/cut_shots.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include <relievo/sdk/pixel_format.hpp>

#include "core/host/node_instance.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/harness.hpp"
#include "tools/scenes/render.hpp"

namespace relievo::judge {
namespace {

constexpr int kWidth = Picture::kWidth;
constexpr int kHeight = Picture::kHeight;

// Means over the pixels of a plane that fall into each sample.
template <class T>
void shrink(const Plane<const T>& plane, float scale, std::uint8_t* out) {
  for (int y = 0; y < kHeight; ++y) {
    const int top = plane.height * y / kHeight;
    const int bottom = std::max(top + 1, plane.height * (y + 1) / kHeight);
    for (int x = 0; x < kWidth; ++x) {
      const int left = plane.width * x / kWidth;
      const int right = std::max(left + 1, plane.width * (x + 1) / kWidth);
      float sum = 0.0F;
      for (int v = top; v < bottom; ++v)
        for (int u = left; u < right; ++u) sum += static_cast<float>(plane.at(u, v));
      const float mean = sum * scale / static_cast<float>((bottom - top) * (right - left));
      out[y * kWidth + x] = static_cast<std::uint8_t>(std::lround(std::min(mean, 255.0F)));
    }
  }
}

Picture picture_of(const Frame& frame) {
  const auto info = frame.info();
  const auto bits = RLV_PIXEL_BITS(info.pixel_format);
  const float scale = 255.0F / static_cast<float>((1U << bits) - 1U);
  Picture picture;
  for (std::uint32_t c = 0; c < 3; ++c) {
    auto* const out = picture.samples.data() + c * Picture::kPlane;
    const auto layout = picture_layout(info.pixel_format, info.width, info.height).planes.at(c);
    const auto part = [&](auto plane) {
      plane.width = layout.width;
      plane.height = layout.height;
      shrink(plane, scale, out);
    };
    if (bits == 8)
      part(frame.plane<const std::uint8_t>(c));
    else
      part(frame.plane<const std::uint16_t>(c));
  }
  return picture;
}

Picture picture_of(const scenes::RenderedFrame& frame) {
  Picture picture;
  for (std::size_t i = 0; i < Picture::kPlane; ++i) {
    const auto r = static_cast<float>(frame.left[3 * i]);
    const auto g = static_cast<float>(frame.left[3 * i + 1]);
    const auto b = static_cast<float>(frame.left[3 * i + 2]);
    const float y = 0.2126F * r + 0.7152F * g + 0.0722F * b;  // BT.709, limited range
    const auto sample = [](float v) {
      return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0F, 255.0F)));
    };
    picture.samples[i] = sample(16.0F + 219.0F / 255.0F * y);
    picture.samples[Picture::kPlane + i] = sample(128.0F + 224.0F / 255.0F * (b - y) / 1.8556F);
    picture.samples[2 * Picture::kPlane + i] = sample(128.0F + 224.0F / 255.0F * (r - y) / 1.5748F);
  }
  return picture;
}

}  // namespace

std::vector<Shot> read_shots(const ClipPart& clip) {
  const nlohmann::json params{{"path", clip.path.string()}, {"start", clip.start},
                              {"seconds", clip.seconds},    {"hwaccel", "none"},
                              {"deinterlace", "auto"},      {"track", -1},
                              {"unpack", "refuse"}};
  test::TestRun run;
  const auto type = media::source_type();
  host::NodeInstance node(type, run.context, "source", "media", test::config_json(params.dump()));
  auto preset = host::make_format();
  preset.clock = 1;
  static_cast<void>(node.plan({}, {preset}));
  node.open();
  std::vector<Shot> shots(1);
  double last = clip.start;
  for (std::vector<Frame> out(1); node.pull(out) == Flow::kDone;) {
    const auto info = out[0].info();
    const double now = static_cast<double>(info.pts) * info.timebase_num / info.timebase_den;
    const bool cut = std::any_of(clip.cuts.begin(), clip.cuts.end(),
                                 [&](double at) { return last < at - 0.01 && now >= at - 0.01; });
    if (cut && !shots.back().empty()) shots.emplace_back();
    last = now;
    shots.back().push_back(picture_of(out[0]));
  }
  return shots;
}

std::vector<Shot> read_test_clips(const std::filesystem::path& folder, bool whole) {
  const std::vector<double> bunny{11.79, 15.67, 22.96};  // as the data's description has it
  // The cartoon from 2.5 s on: titles fade in and out before.
  const auto cartoon = folder / "bbb_cuts_720p24/bbb_0_30.webm";
  const std::vector<ClipPart> clips{
      {folder / "juggle_720p24/juggle.mp4", 0.0, whole ? 0.0 : 3.0, {}},
      {folder / "golf_walk_1080p30/golf.mov", 0.0, whole ? 0.0 : 2.0, {}},
      {folder / "flower_540p30/flower.mp4", 0.0, whole ? 0.0 : 2.5, {}},
      {folder / "chaplin_360p25/chaplin.mp4", 0.0, whole ? 0.0 : 3.0, {}},
      {folder / "phone_hlg_vfr_rot_1080p/phone_hlg.mp4", 0.0, whole ? 0.0 : 2.0, {}},
      {folder / "paraglide_480p30/paraglide.mp4", 0.0, whole ? 0.0 : 3.0, {}},
      {cartoon, whole ? 2.5 : 10.0, whole ? 0.0 : 7.5, bunny}};
  std::vector<Shot> shots;
  for (const auto& clip : clips) {
    if (!std::filesystem::exists(clip.path)) continue;
    for (auto& shot : read_shots(clip)) shots.push_back(std::move(shot));
  }
  return shots;
}

std::vector<Shot> render_shots(std::uint64_t seed, int frames) {
  std::vector<Shot> shots;
  for (const auto& name : scenes::scene_names()) {
    if (name == "cuts") continue;
    const auto scene = scenes::make_scene(name, seed, {kWidth, kHeight, frames, 1.5});
    Shot shot;
    for (int i = 0; i < frames; ++i)
      shot.push_back(picture_of(scenes::render(scene, i, scenes::kLeftAndDepth)));
    shots.push_back(std::move(shot));
  }
  return shots;
}

}  // namespace relievo::judge
