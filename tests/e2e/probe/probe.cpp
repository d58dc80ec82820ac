// A depth node that tests watch: what it sees is exactly what a network would get, and it can be as
// slow as one.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <ctime>
#include <fstream>
#include <thread>

#include <relievo/sdk/node_type.hpp>

namespace relievo::probe {
namespace {

class Depth final : public Mapper {
 public:
  Depth(Host host, const Config& config)
      : host_(host),
        pause_(config.get<int>("sleep_ms")),
        burn_s_(1e-3 * config.get<double>("burn_ms")),
        crash_at_(config.get<int>("crash_at")),
        hang_at_(config.get<int>("hang_at")) {
    const auto file = config.get<std::string>("file");
    if (!file.empty()) out_.open(file, std::ios::binary);
  }

  NodePlan plan(InputFormats, OutputFormats out) override {
    out[0]->semantic = RLV_SEM_RELATIVE_INVERSE;
    out[0]->pixel_format = RLV_PF_MAP_F32;
    return {};
  }

 private:
  std::vector<Frame> map(std::span<const Frame> in) override {
    while (in[0].info().index == hang_at_)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (in[0].info().index == crash_at_) std::raise(SIGSEGV);
    burn();
    std::this_thread::sleep_for(pause_);
    const auto picture = in[0].plane<const std::uint8_t>(0);
    for (std::int32_t y = 0; out_.is_open() && y < picture.height; ++y)
      out_.write(reinterpret_cast<const char*>(picture.row(y)),
                 std::streamsize{picture.width} * picture.components);
    auto info = in[0].info();
    info.semantic = RLV_SEM_RELATIVE_INVERSE;
    info.pixel_format = RLV_PF_MAP_F32;
    auto depth = host_.new_frame(info);
    const auto plane = depth.plane<float>(0);
    for (std::int32_t y = 0; y < plane.height; ++y) std::fill_n(plane.row(y), plane.width, 0.5F);
    return {depth};
  }

  // Of this thread, so that others on the machine do not count.
  void burn() const {
    const auto now = [] {
      timespec time{};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    };
    const double end = now() + burn_s_;
    while (burn_s_ > 0 && now() < end) continue;
  }

  Host host_;
  const std::chrono::milliseconds pause_;
  const double burn_s_;
  const std::int64_t crash_at_;
  const std::int64_t hang_at_;
  std::ofstream out_;
};

}  // namespace
}  // namespace relievo::probe

RELIEVO_PLUGIN("", relievo::make_node_type<relievo::probe::Depth>("probe.depth", "depth"))
