#include "core/host/typed_params.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "core/host/suggest.hpp"

namespace relievo::host {
namespace {

bool is_list(ParameterType type) {
  return type == ParameterType::kNumberList || type == ParameterType::kStringList;
}

std::string subject(const NodeConfig& node, const std::string& parameter) {
  return "node '" + node.name + "': parameter '" + parameter + "'";
}

// A pipe, a URL or the word null is no path of the file system; {dir} becomes an absolute one
// later.
bool is_plain_path(const std::string& text) {
  if (text == "null" || text == "-" || text.starts_with("{dir}")) return false;
  // A scheme (RFC 3986) of at least two letters: one is a drive.
  const auto colon = text.find(':');
  const auto in_scheme = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.';
  };
  return colon == std::string::npos || colon < 2 ||
         !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), in_scheme);
}

Json absolute_path(const Json& value, const Setting& setting) {
  auto text = value.get<std::string>();
  for (const std::string_view scheme : {"file://", "file:"})
    if (text.starts_with(scheme)) text.erase(0, scheme.size());
  if (!is_plain_path(text)) return text;
  const auto base = setting.place.origin ? setting.place.origin->base : std::filesystem::path();
  return (base / text).lexically_normal().string();
}

void check_names(const NodeConfig& node, const NodeSpec& spec) {
  if (node.params.map() == nullptr) return;
  std::vector<std::string> known;
  for (const auto& parameter : spec.parameters) known.push_back(parameter.name);
  for (const auto& entry : *node.params.map())
    if (spec.parameter(entry.key) == nullptr)
      fail_at(entry.key_place, "node '" + node.name + "': unknown parameter '" + entry.key + "'" +
                                   did_you_mean(entry.key, known));
}

// The setting for a parameter: from `params`, or from `path:` beside it.
const Setting* setting_of(const NodeConfig& node, const ParameterSpec& spec) {
  const auto* in_params = node.params.find(spec.name);
  if (spec.name != "path" || !node.path) return in_params;
  if (in_params != nullptr)
    fail_at(in_params->place,
            subject(node, "path") + " is given twice: here and as 'path' of the node");
  return &*node.path;
}

}  // namespace

Json typed_value(const Setting& setting, const ParameterSpec& spec, const std::string& what) {
  try {
    if (is_list(spec.type)) {
      auto list = Json::array();
      if (const auto* items = setting.list())
        for (const auto& item : *items) list.push_back(typed_value(item, spec, what));
      else if (const auto* text = setting.text())
        list.push_back(parse_scalar(spec, *text));
      else
        fail_at(setting.place, what + " must be a " + type_name(spec.type));
      check_value(spec, list);
      return list;
    }
    const auto* text = setting.text();
    if (text == nullptr) fail_at(setting.place, what + " must be a " + type_name(spec.type));
    auto value = parse_scalar(spec, *text);
    check_value(spec, value);
    return spec.is_input_path || spec.is_output_path ? absolute_path(value, setting) : value;
  } catch (const Failure&) {
    throw;
  } catch (const std::exception& e) {
    fail_at(setting.place, what + " " + e.what());
  }
}

Json typed_params(const NodeConfig& node, const NodeSpec& spec) {
  check_names(node, spec);
  if (node.path && spec.parameter("path") == nullptr)
    fail_at(node.path->place, "node '" + node.name + "': '" + spec.id + "' has no path");
  auto params = Json::object();
  for (const auto& parameter : spec.parameters) {
    const auto* setting = setting_of(node, parameter);
    if (setting != nullptr && !setting->is_nothing())
      params[parameter.name] = typed_value(*setting, parameter, subject(node, parameter.name));
    else if (!parameter.default_value.is_null())
      params[parameter.name] = parameter.default_value;
  }
  return params;
}

}  // namespace relievo::host
