#include "core/app/output_check.hpp"

#include <filesystem>

#include "core/app/interrupts.hpp"
#include "core/host/failure.hpp"
#include "core/host/film_check.hpp"
#include "core/host/inspect.hpp"
#include "core/host/sidecar.hpp"

namespace relievo::app {
namespace {

using host::Json;

const host::ResolvedNode* node_named(const host::ResolvedGraph& graph, const std::string& name) {
  for (const auto& node : graph.nodes)
    if (node.name == name) return &node;
  return nullptr;
}

// The whole films of one sink's report: of two_files both.
std::vector<std::string> films_of(const Json& sink) {
  std::vector<std::string> films;
  if (!sink.value("complete", false)) return films;
  films.push_back(sink.value("path", ""));
  for (const auto& more : sink.value("more_paths", Json::array()))
    films.push_back(more.get<std::string>());
  std::erase_if(films, [](const std::string& film) { return !host::is_film_name(film); });
  return films;
}

Json check_one(const host::ResolvedNode& node, const std::string& path, std::int64_t frames,
               const Json& written, const host::Registry& registry, host::RunContext& run) {
  host::FilmCheck check;
  Json film;
  try {
    film = host::inspect_film(path, registry, run);
    check = host::check_film(node, frames, film, written);
  } catch (const host::Failure& e) {
    check.faults.emplace_back(e.what());
  }
  for (const auto& fault : check.faults)
    run.log.error("'" + path + "' was written badly: " + fault);
  for (const auto& doubt : check.doubts) run.log.warn("'" + path + "': " + doubt);
  return {{"faults", check.faults}, {"doubts", check.doubts}, {"film", film}};
}

}  // namespace

void check_sidecars(const host::ResolvedGraph& graph, bool overwrite) {
  for (const auto& node : graph.nodes) {
    const auto path = node.params.value("path", "");
    if (!node.type.spec->outputs.empty() || !host::is_film_name(path)) continue;
    const auto file = host::sidecar_of_film(path);
    std::error_code missing;
    if (!overwrite && std::filesystem::exists(file, missing))
      throw host::Failure(
          host::ExitCode::kUsage,
          "the sidecar '" + file.string() + "' exists already; move it away, or use --overwrite");
  }
}

bool check_outputs(host::RunReport& report, const host::ResolvedGraph& graph,
                   const host::Registry& registry, host::RunContext& run) {
  bool is_good = true;
  for (auto& sink : report.sinks) {
    const auto* node = node_named(graph, sink.value("node", ""));
    if (node == nullptr || node->type.spec->id != "sink") continue;
    const auto films = films_of(sink);
    const auto written = sink.value("films", Json::array());
    for (std::size_t i = 0; i < films.size(); ++i) {
      auto check = check_one(*node, films[i], sink.value("frames", std::int64_t{0}),
                             i < written.size() ? written[i] : Json(), registry, run);
      is_good = is_good && check["faults"].empty();
      sink["check"].push_back(std::move(check));
    }
  }
  return is_good;
}

bool write_sidecars(const host::RunReport& report, const host::ResolvedGraph& graph,
                    const Json& spatial, host::Log& log) {
  struct Stopped {};
  try {
    const auto shared = host::sidecar_of_run(graph, RLV_VERSION, [](std::uint64_t) {
      if (is_interrupted()) throw Stopped{};
    });
    for (const auto& sink : report.sinks) {
      std::size_t number = 0;
      for (const auto& film : films_of(sink)) {
        auto content = shared;
        content["node"] = sink.value("node", "");
        content["frames"] = sink.value("frames", std::int64_t{0});
        content["notes"] = sink.value("notes", Json::array());
        content["check"] = sink.contains("check") ? sink.at("check").at(number) : Json();
        if (!spatial.is_null()) content["spatial"] = spatial;
        host::write_sidecar(film, content);
        ++number;
      }
    }
    return true;
  } catch (const Stopped&) {
    log.info("cancelled; the sidecars were not written");
  } catch (const host::Failure& e) {
    log.error(e.what());
  }
  return false;
}

}  // namespace relievo::app
