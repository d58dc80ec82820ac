// Parameters of a node: what the manifest says of each (a subset of JSON Schema), and values
// checked against it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace relievo::host {

// Keeps the order in which the author wrote things: it is the order in which people read them.
using Json = nlohmann::ordered_json;

enum class ParameterType { kNumber, kInteger, kBoolean, kString, kNumberList, kStringList };

struct ParameterSpec {
  std::string name;
  ParameterType type = ParameterType::kString;
  Json default_value;  // null: the parameter may be absent
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::vector<Json> allowed;  // enum; empty: anything of the type
  std::string unit;
  std::string description;
  bool is_input_path = false;   // "format": "path-in": relative to the config file
  bool is_output_path = false;  // "format": "path-out"
};

// Reads the "params" object of a node in a manifest. Throws std::runtime_error that names the
// parameter and the fault.
[[nodiscard]] std::vector<ParameterSpec> parse_parameters(const Json& params);

// From the text of a scalar as a person wrote it to a typed value: "1e-3" and "0.50" are numbers
// for a number, text for a string; booleans are true and false only. Throws std::runtime_error:
// "must be a number, not 'fast'".
[[nodiscard]] Json parse_scalar(const ParameterSpec& spec, const std::string& text);
// Range and enum. Throws std::runtime_error: "must be at most 10, not 11".
void check_value(const ParameterSpec& spec, const Json& value);

[[nodiscard]] std::string type_name(ParameterType type);
// As a JSON Schema of its own, for editors.
[[nodiscard]] Json parameter_schema(const ParameterSpec& spec);

}  // namespace relievo::host
