// Plugins of which only the description is there: enough to lay out a benchmark.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "core/host/registry.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {

inline host::Registry described_plugins() {
  const auto folder = temporary_dir() / "described";
  std::filesystem::create_directories(folder);
  const auto describe = [&](const std::string& name, const std::string& nodes) {
    std::ofstream(folder / (name + ".so")) << "not loaded";
    std::ofstream(folder / (name + ".json"))
        << R"({"abi":1,"plugin":")" << name
        << R"(","version":"1.0.0","licence":"Apache-2.0","summary":"s","runtime":"","nodes":[)"
        << nodes << "]}";
  };
  const std::string io =
      R"("inputs":[{"name":"colour","semantics":["colour"]}],"outputs":[{"name":"depth","semantic":"relative_inverse"}],)";
  describe("motion_cues", R"({"id":"motion_cues.depth","label":"depth","summary":"s",)" + io +
                              R"("devices":["cpu"],"params":{}})");
  describe(
      "net",
      R"({"id":"net.depth","label":"depth","summary":"s",)" + io +
          R"("devices":["cpu","cuda","mps"],"params":{"precision":{"type":"string","default":"auto",)"
          R"("enum":["auto","f32","f16"],"description":"d"}}})");
  describe(
      "steady",
      R"({"id":"steady.filter","label":"filter","summary":"s","inputs":[{"name":"depth",)"
      R"("semantics":["relative_inverse"]}],"outputs":[{"name":"depth"}],"devices":["cpu","cuda"],)"
      R"("params":{}})");
  describe(
      "stereo",
      R"({"id":"stereo.view","label":"view","summary":"s","inputs":[{"name":"colour","semantics":["colour"]},)"
      R"({"name":"depth","semantics":["relative_inverse"]}],"outputs":[{"name":"left","semantic":"colour"},)"
      R"({"name":"right","semantic":"colour"}],"devices":["cpu"],"params":{"method":{"type":"string",)"
      R"("default":"quality","enum":["quality","simple"],"description":"d"}}})");
  host::SearchPath path;
  path.folders.push_back(folder);
  return host::Registry::discover(path, temporary_dir() / "cache");
}

}  // namespace relievo::test
