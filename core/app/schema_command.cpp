// The pipeline file as a JSON Schema (draft-07), for editors: what YAML language servers complete
// and check with. Made from the manifests of the plugins that are found, so that it knows those of
// others too.
#include <iostream>

#include "core/app/commands.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/host/spatial_config.hpp"

namespace relievo::app {
namespace {

using host::Json;

Json text(const std::string& description) {
  return {{"type", "string"}, {"description", description}};
}

Json text_or_list(const std::string& description) {
  return {{"description", description},
          {"oneOf", {{{"type", "string"}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
}

// Numbers may carry a unit: "8GiB".
Json quantity(const std::string& description) {
  return {{"type", {"string", "number"}}, {"description", description}};
}

Json closed_object(Json properties) {
  return {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
}

Json parameters_schema(const std::vector<host::ParameterSpec>& parameters) {
  auto params = Json::object();
  for (const auto& parameter : parameters)
    params[parameter.name] = host::parameter_schema(parameter);
  return closed_object(std::move(params));
}

// Holds for nodes of this type only.
Json rule_of(const host::NodeSpec& spec) {
  return {{"if", {{"properties", {{"type", {{"const", spec.id}}}}}}},
          {"then", {{"properties", {{"params", parameters_schema(spec.parameters)}}}}}};
}

Json spatial_schema() {
  auto schema = parameters_schema(host::spatial_parameters());
  schema["description"] = "What the tool 'spatial' makes of the finished film, on a Mac";
  return schema;
}

Json node_schema(const host::Registry& registry) {
  auto types = Json::array(
      {{{"const", "auto"}, {"description", "The first of 'prefer' whose weights are here"}}});
  auto rules = Json::array();
  for (const auto& plugin : registry.plugins())
    for (const auto& spec : plugin.manifest.nodes) {
      types.push_back({{"const", spec.id}, {"description", spec.summary}});
      rules.push_back(rule_of(spec));
    }
  auto node = closed_object({
      {"type", {{"description", "A node type"}, {"oneOf", types}}},
      {"in",
       {{"description", "node, node.output, or a map from input to those"},
        {"oneOf",
         {{{"type", "string"}},
          {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}}}}},
      {"params", {{"type", "object"}, {"description", "As the type's schema says"}}},
      {"path", text("Short for params.path")},
      {"device",
       {{"type", "string"},
        {"description", "Where it computes"},
        {"pattern", "^(auto|cpu|mps|cuda(:[0-9]+)?)$"}}},
      {"weights", closed_object({{"repo", text("organisation/name on Hugging Face")},
                                 {"revision", text("Branch, tag or commit")},
                                 {"file", text("File of the repository")},
                                 {"path", text("File on this machine")}})},
      {"prefer", text_or_list("For type auto: node types, best first")},
      {"only_after",
       text_or_list("Left out, its first input passed on, unless that comes from such a type")},
  });
  node["required"] = {"type"};
  node["allOf"] = rules;
  return node;
}

Json one_or_several(Json one) {
  return {{"oneOf", {one, {{"type", "array"}, {"minItems", 1}, {"items", one}}}}};
}

Json described(Json schema, const std::string& description) {
  schema["description"] = description;
  return schema;
}

Json whole_number(int minimum, const std::string& description) {
  return {{"type", "integer"}, {"minimum", minimum}, {"description", description}};
}

Json word_or(Json object, const std::string& description) {
  return {{"description", description}, {"oneOf", {{{"type", "string"}}, std::move(object)}}};
}

// The block of a benchmark (docs/benchmark.md).
Json bench_schema() {
  const Json params{{"type", "object"}, {"description", "As the type's schema says"}};
  const Json nodes{{"type", "object"}, {"required", {"depth"}}};
  const auto weights = closed_object({{"repo", text("organisation/name on Hugging Face")},
                                      {"revision", text("Branch, tag or commit")},
                                      {"file", text("File of the repository")},
                                      {"path", text("File on this machine")}});
  const auto approach = word_or(
      closed_object({{"name", text("As the report calls it")},
                     {"type", text("A preset or a node type")},
                     {"params", params},
                     {"device", text("Where it computes")},
                     {"weights", weights},
                     {"nodes", described(nodes, "Several nodes from 'colour' to 'depth'")}}),
      "A preset, a node type, 'found', or a map");
  const auto method = word_or(closed_object({{"name", text("As the report calls it")},
                                             {"type", text("A node type that makes views")},
                                             {"params", params}}),
                              "A method of stereo.view, a node type, or a map");
  const auto truth = word_or(closed_object({{"path", text("As depth_source reads it")},
                                            {"kind", text("disparity_px, inverse or metric")},
                                            {"scale", {{"type", "number"}}}}),
                             "True depth");
  const auto sample = word_or(closed_object({{"file", text("A film or a folder of films")},
                                             {"name", text("As the report calls it")},
                                             {"start", {{"type", "number"}, {"minimum", 0}}},
                                             {"truth", truth}}),
                              "A film, or a folder of films");
  const Json methods = one_or_several(method);
  auto schema = closed_object(
      {{"seconds",
        described(one_or_several({{"type", "number"}, {"minimum", 0.1}}), "Of each sample")},
       {"repetitions", whole_number(1, "Timed runs of each cell")},
       {"budget", quantity("Timed runs of a cell end after this: 2min")},
       {"time_limit", quantity("Of one run: 15min")},
       {"warm_up", whole_number(0, "Frames that the steady state leaves out")},
       {"threads", whole_number(1, "CPU threads for each node")},
       {"prepare", {{"type", "boolean"}, {"description", "Larger films at 1080p24 first"}}},
       {"samples", one_or_several(sample)},
       {"approaches", one_or_several(approach)},
       {"stereo",
        {{"anyOf",
          {methods, closed_object({{"methods", methods},
                                   {"on", text_or_list("Approaches whose depth they take")}})}}}},
       {"devices", text_or_list("auto, cpu, cuda, mps")},
       {"precisions", text_or_list("auto, f32, f16, bf16")}});
  schema["required"] = {"approaches"};
  return schema;
}

}  // namespace

int print_schema(const Options& options, host::Log& log) {
  const auto registry = installed_plugins(options, log);
  auto schema = closed_object({
      {"version", {{"const", 1}}},
      {"input", text("Path of the only source")},
      {"output", text("Path of the only sink without one")},
      {"plugins", closed_object({{"path", text_or_list("Folders to look for plugins in")}})},
      {"limits",
       closed_object({{"memory", quantity("A run that may need more does not start: 8GiB")},
                      {"stall", quantity("How long a plugin may be silent in one call: 2min")},
                      {"threads",
                       {{"type", "integer"},
                        {"minimum", 1},
                        {"maximum", 1024},
                        {"description", "CPU threads for each node"}}},
                      {"device_lock", text_or_list("Devices whose nodes take turns")}})},
      {"sidecar",
       {{"type", "boolean"},
        {"description", "Write FILM.json beside each film: what it was made of, and how"}}},
      {"spatial", spatial_schema()},
      {"nodes",
       {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", node_schema(registry)}}},
  });
  schema["properties"]["bench"] = bench_schema();
  schema["required"] = {"version"};
  schema["oneOf"] = {{{"required", {"nodes"}}}, {{"required", {"bench"}}}};
  Json document{{"$schema", "http://json-schema.org/draft-07/schema#"},
                {"title", "Relievo pipeline"}};
  document.update(schema);
  std::cout << document.dump(2) << "\n";
  return 0;
}

}  // namespace relievo::app
