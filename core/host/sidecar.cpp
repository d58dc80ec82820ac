#include "core/host/sidecar.hpp"

#include "core/host/failure.hpp"
#include "core/hub/digest.hpp"
#include "core/hub/error.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::host {
namespace fs = std::filesystem;
namespace {

using OnBytes = std::function<void(std::uint64_t)>;

// Adds "bytes" and "sha256".
void add_digest(const fs::path& file, const OnBytes& on_bytes, Json& json) {
  std::error_code missing;
  if (!fs::is_regular_file(file, missing)) {
    json["bytes"] = nullptr;
    json["sha256"] = nullptr;
    return;
  }
  try {
    const auto digests = hub::digests_of(file, false, on_bytes);
    json["bytes"] = digests.size;
    json["sha256"] = digests.sha256;
  } catch (const hub::Error& e) {
    throw Failure(ExitCode::kRunFailed, std::string("sidecar: ") + e.what());
  }
}

Json weights_json(const ResolvedNode& node, const OnBytes& on_bytes) {
  auto all = Json::array();
  for (const auto& [name, path] : node.weights.items()) {
    Json one{{"name", name}, {"path", path}};
    add_digest(path.get<std::string>(), on_bytes, one);
    if (node.weight_origins.contains(name)) one.update(node.weight_origins.at(name));
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

fs::path sidecar_of_film(const fs::path& film) {
  auto name = film;
  name += ".json";
  return name;
}

Json sidecar_of_run(const ResolvedGraph& graph, const std::string& version,
                    const OnBytes& on_bytes) {
  const auto source = source_path(graph);
  Json of_source{{"path", source.string()}};
  add_digest(source, on_bytes, of_source);
  auto nodes = Json::array();
  for (const auto& node : graph.nodes)
    nodes.push_back({{"name", node.name},
                     {"type", node.type.spec->id},
                     {"plugin", node.type.plugin->manifest.plugin},
                     {"plugin_version", node.type.plugin->manifest.version},
                     {"device", node.device},
                     {"params", node.params},
                     {"weights", weights_json(node, on_bytes)}});
  return {{"program", "relievo"}, {"version", version}, {"source", of_source}, {"nodes", nodes}};
}

void write_sidecar(const fs::path& film, const Json& content) {
  try {
    // A file name need not be UTF-8.
    hub::write_whole(sidecar_of_film(film),
                     content.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } catch (const hub::Error& e) {
    throw Failure(ExitCode::kRunFailed, std::string("sidecar: ") + e.what());
  }
}

}  // namespace relievo::host
