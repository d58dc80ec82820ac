// A flat screen in half a sphere: where it stands, how it is drawn, and what the film says of it.
#include <cmath>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/boxes/stereo_boxes.hpp"
#include "core/media/nodes.hpp"
#include "core/media/write/components.hpp"
#include "core/media/write/picture_pool.hpp"
#include "core/media/write/vr180_projector.hpp"
#include "tests/support/film_tools.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/film.hpp"

namespace relievo::test {
namespace {

using namespace media;
using ::testing::HasSubstr;

constexpr double kPi = std::numbers::pi;

// Far away, so that both eyes see the same.
constexpr Vr180Screen kFar{90.0, 1000.0, 720};

TEST(Vr180, AFlatScreenTakesTheAnglesOfItsWidth) {
  const Vr180Geometry geometry(kFar, 400, 200, 1.0, false);
  const auto middle = geometry.view_place({360, 360});
  EXPECT_NEAR(middle.x, 200, 0.01);
  EXPECT_NEAR(middle.y, 100, 1e-9);
  // 45 degrees to either side, which are 180 of 720 columns.
  EXPECT_NEAR(geometry.view_place({180, 360}).x, 0, 0.01);
  EXPECT_NEAR(geometry.view_place({540, 360}).x, 400, 0.01);
  // Half as high as wide: atan(1 / 2) above the middle.
  const double top = 360 - 720 * std::atan(0.5) / kPi;
  EXPECT_NEAR(geometry.view_place({360, top}).y, 0, 1e-9);
  const auto bounds = geometry.bounds();
  EXPECT_LE(bounds.x, 178);
  EXPECT_GE(bounds.x + bounds.width, 542);
  EXPECT_LE(bounds.y, static_cast<int>(top) - 1);
  EXPECT_EQ((bounds.x | bounds.y | bounds.width | bounds.height) % 2, 0);
}

TEST(Vr180, NonSquarePixelsKeepThePicturesShape) {
  const Vr180Geometry narrow(kFar, 200, 200, 2.0, false);
  const Vr180Geometry square(kFar, 400, 200, 1.0, false);
  EXPECT_NEAR(narrow.view_place({300, 300}).y, square.view_place({300, 300}).y, 1e-9);
  EXPECT_NEAR(2 * narrow.view_place({300, 300}).x, square.view_place({300, 300}).x, 1e-9);
}

// At two metres each eye sees the middle of the screen atan(0.0315 / 2) from straight ahead: the
// left one to the right of it.
TEST(Vr180, TheScreenStandsWhereBothEyesMeet) {
  const Vr180Screen screen{70.0, 2.0, 2000};
  for (const bool right : {false, true}) {
    const double angle = (right ? -1 : 1) * std::atan(0.0315 / 2.0);
    const Vr180Geometry geometry(screen, 1920, 1080, 1.0, right);
    const auto place = geometry.view_place({1000 + 2000 * angle / kPi, 1000});
    EXPECT_NEAR(place.x, 960, 0.01) << right;
    EXPECT_NEAR(place.y, 540, 1e-9) << right;
  }
}

TEST(Vr180, TheSizeKeepsTheFilmsDetailUpToWhatHeadsetsDecode) {
  // At 90 degrees a view of 640 columns has 320 to a radian in its middle.
  EXPECT_EQ(vr180_side({90.0, 2.0, 0}, 640), 1004);
  EXPECT_NEAR(Vr180Geometry({90.0, 2.0, 0}, 640, 360, 1.0, false).reduction().x, 1, 0.01);
  EXPECT_EQ(vr180_side({70.0, 2.0, 0}, 3840), 4096);
  EXPECT_EQ(vr180_side({70.0, 2.0, 1023}, 640), 1024);
}

// A picture whose samples are a linear function of the place: what is drawn can be computed.
template <class T>
AvFramePtr ramp(AVPixelFormat format, int width, int height, int scale) {
  PicturePool pool(format, width, height);
  auto picture = pool.make();
  for (int c = 0; c < component_count(format); ++c) {
    const auto component = component_of(*picture, c);
    const double grow = static_cast<double>(width) / component.width;
    for (int y = 0; y < component.height; ++y)
      for (int x = 0; x < component.width; ++x) {
        // Chroma lies on the left luma column (siting 'left'), between two luma rows.
        const double at = c == 0 ? x : grow * x;
        *reinterpret_cast<T*>(component.data + y * component.row_bytes + x * component.step) =
            static_cast<T>(static_cast<int>(std::lround(scale * (40 + at / 5))) << component.shift);
      }
  }
  return picture;
}

template <class T>
void expect_drawn_ramp(AVPixelFormat format, int scale) {
  const Vr180Screen screen{80.0, 2.0, 520};
  constexpr int kWidth = 640, kHeight = 360;
  rlv_colour colour{1, 1, 1, 0, 0, {}};  // limited range, chroma on the left
  Vr180Projector projector(screen, format, kWidth, kHeight, 1.0, colour);
  const auto view = ramp<T>(format, kWidth, kHeight, scale);
  for (const bool right : {false, true}) {
    const auto picture = projector.project(*view, right);
    ASSERT_EQ(picture->width, 520);
    ASSERT_EQ(picture->height, 520);
    const Vr180Geometry geometry(screen, kWidth, kHeight, 1.0, right);
    for (int c = 0; c < component_count(format); ++c) {
      const auto component = component_of(*picture, c);
      const int step = picture->width / component.width;
      int inside = 0;
      double error = 0;
      for (int y = 0; y < component.height; y += 3) {
        for (int x = 0; x < component.width; x += 3) {
          const int sample = *reinterpret_cast<const T*>(component.data + y * component.row_bytes +
                                                         x * component.step) >>
                             component.shift;
          const auto place =
              geometry.view_place({step * x + 0.5, step * y + (step == 2 ? 1.0 : 0.5)});
          const double margin = 6;
          if (place.x > margin && place.y > margin && place.x < kWidth - margin &&
              place.y < kHeight - margin) {
            // Rounded in the view, when it is made smaller, and in the picture.
            const double off = sample / static_cast<double>(scale) - (40 + (place.x - 0.5) / 5);
            EXPECT_LT(std::abs(off), 1.6) << c << " at " << x << ", " << y;
            ++inside;
            error += off;
          } else if (place.x < -2 * margin || place.y < -2 * margin ||
                     place.x > kWidth + 2 * margin || place.y > kHeight + 2 * margin) {
            EXPECT_EQ(sample, (c == 0 ? 16 : 128) * scale) << c << " at " << x << ", " << y;
          }
        }
      }
      // Half a pixel to the side would be a tenth.
      EXPECT_LT(std::abs(error / inside), 0.04) << c;
      EXPECT_GT(inside, 500);
    }
  }
}

TEST(Vr180, ViewsAreDrawnToTheSampleAndBlackIsAroundThem) {
  expect_drawn_ramp<std::uint8_t>(AV_PIX_FMT_YUV420P, 1);
  expect_drawn_ramp<std::uint8_t>(AV_PIX_FMT_NV12, 1);
}

TEST(Vr180, TenBitsStayTenBits) {
  expect_drawn_ramp<std::uint16_t>(AV_PIX_FMT_YUV420P10LE, 4);
  expect_drawn_ramp<std::uint16_t>(AV_PIX_FMT_P010LE, 4);
}

// Stripes finer than the picture can show become grey, not other stripes.
TEST(Vr180, FineDetailOfACoarsePictureIsAveraged) {
  constexpr int kWidth = 1920, kHeight = 1080;
  PicturePool pool(AV_PIX_FMT_GRAY8, kWidth, kHeight);
  const auto view = pool.make();
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      view->data[0][y * view->linesize[0] + x] = x % 2 == 0 ? 60 : 180;
  Vr180Projector projector({70.0, 2.0, 720}, AV_PIX_FMT_GRAY8, kWidth, kHeight, 1.0, {});
  const auto picture = projector.project(*view, false);
  for (int x = 300; x < 420; ++x)
    EXPECT_NEAR(picture->data[0][360 * picture->linesize[0] + x], 120, 6) << x;
}

std::string params(const std::string& more = "") {
  return R"({"layout": "vr180", "vr180_size": 256)" + more + "}";
}

TEST(Vr180, IsSaidByBoxesStreamAndContainer) {
  RLV_FFMPEG_OR_SKIP();
  for (const auto* ending : {".mp4", ".mov"}) {
    const auto path = temporary_dir() / (std::string("film") + ending);
    write_film(quick(path, params()), small_film(6));
    const auto facts = read_stereo_facts(path).at(0);
    EXPECT_TRUE(facts.is_half_equirect());
    EXPECT_EQ(facts.packing, four_cc("side"));
    EXPECT_EQ(facts.st3d, 2);
    EXPECT_TRUE(facts.is_spherical);
    const auto video = read_file(path).video();
    EXPECT_EQ(video.width, 512);
    EXPECT_EQ(video.height, 256);
  }
  const auto path = temporary_dir() / "film.mkv";
  write_film(quick(path, params()), small_film(6));
  const auto said = run_program({"ffprobe", "-v", "error", "-show_streams", path.string()});
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, HasSubstr("type=side by side"));
  EXPECT_THAT(*said, HasSubstr("projection=tiled equirectangular"));
}

TEST(Vr180, HasOneOrderOfEyes) {
  try {
    write_film(quick(temporary_dir() / "film.mp4", params(R"(, "view_order": "right_first")")),
               small_film(2));
    ADD_FAILURE() << "not refused";
  } catch (const std::exception& e) {
    EXPECT_THAT(e.what(), HasSubstr("layout vr180 has the left eye's picture on the left"));
  }
}

}  // namespace
}  // namespace relievo::test
