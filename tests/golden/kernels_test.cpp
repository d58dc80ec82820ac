// That the kernels of our own compile, on machines without a card too: where one does not, the
// program silently takes its other way.
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "area_mean.hpp"
#include "plugins/common/enlarge.hpp"
#include "plugins/common/sum_norm.hpp"
#include "tensor_blend.hpp"
#include "tests/support/paths.hpp"

namespace relievo {
namespace {

namespace fs = std::filesystem;
using Code = nets::CudaKernel::Code;

// NVIDIA's run-time compiler, which needs no card (https://docs.nvidia.com/cuda/nvrtc/).
class Nvrtc {
 public:
  explicit Nvrtc(const fs::path& library) {
    // It looks for this one by name, and not beside itself.
    for (const auto& file : fs::directory_iterator(library.parent_path()))
      if (file.path().filename().string().starts_with("libnvrtc-builtins.so"))
        dlopen(file.path().c_str(), RTLD_NOW | RTLD_LOCAL);
    handle_ = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ == nullptr) return;
    look_up("nvrtcCreateProgram", create_);
    look_up("nvrtcDestroyProgram", destroy_);
    look_up("nvrtcCompileProgram", compile_);
    look_up("nvrtcGetCUBINSize", code_size_);
    look_up("nvrtcGetProgramLogSize", log_size_);
    look_up("nvrtcGetProgramLog", log_);
  }

  [[nodiscard]] bool loaded() const { return handle_ != nullptr && complete_; }
  // What the compiler complains of; empty if it makes code for the card.
  [[nodiscard]] std::string complaint(const Code& code, const std::string& card) const {
    auto options = code.options;
    options.push_back("--gpu-architecture=" + card);
    std::vector<const char*> words;
    for (const auto& option : options) words.push_back(option.c_str());
    void* program = nullptr;
    if (create_(&program, code.source.c_str(), nullptr, 0, nullptr, nullptr) != 0)
      return "cannot begin";
    std::size_t size = 0;
    const bool made = compile_(program, static_cast<int>(words.size()), words.data()) == 0 &&
                      code_size_(program, &size) == 0 && size > 0;
    std::string log;
    if (log_size_(program, &size) == 0) log.resize(size);
    if (!log.empty()) log_(program, log.data());
    destroy_(&program);
    return made ? "" : "no code: " + log;
  }

 private:
  template <class Function>
  void look_up(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle_, name));
    complete_ = complete_ && function != nullptr;
  }

  void* handle_ = nullptr;  // never closed: the compiler does not like it
  bool complete_ = true;
  int (*create_)(void**, const char*, const char*, int, const char* const*,
                 const char* const*) = nullptr;
  int (*destroy_)(void**) = nullptr;
  int (*compile_)(void*, int, const char* const*) = nullptr;
  int (*code_size_)(void*, std::size_t*) = nullptr;
  int (*log_size_)(void*, std::size_t*) = nullptr;
  int (*log_)(void*, char*) = nullptr;
};

// RELIEVO_NVRTC, or where scripts/setup puts it.
std::optional<fs::path> nvrtc_library() {
  if (const char* set = std::getenv("RELIEVO_NVRTC")) return fs::path(set);
  const auto packages = test::source_dir() / ".cache/tools/torch/lib";
  std::error_code none;
  for (const auto& file : fs::recursive_directory_iterator(packages, none)) {
    const auto name = file.path().filename().string();
    if (name.starts_with("libnvrtc.so.")) return file.path();
  }
  return std::nullopt;
}

TEST(Kernels, CompileForEveryGenerationOfCards) {
  const auto library = nvrtc_library();
  if (!library) GTEST_SKIP() << "no NVRTC here; scripts/setup test installs it on Linux";
  const Nvrtc nvrtc(*library);
  ASSERT_TRUE(nvrtc.loaded()) << *library;
  std::vector<Code> codes{temporal::AreaMean::code(), temporal::TensorBlend::code()};
  for (const auto type : {at::kHalf, at::kBFloat16}) {
    codes.push_back(nets::Enlarger::code(type));
    for (const auto sum : {at::kFloat, type})
      for (const auto width : {384, 768, 1024, 2048})
        codes.push_back(nets::SumNorm::code(width, sum, type).value());
  }
  for (const auto& code : codes)
    for (const auto* const card : {"sm_75", "sm_80", "sm_90", "sm_120"})
      EXPECT_EQ(nvrtc.complaint(code, card), "")
          << code.name << " for " << card << ": " << testing::PrintToString(code.options);
}

TEST(Kernels, AreNotMadeForWidthsAndTypesThatTheyCannotServe) {
  EXPECT_FALSE(nets::SumNorm::code(1000, at::kFloat, at::kHalf));
  EXPECT_FALSE(nets::SumNorm::code(4096, at::kFloat, at::kHalf));
  EXPECT_FALSE(nets::SumNorm::code(1024, at::kFloat, at::kFloat));
}

}  // namespace
}  // namespace relievo
