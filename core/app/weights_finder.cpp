#include "core/app/weights_finder.hpp"

#include <iostream>
#include <utility>

#include <unistd.h>

#include "core/app/interrupts.hpp"
#include "core/host/failure.hpp"

namespace relievo::app {
namespace {

using host::Weights;
using host::WeightsAnswer;

hub::Watcher watcher(host::TransferLine& line, host::Log& log) {
  return {[&line](const hub::Progress& progress) { line.show(progress); },
          [&log](const std::string& note) { log.info(note); },
          [] {
            return is_interrupted();
          }};
}

// "Apache-2.0", or what is to be said where nobody knows.
std::string licence_text(const Weights& weights, const host::WeightSpec& spec) {
  return spec.licence.empty() ? "licence: see " + weights.page(spec) : "licence " + spec.licence;
}

WeightsAnswer ask_and_fetch(WatchedWeights& watched, const host::WeightSpec& spec, bool is_here) {
  const auto& weights = watched.weights();
  std::string question;
  if (weights.lacks_consent(spec))
    question = "The licence of " + spec.repo + " is " + spec.licence +
               ", which does not allow every use; see " + weights.page(spec) +
               ". Do you accept it" + (is_here ? "?" : ", and shall ");
  else
    question = "Shall ";
  if (!is_here) {
    const auto size = weights.ask_size(spec);
    question += spec.repo + "/" + spec.file + " (" + (size ? hub::size_text(*size) + ", " : "") +
                licence_text(weights, spec) + ") be fetched to " + weights.cache().string() + "?";
  }
  if (!ask(question)) return {};
  weights.give_consent(spec);
  const auto file = weights.fetch(spec, false);
  watched.finish();
  return {file.entry.path, "", ""};
}

WeightsAnswer look_for(WatchedWeights& watched, const host::WeightSpec& spec, bool may_ask) {
  const auto& weights = watched.weights();
  const auto file = weights.find(spec);
  watched.finish();
  const bool lacks_consent = weights.lacks_consent(spec);
  if (file && !lacks_consent) return {file->entry.path, "", ""};
  if (may_ask && can_ask())
    if (auto answer = ask_and_fetch(watched, spec, file.has_value()); answer.path) return answer;
  if (file)
    return {std::nullopt,
            "the licence of its weights (" + spec.licence + ", see " + weights.page(spec) +
                ") has not been accepted",
            "to accept it, run: " + weights.command("fetch", spec)};
  return {std::nullopt, "its weights are not on this machine",
          "to fetch them (" + licence_text(weights, spec) +
              "), run: " + weights.command("fetch", spec)};
}

}  // namespace

WatchedWeights::WatchedWeights(host::Log& log, bool quiet)
    : line_(log, !quiet && isatty(STDERR_FILENO) != 0),
      weights_(Weights::standard(log, watcher(line_, log))) {}

bool can_ask() {
  return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
}

bool ask(const std::string& question) {
  if (!can_ask()) return false;
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (is_interrupted()) throw host::Failure(host::ExitCode::kCancelled, "cancelled");
  return answer == "y" || answer == "Y" || answer == "yes";
}

host::WeightsFinder weights_finder(const Options& options, host::Log& log) {
  const bool dry_run = options.action == Action::kDryRun;
  // Made when the first node asks: most pipelines need neither network nor cache.
  return [watched = std::shared_ptr<WatchedWeights>(), dry_run, quiet = options.quiet, &log](
             const host::WeightSpec& spec, bool may_ask) mutable {
    if (!watched) watched = std::make_shared<WatchedWeights>(log, quiet);
    return look_for(*watched, spec, may_ask && !dry_run);
  };
}

}  // namespace relievo::app
