// The contact sheet: which moments, which columns, what they look like.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/media/nodes.hpp"
#include "core/media/write/anaglyph.hpp"
#include "core/media/write/colormap.hpp"
#include "core/media/write/sheet_image.hpp"
#include "core/media/write/spread.hpp"
#include "tests/support/media_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/media/out/sink_driver.hpp"

namespace relievo::test {
namespace {

using media::contact_sheet_type;
using ::testing::HasSubstr;

// Keeps what a Spread says, as the node does.
std::vector<std::int64_t> spread_over(std::int64_t total, std::int64_t expected, std::size_t picks,
                                      std::size_t& most_held) {
  media::Spread spread(picks, expected, 4);
  std::vector<std::int64_t> held;
  for (std::int64_t i = 0; i < total; ++i) {
    if (!spread.wants(i)) continue;
    held.push_back(i);
    const auto dropped = spread.keep(i);
    for (auto d = dropped.rbegin(); d != dropped.rend(); ++d)
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(*d));
    most_held = std::max(most_held, held.size());
  }
  std::vector<std::int64_t> picked;
  for (const auto position : spread.pick(total)) picked.push_back(held[position]);
  return picked;
}

TEST(Spread, PicksAreEvenWhateverIsKnownOfTheLength) {
  for (const std::int64_t total : {5, 23, 100, 1009, 250000})
    for (const std::int64_t expected : {std::int64_t{0}, total, total / 2, total * 10}) {
      std::size_t most_held = 0;
      const auto picked = spread_over(total, expected, 5, most_held);
      EXPECT_LE(most_held, 20U);
      if (expected > total) continue;  // far fewer frames came than promised: what is there
      ASSERT_EQ(picked.size(), 5U) << total << " of " << expected;
      for (std::size_t i = 0; i < picked.size(); ++i)
        EXPECT_NEAR(static_cast<double>(picked[i]), (static_cast<double>(i) + 0.5) * total / 5,
                    0.5 * total / 5 / 2 + 1)
            << total << " of " << expected;
    }
}

TEST(Spread, FewerFramesThanRowsGiveFewerPicks) {
  std::size_t most_held = 0;
  EXPECT_EQ(spread_over(3, 0, 5, most_held), (std::vector<std::int64_t>{0, 1, 2}));
}

TEST(Timecode, CountsHoursMinutesSecondsTenths) {
  EXPECT_EQ(media::timecode(0), "0:00:00.0");
  EXPECT_EQ(media::timecode(83.44), "0:01:23.4");
  EXPECT_EQ(media::timecode(59.96), "0:01:00.0");
  EXPECT_EQ(media::timecode(3 * 3600 + 62.5), "3:01:02.5");
}

TEST(Anaglyph, TheSameInBothEyesKeepsItsGreysAndEachEyeItsFilter) {
  std::vector<std::uint8_t> out(3);
  for (const int level : {0, 40, 128, 255}) {
    const std::vector<std::uint8_t> grey(3, static_cast<std::uint8_t>(level));
    media::make_anaglyph(grey, grey, out);
    for (const auto v : out) EXPECT_NEAR(v, level, 2);
  }
  const std::vector<std::uint8_t> white(3, 255);
  const std::vector<std::uint8_t> black(3, 0);
  media::make_anaglyph(white, black, out);
  EXPECT_GT(out[0], 250);  // the left eye looks through red
  EXPECT_LT(out[1], 30);
  media::make_anaglyph(black, white, out);
  EXPECT_LT(out[0], 30);
  EXPECT_GT(out[1], 250);
  EXPECT_GT(out[2], 250);
}

// A film whose source is grey of a level that rises with time, whose left is red, right green, and
// whose depth falls from left to right.
struct SheetFilm {
  rlv_format colour = colour_format(RLV_PF_RGB24, 160, 90);
  rlv_format depth = depth_format(80, 45, RLV_SEM_METRES);
  int frames = 100;

  [[nodiscard]] static int level(std::int64_t index) { return static_cast<int>(40 + 2 * index); }

  nlohmann::json write(SinkDriver& sheet, std::set<int> ports, bool complete = true) {
    colour.frame_count = frames;
    std::vector<std::optional<rlv_format>> formats{colour, depth, colour, colour};
    for (int p = 0; p < 4; ++p)
      if (ports.count(p) == 0) formats[static_cast<std::size_t>(p)].reset();
    static_cast<void>(sheet.plan(formats));
    sheet.open();
    for (int i = 0; i < frames; ++i) {
      std::vector<Frame> in(4);
      const auto info = frame_info(colour, i);
      if (ports.count(0) != 0)
        in[0] = painted_frame(sheet.host(), info, [&](int, int, int) { return level(i); });
      if (ports.count(1) != 0)
        in[1] = depth_frame(sheet.host(), depth, i,
                            [](int x, int) { return 1.0F + static_cast<float>(x); });
      if (ports.count(2) != 0)
        in[2] =
            painted_frame(sheet.host(), info, [](int c, int, int) { return c == 0 ? 200 : 20; });
      if (ports.count(3) != 0)
        in[3] =
            painted_frame(sheet.host(), info, [](int c, int, int) { return c == 1 ? 200 : 20; });
      sheet.push(std::move(in));
    }
    sheet.drain();
    return sheet.finish(complete);
  }
};

std::string params(const std::filesystem::path& path, const std::string& extra = "{}") {
  auto json = nlohmann::json::parse(extra);
  json["path"] = path.string();
  if (!json.contains("width")) json["width"] = 160;
  return json.dump();
}

// Horizontal runs of at least 100 pixels of the row that differ from the ground: the pictures.
std::vector<int> picture_starts(const DecodedPicture& sheet, int y) {
  std::vector<int> starts;
  int run = 0;
  for (int x = 0; x < sheet.width; ++x) {
    const bool ground =
        sheet.at(0, x, y) == 22 && sheet.at(1, x, y) == 24 && sheet.at(2, x, y) == 29;
    run = ground ? 0 : run + 1;
    if (run == 100) starts.push_back(x - 99);
  }
  return starts;
}

TEST(ContactSheet, ShowsFiveColumnsOfMomentsInOrder) {
  const auto path = temporary_dir() / "sheet.png";
  SinkDriver sheet(contact_sheet_type(), params(path));
  SheetFilm film;
  const auto report = film.write(sheet, {0, 1, 2, 3});
  EXPECT_TRUE(report["complete"]);
  EXPECT_EQ(report["frames"], 100);
  EXPECT_EQ(report["bytes"], std::filesystem::file_size(path));

  const auto picture = decode_pictures(path).at(0);
  const auto size = media::sheet_size(5, 5, 160, 90);
  EXPECT_EQ(picture.width, size.width);
  EXPECT_EQ(picture.height, size.height);
  std::vector<int> levels;
  for (int y = 0; y < picture.height; ++y) {
    const auto starts = picture_starts(picture, y);
    if (starts.size() != 5) continue;
    const int level = picture.at(0, starts[0] + 80, y);
    if (levels.empty() || levels.back() != level) levels.push_back(level);
    EXPECT_EQ(picture.at(0, starts[2] + 80, y), 200);
    EXPECT_EQ(picture.at(1, starts[3] + 80, y), 200);
  }
  // The middles of five shares of a hundred frames.
  ASSERT_EQ(levels.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(levels[i], SheetFilm::level(static_cast<std::int64_t>(10 + 20 * i)), 4);
}

// Every frame of a film in another format would be converted if the node asked the host for RGB.
TEST(ContactSheet, PicturesOfAFilmAreShownInSrgb) {
  const auto path = temporary_dir() / "sheet.png";
  SinkDriver sheet(contact_sheet_type(), params(path, R"({"rows": 1})"));
  SheetFilm film;
  film.frames = 3;
  film.colour = colour_format(RLV_PF_YUV420P10, 160, 90);
  film.colour.colour = {1, 1, 1, 0, 0, {}};
  static_cast<void>(film.write(sheet, {0}));
  const auto picture = decode_pictures(path).at(0);
  const int y = picture.height - 40;
  const auto start = picture_starts(picture, y).at(0);
  // A luma and two chromas of 42 of 1023 lie below black on limited range, far towards green.
  EXPECT_EQ(picture.at(0, start + 80, y), 0);
  EXPECT_GT(picture.at(1, start + 80, y), 60);
  EXPECT_EQ(picture.at(2, start + 80, y), 0);
}

TEST(ContactSheet, DepthIsNearOnTheLeft) {
  const auto path = temporary_dir() / "sheet.png";
  SinkDriver sheet(contact_sheet_type(), params(path, R"({"rows": 1})"));
  SheetFilm film;
  film.frames = 3;
  static_cast<void>(film.write(sheet, {1}));
  const auto picture = decode_pictures(path).at(0);
  const auto map = media::make_colormap("inferno");
  const int y = picture.height / 2;
  const auto start = picture_starts(picture, y).at(0);
  for (int c = 0; c < 3; ++c)
    EXPECT_NEAR(picture.at(c, start, y), map[255][static_cast<std::size_t>(c)], 2);
  EXPECT_LT(picture.at(0, start + 150, y), 40);
}

TEST(ContactSheet, MissingInputsDropTheirColumns) {
  for (const auto& [ports, columns] : std::vector<std::pair<std::set<int>, int>>{
           {{0}, 1}, {{0, 1}, 2}, {{2, 3}, 3}, {{0, 2}, 2}}) {
    const auto path = temporary_dir() / "sheet.png";
    SinkDriver sheet(contact_sheet_type(), params(path, R"({"rows": 2})"));
    SheetFilm film;
    film.frames = 10;
    static_cast<void>(film.write(sheet, ports));
    const auto size = media::sheet_size(2, columns, 160, 90);
    EXPECT_EQ(decode_pictures(path).at(0).width, size.width);
  }
}

TEST(ContactSheet, JpegIsTaggedSoThatColoursAreRight) {
  const auto path = temporary_dir() / "sheet.jpg";
  SinkDriver sheet(contact_sheet_type(), params(path, R"({"rows": 1})"));
  SheetFilm film;
  film.frames = 2;
  static_cast<void>(film.write(sheet, {2}));
  const auto picture = decode_pictures(path).at(0);
  EXPECT_EQ(picture.colour.full_range, 1);
  const int x = picture.width - 80;
  const int y = picture.height - 40;
  // (200, 20, 20) in JFIF's BT.601.
  EXPECT_NEAR(picture.at(0, x, y), 0.299 * 200 + 0.701 * 20, 2);
  EXPECT_NEAR(picture.at(2, x, y), 128 + (200 - 73.82) / 1.402, 2);
}

TEST(ContactSheet, ACancelledRunLeavesWhatWasSeen) {
  const auto path = temporary_dir() / "sheet.png";
  SinkDriver sheet(contact_sheet_type(), params(path));
  SheetFilm film;
  film.frames = 7;
  const auto report = film.write(sheet, {0}, false);
  EXPECT_FALSE(report["complete"]);
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(report["path"], (path.parent_path() / "sheet.partial.png").string());
  EXPECT_EQ(decode_pictures(path.parent_path() / "sheet.partial.png").size(), 1U);
}

void expect_refused(const std::string& json, const std::vector<std::optional<rlv_format>>& formats,
                    const std::string& message) {
  SinkDriver sheet(contact_sheet_type(), json);
  try {
    static_cast<void>(sheet.plan(formats));
    ADD_FAILURE() << "not refused: " << json;
  } catch (const NodeError& e) {
    EXPECT_THAT(e.what(), HasSubstr(message));
  }
}

TEST(ContactSheet, RefusesWhatCannotBe) {
  const auto dir = temporary_dir();
  const auto rgb = colour_format(RLV_PF_RGB24, 160, 90);
  const std::optional<rlv_format> none;
  expect_refused(params(dir / "a.png"), {none, none, none, none}, "nothing is connected");
  expect_refused(params(dir / "a.mp4"), {rgb, none, none, none}, "has to end in .png or .jpg");
  expect_refused(params(dir / "a.png", R"({"rows": 50, "width": 4096})"), {rgb, none, rgb, rgb},
                 "lower rows or width");
  expect_refused(params(dir / "a.png"), {rgb, rgb, none, none}, "input 'depth' cannot be colour");
}

}  // namespace
}  // namespace relievo::test
