#include <array>
#include <string>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/display.h>
}

#include "core/media/read/exif.hpp"
#include "core/media/read/filters.hpp"
#include "core/media/read/orientation.hpp"

namespace relievo::test {
namespace {

using media::Orientation;

// A picture of 3 x 2 grey pixels, each its own number, turned by the filters.
std::string turned(const Orientation& orientation) {
  auto picture = media::make_av_frame();
  picture->format = AV_PIX_FMT_GRAY8;
  picture->width = 3;
  picture->height = 2;
  EXPECT_GE(av_frame_get_buffer(picture.get(), 0), 0);
  for (int i = 0; i < 6; ++i)
    picture->data[0][i / 3 * picture->linesize[0] + i % 3] = static_cast<std::uint8_t>('a' + i);
  if (!orientation.is_upright()) {
    media::FilterChain chain(orientation.filters(), *picture, 1);
    chain.push(*picture);
    picture = chain.pull();
  }
  std::string text;
  for (int y = 0; y < picture->height; ++y) {
    if (y > 0) text += '/';
    for (int x = 0; x < picture->width; ++x)
      text += static_cast<char>(picture->data[0][y * picture->linesize[0] + x]);
  }
  return text;
}

// Stored as abc/def; how EXIF 2.3, table 6, wants each value shown.
TEST(Orientation, FollowsTheEightValuesOfExif) {
  const std::array<std::string, 9> kShown{"abc/def",  "abc/def",  "cba/fed",  "fed/cba", "def/abc",
                                          "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad"};
  for (int value = 0; value <= 8; ++value)
    EXPECT_EQ(turned(media::orientation_of_exif(value)), kShown.at(static_cast<std::size_t>(value)))
        << "orientation " << value;
}

TEST(Orientation, ReadsDisplayMatrices) {
  for (const int degrees : {0, 90, 180, 270}) {
    std::array<std::int32_t, 9> matrix{};
    av_display_rotation_set(matrix.data(), degrees);
    const auto parsed = media::orientation_of_matrix(matrix.data());
    EXPECT_TRUE(parsed.exact);
    EXPECT_EQ(parsed.orientation.degrees(), degrees);
    av_display_matrix_flip(matrix.data(), 1, 0);
    const auto mirrored = media::orientation_of_matrix(matrix.data());
    EXPECT_TRUE(mirrored.exact);
    EXPECT_TRUE(mirrored.orientation.is_mirrored());
  }
}

TEST(Orientation, AnOddAngleIsRoundedAndSaidToBe) {
  std::array<std::int32_t, 9> matrix{};
  av_display_rotation_set(matrix.data(), 80);
  const auto parsed = media::orientation_of_matrix(matrix.data());
  EXPECT_FALSE(parsed.exact);
  EXPECT_EQ(parsed.orientation.degrees(), 90);
  matrix.fill(0);
  EXPECT_FALSE(media::orientation_of_matrix(matrix.data()).exact);
}

TEST(Orientation, MovesChromaWithThePicture) {
  const rlv_colour left{1, 1, 1, 0, 0, {0, 0, 0}};
  const auto location = [&](int exif) {
    return int{media::orientation_of_exif(exif).turn(left, RLV_PF_YUV420P).chroma_location};
  };
  EXPECT_EQ(location(1), 0);
  EXPECT_EQ(location(6), 3);  // a quarter clockwise: left becomes top
  EXPECT_EQ(location(8), 5);  // a quarter back: left becomes bottom
  EXPECT_EQ(location(4), 0);
  // Right of the pixels has no code; the middle is half as far off as left.
  EXPECT_EQ(location(3), 1);
}

TEST(Exif, ReadsBothByteOrders) {
  const std::string little("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);
  const std::string big("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0", 26);
  const auto read = [](const std::string& text) {
    return media::read_exif({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(read(little).orientation, 6);
  EXPECT_EQ(read(big).orientation, 8);
}

TEST(Exif, SurvivesEveryCutAndEveryChangedByte) {
  std::string jpeg(
      "\xFF\xD8\xFF\xE1\0\x44"
      "Exif\0\0",
      12);
  jpeg += std::string(
      "MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
      "\x87\x69\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"
      "\0\x01\xA4\x05\0\x03\0\0\0\x01\0\x1C\0\0\0\0\0\0",
      56);
  jpeg += "\xFF\xDA";
  const auto read = [](const std::string& text) {
    return media::read_exif({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(read(jpeg).orientation, 6);
  EXPECT_DOUBLE_EQ(read(jpeg).focal_35mm, 28.0);
  for (std::size_t i = 0; i < jpeg.size(); ++i) {
    static_cast<void>(read(jpeg.substr(0, i)));
    for (const char value : {'\0', '\x7F', '\xFF'}) {
      auto damaged = jpeg;
      damaged[i] = value;
      EXPECT_LE(read(damaged).orientation, 8);
    }
  }
}

}  // namespace
}  // namespace relievo::test
