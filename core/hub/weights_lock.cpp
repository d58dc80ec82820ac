#include "core/hub/weights_lock.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/hub/environment.hpp"
#include "core/hub/error.hpp"
#include "core/hub/file_lock.hpp"
#include "core/hub/whole_file.hpp"

namespace relievo::hub {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

bool is_of(const Pin& pin, const FileId& id) {
  return pin.id.repo == id.repo && pin.id.revision == id.revision && pin.id.file == id.file;
}

Pin parse_pin(const Json& json) {
  Pin pin;
  pin.id = {json.at("repo"), json.at("revision"), json.at("file")};
  pin.commit = json.at("commit");
  pin.sha256 = json.at("sha256");
  pin.size = json.at("size");
  check(pin.id);
  if (!is_commit(pin.commit)) throw std::runtime_error("'" + shown(pin.commit) + "' is no commit");
  if (!is_sha256(pin.sha256)) throw std::runtime_error("'" + shown(pin.sha256) + "' is no SHA-256");
  return pin;
}

Json as_json(const Pin& pin) {
  return {{"repo", pin.id.repo},  {"revision", pin.id.revision}, {"file", pin.id.file},
          {"commit", pin.commit}, {"sha256", pin.sha256},        {"size", pin.size}};
}

}  // namespace

std::vector<Pin> WeightsLock::all() const {
  const auto text = read_whole(file_);
  if (!text) return {};
  try {
    const auto json = Json::parse(*text);
    const int version = json.at("version");
    if (version != kVersion)
      throw std::runtime_error("it is of version " + std::to_string(version) +
                               ", this program reads version " + std::to_string(kVersion));
    std::vector<Pin> pins;
    for (const auto& pin : json.at("weights")) pins.push_back(parse_pin(pin));
    return pins;
  } catch (const Json::parse_error& e) {
    throw Error(ErrorKind::kSetup, file_.string() + " is not valid JSON (byte " +
                                       std::to_string(e.byte) +
                                       "); mend it, or remove it to pin all weights anew");
  } catch (const std::exception& e) {
    throw Error(ErrorKind::kSetup, file_.string() + ": " + e.what() +
                                       "; mend it, or remove it to pin all weights anew");
  }
}

std::optional<Pin> WeightsLock::find(const FileId& id) const {
  for (auto& pin : all())
    if (is_of(pin, id)) return pin;
  return std::nullopt;
}

void WeightsLock::put(const Pin& pin) const {
  change(pin.id, &pin);
}

void WeightsLock::forget(const FileId& id) const {
  change(id, nullptr);
}

void WeightsLock::change(const FileId& id, const Pin* pin) const {
  auto guard = file_;
  guard += ".guard";
  const auto lock = FileLock::take(guard, {});
  auto pins = all();
  std::erase_if(pins, [&](const Pin& old) { return is_of(old, id); });
  if (pin != nullptr) pins.push_back(*pin);
  // In a fixed order, so that a shared file changes by one block at a time.
  std::sort(pins.begin(), pins.end(), [](const Pin& a, const Pin& b) {
    return std::tie(a.id.repo, a.id.file, a.id.revision) <
           std::tie(b.id.repo, b.id.file, b.id.revision);
  });
  auto list = Json::array();
  for (const auto& each : pins) list.push_back(as_json(each));
  write_whole(file_, Json{{"version", kVersion}, {"weights", list}}.dump(2) + "\n");
}

std::filesystem::path WeightsLock::standard_file() {
  if (const auto named = process_variable("RELIEVO_WEIGHTS_LOCK"))
    return std::filesystem::absolute(*named);
  return config_folder(process_variable) / "weights.lock";
}

}  // namespace relievo::hub
