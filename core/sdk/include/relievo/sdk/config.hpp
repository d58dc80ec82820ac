// The typed configuration of one node. The host has checked it against the manifest's schema and
// filled in defaults, so a parameter that the schema names is there and of its type; asking for
// another one is a mistake in the plugin.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace relievo {

class Config {
 public:
  // Throws RLV_E_ARGUMENT if the text is not a JSON object.
  explicit Config(const char* json);
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  [[nodiscard]] const std::string& node_name() const;
  [[nodiscard]] const std::string& device() const;  // "cpu", "cuda", "cuda:1", "mps" or "auto"

  // T: bool, int, std::int64_t, double, std::string, std::vector<double>, std::vector<std::string>.
  template <class T>
  [[nodiscard]] T get(std::string_view parameter) const;
  // True if the parameter has a value; one without default may have none.
  [[nodiscard]] bool has(std::string_view parameter) const;
  // Absolute path of a weights file by the name that the manifest gives it; throws RLV_E_WEIGHTS if
  // it is not there.
  [[nodiscard]] std::string weights(std::string_view name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relievo
