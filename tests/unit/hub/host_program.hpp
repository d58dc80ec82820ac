// The program itself as a child, in a home of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/host/child_process.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {

struct HostProgram {
  // What `env` is to set, "NAME=value".
  explicit HostProgram(const std::string& endpoint) : home(temporary_dir()) {
    variables = {"HOME=" + home.string(),
                 "HF_HOME=" + (home / "hf").string(),
                 "XDG_CACHE_HOME=" + (home / "cache").string(),
                 "XDG_CONFIG_HOME=" + (home / "config").string(),
                 "HF_ENDPOINT=" + endpoint,
                 "HF_HUB_CACHE=",
                 "HUGGINGFACE_HUB_CACHE=",
                 "HF_TOKEN=",
                 "HF_HUB_OFFLINE=",
                 "TRANSFORMERS_OFFLINE=",
                 "RELIEVO_WEIGHTS_LOCK=",
                 "no_proxy=127.0.0.1,localhost"};
  }

  // The arguments of env(1) that run the program with these arguments.
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& arguments) const {
    auto all = variables;
    all.push_back((binary_dir() / "bin/host").string());
    all.insert(all.end(), arguments.begin(), arguments.end());
    return all;
  }
  [[nodiscard]] host::ChildResult run(const std::vector<std::string>& arguments) const {
    return host::run_child("/usr/bin/env", command(arguments), std::chrono::seconds(60));
  }
  [[nodiscard]] std::filesystem::path cache() const { return home / "hf/hub"; }

  std::filesystem::path home;
  std::vector<std::string> variables;
};

}  // namespace relievo::test
