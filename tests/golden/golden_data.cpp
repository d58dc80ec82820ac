#include "tests/golden/golden_data.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

#include "core/host/child_process.hpp"
#include "plugins/common/device.hpp"
#include "tests/support/paths.hpp"

namespace relievo::test {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json read_json(const fs::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return json::parse(in);
}

std::optional<fs::path> python() {
  const char* set = std::getenv("RELIEVO_PYTHON");
  const fs::path path =
      set != nullptr ? fs::path(set) : source_dir() / ".cache/tools/torch/bin/python";
  if (fs::exists(path)) return path;
  return std::nullopt;
}

}  // namespace

std::optional<fs::path> golden_dir() {
  const char* set = std::getenv("RELIEVO_GOLDEN");
  const auto path = set != nullptr ? fs::path(set) : source_dir() / "../shared/golden";
  if (!fs::exists(path / "index.json")) return std::nullopt;
  return fs::canonical(path);
}

std::vector<json> golden_cases(const std::string& kind) {
  const auto folder = golden_dir();
  if (!folder) return {};
  const auto index = read_json(*folder / "index.json");
  std::vector<json> cases;
  for (auto entry : index.at("cases")) {
    if (entry.at("kind") != kind) continue;
    if (!entry.contains("seed")) entry["seed"] = index.at("seed");
    cases.push_back(std::move(entry));
  }
  return cases;
}

json golden_json(const std::string& name) {
  return read_json(golden_dir().value() / name);
}

at::Tensor golden_tensor(const std::string& name) {
  return read_npy(golden_dir().value() / name);
}

at::Tensor read_npy(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  char magic[10];
  if (!in.read(magic, sizeof(magic)) || std::memcmp(magic, "\x93NUMPY\x01", 7) != 0)
    throw std::runtime_error(file.string() + " is no .npy file of version 1");
  std::string header(
      static_cast<unsigned char>(magic[8]) + 256U * static_cast<unsigned char>(magic[9]), ' ');
  in.read(header.data(), static_cast<std::streamsize>(header.size()));
  std::smatch match;
  static const std::regex kHeader(
      R"('descr': '([^']+)', 'fortran_order': False, 'shape': \(([^)]*)\))");
  if (!std::regex_search(header, match, kHeader))
    throw std::runtime_error(file.string() + " has a header this reader does not know: " + header);
  std::vector<std::int64_t> shape;
  std::istringstream sizes(match[2].str());
  for (std::string size; std::getline(sizes, size, ',');)
    if (size.find_first_not_of(' ') != std::string::npos) shape.push_back(std::stoll(size));
  const auto type = match[1] == "<f4"   ? at::kFloat
                    : match[1] == "<f8" ? at::kDouble
                    : match[1] == "|u1"
                        ? at::kByte
                        : throw std::runtime_error(file.string() + " holds " + match[1].str());
  auto tensor = at::empty(shape, at::TensorOptions(type));
  in.read(static_cast<char*>(tensor.data_ptr()), static_cast<std::streamsize>(tensor.nbytes()));
  if (!in) throw std::runtime_error(file.string() + " ends too early");
  return tensor;
}

std::optional<fs::path> golden_checkpoint(const std::string& model, std::int64_t seed,
                                          std::string& why, const std::string& precision) {
  const auto folder = golden_dir();
  if (!folder) {
    why = "the golden files are not here; set RELIEVO_GOLDEN to the folder that has them";
    return std::nullopt;
  }
  const bool halves = precision == "f16";
  // The transformers library's layout comes in its usual container.
  const auto* ending = model.ends_with("_hf") ? ".safetensors" : ".pth";
  const auto made = binary_dir() / "golden" /
                    (model + "_" + std::to_string(seed) + (halves ? "_f16" : "") + ending);
  if (fs::exists(made)) return made;
  const auto interpreter = python();
  if (!interpreter) {
    why = "no Python with torch to make checkpoints with; run scripts/setup torch";
    return std::nullopt;
  }
  fs::create_directories(made.parent_path());
  // Under another name first: tests may run side by side, and one may be stopped.
  auto partial = made;
  partial.replace_filename("partial_" + std::to_string(getpid()) + "_" + made.filename().string());
  const auto child =
      host::run_child(interpreter->string(),
                      {(*folder / "make_checkpoint.py").string(), "--model", model, "--seed",
                       std::to_string(seed), "--dtype", precision, "--out", partial.string()},
                      std::chrono::seconds(600));
  if (child.exit_code != 0) throw std::runtime_error("make_checkpoint.py failed: " + child.err);
  fs::rename(partial, made);
  return made;
}

GoldenRun golden_run() {
  const auto set = [](const char* name, const char* otherwise) -> std::string {
    const char* value = std::getenv(name);
    return value != nullptr ? value : otherwise;
  };
  GoldenRun run{set("RELIEVO_GOLDEN_DEVICE", "cpu"), set("RELIEVO_GOLDEN_PRECISION", "f32"), {}};
  if (run.precision == "f32")
    run.accepted = {1e-4, 1e-5};  // the golden folder's README
  else if (run.precision == "f16")
    run.accepted = {0.02, 0.003};
  else if (run.precision == "bf16")
    run.accepted = {0.15, 0.03};
  else
    throw std::runtime_error("RELIEVO_GOLDEN_PRECISION is '" + run.precision +
                             "'; there are f32, f16, bf16");
  nets::prepare_thread(0, run.dtype());
  return run;
}

at::Device GoldenRun::at_device() const {
  return nets::choose_device(device);
}

at::ScalarType GoldenRun::dtype() const {
  return nets::choose_precision(precision, at_device());
}

std::string size_of_model(const std::string& model) {
  if (model.ends_with("vits")) return "small";
  if (model.ends_with("vitb")) return "base";
  if (model.ends_with("vitl")) return "large";
  throw std::runtime_error("the goldens have a model '" + model + "' of unknown size");
}

Difference difference(const at::Tensor& ours, const at::Tensor& golden) {
  if (ours.sizes() != golden.sizes()) {
    std::ostringstream text;
    text << "shapes differ: " << ours.sizes() << " and " << golden.sizes();
    throw std::runtime_error(text.str());
  }
  const auto reference = golden.to(at::kDouble);
  const auto apart = ours.to(at::kCPU).to(at::kDouble).sub(reference).abs_();
  const auto deviation = reference.std(/*unbiased=*/false).item<double>();
  return {apart.max().item<double>() / deviation, apart.mean().item<double>() / deviation};
}

}  // namespace relievo::test
