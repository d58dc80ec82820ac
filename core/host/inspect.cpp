#include "core/host/inspect.hpp"

#include <vector>

#include "core/host/failure.hpp"
#include "core/host/node_instance.hpp"
#include "core/media/inspect_extension.hpp"

namespace relievo::host {
namespace {

constexpr const char* kSourceType = "source";
constexpr std::size_t kLargestReport = std::size_t{1} << 20U;

}  // namespace

Json inspect_film(const std::filesystem::path& film, const Registry& registry, RunContext& run) {
  const auto type = registry.find(kSourceType);
  if (type.spec == nullptr) throw Failure(ExitCode::kPlugin, registry.explain_missing(kSourceType));
  auto params = Json::object();
  for (const auto& parameter : type.spec->parameters)
    if (!parameter.default_value.is_null()) params[parameter.name] = parameter.default_value;
  params["path"] = film.string();
  const Json config{
      {"node", "inspect"}, {"device", "cpu"}, {"params", params}, {"weights", Json::object()}};
  NodeInstance node(registry.load(type), run, "inspect", type.plugin->manifest.plugin,
                    config.dump(-1, ' ', false, Json::error_handler_t::replace));
  const auto* inspector =
      static_cast<const media::InspectExtension*>(node.extension(media::kInspectExtension));
  if (inspector == nullptr || inspector->struct_size < sizeof(media::InspectExtension))
    throw Failure(ExitCode::kPlugin, "the plugin '" + type.plugin->library.string() +
                                         "' cannot inspect films; install the one that belongs to "
                                         "this program");
  std::vector<char> text(kLargestReport);
  node.call_extension("inspect", [&](rlv_error* error) {
    return inspector->inspect(node.node(), text.data(), text.size(), error);
  });
  text.back() = '\0';
  return Json::parse(text.data());
}

}  // namespace relievo::host
