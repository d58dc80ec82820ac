// Runs a depth node of a plugin on pictures in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace relievo::judge {

struct DepthMap {
  int width = 0;
  int height = 0;
  std::vector<float> values;  // inverse depth of some scale and shift, row-major
};

class DepthRunner {
 public:
  // plugin: the library; empty: the plain ramp, 0 at the top to 1 at the bottom. params: JSON text
  // with every parameter. Throws std::runtime_error if the plugin cannot be used.
  DepthRunner(const std::filesystem::path& plugin, std::string params);
  ~DepthRunner();

  // Red, green, blue interleaved, width x height; shots: one id per picture. Maps in the same
  // order. seconds: CPU time of the process that the node took, if wanted.
  [[nodiscard]] std::vector<DepthMap> run(int count, int width, int height,
                                          const std::function<const std::uint8_t*(int)>& picture,
                                          const std::function<int(int)>& shot,
                                          double* cpu_seconds = nullptr) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace relievo::judge
