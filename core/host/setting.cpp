#include "core/host/setting.hpp"

#include <algorithm>

#include "core/host/suggest.hpp"

namespace relievo::host {

std::string Place::text() const {
  if (!origin) return "";
  if (line <= 0) return origin->label;
  return origin->label + ":" + std::to_string(line) + ":" + std::to_string(column);
}

const Setting* Setting::find(std::string_view key) const {
  const auto* entries = map();
  if (entries == nullptr) return nullptr;
  const auto found = std::find_if(entries->begin(), entries->end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries->end() ? nullptr : &found->value;
}

void fail_at(const Place& place, const std::string& message) {
  const auto where = place.text();
  throw Failure(ExitCode::kUsage, where.empty() ? message : where + ": " + message);
}

void check_known_keys(const Setting& map, const std::string& what,
                      const std::vector<std::string>& known) {
  const auto* entries = map.map();
  if (entries == nullptr) fail_at(map.place, what + " must be a map of keys and values");
  for (const auto& entry : *entries)
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      fail_at(entry.key_place,
              what + ": unknown key '" + entry.key + "'" + did_you_mean(entry.key, known));
}

std::string text_of(const Setting& setting, const std::string& what) {
  if (const auto* text = setting.text()) return *text;
  fail_at(setting.place, what + " must be a text");
}

void apply_override(Setting& root, const std::string& assignment) {
  const auto equals = assignment.find('=');
  const std::string label = "--set " + assignment;
  const Place place{std::make_shared<Origin>(Origin{label, std::filesystem::current_path()}), 0, 0};
  if (equals == std::string::npos || equals == 0)
    fail_at(place, "write it as path=value, such as nodes.depth.params.model=large");
  auto value = read_yaml(assignment.substr(equals + 1), label, place.origin->base);
  Setting* at = &root;
  for (std::size_t begin = 0; begin <= equals;) {
    const auto end = std::min(assignment.find('.', begin), equals);
    const auto key = assignment.substr(begin, end - begin);
    if (key.empty())
      fail_at(place, "the path '" + assignment.substr(0, equals) + "' has an empty part");
    if (at->is_nothing()) at->value = Setting::Map{};
    auto* entries = std::get_if<Setting::Map>(&at->value);
    if (entries == nullptr)
      fail_at(place,
              "'" + assignment.substr(0, begin == 0 ? 0 : begin - 1) + "' has no keys below it");
    auto found = std::find_if(entries->begin(), entries->end(),
                              [&](const Setting::Entry& entry) { return entry.key == key; });
    if (found == entries->end()) found = entries->insert(found, {key, place, {place, {}}});
    at = &found->value;
    begin = end + 1;
  }
  value.place = place;
  *at = std::move(value);
}

}  // namespace relievo::host
