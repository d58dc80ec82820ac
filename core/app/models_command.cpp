// host models: what weights there are, and getting, checking and removing them.
#include <algorithm>
#include <iomanip>
#include <iostream>

#include "core/app/commands.hpp"
#include "core/app/installed_plugins.hpp"
#include "core/app/interrupts.hpp"
#include "core/app/weights_finder.hpp"
#include "core/host/failure.hpp"
#include "core/host/models.hpp"
#include "core/host/registry.hpp"

namespace relievo::app {
namespace {

using host::ExitCode;
using host::Failure;
using host::Json;
using host::Model;

std::vector<Model> installed_models(const Options& options, host::Log& log) {
  return host::models_of(installed_plugins(options, log));
}

// The models that the command line means: one, or all if it names none.
std::vector<Model> chosen(const Options& options, host::Log& log) {
  const auto& wanted = options.models;
  if (!wanted.file.empty()) {
    if (wanted.name.empty())
      throw Failure(
          ExitCode::kUsage,
          "--file needs the repository in front of it: organisation/name --file " + wanted.file);
    Model model;
    model.weights.repo = wanted.name;
    model.weights.revision = wanted.revision.empty() ? "main" : wanted.revision;
    model.weights.file = wanted.file;
    return {model};
  }
  auto models = installed_models(options, log);
  if (wanted.name.empty()) return models;
  auto model = host::find_model(models, wanted.name);
  if (!wanted.revision.empty() && wanted.revision != model.weights.revision) {
    model.weights.revision = wanted.revision;
    model.weights.model.clear();
  }
  return {model};
}

Model chosen_one(const Options& options, host::Log& log) {
  if (options.models.name.empty())
    throw Failure(ExitCode::kUsage, "'models " + options.models.verb + "' needs a name; '" +
                                        log.program() + " models list' shows them");
  return chosen(options, log).front();
}

std::string name_of(const Model& model) {
  return model.weights.model.empty() ? model.weights.repo + "/" + model.weights.file
                                     : model.weights.model;
}

Json as_json(const Model& model, const host::Weights& weights) {
  const auto& spec = model.weights;
  const auto entry = weights.place(spec);
  const auto pin = weights.pin(spec);
  Json json{{"name", name_of(model)},
            {"approach", model.approach},
            {"repo", spec.repo},
            {"revision", spec.revision},
            {"file", spec.file},
            {"licence", spec.licence},
            {"accepted", !weights.lacks_consent(spec)},
            {"here", entry.has_value()},
            {"path", entry ? Json(entry->path.string()) : Json()},
            {"size", nullptr},
            {"commit", pin ? Json(pin->commit) : Json()},
            {"sha256", pin ? Json(pin->sha256) : Json()}};
  if (entry)
    json["size"] = std::filesystem::file_size(entry->path);
  else if (pin)
    json["size"] = pin->size;
  return json;
}

int list(const Options& options, const host::Weights& weights, host::Log& log) {
  auto models = Json::array();
  for (const auto& model : chosen(options, log)) models.push_back(as_json(model, weights));
  if (options.json) {
    std::cout << Json{{"cache", weights.cache().string()},
                      {"lock", weights.lock().file().string()},
                      {"models", models}}
                     .dump(2)
              << "\n";
    return 0;
  }
  if (models.empty()) {
    log.info("no installed plugin needs weights");
    return 0;
  }
  std::size_t width = 0;
  for (const auto& model : models)
    width = std::max(width, model.at("name").get<std::string>().size());
  for (const auto& model : models) {
    const auto state = model.at("here").get<bool>() ? "here" : "not here";
    const auto size =
        model.at("size").is_null() ? "" : hub::size_text(model.at("size").get<std::uint64_t>());
    std::cout << std::left << std::setw(static_cast<int>(width) + 2)
              << model.at("name").get<std::string>() << std::setw(10) << state << std::setw(10)
              << size << std::setw(16) << model.at("licence").get<std::string>()
              << model.at("repo").get<std::string>() << "/" << model.at("file").get<std::string>()
              << " (" << model.at("revision").get<std::string>() << ")"
              << (model.at("accepted").get<bool>() ? "" : "; to be accepted") << "\n";
  }
  return 0;
}

void get_consent(const Options& options, const host::Weights& weights, const Model& model) {
  if (!weights.lacks_consent(model.weights)) return;
  const auto what = "the licence of " + model.weights.repo + " is " + model.weights.licence +
                    ", which does not allow every use; see " + weights.page(model.weights);
  if (!options.models.accept_licence && !ask(what + ". Do you accept it?"))
    throw Failure(ExitCode::kWeights,
                  what + "; if you accept it, run: " + weights.command("fetch", model.weights));
  weights.give_consent(model.weights);
}

int fetch(const Options& options, WatchedWeights& watched, host::Log& log) {
  const auto& weights = watched.weights();
  const auto model = chosen_one(options, log);
  get_consent(options, weights, model);
  const auto file = weights.fetch(model.weights, options.models.update);
  watched.finish();
  if (!file.came) log.info("it was here already");
  if (options.json)
    std::cout << as_json(model, weights).dump(2) << "\n";
  else
    std::cout << file.entry.path.string() << "\n";
  return 0;
}

int verify(const Options& options, WatchedWeights& watched, host::Log& log) {
  const auto& weights = watched.weights();
  auto results = Json::array();
  bool all_right = true;
  for (const auto& model : chosen(options, log)) {
    const auto check = weights.verify(model.weights);
    watched.finish();
    // Without a name it is about what is here.
    if (!check.is_here && options.models.name.empty()) continue;
    all_right = all_right && check.is_right;
    results.push_back({{"name", name_of(model)}, {"ok", check.is_right}, {"detail", check.detail}});
    if (!check.is_right && check.is_here)
      log.error(name_of(model) + ": " + check.detail +
                "; run: " + weights.command("remove", model.weights) + ", then fetch it again");
    else if (!check.is_right)
      log.error(name_of(model) +
                ": not on this machine; run: " + weights.command("fetch", model.weights));
    if (!options.json)
      std::cout << (check.is_right ? "ok    " : "FAIL  ") << name_of(model)
                << (check.is_right && !check.detail.empty() ? " (" + check.detail + ")" : "")
                << "\n";
  }
  if (options.json) std::cout << Json{{"ok", all_right}, {"models", results}}.dump(2) << "\n";
  return all_right ? 0 : static_cast<int>(ExitCode::kWeights);
}

int path(const Options& options, WatchedWeights& watched, host::Log& log) {
  const auto& weights = watched.weights();
  const auto model = chosen_one(options, log);
  const auto file = weights.find(model.weights);
  watched.finish();
  if (!file)
    throw Failure(ExitCode::kWeights, name_of(model) + " is not on this machine; run: " +
                                          weights.command("fetch", model.weights));
  if (options.json)
    std::cout << as_json(model, weights).dump(2) << "\n";
  else
    std::cout << file->entry.path.string() << "\n";
  return 0;
}

int remove(const Options& options, const host::Weights& weights, host::Log& log) {
  const auto model = chosen_one(options, log);
  const auto freed = weights.remove(model.weights);
  log.info("removed " + name_of(model) +
           (freed > 0 ? ", " + hub::size_text(freed) + " became free"
                      : "; its content stays, since another revision has the same"));
  if (options.json) std::cout << Json{{"name", name_of(model)}, {"freed", freed}}.dump(2) << "\n";
  return 0;
}

}  // namespace

int models(const Options& options, host::Log& log) {
  catch_interrupts();
  let_work_finish();
  WatchedWeights watched(log, options.quiet);
  const auto& verb = options.models.verb;
  if (verb == "fetch") return fetch(options, watched, log);
  if (verb == "verify") return verify(options, watched, log);
  if (verb == "path") return path(options, watched, log);
  if (verb == "remove") return remove(options, watched.weights(), log);
  return list(options, watched.weights(), log);
}

}  // namespace relievo::app
