// Lines for people: what is written where, and the status line below them.
#include "core/host/log.hpp"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/host/progress_line.hpp"

namespace relievo::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A log whose pieces of text are kept.
struct KeptLog {
  std::vector<std::string> pieces;
  Log log{"host", [this](std::string_view text) {
            pieces.emplace_back(text);
          }};
};

TEST(Log, SaysWhoSpeaksAndHowSeriousItIs) {
  KeptLog kept;
  kept.log.info("fine");
  kept.log.warn("careful");
  kept.log.error("broken");
  kept.log.debug("below the threshold");
  EXPECT_THAT(kept.pieces,
              ElementsAre("host: fine\n", "host: warning: careful\n", "host: error: broken\n"));
  EXPECT_EQ(kept.log.warnings(), 2);
}

TEST(Log, QuietStillCountsAndShowsWarnings) {
  KeptLog kept;
  kept.log.set_threshold(RLV_LOG_WARNING);
  kept.log.info("fine");
  kept.log.warn("careful");
  EXPECT_THAT(kept.pieces, ElementsAre("host: warning: careful\n"));
  EXPECT_EQ(kept.log.warnings(), 1);
}

TEST(Log, AMessageIsOneLineWhateverIsInIt) {
  KeptLog kept;
  kept.log.error("first\nsecond\n");
  EXPECT_THAT(kept.pieces, ElementsAre("host: error: first second \n"));
}

TEST(Log, TheStatusLineStaysBelowWhatIsWritten) {
  KeptLog kept;
  kept.log.set_status_line("10 %");
  kept.log.info("a note");
  kept.log.set_status_line("");
  kept.log.set_status_line("");  // nothing to clear any more
  EXPECT_THAT(kept.pieces, ElementsAre("\r\x1b[K10 %", "\r\x1b[Khost: a note\n10 %", "\r\x1b[K"));
}

TEST(Log, LinesOfManyThreadsStayWhole) {
  KeptLog kept;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 200; ++k) kept.log.info("0123456789");
    });
  for (auto& thread : threads) thread.join();
  ASSERT_EQ(kept.pieces.size(), 800U);
  for (const auto& piece : kept.pieces) ASSERT_EQ(piece, "host: 0123456789\n");
}

Progress progress_at(double seconds, std::int64_t frames, std::int64_t expected) {
  Progress progress;
  progress.elapsed = std::chrono::duration<double>(seconds);
  progress.frames = frames;
  progress.expected = expected;
  progress.slowest = "stereo";
  return progress;
}

TEST(ProgressText, HasShareRateAndTheTimeThatIsLeft) {
  EXPECT_EQ(progress_text(progress_at(50, 1000, 2480)),
            " 40.3 %  1000 of 2480 frames  20.0 fps  ETA 1:14  slowest: stereo");
}

TEST(ProgressText, OfAnUnknownLengthHasNoShare) {
  EXPECT_EQ(progress_text(progress_at(2, 10, 0)), "10 frames  5.0 fps  slowest: stereo");
}

TEST(ProgressText, NeverPassesAHundredPercentWhenTheExpectedNumberWasTooSmall) {
  EXPECT_THAT(progress_text(progress_at(10, 120, 100)), HasSubstr("100.0 %  120 of 120 frames"));
}

TEST(ProgressText, BeforeTheFirstFrameForetellsNothing) {
  EXPECT_THAT(progress_text(progress_at(0, 0, 100)), HasSubstr("  0.0 %  0 of 100 frames"));
  EXPECT_THAT(progress_text(progress_at(0, 0, 100)), HasSubstr("ETA -"));
}

TEST(ProgressText, TimesAreReadLikeAClock) {
  EXPECT_EQ(clock_text(0.4), "0:00");
  EXPECT_EQ(clock_text(59.6), "1:00");
  EXPECT_EQ(clock_text(3723), "1:02:03");
}

TEST(ProgressLine, WithoutATerminalSpeaksEveryTenSeconds) {
  KeptLog kept;
  {
    ProgressLine line(kept.log, false);
    for (int second = 1; second <= 25; ++second) line.show(progress_at(second, second, 100));
  }
  EXPECT_THAT(kept.pieces, ElementsAre(HasSubstr("10 of 100"), HasSubstr("20 of 100")));
}

TEST(ProgressLine, OnATerminalIsClearedAtItsEnd) {
  KeptLog kept;
  { ProgressLine(kept.log, true).show(progress_at(1, 1, 100)); }
  EXPECT_THAT(kept.pieces, ElementsAre(HasSubstr("1 of 100"), "\r\x1b[K"));
}

}  // namespace
}  // namespace relievo::host
