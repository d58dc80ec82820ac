// Every pixel format, size and memory layout.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relievo/dlpack.h>
#include <relievo/sdk/host.hpp>

#include "tests/unit/stereo/frames.hpp"
#include "tests/unit/stereo/view_run.hpp"

namespace relievo::test {
namespace {

const std::vector<std::string> kFormats{
    "yuv420p",   "nv12",      "yuv420p10", "p010",      "yuv422p",   "yuv444p",   "yuv422p10",
    "yuv444p10", "yuv420p12", "yuv422p12", "yuv444p12", "yuv420p16", "yuv422p16", "yuv444p16",
    "rgb24",     "rgb48",     "grey8",     "grey10",    "grey12",    "grey16"};

std::uint32_t format_of(const std::string& name) {
  return pixel_format_from_name(name).value();
}

// Things of all depths, thin and wide.
DepthMap things(int width, int height) {
  return {width, height, [&](int x, int y) {
            const double u = (x + 0.5) / width;
            const double v = (y + 0.5) / height;
            if (std::hypot(u - 0.4, v - 0.5) < 0.2) return 0.9F;
            if (std::abs(u - 0.75 - 0.1 * v) < 0.02) return 1.0F;
            return static_cast<float>(0.3 * v);
          }};
}

MadeViews make(const std::string& format, int width, int height, const Scene& scene,
               const std::string& params = "{}", std::uint32_t threads = 2) {
  auto run = std::make_unique<ViewRun>(params, colour_format(format_of(format), width, height),
                                       RLV_SEM_RELATIVE_INVERSE, threads);
  const auto colour = run->colour_frame();
  paint(colour, scene);
  auto views = run->views(colour, things(width / 2 + 3, height / 2 + 3));
  return {std::move(run), std::move(views)};
}

TEST(ViewFormats, TheManifestNamesTheseFormats) {
  EXPECT_EQ(colour_formats_of_manifest(), kFormats);
}

TEST(ViewFormats, AllSamplesAreWrittenInEveryFormatAndSize) {
  const auto plain = [](double, double, int c) {
    return 0.25 + 0.25 * c;
  };
  for (const auto& name : kFormats) {
    for (const auto& [width, height] :
         {std::pair{64, 48}, {37, 23}, {2, 2}, {1, 1}, {1, 9}, {9, 1}, {130, 67}}) {
      for (const std::string params :
           {R"({"strength": 10.0})", R"({"comfort": "auto", "strength": 10.0})",
            R"({"method": "simple"})", R"({"method": "backward"})"}) {
        ViewRun run(params, colour_format(format_of(name), width, height),
                    RLV_SEM_RELATIVE_INVERSE);
        const auto colour = run.colour_frame();
        paint(colour, plain);
        // Frames come from a pool: what was there before must not shine through.
        {
          paint(run.colour_frame(), [](double x, double, int) { return x - std::floor(x); });
        }
        for (const auto& view : run.views(colour, things(width, height)))
          ASSERT_EQ(all_samples(view), all_samples(colour))
              << name << ' ' << width << 'x' << height << ' ' << params;
      }
    }
  }
}

TEST(ViewFormats, ViewsSayWhatTheColourSays) {
  ViewRun run("{}", colour_format(RLV_PF_P010, 40, 30), RLV_SEM_RELATIVE_INVERSE);
  auto info = frame_info(colour_format(RLV_PF_P010, 40, 30), 12);
  info.shot_id = 5;
  info.colour = {9, 16, 9, 0, 2, {0, 0, 0}};
  const auto colour = Host(run.node().host()).new_frame(info);
  paint(colour, pattern);
  for (const auto& view : run.views(colour, things(40, 30))) {
    const auto said = view.info();
    EXPECT_EQ(said.index, 12);
    EXPECT_EQ(said.pts, info.pts);
    EXPECT_EQ(said.shot_id, 5);
    EXPECT_EQ(said.pixel_format, RLV_PF_P010);
    EXPECT_EQ(said.colour.transfer, 16);
    EXPECT_EQ(said.colour.chroma_location, 2);
  }
}

TEST(ViewFormats, InterleavedAndPlanarChromaAgreeToTheBit) {
  const auto planar = make("yuv420p", 78, 41, pattern);
  const auto interleaved = make("nv12", 78, 41, pattern);
  const auto planar10 = make("yuv420p10", 78, 41, pattern);
  const auto high10 = make("p010", 78, 41, pattern);
  for (std::size_t eye = 0; eye < 2; ++eye) {
    EXPECT_EQ(all_samples(planar[eye]), all_samples(interleaved[eye]));
    EXPECT_EQ(all_samples(planar10[eye]), all_samples(high10[eye]));
  }
}

TEST(ViewFormats, UnusedBitsOfP010AreZero) {
  for (const auto& view : make("p010", 40, 30, pattern))
    for (std::uint32_t p = 0; p < 2; ++p) {
      const auto plane = view.plane<const std::uint16_t>(p);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          for (int c = 0; c < plane.components; ++c) ASSERT_EQ(plane.at(x, y, c) & 63, 0);
    }
}

TEST(ViewFormats, RgbAndPlanarComponentsOfFullSizeAgreeToTheBit) {
  const auto rgb = make("rgb24", 61, 40, pattern);
  const auto yuv = make("yuv444p", 61, 40, pattern);
  for (std::size_t eye = 0; eye < 2; ++eye) EXPECT_EQ(all_samples(rgb[eye]), all_samples(yuv[eye]));
}

TEST(ViewFormats, LumaIsTheSameWhateverTheChroma) {
  const auto grey = make("grey8", 62, 40, pattern);
  for (const std::string name : {"yuv420p", "yuv422p", "yuv444p", "nv12"}) {
    const auto views = make(name, 62, 40, pattern);
    // Texture in holes comes from all full-size components alike.
    EXPECT_EQ(samples(views[1], 0), samples(grey[1], 0)) << name;
  }
}

TEST(ViewFormats, DeeperSamplesAgreeWithEightBits) {
  const auto eight = make("yuv420p", 80, 50, pattern);
  for (const auto& [name, bits] :
       {std::pair{"yuv420p10", 10}, {"yuv420p12", 12}, {"yuv420p16", 16}, {"p010", 10}}) {
    const auto deep = make(name, 80, 50, pattern);
    for (std::size_t eye = 0; eye < 2; ++eye) {
      const auto a = all_samples(eight[eye]);
      const auto b = all_samples(deep[eye]);
      ASSERT_EQ(a.size(), b.size());
      double worst = 0;
      for (std::size_t i = 0; i < a.size(); ++i)
        worst = std::max(worst, std::abs(a[i] / 255.0 - b[i] / ((1 << bits) - 1.0)));
      EXPECT_LT(worst, 1.6 / 255) << name;
    }
  }
}

TEST(ViewFormats, AnyStrideAndOffsetReadsTheSame) {
  ViewRun run("{}", colour_format(RLV_PF_YUV420P, 50, 30), RLV_SEM_RELATIVE_INVERSE);
  const auto colour = run.colour_frame();
  paint(colour, pattern);
  const auto expected = run.views(colour, things(20, 10));
  // The same samples, with lines of an odd length that begin at an odd address; chroma's bottom up.
  std::vector<std::uint8_t> memory(60000);
  std::vector<DLManagedTensorVersioned> tensors(3);
  std::vector<std::vector<std::int64_t>> numbers(6);
  std::vector<DLManagedTensorVersioned*> planes;
  std::size_t next = 1;
  for (std::uint32_t p = 0; p < 3; ++p) {
    const auto plane = colour.plane<const std::uint8_t>(p);
    const std::int64_t line = p == 0 ? 83 : -47;
    auto* const start =
        memory.data() + next + (line < 0 ? static_cast<std::size_t>(-line * plane.height) : 0);
    next += 10001;
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x) start[y * line + x] = plane.at(x, y);
    auto& tensor = tensors[p];
    tensor.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    numbers[2 * p] = {plane.height, plane.width};
    numbers[2 * p + 1] = {line, 1};
    tensor.dl_tensor.data = start;
    tensor.dl_tensor.device = {kDLCPU, 0};
    tensor.dl_tensor.ndim = 2;
    tensor.dl_tensor.dtype = {kDLUInt, 8, 1};
    tensor.dl_tensor.shape = numbers[2 * p].data();
    tensor.dl_tensor.strides = numbers[2 * p + 1].data();
    tensor.flags = DLPACK_FLAG_BITMASK_READ_ONLY;
    planes.push_back(&tensor);
  }
  const auto odd = Host(run.node().host()).wrap_frame(colour.info(), planes);
  const auto views = run.views(odd, things(20, 10));
  for (std::size_t eye = 0; eye < 2; ++eye)
    EXPECT_EQ(all_samples(views[eye]), all_samples(expected[eye]));
}

TEST(ViewFormats, TheNumberOfThreadsDoesNotChangeABit) {
  for (const std::string name : {"yuv420p", "rgb24", "p010", "yuv422p10"}) {
    const auto one = make(name, 161, 203, pattern, R"({"strength": 8.0})", 1);
    for (const std::uint32_t threads : {2U, 3U, 7U}) {
      const auto many = make(name, 161, 203, pattern, R"({"strength": 8.0})", threads);
      for (std::size_t eye = 0; eye < 2; ++eye)
        EXPECT_EQ(all_samples(one[eye]), all_samples(many[eye])) << name << ' ' << threads;
    }
  }
}

// The left view of a picture is the mirrored right view of the mirrored picture.
void expect_mirrored(const std::string& name, int width, int location,
                     const std::string& comfort = "off") {
  auto format = colour_format(format_of(name), width, 60);
  format.colour.chroma_location = static_cast<std::uint8_t>(location);
  const auto depth = things(width, 60);
  const auto params =
      R"({"strength": 8.0, "near_percentile": 100, "far_percentile": 0, "comfort": ")" + comfort +
      R"("})";
  ViewRun run(params, format, RLV_SEM_RELATIVE_INVERSE);
  const auto colour = run.colour_frame();
  paint(colour, pattern);
  ViewRun again(params, format, RLV_SEM_RELATIVE_INVERSE);
  const auto mirror = again.colour_frame();
  const auto flip = [](const Frame& from, const Frame& to) {
    for (int c = 0; c < component_count(from.info().pixel_format); ++c) {
      const auto a = component<const std::uint8_t>(from, c);
      const auto b = component<std::uint8_t>(to, c);
      for (int y = 0; y < a.height; ++y)
        for (int x = 0; x < a.width; ++x) b.at(x, y) = a.at(a.width - 1 - x, y);
    }
  };
  flip(colour, mirror);
  const auto views = run.views(colour, depth);
  const auto mirrored = again.views(mirror, depth.mirrored());
  for (std::size_t eye = 0; eye < 2; ++eye) {
    const auto back = again.colour_frame();
    flip(mirrored[1 - eye], back);
    EXPECT_EQ(all_samples(views[eye]), all_samples(back)) << name << " eye " << eye;
  }
}

TEST(ViewFormats, TheViewsOfAMirroredPictureAreTheMirroredViews) {
  expect_mirrored("rgb24", 97, 255);
  expect_mirrored("grey8", 64, 255);
  expect_mirrored("yuv444p", 50, 255);
  expect_mirrored("yuv420p", 96, 1);  // chroma between two columns lies there in the mirror, too
  expect_mirrored("nv12", 96, 1);
  expect_mirrored("rgb24", 97, 255, "auto");  // bent, and tapered at the edges
}

}  // namespace
}  // namespace relievo::test
