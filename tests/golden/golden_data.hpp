// The golden files of the depth networks: what the official code computed, the case index, and the
// random checkpoints that it computed with, made on demand.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "plugins/common/named_weights.hpp"

namespace relievo::test {

// $RELIEVO_GOLDEN, by default ../shared/golden beside the checkout; nothing if it is not there.
[[nodiscard]] std::optional<std::filesystem::path> golden_dir();

// Cases of index.json of one kind, each with "seed" added; empty without the folder.
[[nodiscard]] std::vector<nlohmann::json> golden_cases(const std::string& kind);

// A .npy file of float32, float64 or uint8, in C order.
[[nodiscard]] at::Tensor read_npy(const std::filesystem::path& file);
[[nodiscard]] at::Tensor golden_tensor(const std::string& name);
[[nodiscard]] nlohmann::json golden_json(const std::string& name);

// The checkpoint of a model and seed, made by the golden folder's make_checkpoint.py in the build
// folder if it is not there yet. Nothing, with the reason in `why`, where there is no Python for
// that (scripts/setup torch). precision: "f32" or "f16", which hold the same numbers.
[[nodiscard]] std::optional<std::filesystem::path> golden_checkpoint(
    const std::string& model, std::int64_t seed, std::string& why,
    const std::string& precision = "f32");

// Largest and mean difference over the golden's standard deviation.
struct Difference {
  double largest;
  double mean;
};

// Where the networks are computed and how: $RELIEVO_GOLDEN_DEVICE ("cpu", "cuda", "mps"; default
// cpu) and $RELIEVO_GOLDEN_PRECISION ("f32", "f16", "bf16"; default f32), and the largest
// differences that are accepted then.
struct GoldenRun {
  std::string device;
  std::string precision;
  Difference accepted;

  [[nodiscard]] at::Device at_device() const;
  [[nodiscard]] at::ScalarType dtype() const;
};
// Throws on names that there are not. Also sets libtorch up for this thread.
[[nodiscard]] GoldenRun golden_run();

// "video_depth_anything_vitb": the value of the nodes' parameter 'model', "base".
[[nodiscard]] std::string size_of_model(const std::string& model);
[[nodiscard]] Difference difference(const at::Tensor& ours, const at::Tensor& golden);

}  // namespace relievo::test

// In a test body: a visible skip, or the path of the checkpoint.
#define RLV_GOLDEN_CHECKPOINT_OR_SKIP(variable, model, seed)                                   \
  std::string variable##_why;                                                                  \
  const auto variable##_found = relievo::test::golden_checkpoint(model, seed, variable##_why); \
  if (!variable##_found) GTEST_SKIP() << variable##_why;                                       \
  const auto variable = *variable##_found
