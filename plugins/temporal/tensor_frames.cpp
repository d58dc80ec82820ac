#include "tensor_frames.hpp"

#include <deque>
#include <limits>
#include <utility>

#include "plugins/common/device.hpp"
#include "plugins/common/frame_tensor.hpp"
#include "plugins/common/transfer.hpp"
#include "tensor_filter.hpp"

namespace relievo::temporal {
namespace {

class TensorSide {
 public:
  using Filter = TensorFilter;

  TensorSide(const Host& host, at::Device device) : host_(host), device_(device) {}

  [[nodiscard]] at::Tensor inverse_of(const Frame& depth) {
    const auto source = nets::start_to_device(nets::tensor_of(depth, 0), device_);
    sources_.push_back(source);
    const double none = std::numeric_limits<double>::quiet_NaN();
    const bool metres = depth.info().semantic == RLV_SEM_METRES;
    const auto inverse = metres ? at::where(source.gt(0), source.reciprocal(), none) : source;
    return at::where(inverse.isfinite(), inverse, none).contiguous();
  }

  [[nodiscard]] Frame depth_of(const at::Tensor& map, const Frame& depth) {
    const auto info = depth.info();
    const bool metres = info.semantic == RLV_SEM_METRES;
    auto known = map.isfinite();
    if (metres) known = known.logical_and_(map.gt(0));
    const auto host =
        nets::start_to_host(at::where(known, metres ? map.reciprocal() : map, sources_.front()));
    sources_.pop_front();
    nets::wait_for(device_);
    return nets::frame_of(host_, info, host);
  }

 private:
  Host host_;
  at::Device device_;
  std::deque<at::Tensor> sources_;  // of the frames that wait, on the device
};

// Every call as a piece of libtorch's work.
class TensorFrames final : public FrameFilter {
 public:
  TensorFrames(const Host& host, const FilterOptions& options, int look_ahead, at::Device device)
      : frames_(TensorSide(host, device), {options, device}, look_ahead) {
    nets::prepare_thread(options.threads, at::kFloat);
  }
  std::vector<Frame> next(Frame depth, const cv::Mat1b& grey, double focal) override {
    return nets::torch_call([&] { return frames_.next(std::move(depth), grey, focal); });
  }
  std::vector<Frame> finish() override {
    return nets::torch_call([&] { return frames_.finish(); });
  }

 private:
  FramesOfShot<TensorSide> frames_;
};

}  // namespace

std::string tensor_device(const std::string& wish) {
  if (wish == "cpu" || (wish == "auto" && !at::hasCUDA())) return "";
  return nets::choose_device(wish).str();
}

std::unique_ptr<FrameFilter> make_tensor_filter(const Host& host, const FilterOptions& options,
                                                int look_ahead, const std::string& device) {
  return std::make_unique<TensorFrames>(host, options, look_ahead, nets::choose_device(device));
}

}  // namespace relievo::temporal
