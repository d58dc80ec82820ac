#include "core/host/wiring.hpp"

#include <algorithm>

#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

template <class Specs>
std::vector<std::string> names_of(const Specs& specs) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  return names;
}

class Wiring {
 public:
  Wiring(const std::vector<WiringNode>& nodes, std::size_t index)
      : nodes_(nodes), node_(nodes[index]), links_(node_.spec->inputs.size()) {}

  std::vector<std::optional<Link>> run() {
    for (const auto& ref : node_.config->inputs) connect(ref);
    for (std::size_t i = 0; i < links_.size(); ++i)
      if (!links_[i] && !node_.spec->inputs[i].optional)
        fail(node_.config->place, "its input '" + node_.spec->inputs[i].name +
                                      "' is not connected; write in: {" +
                                      node_.spec->inputs[i].name + ": some_node}");
    return links_;
  }

 private:
  [[noreturn]] void fail(const Place& place, const std::string& message) const {
    fail_at(place, "node '" + node_.config->name + "': " + message);
  }

  std::size_t find_node(const InputRef& ref) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].config->name == ref.node) return i;
      names.push_back(nodes_[i].config->name);
    }
    fail(ref.place, "there is no node '" + ref.node + "'" + did_you_mean(ref.node, names));
  }

  void bind(const InputRef& ref, std::size_t input, Link link) {
    if (links_[input])
      fail(ref.place, "its input '" + node_.spec->inputs[input].name + "' is connected twice");
    links_[input] = link;
  }

  void connect(const InputRef& ref) {
    const auto from = find_node(ref);
    if (!ref.port.empty())
      connect_port(ref, from);
    else if (!ref.output.empty())
      bind(ref, input_for(ref, ref.output), {from, output_named(ref, from)});
    else
      connect_node(ref, from);
  }

  void connect_port(const InputRef& ref, std::size_t from) {
    const auto& spec = *node_.spec;
    if (const auto input = spec.input(ref.port)) {
      bind(ref, *input, {from, output_for(ref, from, ref.port)});
      return;
    }
    const auto group = spec.groups.find(ref.port);
    if (group == spec.groups.end()) {
      auto known = names_of(spec.inputs);
      for (const auto& [name, ports] : spec.groups) known.push_back(name);
      fail(ref.place, "it has no input '" + ref.port + "'" + did_you_mean(ref.port, known) +
                          "; inputs are " + listed(known));
    }
    for (const auto& port : group->second) {
      const auto output = nodes_[from].spec->output(port);
      if (!output)
        fail(ref.place, "'" + ref.port + "' needs an output '" + port + "', which node '" +
                            ref.node + "' does not have");
      bind(ref, *spec.input(port), {from, *output});
    }
  }

  void connect_node(const InputRef& ref, std::size_t from) {
    bool any = false;
    const auto& outputs = nodes_[from].spec->outputs;
    for (std::size_t o = 0; o < outputs.size(); ++o)
      if (const auto input = node_.spec->input(outputs[o].name)) {
        bind(ref, *input, {from, o});
        any = true;
      }
    if (!any) bind(ref, input_for(ref, ""), {from, output_for(ref, from, "")});
  }

  std::size_t output_named(const InputRef& ref, std::size_t from) const {
    const auto& spec = *nodes_[from].spec;
    if (const auto output = spec.output(ref.output)) return *output;
    fail(ref.place, "node '" + ref.node + "' has no output '" + ref.output + "'" +
                        did_you_mean(ref.output, names_of(spec.outputs)) + "; outputs are " +
                        listed(names_of(spec.outputs)));
  }

  std::size_t output_for(const InputRef& ref, std::size_t from, const std::string& name) const {
    if (!ref.output.empty()) return output_named(ref, from);
    const auto& spec = *nodes_[from].spec;
    if (const auto output = spec.output(name)) return *output;
    if (spec.outputs.size() == 1) return 0;
    if (spec.outputs.empty()) fail(ref.place, "node '" + ref.node + "' has no outputs");
    fail(ref.place, "node '" + ref.node + "' has the outputs " + listed(names_of(spec.outputs)) +
                        "; write which, such as " + ref.node + "." + spec.outputs[0].name);
  }

  std::size_t input_for(const InputRef& ref, const std::string& name) const {
    const auto& spec = *node_.spec;
    if (const auto input = spec.input(name)) return *input;
    if (const auto input = spec.input(spec.default_input)) return *input;
    if (spec.inputs.size() == 1) return 0;
    if (spec.inputs.empty()) fail(ref.place, "it takes no input");
    fail(ref.place, "it has the inputs " + listed(names_of(spec.inputs)) +
                        "; write which, such as in: {" + spec.inputs[0].name + ": " + ref.node +
                        "}");
  }

  const std::vector<WiringNode>& nodes_;
  const WiringNode& node_;
  std::vector<std::optional<Link>> links_;
};

}  // namespace

std::vector<std::optional<Link>> wire(const std::vector<WiringNode>& nodes, std::size_t index) {
  return Wiring(nodes, index).run();
}

}  // namespace relievo::host
