// What became faster or slower from one report to another, beyond the noise of both.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/host/parameters.hpp"

namespace relievo::bench {

inline constexpr double kAlpha = 0.05;  // chance of a false alarm in each cell

enum class Verdict { kFaster, kSlower, kAlike, kTooFew, kOnlyOne };

struct Change {
  std::string cell;
  Verdict verdict = Verdict::kAlike;
  double before = 0;  // median
  double after = 0;
  double p = 1;
};

// The cells of both, by name, in the order of the first report. measure: an entry of "runs":
// steady_ms_per_frame, cpu_ms_per_frame, wall_s or cpu_s. kTooFew: no outcome of so few repetitions
// could be told from chance.
[[nodiscard]] std::vector<Change> compare(const host::Json& before, const host::Json& after,
                                          const std::string& measure, double alpha = kAlpha);

// A table, and a line that sums it up.
[[nodiscard]] std::string changes_as_text(const std::vector<Change>& changes,
                                          const std::string& measure);
[[nodiscard]] host::Json changes_as_json(const std::vector<Change>& changes);

// A report.json, or a folder that holds one. Throws Failure(kUsage) with what is wrong.
[[nodiscard]] host::Json read_report(const std::filesystem::path& path);

}  // namespace relievo::bench
