#include <algorithm>
#include <atomic>
#include <map>
#include <tuple>

#include <relievo/sdk/error.hpp>
#include <relievo/sdk/pixel_format.hpp>

#include "core/host/capacity.hpp"
#include "core/host/format_fit.hpp"
#include "core/host/graph.hpp"

namespace relievo::host {
namespace {

constexpr const char* kConvertType = "convert";

// Clock ids are unique in the process, so that runs beside each other never mix.
std::uint64_t new_clock_id() {
  static std::atomic<std::uint64_t> next{1};
  return next++;
}

Json node_config(const std::string& name, const std::string& device, const Json& params,
                 const Json& weights) {
  return {{"node", name}, {"device", device}, {"params", params}, {"weights", weights}};
}

class Builder {
 public:
  Builder(const ResolvedGraph& resolved, const Registry& registry, RunContext& run)
      : resolved_(resolved), registry_(registry), run_(run) {}

  Graph build() {
    for (const auto& node : resolved_.nodes) add_node(node);
    size_edges();
    return std::move(graph_);
  }

 private:
  void add_node(const ResolvedNode& resolved) {
    GraphNode node;
    node.name = resolved.name;
    node.spec = resolved.type.spec;
    node.device = resolved.device;
    node.starts_clock = resolved.starts_clock();
    node.instance = make_instance(
        resolved.type, resolved.name,
        node_config(resolved.name, resolved.device, resolved.params, resolved.weights));
    std::vector<std::optional<Link>> links;
    for (std::size_t i = 0; i < resolved.inputs.size(); ++i)
      links.push_back(fitting_link(resolved, i));
    position_.push_back(graph_.nodes.size());
    append(std::move(node), links);
  }

  std::unique_ptr<NodeInstance> make_instance(const FoundNode& type, const std::string& name,
                                              const Json& config) {
    return std::make_unique<NodeInstance>(registry_.load(type), run_, name,
                                          type.plugin->manifest.plugin, config.dump());
  }

  // The link of input i, through a converter if the format does not fit. Converters are shared by
  // all inputs that want the same of the same output.
  std::optional<Link> fitting_link(const ResolvedNode& resolved, std::size_t i) {
    if (!resolved.inputs[i]) return std::nullopt;
    const Link link{position_[resolved.inputs[i]->node], resolved.inputs[i]->output};
    const auto& input = resolved.type.spec->inputs[i];
    const auto& format = graph_.nodes[link.node].formats[link.output];
    check_device(resolved, input, format);
    const auto conversion = conversion_for(format, input);
    if (!conversion) return link;
    const auto key = std::make_tuple(link.node, link.output, conversion->pixel_format,
                                     conversion->srgb, conversion->contiguous);
    const auto known = converters_.find(key);
    if (known != converters_.end()) return Link{known->second, 0};
    const auto converter = add_converter(link, *conversion);
    converters_.emplace(key, converter);
    return Link{converter, 0};
  }

  static void check_device(const ResolvedNode& node, const InputSpec& input,
                           const rlv_format& format) {
    const auto device = device_name(format.device_type);
    const auto accepted = input.devices.empty() ? std::vector<std::string>{"cpu"} : input.devices;
    if (std::find(accepted.begin(), accepted.end(), device) != accepted.end()) return;
    fail_at(node.place, "node '" + node.name + "': its input '" + input.name +
                            "' takes no frames that lie on " + device);
  }

  std::size_t add_converter(const Link& from, const Conversion& conversion) {
    const auto type = registry_.find(kConvertType);
    if (type.spec == nullptr)
      throw Failure(ExitCode::kPlugin, registry_.explain_missing(kConvertType));
    GraphNode node;
    const auto target = conversion.srgb ? "srgb" : pixel_format_name(conversion.pixel_format);
    node.name = graph_.nodes[from.node].name + ">" + target;
    node.spec = type.spec;
    node.device = "cpu";
    node.is_converter = true;
    const Json params = {{"pixel_format", pixel_format_name(conversion.pixel_format)},
                         {"colour", conversion.srgb ? "srgb" : "any"},
                         {"contiguous", conversion.contiguous}};
    node.instance =
        make_instance(type, node.name, node_config(node.name, "cpu", params, Json::object()));
    append(std::move(node), {from});
    return graph_.nodes.size() - 1;
  }

  void append(GraphNode node, const std::vector<std::optional<Link>>& links) {
    const auto index = graph_.nodes.size();
    node.inputs.resize(links.size());
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (!links[i]) continue;
      node.inputs[i] = graph_.edges.size();
      graph_.nodes[links[i]->node].outputs[links[i]->output].push_back(graph_.edges.size());
      graph_.edges.push_back({*links[i], index, i, kBaseCapacity});
    }
    plan(node, links);
    node.outputs.resize(node.formats.size());
    graph_.nodes.push_back(std::move(node));
  }

  void plan(GraphNode& node, const std::vector<std::optional<Link>>& links) {
    std::vector<const rlv_format*> inputs;
    for (const auto& link : links)
      inputs.push_back(link ? &graph_.nodes[link->node].formats[link->output] : nullptr);
    const auto first = std::find_if(inputs.begin(), inputs.end(),
                                    [](const rlv_format* format) { return format != nullptr; });
    auto preset = first == inputs.end() ? make_format() : **first;
    preset.struct_size = sizeof(preset);
    if (node.starts_clock || first == inputs.end()) preset.clock = new_clock_id();
    auto planned =
        node.instance->plan(inputs, std::vector<rlv_format>(node.spec->outputs.size(), preset));
    for (std::size_t o = 0; o < planned.outputs.size(); ++o)
      check_output(node, planned.outputs[o], preset, node.spec->outputs[o]);
    node.formats = std::move(planned.outputs);
    node.needs = planned.needs;
  }

  // What a plugin must not change, and what it must have decided.
  static void check_output(const GraphNode& node, const rlv_format& format,
                           const rlv_format& preset, const OutputSpec& output) {
    const auto misbehaved = [&](const std::string& what) {
      throw Failure(ExitCode::kPlugin,
                    "node '" + node.name + "': plugin '" + node.instance->plugin() +
                        "' breaks the contract: plan() " + what + "; report this to its author");
    };
    if (format.clock != preset.clock)
      misbehaved("changed the clock of output '" + output.name + "'");
    if (!is_valid_pixel_format(format.pixel_format) || format.width < 1 || format.height < 1)
      misbehaved("left output '" + output.name + "' without a pixel format or size");
    if (!output.semantics.empty() && std::find(output.semantics.begin(), output.semantics.end(),
                                               format.semantic) == output.semantics.end())
      misbehaved("gives " + semantic_name(format.semantic) + " at output '" + output.name +
                 "', which its manifest does not list");
    if (output.semantic && format.semantic != *output.semantic)
      misbehaved("gives " + semantic_name(format.semantic) + " at output '" + output.name +
                 "', where its manifest says " + semantic_name(*output.semantic));
  }

  void size_edges() {
    LatencyGraph latencies;
    for (const auto& node : graph_.nodes) latencies.latency.push_back(node.needs.max_latency);
    for (const auto& edge : graph_.edges) latencies.edges.push_back({edge.from.node, edge.to});
    const auto capacities = channel_capacities(latencies);
    for (std::size_t e = 0; e < graph_.edges.size(); ++e) graph_.edges[e].capacity = capacities[e];
    const auto needed = graph_.host_bytes();
    if (run_.memory_limit != 0 && needed > run_.memory_limit)
      throw Failure(
          ExitCode::kUsage,
          concat("the run would need up to ", needed >> 20U, " MiB, more than limits.memory (",
                 run_.memory_limit >> 20U,
                 " MiB); scale the film down, take a node with less latency, or raise the limit"));
  }

  const ResolvedGraph& resolved_;
  const Registry& registry_;
  RunContext& run_;
  Graph graph_;
  std::vector<std::size_t> position_;  // of resolved nodes among the graph's
  std::map<std::tuple<std::size_t, std::size_t, std::uint32_t, bool, bool>, std::size_t>
      converters_;
};

}  // namespace

Graph build_graph(const ResolvedGraph& resolved, const Registry& registry, RunContext& run) {
  return Builder(resolved, registry, run).build();
}

}  // namespace relievo::host
