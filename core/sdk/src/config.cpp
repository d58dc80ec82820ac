#include <relievo/sdk/config.hpp>

#include <cstdint>

#include <nlohmann/json.hpp>

#include <relievo/sdk/error.hpp>

namespace relievo {

using Json = nlohmann::json;

struct Config::Impl {
  Json params;
  Json weights;
  std::string node_name;
  std::string device;
};

Config::Config(const char* json) : impl_(std::make_unique<Impl>()) {
  const auto root = Json::parse(json, nullptr, false);
  if (!root.is_object()) fail(RLV_E_ARGUMENT, "the node's configuration is not a JSON object");
  impl_->params = root.value("params", Json::object());
  impl_->weights = root.value("weights", Json::object());
  impl_->node_name = root.value("node", "");
  impl_->device = root.value("device", "auto");
}

Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

const std::string& Config::node_name() const {
  return impl_->node_name;
}
const std::string& Config::device() const {
  return impl_->device;
}

bool Config::has(std::string_view parameter) const {
  const auto found = impl_->params.find(parameter);
  return found != impl_->params.end() && !found->is_null();
}

template <class T>
T Config::get(std::string_view parameter) const {
  const auto found = impl_->params.find(parameter);
  if (found == impl_->params.end() || found->is_null())
    fail(RLV_E_CONFIG, "parameter '", parameter, "' has no value");
  try {
    return found->get<T>();
  } catch (const Json::exception&) {
    fail(RLV_E_CONFIG, "parameter '", parameter, "' cannot be ", found->dump());
  }
}

template bool Config::get<bool>(std::string_view) const;
template int Config::get<int>(std::string_view) const;
template std::int64_t Config::get<std::int64_t>(std::string_view) const;
template double Config::get<double>(std::string_view) const;
template std::string Config::get<std::string>(std::string_view) const;
template std::vector<double> Config::get<std::vector<double>>(std::string_view) const;
template std::vector<std::string> Config::get<std::vector<std::string>>(std::string_view) const;

std::string Config::weights(std::string_view name) const {
  const auto found = impl_->weights.find(name);
  if (found == impl_->weights.end() || !found->is_string())
    fail(RLV_E_WEIGHTS, "the weights '", name, "' were not handed over by the host");
  return found->get<std::string>();
}

}  // namespace relievo
