// Weights for a pipeline: found, or asked for on a terminal, or refused with the command that
// brings them.
#pragma once

#include <functional>
#include <memory>

#include "core/app/options.hpp"
#include "core/host/log.hpp"
#include "core/host/resolve.hpp"
#include "core/host/transfer_line.hpp"
#include "core/host/weights.hpp"

namespace relievo::app {

// The user's weights with a progress line on log. Reads the environment; throws Failure.
class WatchedWeights {
 public:
  WatchedWeights(host::Log& log, bool quiet);
  [[nodiscard]] const host::Weights& weights() const { return weights_; }
  // Takes the progress line away.
  void finish() { line_.clear(); }

 private:
  host::TransferLine line_;
  host::Weights weights_;
};

// Prints "QUESTION [y/N] " and reads a line; true for y or yes. False without a terminal.
[[nodiscard]] bool ask(const std::string& question);
[[nodiscard]] bool can_ask();

// For ResolveOptions. Whether it may ask is also a matter of the terminal, and of options: a dry
// run only looks.
[[nodiscard]] host::WeightsFinder weights_finder(const Options& options, host::Log& log);

}  // namespace relievo::app
