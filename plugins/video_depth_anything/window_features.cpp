#include "plugins/video_depth_anything/window_features.hpp"

#include <utility>

#include "plugins/video_depth_anything/window.hpp"

namespace relievo::video_depth_anything {
namespace {

void put(at::Tensor& to, const at::Tensor& from, std::int64_t first, at::MemoryFormat format) {
  if (!to.defined()) {
    auto shape = from.sizes().vec();
    shape[0] = kWindowFrames;
    to = at::empty(shape, from.options(), format);
  }
  to.narrow(0, first, from.size(0)).copy_(from);
}

}  // namespace

template <class Work>
void WindowFeatures::for_each(Work&& work) {
  for (const auto& map : features_.all()) work(map);
  if (pictures_.defined()) work(pictures_);
}

void WindowFeatures::store(std::int64_t first, const FrameFeatures& features,
                           const at::Tensor& pictures) {
  constexpr auto kMaps = at::MemoryFormat::ChannelsLast;
  put(features_.fine1, features.fine1, first, kMaps);
  put(features_.fine2, features.fine2, first, kMaps);
  put(features_.layer3, features.layer3, first, kMaps);
  put(features_.layer4, features.layer4, first, kMaps);
  if (pictures.defined()) put(pictures_, pictures, first, at::MemoryFormat::Contiguous);
}

void WindowFeatures::begin_window() {
  // Runs of slots move at once. Each comes from a later slot than it goes to, so nothing is
  // overwritten before it has moved.
  for (std::size_t slot = 0; slot < kRepeated.size();) {
    const auto from = kRepeated.at(slot);
    std::size_t count = 1;
    while (slot + count < kRepeated.size() &&
           kRepeated.at(slot + count) == from + static_cast<int>(count))
      ++count;
    const auto to = static_cast<std::int64_t>(slot);
    const auto length = static_cast<std::int64_t>(count);
    if (from != to)
      for_each([&](const at::Tensor& tensor) {
        tensor.narrow(0, to, length).copy_(tensor.narrow(0, from, length));
      });
    slot += count;
  }
}

void WindowFeatures::repeat_last(std::int64_t first) {
  for_each([&](const at::Tensor& tensor) {
    auto rest = tensor.narrow(0, first, kWindowFrames - first);
    rest.copy_(tensor.narrow(0, first - 1, 1).expand_as(rest));
  });
}

at::Tensor WindowFeatures::take_pictures() {
  features_ = {};
  return std::exchange(pictures_, {});
}

}  // namespace relievo::video_depth_anything
