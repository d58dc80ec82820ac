#include "core/bench/report.hpp"

namespace relievo::bench {

Json report_for_google(const Json& report) {
  const auto& context = report.at("context");
  auto benchmarks = Json::array();
  for (const auto& cell : report.at("cells")) {
    const auto name = cell.at("name");
    const auto entry = [&](std::size_t index) {
      return Json{{"name", name},
                  {"run_name", name},
                  {"run_type", "iteration"},
                  {"repetitions", cell.at("repetitions")},
                  {"repetition_index", index},
                  {"threads", 1}};
    };
    if (!cell.contains("runs")) {
      auto skipped = entry(0);
      skipped["error_occurred"] = true;
      skipped["error_message"] = cell.at("reason");
      benchmarks.push_back(std::move(skipped));
      continue;
    }
    const auto& runs = cell.at("runs");
    for (std::size_t i = 0; i < runs.at("wall_s").size(); ++i) {
      auto run = entry(i);
      const double frames = cell.at("time").at("frames").get<double>();
      run["iterations"] = cell.at("time").at("frames");
      run["real_time"] = runs.at("steady_ms_per_frame").at(i);
      run["cpu_time"] = frames > 0 ? 1e3 * runs.at("cpu_s").at(i).get<double>() / frames : 0;
      run["time_unit"] = "ms";
      run["wall_s"] = runs.at("wall_s").at(i);
      benchmarks.push_back(std::move(run));
    }
  }
  return {{"context",
           {{"date", report.at("created")},
            {"executable", report.at("command").empty() ? Json("") : report.at("command").at(0)},
            {"num_cpus", context.value("cpus", 1)},
            {"load_avg", context.value("load_average", Json())},
            {"library_build_type", "release"}}},
          {"benchmarks", benchmarks}};
}

}  // namespace relievo::bench
