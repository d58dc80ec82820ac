// temporal.stabilise on tensors beside the same on the CPU, on RELIEVO_GOLDEN_DEVICE.
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <relievo/sdk/error.hpp>

#include "area_mean.hpp"
#include "core/host/services.hpp"
#include "plugins/common/device.hpp"
#include "plugins/common/transfer.hpp"
#include "tensor_blend.hpp"
#include "tensor_filter.hpp"
#include "tensor_frames.hpp"
#include "tests/golden/golden_data.hpp"
#include "tests/support/harness.hpp"
#include "tests/unit/temporal/flicker_trial.hpp"

namespace relievo::temporal {
namespace {

using relievo::test::golden_run;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

at::Tensor tensor_of(const cv::Mat1f& map) {
  const cv::Mat1f whole = map.clone();
  return at::from_blob(const_cast<float*>(whole[0]), {whole.rows, whole.cols},
                       at::TensorOptions(at::kFloat))
      .to(golden_run().at_device(), at::kFloat, false, /*copy=*/true);
}

cv::Mat1f map_of(const at::Tensor& tensor) {
  const auto here = tensor.to(at::kCPU).contiguous();
  return cv::Mat1f(static_cast<int>(here.size(0)), static_cast<int>(here.size(1)),
                   here.data_ptr<float>())
      .clone();
}

struct Gap {
  double largest = 0;  // difference, of the mean of b
  double share = 0;    // of places that differ by more than 0.2 % of the mean of b
};

// Of maps that must be unknown in the same places.
Gap gap_between(const cv::Mat1f& a, const cv::Mat1f& b) {
  EXPECT_EQ(cv::countNonZero((a == a) != (b == b)), 0);
  const cv::Mat known = b == b;
  const double mean = cv::mean(b, known)[0];
  cv::Mat1f apart;
  cv::absdiff(a, b, apart);
  apart.setTo(0, ~known);
  double largest = 0;
  cv::minMaxLoc(apart, nullptr, &largest);
  const double many = cv::countNonZero(apart > 2e-3 * mean);
  return {largest / mean, many / cv::countNonZero(known)};
}

// The same but for rounding, and for a place here and there where rounding decides whether it moves
// by itself.
void expect_same(const cv::Mat1f& a, const cv::Mat1f& b, std::size_t frame) {
  EXPECT_LT(gap_between(a, b).share, 1e-3) << "frame " << frame;
  EXPECT_LT(gap_between(a, b).largest, 0.1) << "frame " << frame;
}

temporal::test::FlickeringFilm flickering(const std::string& scene, cv::Size size, int frames) {
  return temporal::test::flickering_film(scene, 501, size, frames);
}

TEST(TemporalTensors, ReduceMapsAsOpenCvDoes) {
  cv::RNG random(3);
  cv::Mat1f map(37, 101);
  random.fill(map, cv::RNG::UNIFORM, 1, 2);
  map(20, 50) = kNaN;
  cv::Mat1f wanted;
  const cv::Size size(45, 16);
  cv::resize(map, wanted, size, 0, 0, cv::INTER_AREA);
  const AreaMean reduced(map.size(), size, golden_run().at_device());
  const auto small = reduced(tensor_of(map), tensor_of(map * 2));
  EXPECT_LT(gap_between(map_of(small[0]), wanted).largest, 1e-5);
  EXPECT_LT(gap_between(map_of(small[1]), wanted * 2).largest, 1e-5);
}

// The blend alone: the same numbers in, so that the same must come out, moments too.
TEST(TemporalTensors, BlendAsTheCpuDoes) {
  cv::RNG random(5);
  const cv::Size size(101, 67), small(33, 21);
  cv::Mat1f map(size), past(size);
  cv::Mat4f track(small);
  random.fill(map, cv::RNG::UNIFORM, 1, 1.2);
  random.fill(past, cv::RNG::UNIFORM, 1, 1.2);
  random.fill(track, cv::RNG::UNIFORM, cv::Scalar(-3, -3, 0, 0), cv::Scalar(3, 3, 1, 1));
  map(9, 7) = past(40, 50) = kNaN;
  track(12, 20)[0] = kNaN;
  const Alignment fit{1.05F, -0.02F};
  const DepthChange change{1.01F, 1e-4F, -2e-4F, 0.02F};
  const BlendOptions options{0.8F, 0.1F, 0.05F};
  ThreadTeam team(2);
  const auto wanted = blend(map, fit, past, track, change, options, team);
  const auto device = golden_run().at_device();
  const auto tracks =
      at::from_blob(track[0], {small.height, small.width, 4}, at::TensorOptions(at::kFloat))
          .to(device);
  const auto given =
      TensorBlend(size, device)(tensor_of(map), fit, tensor_of(past), tracks, change, options);
  nets::wait_for(device);
  EXPECT_LT(gap_between(map_of(given.map), wanted.map).largest, 1e-5);
  const auto drift = given.drift.to(at::kDouble).sum(at::IntArrayRef{0}, false, at::kDouble);
  const auto expect_near = [&](std::int64_t i, double moment) {
    EXPECT_NEAR(drift[i].item<double>() / moment, 1, 1e-5) << i;
  };
  expect_near(0, wanted.drift.n);
  expect_near(1, wanted.drift.x);
  expect_near(2, wanted.drift.y);
  expect_near(3, wanted.drift.xx);
  expect_near(4, wanted.drift.xy);
  expect_near(5, wanted.drift.yy);
}

// On an NVIDIA card these are what the tests are about: that they cannot be compiled must not pass
// unnoticed.
TEST(TemporalTensors, HaveKernelsOfTheirOwnOnCuda) {
  const auto device = golden_run().at_device();
  EXPECT_EQ(AreaMean({64, 32}, {16, 8}, device).is_kernel(), device.is_cuda());
  EXPECT_EQ(TensorBlend({64, 32}, device).is_kernel(), device.is_cuda());
}

// Both go the same way, so what they differ by is rounding; it does not grow from frame to frame.
TEST(TemporalTensors, FilterAsTheCpuDoes) {
  const c10::InferenceMode guard;
  for (const auto* scene : {"walkers", "dolly"}) {
    auto film = flickering(scene, {320, 180}, 9);
    for (auto& map : film.maps) map(cv::Rect(100, 60, 9, 7)) = kNaN;
    for (const bool with_shift : {false, true}) {
      FilterOptions options;
      options.with_shift = with_shift;
      RecursiveFilter on_cpu(options);
      TensorFilter on_tensors({options, golden_run().at_device()});
      int known = 0;
      for (std::size_t i = 0; i < film.maps.size(); ++i) {
        const auto wanted = on_cpu.next(film.maps[i], film.greys[i], film.focal);
        const auto result = on_tensors.next(tensor_of(film.maps[i]), film.greys[i], film.focal);
        expect_same(map_of(result), wanted, i);
        EXPECT_NEAR(on_tensors.last_fit().scale, on_cpu.last_fit().scale, 1e-4)
            << scene << " " << i;
        EXPECT_EQ(on_tensors.knows_camera(), on_cpu.knows_camera());
        known += on_cpu.knows_camera() ? 1 : 0;
      }
      EXPECT_GE(known, 5) << scene;
    }
  }
}

TEST(TemporalTensors, ChangeTheUnitsOfWhatComes) {
  const c10::InferenceMode guard;
  const auto film = flickering("walkers", {160, 90}, 3);
  TensorFilter plain({{}, golden_run().at_device()});
  TensorFilter changed({{}, golden_run().at_device()});
  at::Tensor a, b;
  for (std::size_t i = 0; i < film.maps.size(); ++i) {
    if (i == 2) changed.change_units({2, 0});
    a = plain.next(tensor_of(film.maps[i]), film.greys[i], film.focal);
    b = changed.next(tensor_of(film.maps[i]), film.greys[i], film.focal);
  }
  expect_same(map_of(b), map_of(a) * 2, 2);
}

// Frames in and frames out: held back as on the CPU, metres as metres, what is unknown as it came.
TEST(TemporalTensors, GiveTheFramesThatTheCpuGives) {
  relievo::test::TestRun run;
  host::NodeServices services(run.context, "steady", "temporal");
  auto film = flickering("walkers", {160, 90}, 8);
  auto format = relievo::test::colour_format(RLV_PF_MAP_F32, 160, 90);
  format.semantic = RLV_SEM_METRES;
  const Host host(services.host());
  const auto frame = [&](std::size_t i) {
    auto result = host.new_frame(relievo::test::frame_info(format, static_cast<std::int64_t>(i)));
    const auto plane = result.plane<float>(0);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) plane.at(x, y) = 1 / film.maps[i](y, x);
    plane.at(3, 4) = 0;
    plane.at(5, 6) = -1;
    plane.at(7, 8) = kNaN;
    return result;
  };
  FilterOptions options;
  options.with_shift = false;
  const auto all = [&](FrameFilter& filter) {
    std::vector<Frame> frames;
    std::vector<std::size_t> counts;
    for (std::size_t i = 0; i < film.maps.size(); ++i) {
      for (auto& out : filter.next(frame(i), film.greys[i], film.focal))
        frames.push_back(std::move(out));
      counts.push_back(frames.size());
    }
    for (auto& out : filter.finish()) frames.push_back(std::move(out));
    EXPECT_EQ(counts, (std::vector<std::size_t>{0, 0, 0, 4, 5, 6, 7, 8}));
    return frames;
  };
  const auto device = golden_run().device;
  const auto wanted = all(*make_cpu_filter(host, options, 3));
  const auto given = all(*make_tensor_filter(host, options, 3, device));
  ASSERT_EQ(given.size(), film.maps.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    EXPECT_EQ(given[i].info().index, wanted[i].info().index);
    const auto a = given[i].plane<const float>(0), b = wanted[i].plane<const float>(0);
    EXPECT_EQ(a.at(3, 4), 0);
    EXPECT_EQ(a.at(5, 6), -1);
    EXPECT_TRUE(std::isnan(a.at(7, 8)));
    const auto inverse = [](const Plane<const float>& plane) {
      cv::Mat1f map(plane.height, plane.width);
      for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x) map(y, x) = 1 / plane.at(x, y);
      return cv::Mat1f(map.rowRange(12, map.rows));  // without the places that are wrong
    };
    expect_same(inverse(a), inverse(b), i);
  }
}

TEST(TemporalTensors, AreLeftForTheCpuWhereNothingIsFaster) {
  EXPECT_EQ(tensor_device("cpu"), "");
  EXPECT_EQ(tensor_device("auto"), at::hasCUDA() ? "cuda:0" : "");
  if (at::hasCUDA()) return;
  EXPECT_THAT([] { static_cast<void>(tensor_device("cuda")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("device 'cuda' is not here")));
}

}  // namespace
}  // namespace relievo::temporal
