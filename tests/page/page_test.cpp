#include "core/bench/page.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/paths.hpp"

namespace relievo::test {
namespace {

using bench::page_of;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kOpening = R"(<script type="application/json" id="report">)";

// What a browser would take for the text of the report's script element.
std::string data_in(const std::string& page) {
  const auto begin = page.find(kOpening) + kOpening.size();
  return page.substr(begin, page.find("</script", begin) - begin);
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++times;
  return times;
}

json fixture() {
  std::ifstream in(source_dir() / "tests/page/report.json");
  return json::parse(in);
}

TEST(BenchPage, HoldsTheReportAsItIs) {
  const auto report = fixture();
  EXPECT_EQ(json::parse(data_in(page_of(report))), report);
}

TEST(BenchPage, TakesAnEmptyReport) {
  const auto page = page_of(json::object());
  EXPECT_EQ(data_in(page), "{}");
  EXPECT_THAT(page, testing::StartsWith("<!doctype html>"));
}

TEST(BenchPage, LetsNoTextOfTheReportEndItsScript) {
  const json report{
      {"cells", {{{"reason", "</script><script>alert(1)</script><!--<script>"}}}},
      {"context", {{"cpu", "quotes \" and ' and \\ and & and \u2028"}, {"</SCRIPT >", "key"}}}};
  const auto empty = page_of(json::object());
  const auto page = page_of(report);
  EXPECT_EQ(json::parse(data_in(page)), report);
  EXPECT_EQ(count(page, "</script"), count(empty, "</script"));
  EXPECT_THAT(page, Not(HasSubstr("</SCRIPT")));
  EXPECT_THAT(data_in(page), Not(testing::ContainsRegex("[<>&]")));
}

TEST(BenchPage, DoesNotTakeTheReportsTextForItsOwnSlots) {
  const json report{{"context", {{"cpu", "@REPORT@ @STYLE@ @SCRIPT@ $& \\1"}}}};
  EXPECT_EQ(json::parse(data_in(page_of(report))), report);
}

TEST(BenchPage, ShowsBytesThatAreNoUtf8AsReplacement) {
  const json report{{"context", {{"cpu", "a\xff\xfe z"}}}};
  EXPECT_EQ(json::parse(data_in(page_of(report)))["context"]["cpu"], "a\uFFFD\uFFFD z");
}

TEST(BenchPage, WritesWhatIsNoNumberAsNull) {
  const json report{{"cells", {{{"time", {{"steady_ms_per_frame", std::nan("")}}}}}}};
  EXPECT_TRUE(
      json::parse(data_in(page_of(report)))["cells"][0]["time"]["steady_ms_per_frame"].is_null());
}

TEST(BenchPage, RefusesWhatIsNoReport) {
  try {
    (void)page_of(json::array());
    FAIL() << "an array was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "the benchmark's report is array, not an object; give what report.json holds");
  }
}

// The page says so itself to the browser; a link in a licence text is no address that is fetched.
TEST(BenchPage, NamesNoAddressThatABrowserWouldFetch) {
  const auto page = page_of(fixture());
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(testing::ContainsRegex("(src|href)=[\"']?(https?:)?//")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("sourceMappingURL")));
}

TEST(BenchPage, LeavesNoSlotOfItsTemplateOpen) {
  EXPECT_THAT(page_of(json::object()), Not(testing::ContainsRegex("@[A-Z]+@")));
}

// Where Chart.js was there when this was built, its licence goes along.
TEST(BenchPage, ShowsTheLicenceOfTheChartLibrary) {
  const auto page = page_of(json::object());
  if (page.find("Chart.js v") == std::string::npos)
    GTEST_SKIP() << "built without Chart.js; scripts/setup bench brings it";
  EXPECT_THAT(page, HasSubstr("The MIT License"));
  EXPECT_THAT(page, HasSubstr("Chart.js Contributors"));
  EXPECT_THAT(page, HasSubstr("Jukka Kurkela"));
}

}  // namespace
}  // namespace relievo::test
