// The node 'source' run by hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <relievo/sdk/frame.hpp>

#include "core/host/node_instance.hpp"
#include "tests/support/harness.hpp"

namespace relievo::test {

// params: JSON members beside path, such as "\"start\": 2".
[[nodiscard]] std::string source_params(const std::string& path, const std::string& params = "");

// A run of one source. Frames stay alive as long as this object.
struct FilmRun {
  explicit FilmRun(const std::string& path, const std::string& params = "");

  // plan(), which throws what the node throws.
  void plan();
  // plan(), open() and every frame; at most `most`.
  void read_all(std::size_t most = 100000);
  [[nodiscard]] std::vector<std::int64_t> times() const;
  // Lines of warnings and worse.
  [[nodiscard]] std::vector<std::string> warnings() const;

  TestRun run;
  host::NodeInstance node;
  rlv_format format{};
  NodePlan needs;
  std::vector<Frame> frames;
};

// The message of the failure that planning or reading ends in; "" if it does not fail.
[[nodiscard]] std::string failure_of(const std::string& path, const std::string& params = "");

// A number for all samples of the picture area.
[[nodiscard]] std::uint64_t fingerprint(const Frame& frame);

// The sample of a plane, whatever its depth; bits at the top of the storage are brought down.
[[nodiscard]] int sample(const Frame& frame, std::uint32_t plane, int x, int y, int component = 0);

}  // namespace relievo::test
