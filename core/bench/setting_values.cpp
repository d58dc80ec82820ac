#include "core/bench/setting_values.hpp"

#include "core/host/config.hpp"

namespace relievo::bench {

using host::Json;
using host::Setting;

namespace {

Json parsed(const Setting& setting, const std::string& what, host::ParameterType type,
            std::optional<double> minimum, std::optional<double> maximum) {
  host::ParameterSpec spec;
  spec.type = type;
  spec.minimum = minimum;
  spec.maximum = maximum;
  const auto text = host::text_of(setting, what);
  try {
    auto value = host::parse_scalar(spec, text);
    host::check_value(spec, value);
    return value;
  } catch (const std::exception& e) {
    host::fail_at(setting.place, what + " " + e.what());
  }
}

}  // namespace

Json as_json(const Setting& setting) {
  if (const auto* text = setting.text()) return *text;
  if (const auto* list = setting.list()) {
    auto json = Json::array();
    for (const auto& item : *list) json.push_back(as_json(item));
    return json;
  }
  auto json = Json::object();
  if (const auto* map = setting.map())
    for (const auto& entry : *map) json[entry.key] = as_json(entry.value);
  return json;
}

std::vector<Setting> items_of(const Setting& setting) {
  if (const auto* list = setting.list()) return *list;
  if (setting.is_nothing()) return {};
  return {setting};
}

std::vector<std::string> words_of(const Setting& setting, const std::string& what) {
  std::vector<std::string> words;
  for (const auto& item : items_of(setting)) words.push_back(host::text_of(item, what));
  return words;
}

double number_of(const Setting& setting, const std::string& what, double minimum, double maximum) {
  return parsed(setting, what, host::ParameterType::kNumber, minimum, maximum).get<double>();
}

int integer_of(const Setting& setting, const std::string& what, int minimum, int maximum) {
  return parsed(setting, what, host::ParameterType::kInteger, minimum, maximum).get<int>();
}

bool boolean_of(const Setting& setting, const std::string& what) {
  return parsed(setting, what, host::ParameterType::kBoolean, {}, {}).get<bool>();
}

std::chrono::milliseconds duration_of(const Setting& setting, const std::string& what) {
  const auto text = host::text_of(setting, what);
  try {
    return host::parse_duration(text);
  } catch (const std::exception& e) {
    host::fail_at(setting.place, what + ": " + e.what());
  }
}

std::filesystem::path path_of(const Setting& setting, const std::string& what) {
  const std::filesystem::path path(host::text_of(setting, what));
  const auto base = setting.place.origin ? setting.place.origin->base : std::filesystem::path();
  return std::filesystem::absolute(base / path).lexically_normal();
}

}  // namespace relievo::bench
