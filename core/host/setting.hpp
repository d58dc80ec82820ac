// A config as a tree of texts that remember where they were written. Types come later, from the
// manifests' schemas.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/host/failure.hpp"

namespace relievo::host {

// What a setting was read from, and what relative paths in it are relative to.
struct Origin {
  std::string label;  // "configs/x.yaml" or "--set nodes.depth.params.model=large"
  std::filesystem::path base;
};

struct Place {
  std::shared_ptr<const Origin> origin;
  int line = 0;  // from 1; 0: the origin as a whole
  int column = 0;

  [[nodiscard]] std::string text() const;  // "configs/x.yaml:14:7"
};

struct Setting {
  struct Entry;
  using Text = std::string;
  using List = std::vector<Setting>;
  using Map = std::vector<Entry>;

  Place place;
  std::variant<std::monostate, Text, List, Map> value;  // monostate: nothing was written

  [[nodiscard]] bool is_nothing() const { return std::holds_alternative<std::monostate>(value); }
  [[nodiscard]] const Text* text() const { return std::get_if<Text>(&value); }
  [[nodiscard]] const List* list() const { return std::get_if<List>(&value); }
  [[nodiscard]] const Map* map() const { return std::get_if<Map>(&value); }
  // The value of a key; nullptr if this is no map or has no such key.
  [[nodiscard]] const Setting* find(std::string_view key) const;
};

struct Setting::Entry {
  std::string key;
  Place key_place;
  Setting value;
};

// "<place>: <message>" as a Failure with exit code 2.
[[noreturn]] void fail_at(const Place& place, const std::string& message);

// Every key of the map must be known: what, such as "node 'depth'", goes into the message.
void check_known_keys(const Setting& map, const std::string& what,
                      const std::vector<std::string>& known);
// The text of a scalar; fails with "<what> must be a text" otherwise.
[[nodiscard]] std::string text_of(const Setting& setting, const std::string& what);

// Reads YAML 1.2. label is how messages call the text. Throws Failure(kUsage) with the place of a
// syntax error, of a key that is there twice, or of a document that unfolds without end.
[[nodiscard]] Setting read_yaml(const std::string& text, const std::string& label,
                                const std::filesystem::path& base);
[[nodiscard]] Setting read_yaml_file(const std::filesystem::path& file);

// --set a.b.c=value: value is read as YAML; maps on the way are made as needed.
void apply_override(Setting& root, const std::string& assignment);

}  // namespace relievo::host
