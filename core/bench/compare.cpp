#include "core/bench/compare.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>

#include "core/bench/rank_test.hpp"
#include "core/bench/timing.hpp"
#include "core/host/failure.hpp"

namespace relievo::bench {
namespace {

using host::Json;

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFaster: return "faster";
    case Verdict::kSlower: return "slower";
    case Verdict::kAlike: return "no difference beyond the noise";
    case Verdict::kTooFew: return "too few repetitions";
    case Verdict::kOnlyOne: break;
  }
  return "only in one report";
}

std::vector<double> runs_of(const Json& report, const std::string& cell,
                            const std::string& measure) {
  for (const auto& candidate : report.at("cells"))
    if (candidate.at("name") == cell && candidate.contains("runs"))
      return candidate.at("runs").value(measure, std::vector<double>{});
  return {};
}

// Whether even a complete separation of so many values would be told from chance.
bool can_tell(std::size_t n, std::size_t m, double alpha) {
  std::vector<double> low(n), high(m);
  for (std::size_t i = 0; i < n; ++i) low[i] = static_cast<double>(i);
  for (std::size_t i = 0; i < m; ++i) high[i] = static_cast<double>(n + i);
  return rank_test(low, high).p < alpha;
}

Change change_of(const std::string& cell, const std::vector<double>& before,
                 const std::vector<double>& after, double alpha) {
  Change change;
  change.cell = cell;
  change.before = median(before);
  change.after = median(after);
  if (before.empty() || after.empty()) {
    change.verdict = Verdict::kOnlyOne;
  } else if (!can_tell(before.size(), after.size(), alpha)) {
    change.verdict = Verdict::kTooFew;
  } else {
    const auto test = rank_test(before, after);
    change.p = test.p;
    const double pairs = static_cast<double>(before.size() * after.size());
    if (test.p < alpha) change.verdict = 2 * test.u > pairs ? Verdict::kFaster : Verdict::kSlower;
  }
  return change;
}

std::string number(double value, int digits) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(digits) << value;
  return text.str();
}

}  // namespace

std::vector<Change> compare(const Json& before, const Json& after, const std::string& measure,
                            double alpha) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const auto* report : {&before, &after})
    for (const auto& cell : report->at("cells"))
      if (cell.contains("runs") && known.insert(cell.at("name").get<std::string>()).second)
        names.push_back(cell.at("name").get<std::string>());
  std::vector<Change> changes;
  for (const auto& name : names)
    changes.push_back(
        change_of(name, runs_of(before, name, measure), runs_of(after, name, measure), alpha));
  return changes;
}

std::string changes_as_text(const std::vector<Change>& changes, const std::string& measure) {
  std::size_t width = 4;
  for (const auto& change : changes) width = std::max(width, change.cell.size());
  std::ostringstream out;
  const auto line = [&](const std::string& cell, const std::array<std::string, 4>& columns,
                        const std::string& verdict) {
    out << std::left << std::setw(static_cast<int>(width) + 2) << cell << std::right;
    for (const auto& column : columns) out << std::setw(10) << column;
    out << "  " << verdict << "\n";
  };
  out << measure << ", medians\n";
  line("cell", {"before", "after", "change", "p"}, "verdict");
  std::array<int, 5> counts{};
  for (const auto& change : changes) {
    ++counts.at(static_cast<std::size_t>(change.verdict));
    const bool both = change.verdict != Verdict::kOnlyOne;
    const auto percent = both && change.before > 0
                             ? (change.after >= change.before ? "+" : "") +
                                   number(100 * (change.after / change.before - 1), 1) + " %"
                             : "";
    const bool tested = both && change.verdict != Verdict::kTooFew;
    line(change.cell,
         {change.before > 0 ? number(change.before, 2) : "",
          change.after > 0 ? number(change.after, 2) : "", percent,
          tested ? number(change.p, 4) : ""},
         verdict_name(change.verdict));
  }
  const auto count = [&](Verdict verdict) {
    return counts.at(static_cast<std::size_t>(verdict));
  };
  out << count(Verdict::kFaster) << " faster, " << count(Verdict::kSlower) << " slower, "
      << count(Verdict::kAlike) << " without a difference beyond the noise";
  if (count(Verdict::kTooFew) > 0)
    out << ", " << count(Verdict::kTooFew)
        << " with too few repetitions (four in each report at least: bench.repetitions)";
  if (count(Verdict::kOnlyOne) > 0)
    out << ", " << count(Verdict::kOnlyOne) << " in one report only";
  out << "\n";
  return out.str();
}

Json changes_as_json(const std::vector<Change>& changes) {
  auto json = Json::array();
  for (const auto& change : changes) {
    const bool both = change.verdict != Verdict::kOnlyOne;
    json.push_back(
        {{"cell", change.cell},
         {"verdict", verdict_name(change.verdict)},
         {"before", change.before},
         {"after", change.after},
         {"ratio", both && change.before > 0 ? Json(change.after / change.before) : Json()},
         {"p", change.p}});
  }
  return json;
}

Json read_report(const std::filesystem::path& path) {
  const auto file = std::filesystem::is_directory(path) ? path / "report.json" : path;
  const auto fail = [&](const std::string& fault) {
    throw host::Failure(host::ExitCode::kUsage, "'" + file.string() + "' " + fault);
  };
  std::ifstream in(file, std::ios::binary);
  if (!in) fail("cannot be read; name the report.json of a benchmark, or its folder");
  auto report = Json::parse(in, nullptr, false);
  if (!report.is_object() || !report.contains("relievo_bench") || !report.contains("cells"))
    fail("is no report of a benchmark; name the report.json that it wrote");
  if (report.at("relievo_bench") != 1)
    fail("is a report of a later version than this program reads (1)");
  return report;
}

}  // namespace relievo::bench
