#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <relievo/sdk/host.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/media/change/frame_rate.hpp"
#include "core/media/change/nearest_in_time.hpp"
#include "core/media/change/picture_size.hpp"
#include "core/media/clocks.hpp"
#include "core/media/nodes.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/in/node_run.hpp"
#include "tests/unit/media/in/read_film.hpp"

namespace relievo::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const rlv_node_type& scale() {
  static const auto type = media::scale_type();
  return type;
}

std::string scale_params(const std::string& params) {
  return R"({"width": 0, "height": 0, "max_width": 0, "max_height": 0, "fps": 0.0, "upscale": false, "filter": "bicubic")" +
         (params.empty() ? "" : ", " + params) + "}";
}

// Writes value(plane, x, y, component) into every sample.
template <class Value>
void fill(const Frame& frame, Value&& value) {
  const auto info = frame.info();
  const auto layout = picture_layout(info.pixel_format, info.width, info.height);
  const bool high = RLV_PIXEL_HIGH(info.pixel_format) != 0;
  const auto shift = high ? 16 - RLV_PIXEL_BITS(info.pixel_format) : 0;
  for (std::uint32_t p = 0; p < layout.plane_count; ++p) {
    const auto& plane = layout.planes.at(p);
    for (int y = 0; y < plane.height; ++y)
      for (int x = 0; x < plane.width; ++x)
        for (int c = 0; c < plane.components; ++c) {
          const int v = value(static_cast<int>(p), x, y, c);
          if (plane.type.bits == 8)
            frame.plane<std::uint8_t>(p).at(x, y, c) = static_cast<std::uint8_t>(v);
          else
            frame.plane<std::uint16_t>(p).at(x, y, c) = static_cast<std::uint16_t>(v << shift);
        }
  }
}

// ---------------------------------------------------------------- sizes

media::PictureSize sized(std::int32_t w, std::int32_t h, int width, int height, bool upscale,
                         int sar_num = 1, int sar_den = 1) {
  return media::scaled_size({w, h, sar_num, sar_den}, width, height, upscale);
}

TEST(ScaledSize, ASideThatIsNotGivenFollowsAndMayBeOdd) {
  const auto half = sized(1920, 1080, 0, 333, false);
  EXPECT_EQ(half.width, 592);
  EXPECT_EQ(half.height, 333);
  EXPECT_EQ(half.sar_num, 1);
  EXPECT_EQ(sized(1080, 1920, 333, 0, false).height, 592);
  EXPECT_EQ(sized(1921, 801, 0, 400, false).width, 959);
}

TEST(ScaledSize, GrowsOnlyWhenAsked) {
  EXPECT_EQ(sized(640, 360, 0, 1080, false).height, 360);
  EXPECT_EQ(sized(640, 360, 0, 1080, true).width, 1920);
  const auto mixed = sized(640, 360, 320, 1080, false);
  EXPECT_EQ(mixed.width, 320);
  EXPECT_EQ(mixed.height, 360);
}

TEST(ScaledSize, KeepsTheShapeByTheSampleAspect) {
  const auto squeezed = sized(1920, 1080, 960, 1080, false);
  EXPECT_EQ(squeezed.sar_num, 2);
  EXPECT_EQ(squeezed.sar_den, 1);
  const auto pal = sized(720, 576, 360, 288, false, 16, 15);
  EXPECT_EQ(pal.sar_num, 16);
  EXPECT_EQ(pal.sar_den, 15);
  const auto unknown = sized(1920, 1080, 960, 1080, false, 0, 1);
  EXPECT_EQ(unknown.sar_num, 2);
  // 480 lines of 16:9 are 853.3 pixels wide.
  EXPECT_EQ(sized(1920, 1080, 854, 480, false).sar_num, 1);
}

TEST(FittedSize, ShrinksIntoTheBoxAndKeepsTheShape) {
  const auto fitted = [](std::int32_t w, std::int32_t h, int width, int height) {
    const auto size = media::fitted_size({w, h, 1, 1}, width, height);
    EXPECT_EQ(size.sar_num, size.sar_den);
    return std::pair{size.width, size.height};
  };
  EXPECT_EQ(fitted(2880, 1200, 1920, 1080), std::pair(1920, 800));
  EXPECT_EQ(fitted(4000, 3000, 1920, 1080), std::pair(1440, 1080));
  EXPECT_EQ(fitted(1080, 1920, 1920, 1080), std::pair(608, 1080));
  EXPECT_EQ(fitted(640, 360, 1920, 1080), std::pair(640, 360));
  EXPECT_EQ(fitted(2880, 1200, 0, 600), std::pair(1440, 600));
  EXPECT_EQ(fitted(2880, 1200, 0, 0), std::pair(2880, 1200));
}

TEST(FrameRates, AreReadAsPeopleWriteThem) {
  const auto is = [](double fps, int num, int den) {
    const auto rate = media::frame_rate_of(fps);
    EXPECT_EQ(rate.num, num) << fps;
    EXPECT_EQ(rate.den, den) << fps;
  };
  is(24, 24, 1);
  is(23.976, 24000, 1001);
  is(23.98, 24000, 1001);
  is(24000.0 / 1001, 24000, 1001);
  is(29.97, 30000, 1001);
  is(59.94, 60000, 1001);
  is(119.88, 120000, 1001);
  is(12.5, 25, 2);
  is(15, 15, 1);
  is(0.5, 1, 2);
  is(1000, 1000, 1);
}

TEST(FrameRates, HaveATimebaseThatHoldsBothTimeLines) {
  for (const AVRational timebase : {AVRational{1, 12288}, {1, 90000}, {1, 1000}, {1001, 30000}})
    for (const AVRational rate : {AVRational{24, 1}, {24000, 1001}, {60000, 1001}, {25, 2}}) {
      const auto common = media::common_timebase(timebase, rate);
      // Both units are whole multiples of the common one.
      EXPECT_EQ(std::int64_t{timebase.num} * common.den % (std::int64_t{timebase.den} * common.num),
                0);
      EXPECT_EQ(std::int64_t{rate.den} * common.den % (std::int64_t{rate.num} * common.num), 0);
    }
}

// ---------------------------------------------------------------- nearest in time

// The index of the source frame for each moment; the last frame is shown for `last`.
std::vector<int> chosen(const std::vector<std::int64_t>& times, std::int64_t period,
                        std::int64_t last, std::vector<std::int64_t>* moments = nullptr) {
  media::NearestInTime nearest(period);
  std::vector<int> result;
  int held = -1;
  int newest = -1;
  const auto pull_all = [&] {
    for (;;) {
      const bool settled = newest >= 0 && !nearest.has_newest();
      const auto moment = nearest.next();
      if (moment.choice == media::NearestInTime::Choice::kNone) return;
      const bool is_newest = moment.choice == media::NearestInTime::Choice::kNewest || settled;
      result.push_back(is_newest ? newest : held);
      if (moments != nullptr) moments->push_back(moment.time);
    }
  };
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (newest >= 0) held = newest;
    (held < 0 ? held : newest) = static_cast<int>(i);
    nearest.arrive(times[i], i + 1 < times.size() ? 1 : last);
    pull_all();
    EXPECT_FALSE(nearest.is_pending());
  }
  nearest.finish();
  pull_all();
  return result;
}

// The rule, looked up in the whole list.
std::vector<int> expected(const std::vector<std::int64_t>& times, std::int64_t period,
                          std::int64_t last) {
  std::vector<int> result;
  for (auto t = times.front(); t <= times.back() || t < times.back() + last; t += period) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < times.size(); ++i)
      if (std::abs(times[i] - t) < std::abs(times[best] - t)) best = i;
    result.push_back(static_cast<int>(best));
  }
  return result;
}

TEST(NearestInTime, TakesEveryOtherFrameAtHalfTheRate) {
  std::vector<std::int64_t> moments;
  EXPECT_THAT(chosen({100, 110, 120, 130, 140, 150}, 20, 10, &moments), ElementsAre(0, 2, 4));
  EXPECT_THAT(moments, ElementsAre(100, 120, 140));
}

TEST(NearestInTime, GivesTiesToTheEarlierFrame) {
  EXPECT_THAT(chosen({0, 10, 20}, 5, 10), ElementsAre(0, 0, 1, 1, 2, 2));
}

TEST(NearestInTime, RepeatsTheNearestThroughAGap) {
  EXPECT_THAT(chosen({0, 10, 70, 80}, 10, 10), ElementsAre(0, 1, 1, 1, 1, 2, 2, 2, 3));
}

TEST(NearestInTime, FollowsTheRuleOnIrregularTimes) {
  std::uint32_t state = 12345;
  const auto draw = [&](std::uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return static_cast<std::int64_t>((state >> 8U) % below);
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> times{draw(50) - 25};
    const auto count = 1 + draw(20);
    for (int i = 0; i < count; ++i) times.push_back(times.back() + 1 + draw(30));
    const auto period = 1 + draw(25);
    const auto last = 1 + draw(30);
    EXPECT_EQ(chosen(times, period, last), expected(times, period, last)) << "round " << round;
  }
}

// ---------------------------------------------------------------- pictures

class ScaledFormats : public ::testing::TestWithParam<const char*> {};

TEST_P(ScaledFormats, KeepFlatFieldsAndRamps) {
  const auto code = *pixel_format_from_name(GetParam());
  const int top = (1 << RLV_PIXEL_BITS(code)) - 1;
  // libswscale takes RGB through YCbCr, which costs the last two of sixteen bits.
  const bool deep_rgb = RLV_PIXEL_MODEL(code) == RLV_MODEL_RGB && RLV_PIXEL_BITS(code) == 16;
  const double tolerance = deep_rgb ? 4.0 : 1.0;
  // Chroma of a semiplanar picture may come out in planes of its own.
  const auto flat_value = [&](std::uint32_t p, int c) {
    return top * (3 + static_cast<int>(p) + c) / 7;
  };
  const auto in = colour_format(code, 202, 98);
  for (const auto* filter : {"area", "bilinear", "bicubic", "lanczos"}) {
    NodeRun run(scale(), scale_params(std::string(R"("width": 101, "height": 49, "filter": ")") +
                                      filter + "\""));
    run.open(in);
    auto flat = new_frame(run.node, in, 0);
    auto ramp = new_frame(run.node, in, 1);
    fill(flat,
         [&](int p, int, int, int c) { return flat_value(static_cast<std::uint32_t>(p), c); });
    const auto layout = picture_layout(code, in.width, in.height);
    const auto step = std::max(1, top / 256);
    fill(ramp, [&](int p, int x, int, int c) {
      // Components of chroma run half as far, so that all stay in range.
      static_cast<void>(c);
      return std::min(top, 4 * step + x * step * layout.planes[0].width /
                                          layout.planes.at(static_cast<std::size_t>(p)).width);
    });
    const auto out = run.give({flat, ramp});
    ASSERT_THAT(out, SizeIs(2));
    const auto to = picture_layout(run.format.pixel_format, 101, 49);
    for (std::uint32_t p = 0; p < to.plane_count; ++p) {
      const auto& plane = to.planes.at(p);
      for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x)
          for (int c = 0; c < plane.components; ++c)
            ASSERT_NEAR(sample(out[0], p, x, y, c), flat_value(p, c), tolerance)
                << filter << " plane " << p << " at " << x << "," << y;
      // Away from the borders a ramp stays the ramp at half the size: sample x lies over source
      // position 2 x + 0.5 of luma.
      if (p > 0) continue;
      for (int x = 8; x < plane.width - 8; ++x)
        ASSERT_NEAR(sample(out[1], p, x, 20), 4 * step + (2 * x + 0.5) * step, tolerance + 0.01)
            << filter << " at " << x;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ScaledFormats,
                         ::testing::Values("yuv420p", "yuv422p", "yuv444p", "yuv440p", "yuv411p",
                                           "yuv420p10", "yuv422p10", "yuv444p10", "yuv420p12",
                                           "yuv444p12", "yuv420p16", "nv12", "nv16", "nv24", "p010",
                                           "p210", "p410", "p016", "grey8", "grey10", "grey12",
                                           "grey16", "rgb24", "rgb48", "rgbp", "rgbp10", "rgbp16"),
                         [](const auto& format) { return std::string(format.param); });

TEST(Scale, DoesNotMoveChromaAgainstLuma) {
  // Codes of H.273: 0 left, 1 centre, 2 top left.
  for (const int location : {0, 1, 2}) {
    for (const auto* format : {"yuv420p", "yuv420p10", "nv12", "yuv422p"}) {
      const auto code = *pixel_format_from_name(format);
      auto in = colour_format(code, 256, 192);
      in.colour.chroma_location = static_cast<std::uint8_t>(location);
      NodeRun run(scale(), scale_params(R"("height": 96)"));
      run.open(in);
      auto frame = new_frame(run.node, in, 0);
      const int unit = RLV_PIXEL_BITS(code) > 8 ? 4 : 1;
      fill(frame, [&](int p, int x, int y, int) { return p == 0 ? 100 : (20 + x + y) * unit; });
      const auto out = run.give({frame});
      const bool both = RLV_PIXEL_SUBSAMPLING(code) == RLV_SUBSAMPLING_420;
      // Where chroma sample i of the small picture lies in the large one, in chroma samples.
      const double left = location == 1 ? 0.5 : 0.0;
      const double top = location == 2 ? 0.0 : 0.5;
      const auto position = [](int i, double offset) {
        const double luma = (2 * i + offset + 0.5) * 2 - 0.5;
        return (luma - offset) / 2;
      };
      for (int y = 10; y < 30; y += 7)
        for (int x = 10; x < 50; x += 7) {
          const double down = both ? position(y, top) : 2 * y + 0.5;
          const double want = (20 + position(x, left) + down) * unit;
          EXPECT_NEAR(sample(out[0], 1, x, y), want, 0.51 * unit)
              << format << " location " << location << " at " << x << "," << y;
        }
    }
  }
}

TEST(Scale, KeepsWhatAFrameSays) {
  auto in = colour_format(RLV_PF_YUV420P10, 192, 108);
  in.colour = {9, 16, 9, 0, 2, {0, 0, 0}};
  in.focal_px = 100.0F;
  in.sar_num = 4;
  in.sar_den = 3;
  NodeRun run(scale(), scale_params(R"("height": 54)"));
  run.open(in);
  EXPECT_FLOAT_EQ(run.format.focal_px, 50.0F);
  auto frame = new_frame(run.node, in, 5);
  fill(frame, [](int, int, int, int) { return 300; });
  const auto info = run.give({frame}).at(0).info();
  EXPECT_EQ(info.index, 5);
  EXPECT_EQ(info.pts, 5);
  EXPECT_EQ(info.clock, in.clock);
  EXPECT_EQ(info.width, 96);
  EXPECT_EQ(info.sar_num, 4);
  EXPECT_FLOAT_EQ(info.focal_px, 50.0F);
  EXPECT_EQ(int{info.colour.transfer}, 16);
  EXPECT_EQ(int{info.colour.chroma_location}, 2);
}

TEST(Scale, HandsAFrameOnThatNeedsNoChange) {
  const auto in = colour_format(RLV_PF_YUV420P, 64, 48);
  NodeRun run(scale(), scale_params(R"("height": 480)"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  const auto* same = frame.get();
  EXPECT_EQ(run.give({frame}).at(0).get(), same);
  EXPECT_EQ(run.needs.max_latency, 0U);
}

TEST(Scale, IsTheSameWithOneThreadAndWithTwo) {
  const auto in = colour_format(RLV_PF_YUV420P, 333, 251);
  std::vector<std::uint64_t> prints;
  for (const std::uint32_t threads : {1U, 2U, 5U}) {
    NodeRun run(scale(), scale_params(R"("width": 201, "height": 143)"));
    run.run.context.cpu_threads = threads;
    run.open(in);
    auto frame = new_frame(run.node, in, 0);
    fill(frame, [](int p, int x, int y, int) { return (x * 7 + y * 13 * (p + 1)) % 220; });
    prints.push_back(fingerprint(run.give({frame}).at(0)));
  }
  EXPECT_EQ(prints[0], prints[1]);
  EXPECT_EQ(prints[0], prints[2]);
}

TEST(Scale, ScalesFloatsWithoutCuttingThem) {
  const auto in = colour_format(RLV_PF_RGBF32, 64, 48);
  NodeRun run(scale(), scale_params(R"("height": 24)"));
  run.open(in);
  auto frame = new_frame(run.node, in, 0);
  const auto plane = frame.plane<float>(0);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) plane.at(x, y, c) = 3.0F - static_cast<float>(c * 2);
  const auto out = run.give({frame});
  EXPECT_NEAR(out[0].plane<const float>(0).at(10, 10, 0), 3.0F, 1e-5F);
  EXPECT_NEAR(out[0].plane<const float>(0).at(10, 10, 2), -1.0F, 1e-5F);
}

TEST(Scale, RefusesWhatItCannotScale) {
  auto in = colour_format(RLV_PF_MAP_F32, 64, 48);
  NodeRun run(scale(), scale_params(R"("height": 24)"));
  try {
    run.open(in);
    FAIL() << "planned";
  } catch (const host::NodeFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("map_f32 cannot be scaled"));
  }
}

// ---------------------------------------------------------------- rates

TEST(Scale, MeetsARateByTheNearestFrameOnANewClock) {
  auto in = colour_format(RLV_PF_GREY8, 16, 16);
  in.timebase_num = 1;
  in.timebase_den = 90000;
  in.rate_num = 30000;
  in.rate_den = 1001;
  in.frame_count = 60;
  NodeRun run(scale(), scale_params(R"("fps": 23.976)"));
  run.open(in, 9);
  EXPECT_EQ(run.format.rate_num, 24000);
  EXPECT_EQ(run.format.rate_den, 1001);
  EXPECT_EQ(run.format.frame_count, 48);
  EXPECT_EQ(run.needs.max_latency, 1U);
  std::vector<Frame> frames;
  for (int i = 0; i < 60; ++i) {
    auto info = frame_info(in, i);
    info.pts = 4500 + 3003 * i;
    info.duration = 3003;
    auto frame = Host(run.node.host()).new_frame(info);
    fill(frame, [&](int, int, int, int) { return i; });
    frames.push_back(std::move(frame));
  }
  const auto out = run.give(std::move(frames));
  ASSERT_THAT(out, SizeIs(48));
  for (std::size_t k = 0; k < out.size(); ++k) {
    const auto info = out[k].info();
    EXPECT_EQ(info.clock, 9U);
    EXPECT_EQ(info.index, static_cast<std::int64_t>(k));
    // Exactly k periods of 1001/24000 s after the first source time of 1/20 s.
    const double seconds = static_cast<double>(info.pts) * info.timebase_num / info.timebase_den;
    EXPECT_NEAR(seconds, 0.05 + static_cast<double>(k) * 1001 / 24000, 1e-9);
    EXPECT_EQ(info.duration * info.timebase_num * 24000, std::int64_t{1001} * info.timebase_den);
    const double position = static_cast<double>(k) * 30 / 24;
    EXPECT_EQ(int{out[k].plane<const std::uint8_t>(0).at(0, 0)},
              static_cast<int>(std::ceil(position - 0.5)));
  }
}

TEST(Scale, RepeatsWithoutScalingAgain) {
  auto in = colour_format(RLV_PF_GREY8, 32, 32);
  in.timebase_den = 10;
  NodeRun run(scale(), scale_params(R"("fps": 30, "height": 16)"));
  run.open(in, 9);
  auto frame = new_frame(run.node, in, 0);
  fill(frame, [](int, int x, int, int) { return x; });
  const auto out = run.give({frame});
  ASSERT_THAT(out, SizeIs(3));
  EXPECT_EQ(out[0].tensor(0)->dl_tensor.data, out[2].tensor(0)->dl_tensor.data);
  EXPECT_TRUE(out[1].is_read_only());
}

TEST(Scale, EmitsAsSoonAsItCan) {
  auto in = colour_format(RLV_PF_GREY8, 8, 8);
  NodeRun run(scale(), scale_params(R"("fps": 24)"));
  run.open(in, 9);
  std::int64_t pulled = 0;
  for (int i = 0; i < 10; ++i) {
    std::vector<Frame> moment{new_frame(run.node, in, i)};
    ASSERT_EQ(run.node.push(moment), Flow::kDone);
    std::vector<Frame> got(1);
    while (run.node.pull(got) == Flow::kDone) ++pulled;
    EXPECT_EQ(pulled, i + 1);
  }
}

TEST(Scale, TheNewClockKnowsTheSourceAndItsSideData) {
  media::SourceFile source;
  source.path = "film.mp4";
  const auto record = media::register_clock(41, source);
  auto in = colour_format(RLV_PF_GREY8, 8, 8);
  in.clock = 41;
  const auto side = [](std::uint8_t value) {
    std::shared_ptr<AVBufferRef> buffer(av_buffer_alloc(1),
                                        [](AVBufferRef* p) { av_buffer_unref(&p); });
    buffer->data[0] = value;
    return buffer;
  };
  for (int i = 0; i < 4; ++i)
    record->put(i, {{{AV_FRAME_DATA_A53_CC, side(static_cast<std::uint8_t>(i))},
                     {AV_FRAME_DATA_DYNAMIC_HDR_PLUS, side(static_cast<std::uint8_t>(i))}}});
  {
    NodeRun run(scale(), scale_params(R"("fps": 36)"));
    run.open(in, 42);
    const auto out = run.give({new_frame(run.node, in, 0), new_frame(run.node, in, 1),
                               new_frame(run.node, in, 2), new_frame(run.node, in, 3)});
    ASSERT_THAT(out, SizeIs(6));
    const auto made = media::find_clock(42);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(made->source().path, "film.mp4");
    // Moments at 0, 2/3, 4/3, 2, 8/3, 10/3 source frames: frames 0 1 1 2 3 3.
    EXPECT_THAT(made->get(1).items, SizeIs(2));
    EXPECT_EQ(made->get(1).items[0].data->data[0], 1);
    // Captions come once, HDR metadata with every frame.
    ASSERT_THAT(made->get(2).items, SizeIs(1));
    EXPECT_EQ(made->get(2).items[0].type, AV_FRAME_DATA_DYNAMIC_HDR_PLUS);
    EXPECT_EQ(made->get(4).items[0].data->data[0], 3);
  }
  EXPECT_EQ(media::find_clock(42), nullptr);
  media::forget_clock(41);
}

TEST(Scale, MarksAShotOnceWhicheverFramesAreGiven) {
  auto in = colour_format(RLV_PF_GREY8, 8, 8);
  const auto transitions = [&](const char* fps) {
    NodeRun run(scale(), scale_params(std::string("\"fps\": ") + fps));
    run.open(in, 9);
    std::vector<Frame> frames;
    for (int i = 0; i < 12; ++i) {
      auto info = frame_info(in, i);
      info.shot_id = i < 5 ? 0 : 1;
      info.transition = i == 5 ? RLV_TRANSITION_HARD : RLV_TRANSITION_NONE;
      frames.push_back(Host(run.node.host()).new_frame(info));
    }
    int hard = 0;
    std::int64_t shot = 0;
    for (const auto& frame : run.give(std::move(frames))) {
      const auto info = frame.info();
      if (info.transition != RLV_TRANSITION_HARD) continue;
      ++hard;
      shot = info.shot_id;
      EXPECT_EQ(info.shot_id, 1);
    }
    EXPECT_EQ(shot, 1);
    return hard;
  };
  EXPECT_EQ(transitions("12"), 1);
  EXPECT_EQ(transitions("8"), 1);
  EXPECT_EQ(transitions("60"), 1);
}

TEST(Scale, APhonesVariableTimesBecomeAnEvenRate) {
  RLV_SHARED_DATA_OR_SKIP(path, "video/phone_hlg_vfr_rot_1080p/phone_hlg.mp4");
  FilmRun film(path.string());
  film.read_all();
  NodeRun run(scale(), scale_params(R"("fps": 24, "height": 96)"));
  run.open(film.format, 9);
  const auto last = film.frames.back().info();
  const auto first = film.frames.front().info();
  const double seconds = static_cast<double>(last.pts + last.duration - first.pts) / 600;
  const auto out = run.give(film.frames);
  EXPECT_EQ(out.size(), static_cast<std::size_t>(std::ceil(seconds * 24 - 1e-9)));
  for (std::size_t k = 1; k < out.size(); ++k)
    EXPECT_EQ(out[k].info().pts - out[k - 1].info().pts, out[0].info().duration);
  EXPECT_EQ(int{out[0].info().colour.transfer}, 18);
}

}  // namespace
}  // namespace relievo::test
