#include "core/host/parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include <relievo/sdk/error.hpp>

#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

[[noreturn]] void bad(const std::string& what) {
  throw std::runtime_error(what);
}

ParameterType parse_type(const Json& schema) {
  const auto type = schema.value("type", "");
  if (type == "number") return ParameterType::kNumber;
  if (type == "integer") return ParameterType::kInteger;
  if (type == "boolean") return ParameterType::kBoolean;
  if (type == "string") return ParameterType::kString;
  if (type == "array") {
    const auto items = schema.value("items", Json::object()).value("type", "");
    if (items == "number") return ParameterType::kNumberList;
    if (items == "string") return ParameterType::kStringList;
    bad("is an array of '" + items + "'; lists hold numbers or strings");
  }
  bad("has the type '" + type + "'; types are number, integer, boolean, string and array");
}

bool fits(ParameterType type, const Json& value) {
  switch (type) {
    case ParameterType::kNumber: return value.is_number();
    case ParameterType::kInteger: return value.is_number_integer();
    case ParameterType::kBoolean: return value.is_boolean();
    case ParameterType::kString: return value.is_string();
    case ParameterType::kNumberList:
      return value.is_array() && std::all_of(value.begin(), value.end(),
                                             [](const Json& item) { return item.is_number(); });
    case ParameterType::kStringList:
      return value.is_array() && std::all_of(value.begin(), value.end(),
                                             [](const Json& item) { return item.is_string(); });
  }
  return false;
}

ParameterSpec parse_parameter(const std::string& name, const Json& schema) {
  static const std::vector<std::string> kKeys{"type", "default", "minimum",     "maximum", "enum",
                                              "unit", "format",  "description", "items"};
  if (!schema.is_object()) bad("is not an object");
  for (const auto& [key, value] : schema.items())
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      bad("has the unknown key '" + key + "'" + did_you_mean(key, kKeys));
  ParameterSpec spec;
  spec.name = name;
  spec.type = parse_type(schema);
  if (schema.contains("minimum")) spec.minimum = schema.at("minimum").get<double>();
  if (schema.contains("maximum")) spec.maximum = schema.at("maximum").get<double>();
  for (const auto& value : schema.value("enum", Json::array())) {
    if (!fits(spec.type, value))
      bad("has the choice " + value.dump() + ", which is not of its type");
    spec.allowed.push_back(value);
  }
  spec.unit = schema.value("unit", "");
  spec.description = schema.value("description", "");
  const auto format = schema.value("format", "");
  spec.is_input_path = format == "path-in";
  spec.is_output_path = format == "path-out";
  if (schema.contains("default")) {
    spec.default_value = schema.at("default");
    if (!fits(spec.type, spec.default_value))
      bad("has the default " + spec.default_value.dump() + ", which is not of its type");
    check_value(spec, spec.default_value);
  }
  return spec;
}

// The whole text as a number, in C notation whatever the locale.
std::optional<double> to_number(const std::string& text) {
  double value = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const char* end = text.data() + text.size();
#if defined(__cpp_lib_to_chars)
  const auto [stop, fault] = std::from_chars(begin, end, value);
  if (fault != std::errc{} || stop != end) return std::nullopt;
#else
  char* stop = nullptr;
  value = std::strtod(begin, &stop);
  if (stop != end || begin == end) return std::nullopt;
#endif
  if (!std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> to_integer(const std::string& text) {
  std::int64_t value = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto [stop, fault] = std::from_chars(begin, text.data() + text.size(), value);
  if (fault != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string number_text(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.15g", value);
  return text.data();
}

void check_number(const ParameterSpec& spec, double value) {
  const std::string unit = spec.unit.empty() ? "" : " " + spec.unit;
  if (spec.minimum && value < *spec.minimum)
    bad("must be at least " + number_text(*spec.minimum) + unit + ", not " + number_text(value));
  if (spec.maximum && value > *spec.maximum)
    bad("must be at most " + number_text(*spec.maximum) + unit + ", not " + number_text(value));
}

}  // namespace

std::vector<ParameterSpec> parse_parameters(const Json& params) {
  if (!params.is_object()) bad("'params' is not an object");
  std::vector<ParameterSpec> specs;
  for (const auto& [name, schema] : params.items()) {
    try {
      specs.push_back(parse_parameter(name, schema));
    } catch (const std::exception& e) {
      bad("parameter '" + name + "' " + e.what());
    }
  }
  return specs;
}

Json parse_scalar(const ParameterSpec& spec, const std::string& text) {
  switch (spec.type) {
    case ParameterType::kNumber:
    case ParameterType::kNumberList:
      if (const auto value = to_number(text)) return *value;
      bad("must be a number, not '" + text + "'");
    case ParameterType::kInteger:
      if (const auto value = to_integer(text)) return *value;
      bad("must be a whole number, not '" + text + "'");
    case ParameterType::kBoolean:
      if (text == "true") return true;
      if (text == "false") return false;
      bad("must be true or false, not '" + text + "'");
    case ParameterType::kString:
    case ParameterType::kStringList: return text;
  }
  bad("has a type that the host does not know");
}

void check_value(const ParameterSpec& spec, const Json& value) {
  if (value.is_array()) {
    for (const auto& item : value) check_value(spec, item);
    return;
  }
  if (value.is_number()) check_number(spec, value.get<double>());
  if (spec.allowed.empty()) return;
  if (std::find(spec.allowed.begin(), spec.allowed.end(), value) != spec.allowed.end()) return;
  std::vector<std::string> choices;
  for (const auto& choice : spec.allowed)
    choices.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
  const auto given = value.is_string() ? value.get<std::string>() : value.dump();
  bad("must be one of " + listed(choices) + ", not '" + given + "'" + did_you_mean(given, choices));
}

std::string type_name(ParameterType type) {
  switch (type) {
    case ParameterType::kNumber: return "number";
    case ParameterType::kInteger: return "integer";
    case ParameterType::kBoolean: return "boolean";
    case ParameterType::kString: return "string";
    case ParameterType::kNumberList: return "list of numbers";
    case ParameterType::kStringList: return "list of strings";
  }
  return "unknown";
}

Json parameter_schema(const ParameterSpec& spec) {
  Json schema;
  switch (spec.type) {
    case ParameterType::kNumberList:
      schema = {{"type", "array"}, {"items", {{"type", "number"}}}};
      break;
    case ParameterType::kStringList:
      schema = {{"type", "array"}, {"items", {{"type", "string"}}}};
      break;
    default: schema["type"] = type_name(spec.type);
  }
  if (!spec.default_value.is_null()) schema["default"] = spec.default_value;
  if (spec.minimum) schema["minimum"] = *spec.minimum;
  if (spec.maximum) schema["maximum"] = *spec.maximum;
  if (!spec.allowed.empty()) schema["enum"] = spec.allowed;
  const std::string unit = spec.unit.empty() ? "" : " [" + spec.unit + "]";
  if (!spec.description.empty()) schema["description"] = spec.description + unit;
  return schema;
}

}  // namespace relievo::host
