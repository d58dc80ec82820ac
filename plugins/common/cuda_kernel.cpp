#include "plugins/common/cuda_kernel.hpp"

#include <map>
#include <mutex>
#include <tuple>

#include <relievo/sdk/error.hpp>

#if defined(RLV_CUDA_HEADERS)
#include <c10/cuda/CUDAStream.h>
#include <dlfcn.h>
#endif

namespace relievo::nets {

#if defined(RLV_CUDA_HEADERS)

namespace {

// As NVIDIA's references have them (https://docs.nvidia.com/cuda/nvrtc/,
// https://docs.nvidia.com/cuda/cuda-driver-api/): every function returns 0 for success. libtorch's
// own doors to both are not among its public headers.
struct Compiler {
  using Program = void*;
  using Module = void*;
  using Function = void*;
  int (*create)(Program*, const char* source, const char* file, int headers,
                const char* const* contents, const char* const* names) = nullptr;
  int (*destroy)(Program*) = nullptr;
  int (*compile)(Program, int count, const char* const* options) = nullptr;
  int (*size)(Program, std::size_t*) = nullptr;
  int (*code)(Program, char*) = nullptr;
  int (*device)(int*) = nullptr;
  int (*attribute)(int*, int which, int device) = nullptr;
  int (*load)(Module*, const void* code) = nullptr;
  int (*find)(Function*, Module, const char* name) = nullptr;
  int (*launch)(Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                unsigned shared_bytes, void* stream, void** arguments, void** extra) = nullptr;
  bool complete = false;
};

Compiler load_compiler() {
  Compiler found;
  // Linked with NVRTC and the driver, whichever their versions are. Never unloaded.
  void* library = dlopen("libcaffe2_nvrtc.so", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return found;
  found.complete = true;
  const auto look_up = [&](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    found.complete = found.complete && function != nullptr;
  };
  look_up("nvrtcCreateProgram", found.create);
  look_up("nvrtcDestroyProgram", found.destroy);
  look_up("nvrtcCompileProgram", found.compile);
  look_up("nvrtcGetCUBINSize", found.size);
  look_up("nvrtcGetCUBIN", found.code);
  look_up("cuCtxGetDevice", found.device);
  look_up("cuDeviceGetAttribute", found.attribute);
  look_up("cuModuleLoadData", found.load);
  look_up("cuModuleGetFunction", found.find);
  look_up("cuLaunchKernel", found.launch);
  return found;
}

const Compiler& compiler() {
  static const Compiler loaded = load_compiler();
  return loaded;
}

// "90" for compute capability 9.0; empty if CUDA does not say.
std::string capability() {
  constexpr int kMajor = 75, kMinor = 76;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_*
  int device = 0, major = 0, minor = 0;
  if (compiler().device(&device) != 0 || compiler().attribute(&major, kMajor, device) != 0 ||
      compiler().attribute(&minor, kMinor, device) != 0)
    return "";
  return std::to_string(major) + std::to_string(minor);
}

// Machine code for the current card; empty if it cannot be had.
std::string machine_code(const std::string& source, std::vector<std::string> options) {
  const auto card = capability();
  if (card.empty()) return "";
  options.push_back("--gpu-architecture=sm_" + card);
  std::vector<const char*> words;
  words.reserve(options.size());
  for (const auto& option : options) words.push_back(option.c_str());
  Compiler::Program program = nullptr;
  if (compiler().create(&program, source.c_str(), nullptr, 0, nullptr, nullptr) != 0) return "";
  std::string code;
  std::size_t size = 0;
  if (compiler().compile(program, static_cast<int>(words.size()), words.data()) == 0 &&
      compiler().size(program, &size) == 0) {
    code.resize(size);
    if (compiler().code(program, code.data()) != 0) code.clear();
  }
  compiler().destroy(&program);
  return code;
}

}  // namespace

std::shared_ptr<const CudaKernel> CudaKernel::compile(at::Device device, const Code& code) {
  if (!compiler().complete) return nullptr;
  // The driver's calls go to the current context, which is there once memory was asked for.
  static_cast<void>(at::empty({1}, at::TensorOptions(at::kByte).device(device)));
  const auto machine = machine_code(code.source, code.options);
  Compiler::Module module = nullptr;
  Compiler::Function function = nullptr;
  if (machine.empty() || compiler().load(&module, machine.data()) != 0 ||
      compiler().find(&function, module, code.name.c_str()) != 0)
    return nullptr;
  return std::shared_ptr<const CudaKernel>(new CudaKernel(device, code.name, function));
}

void CudaKernel::launch(const Shape& shape, std::span<void* const> arguments) const {
  auto* stream = c10::cuda::getCurrentCUDAStream(device_.index()).stream();
  std::vector<void*> addresses(arguments.begin(), arguments.end());
  const int error =
      compiler().launch(function_, shape.blocks_x, shape.blocks_y, shape.blocks_z, shape.threads_x,
                        shape.threads_y, 1, /*shared_bytes=*/0, stream, addresses.data(), nullptr);
  if (error != 0)
    fail(RLV_E_INTERNAL, "CUDA kernel '", name_, "' cannot be launched on ", device_.str(),
         " (CUDA error ", error, ")");
}

#else

std::shared_ptr<const CudaKernel> CudaKernel::compile(at::Device /*device*/, const Code& /*code*/) {
  return nullptr;
}

void CudaKernel::launch(const Shape& /*shape*/, std::span<void* const> /*arguments*/) const {
  fail(RLV_E_INTERNAL, "this build cannot launch kernel '", name_, "' on ", device_.str());
}

#endif

std::shared_ptr<const CudaKernel> CudaKernel::get(at::Device device, const Code& code) {
  if (!device.is_cuda()) return nullptr;
  using Key = std::tuple<int, std::string, std::string, std::vector<std::string>>;
  static std::mutex mutex;
  static std::map<Key, std::shared_ptr<const CudaKernel>> made;
  const std::scoped_lock lock(mutex);
  const Key key{device.index(), code.name, code.source, code.options};
  const auto found = made.find(key);
  if (found != made.end()) return found->second;
  return made[key] = compile(device, code);
}

}  // namespace relievo::nets
