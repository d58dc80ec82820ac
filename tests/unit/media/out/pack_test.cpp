// Two views in one picture: sample by sample, odd sizes, halving.
#include <cmath>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/error.hpp>

#include "core/media/av.hpp"
#include "core/media/write/components.hpp"
#include "core/media/write/halve.hpp"
#include "core/media/write/layout.hpp"
#include "core/media/write/pack.hpp"
#include "core/media/write/picture_pool.hpp"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace relievo::media {
namespace {

using Value = std::function<int(int component, int x, int y)>;

template <class T>
T& raw(const Component& c, int x, int y) {
  return *reinterpret_cast<T*>(c.data + y * c.row_bytes + static_cast<std::ptrdiff_t>(x) * c.step);
}
int sample(const Component& c, int x, int y) {
  return (c.is_wide() ? raw<std::uint16_t>(c, x, y) : raw<std::uint8_t>(c, x, y)) >> c.shift;
}
int sample(const AVFrame& picture, int component, int x, int y) {
  return sample(component_of(picture, component), x, y);
}

AvFramePtr picture(AVPixelFormat format, int width, int height, const Value& value) {
  PicturePool pool(format, width, height);
  auto made = pool.make();
  for (int i = 0; i < component_count(format); ++i) {
    const auto c = component_of(*made, i);
    for (int y = 0; y < c.height; ++y)
      for (int x = 0; x < c.width; ++x) {
        const int v = value(i, x, y) << c.shift;
        if (c.is_wide())
          raw<std::uint16_t>(c, x, y) = static_cast<std::uint16_t>(v);
        else
          raw<std::uint8_t>(c, x, y) = static_cast<std::uint8_t>(v);
      }
  }
  return made;
}

ChromaShift shift_of(AVPixelFormat format) {
  const auto* d = av_pix_fmt_desc_get(format);
  return {d->log2_chroma_w, d->log2_chroma_h};
}

AvFramePtr packed(Layout layout, AVPixelFormat from, AVPixelFormat to, int width, int height,
                  const Value& left, const Value& right,
                  AVChromaLocation chroma = AVCHROMA_LOC_LEFT) {
  const auto geometry = packed_geometry(layout, width, height, {1, 1}, shift_of(from), true);
  Packer packer(geometry, chroma);
  PicturePool pool(to, geometry.width, geometry.height);
  auto target = pool.make();
  const auto a = picture(from, width, height, left);
  const auto b = picture(from, width, height, right);
  const std::array<const AVFrame*, 2> views{a.get(), b.get()};
  packer.pack({views.data(), static_cast<std::size_t>(geometry.views)}, *target);
  return target;
}

int pattern(int depth, int view, int component, int x, int y) {
  return (x * 7 + y * 13 + component * 31 + view * 101 + x * y) % (1 << depth);
}

struct FormatPair {
  AVPixelFormat from;
  AVPixelFormat to;
};

class PackFormats : public ::testing::TestWithParam<FormatPair> {};

TEST_P(PackFormats, EverySampleLandsInItsPlace) {
  const auto [from, to] = GetParam();
  ASSERT_TRUE(same_samples(from, to));
  const int depth = av_pix_fmt_desc_get(from)->comp[0].depth;
  const auto shift = shift_of(from);
  for (const auto layout : {Layout::kFullSbs, Layout::kFullTb}) {
    const int width = 24;
    const int height = 16;
    const auto out = packed(
        layout, from, to, width, height,
        [&](int c, int x, int y) { return pattern(depth, 0, c, x, y); },
        [&](int c, int x, int y) { return pattern(depth, 1, c, x, y); });
    EXPECT_EQ(out->width, layout == Layout::kFullSbs ? 48 : 24);
    const bool rgb = (av_pix_fmt_desc_get(from)->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    for (int c = 0; c < component_count(from); ++c) {
      const bool chroma = !rgb && c > 0;
      const int w = chroma ? width >> shift.x : width;
      const int h = chroma ? height >> shift.y : height;
      for (int view = 0; view < 2; ++view)
        for (int y = 0; y < h; ++y)
          for (int x = 0; x < w; ++x) {
            const int ox = x + (layout == Layout::kFullSbs ? view * w : 0);
            const int oy = y + (layout == Layout::kFullTb ? view * h : 0);
            ASSERT_EQ(sample(*out, c, ox, oy), pattern(depth, view, c, x, y))
                << "component " << c << " view " << view << " at " << x << ", " << y;
          }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, PackFormats,
    ::testing::Values(FormatPair{AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P},
                      FormatPair{AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV422P},
                      FormatPair{AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV444P},
                      FormatPair{AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV440P},
                      FormatPair{AV_PIX_FMT_YUV411P, AV_PIX_FMT_YUV411P},
                      FormatPair{AV_PIX_FMT_YUV410P, AV_PIX_FMT_YUV410P},
                      FormatPair{AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUV420P10LE},
                      FormatPair{AV_PIX_FMT_YUV422P12LE, AV_PIX_FMT_YUV422P12LE},
                      FormatPair{AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_YUV444P16LE},
                      FormatPair{AV_PIX_FMT_NV12, AV_PIX_FMT_NV12},
                      FormatPair{AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P},
                      FormatPair{AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12},
                      FormatPair{AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P10LE},
                      FormatPair{AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE},
                      FormatPair{AV_PIX_FMT_NV16, AV_PIX_FMT_YUV422P},
                      FormatPair{AV_PIX_FMT_RGB24, AV_PIX_FMT_RGB24},
                      FormatPair{AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP},
                      FormatPair{AV_PIX_FMT_RGB48LE, AV_PIX_FMT_GBRP16LE}),
    [](const auto& p) {
      return std::string(av_get_pix_fmt_name(p.param.from)) + "_to_" +
             av_get_pix_fmt_name(p.param.to);
    });

TEST(Pack, FormatsThatHoldOtherSamplesAreToldApart) {
  EXPECT_FALSE(same_samples(AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P10LE));
  EXPECT_FALSE(same_samples(AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P));
  EXPECT_FALSE(same_samples(AV_PIX_FMT_YUV444P, AV_PIX_FMT_GBRP));
  EXPECT_FALSE(same_samples(AV_PIX_FMT_GRAY16LE, AV_PIX_FMT_GRAY16BE));
}

TEST(Pack, OddViewsArePaddedByTheirOwnEdgeSoThatChromaNeverMixes) {
  const int width = 23;
  const int height = 15;
  const auto out = packed(
      Layout::kFullSbs, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P, width, height,
      [](int c, int x, int y) { return pattern(8, 0, c, x, y); },
      [](int c, int x, int y) { return pattern(8, 1, c, x, y); });
  ASSERT_EQ(out->width, 48);
  ASSERT_EQ(out->height, 16);
  for (int view = 0; view < 2; ++view) {
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 24; ++x)
        ASSERT_EQ(sample(*out, 0, 24 * view + x, y),
                  pattern(8, view, 0, std::min(x, width - 1), std::min(y, height - 1)));
    for (int c = 1; c < 3; ++c)
      for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 12; ++x)
          ASSERT_EQ(sample(*out, c, 12 * view + x, y), pattern(8, view, c, x, y));
  }
}

TEST(Pack, GeometryOfAllLayouts) {
  const ChromaShift c420{1, 1};
  const auto full = packed_geometry(Layout::kFullSbs, 1920, 1080, {1, 1}, c420, true);
  EXPECT_EQ(full.width, 3840);
  EXPECT_EQ(full.height, 1080);
  EXPECT_EQ(full.sar.num, 1);
  const auto half = packed_geometry(Layout::kHalfSbs, 1920, 1080, {1, 1}, c420, true);
  EXPECT_EQ(half.width, 1920);
  EXPECT_EQ(half.sar.num, 2);
  EXPECT_EQ(half.sar.den, 1);
  const auto unknown = packed_geometry(Layout::kHalfTb, 1920, 1080, {0, 1}, c420, true);
  EXPECT_EQ(unknown.height, 1080);
  EXPECT_EQ(unknown.sar.num, 1);
  EXPECT_EQ(unknown.sar.den, 2);
  const auto dvd = packed_geometry(Layout::kHalfSbs, 720, 576, {64, 45}, c420, true);
  EXPECT_EQ(dvd.sar.num, 128);
  EXPECT_EQ(dvd.sar.den, 45);
  // 854 = 2 * 427: halved, its chroma would have half a sample.
  const auto odd = packed_geometry(Layout::kHalfSbs, 854, 480, {1, 1}, c420, true);
  EXPECT_EQ(odd.padded_width, 856);
  EXPECT_EQ(odd.width, 856);
  const auto still = packed_geometry(Layout::kLeft, 23, 15, {1, 1}, c420, false);
  EXPECT_EQ(still.width, 23);
  EXPECT_EQ(still.height, 15);
  EXPECT_THROW(static_cast<void>(layout_from_name("over_under")), Error);
}

class PackHalf : public ::testing::TestWithParam<Layout> {
 protected:
  [[nodiscard]] bool is_x() const { return GetParam() == Layout::kHalfSbs; }
  // Position along the halved direction.
  [[nodiscard]] int along(int x, int y) const { return is_x() ? x : y; }
};

TEST_P(PackHalf, FlatStaysFlatAndTheViewsKeepApart) {
  for (const auto format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV444P16LE}) {
    const int depth = av_pix_fmt_desc_get(format)->comp[0].depth;
    const int low = 17 << (depth - 8);
    const int high = 253 << (depth - 8);
    const auto out = packed(
        GetParam(), format, format, 64, 64, [&](int, int, int) { return low; },
        [&](int, int, int) { return high; });
    for (int c = 0; c < 3; ++c) {
      const auto component = component_of(*out, c);
      const int edge = (is_x() ? component.width : component.height) / 2;
      for (int y = 0; y < component.height; ++y)
        for (int x = 0; x < component.width; ++x)
          ASSERT_EQ(sample(component, x, y), along(x, y) < edge ? low : high);
    }
  }
}

TEST_P(PackHalf, RampsKeepTheirPlaceAndChromaItsOwn) {
  struct Siting {
    AVChromaLocation location;
    double x, y;
  };
  for (const auto& siting :
       {Siting{AVCHROMA_LOC_LEFT, 0, 0.5}, Siting{AVCHROMA_LOC_CENTER, 0.5, 0.5},
        Siting{AVCHROMA_LOC_TOPLEFT, 0, 0}, Siting{AVCHROMA_LOC_BOTTOM, 0.5, 1},
        Siting{AVCHROMA_LOC_UNSPECIFIED, 0, 0.5}}) {
    const auto ramp = [&](int, int x, int y) {
      return 16 * along(x, y);
    };
    const auto out = packed(GetParam(), AV_PIX_FMT_YUV420P16LE, AV_PIX_FMT_YUV420P16LE, 128, 128,
                            ramp, ramp, siting.location);
    for (int c = 0; c < 3; ++c) {
      const double s = is_x() ? siting.x : siting.y;
      // In samples of the component: the middle between two luma samples, or where the chroma
      // sample of the halved picture lies among those of the full one.
      const double phase = c == 0 ? 0.5 : (s + 0.5) / 2;
      const auto component = component_of(*out, c);
      const int length = (is_x() ? component.width : component.height) / 2;
      for (int k = 4; k < length - 4; ++k)
        EXPECT_NEAR(sample(component, is_x() ? k : 5, is_x() ? 5 : k), 16 * (2 * k + phase), 1.0)
            << "component " << c << " sample " << k;
    }
  }
}

TEST_P(PackHalf, WhatTheSmallerPictureCannotShowBecomesGrey) {
  // Stripes one sample wide would alias to anything if samples were dropped.
  const auto stripes = [&](int c, int x, int y) {
    return c > 0 ? 128 : along(x, y) % 2 == 0 ? 40 : 200;
  };
  const auto out =
      packed(GetParam(), AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P, 128, 128, stripes, stripes);
  for (int k = 4; k < 60; ++k) EXPECT_NEAR(sample(*out, 0, is_x() ? k : 5, is_x() ? 5 : k), 120, 2);
  // Waves that it can show keep most of their height.
  const auto waves = [&](int c, int x, int y) {
    return c > 0 ? 128
                 : static_cast<int>(
                       std::lround(120 + 80 * std::sin(2 * std::numbers::pi * along(x, y) / 16.0)));
  };
  const auto shown =
      packed(GetParam(), AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P, 128, 128, waves, waves);
  int highest = 0;
  for (int k = 8; k < 56; ++k)
    highest = std::max(highest, sample(*shown, 0, is_x() ? k : 5, is_x() ? 5 : k));
  EXPECT_GT(highest, 120 + 70);
}

INSTANTIATE_TEST_SUITE_P(Both, PackHalf, ::testing::Values(Layout::kHalfSbs, Layout::kHalfTb),
                         [](const auto& p) {
                           return p.param == Layout::kHalfSbs ? std::string("sbs")
                                                              : std::string("tb");
                         });

TEST(Halve, WeightsSumToOneAtEveryPhase) {
  for (const double phase : {0.125, 0.25, 0.5, 0.75}) {
    const Halver halver(phase);
    double sum = 0;
    for (int i = 0; i < Halver::kTaps; ++i) sum += halver.weight(i);
    EXPECT_NEAR(sum, 1.0, 1e-6);
  }
}

TEST(Halve, AShortLineWorks) {
  Halver halver(0.5);
  const std::vector<float> in{3, 3};
  std::vector<float> out(1);
  halver.halve(in, out);
  EXPECT_NEAR(out[0], 3, 1e-5);
}

}  // namespace
}  // namespace relievo::media
