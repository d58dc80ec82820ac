# Relievo::torch: libtorch, from wherever it is, as one imported target, and RELIEVO_TORCH_VERSION ("2.13.0").
#
# Looked for in CMAKE_PREFIX_PATH (a libtorch folder, or what torch.utils.cmake_prefix_path prints), then in the wheel that
# scripts/setup torch puts into .cache/tools/torch. libtorch's own package configuration is not used: that of a CUDA
# build wants a CUDA toolkit, which linking its libraries does not need.

# Folders that may hold include/ and lib/, best first.
set(torch_hints ${RLV_TORCH_DIR})
foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
  list(APPEND torch_hints ${prefix} ${prefix}/torch ${prefix}/../..)
endforeach()
file(GLOB torch_wheels ${PROJECT_SOURCE_DIR}/.cache/tools/torch/lib/python3*/site-packages/torch)
list(APPEND torch_hints ${torch_wheels})

find_path(RLV_TORCH_INCLUDE_DIR ATen/core/Tensor.h HINTS ${torch_hints} PATH_SUFFIXES include)
set(torch_missing
  "libtorch was not found, which RLV_WITH_TORCH=ON needs: run scripts/setup torch, or pass \
-DCMAKE_PREFIX_PATH=/path/to/libtorch, or build without it (-DRLV_WITH_TORCH=OFF)")
if(NOT RLV_TORCH_INCLUDE_DIR)
  message(FATAL_ERROR "${torch_missing}")
endif()
get_filename_component(torch_root ${RLV_TORCH_INCLUDE_DIR} DIRECTORY)
foreach(library torch torch_cpu c10 torch_cuda c10_cuda)
  find_library(RLV_LIB_${library} ${library} HINTS ${torch_root}/lib NO_DEFAULT_PATH)
endforeach()
if(NOT RLV_LIB_torch OR NOT RLV_LIB_torch_cpu OR NOT RLV_LIB_c10)
  message(FATAL_ERROR "${torch_root}/lib lacks libtorch, libtorch_cpu or libc10. ${torch_missing}")
endif()

# ---- Version, and that it is one this code was written for.
foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
  if(EXISTS ${RLV_TORCH_INCLUDE_DIR}/${header} AND NOT RELIEVO_TORCH_VERSION)
    file(STRINGS ${RLV_TORCH_INCLUDE_DIR}/${header} lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
    list(JOIN numbers "." RELIEVO_TORCH_VERSION)
  endif()
endforeach()
if(NOT RELIEVO_TORCH_VERSION VERSION_GREATER_EQUAL 2.11)
  message(FATAL_ERROR "libtorch in ${torch_root} is ${RELIEVO_TORCH_VERSION}; 2.11 to 2.13 are supported")
endif()

# ---- The ABI of std::string: one of each kind in a process cannot call each other.
if(NOT APPLE)
  file(STRINGS ${RLV_LIB_c10} torch_new_abi REGEX "__cxx1112basic_string" LIMIT_COUNT 1)
  include(CheckCXXSourceCompiles)
  check_cxx_source_compiles("#include <string>
    #if defined(__GLIBCXX__) && !_GLIBCXX_USE_CXX11_ABI
    #error old
    #endif
    int main() { return 0; }" RLV_COMPILER_HAS_NEW_ABI)
  if((torch_new_abi AND NOT RLV_COMPILER_HAS_NEW_ABI) OR (RLV_COMPILER_HAS_NEW_ABI AND NOT torch_new_abi))
    message(FATAL_ERROR "libtorch in ${torch_root} was built with the other C++ ABI "
      "(_GLIBCXX_USE_CXX11_ABI) than this compiler uses; take the build for the new ABI (the pip wheels are)")
  endif()
endif()

# ---- The target. Its libraries register operators when they are loaded, so none may be dropped as unused.
add_library(Relievo::torch INTERFACE IMPORTED GLOBAL)
target_include_directories(Relievo::torch SYSTEM INTERFACE ${RLV_TORCH_INCLUDE_DIR})
target_compile_definitions(Relievo::torch INTERFACE AT_PER_OPERATOR_HEADERS)
set(torch_libraries ${RLV_LIB_torch_cpu} ${RLV_LIB_c10})
if(RLV_LIB_torch_cuda)
  list(APPEND torch_libraries ${RLV_LIB_torch_cuda} ${RLV_LIB_c10_cuda})
  set(torch_kind " with CUDA")
endif()
if(APPLE)
  target_link_libraries(Relievo::torch INTERFACE ${RLV_LIB_torch} ${torch_libraries})
else()
  target_link_libraries(Relievo::torch INTERFACE
    -Wl,--push-state,--no-as-needed ${RLV_LIB_torch} ${torch_libraries} -Wl,--pop-state)
endif()
set(RELIEVO_TORCH_LIBRARY_DIR ${torch_root}/lib)

# ---- CUDA's runtime headers, with which work can be recorded (plugins/common/cuda_graph.hpp) and our own kernels launched
# (cuda_kernel.hpp): in the wheels that a CUDA libtorch brings along, or a toolkit. Some wheels lack crt/, without which the
# others are of no use. Without the headers everything works, launched kernel by kernel, by libtorch's alone.
if(RLV_LIB_torch_cuda)
  file(GLOB torch_cuda_hints ${torch_root}/../nvidia/cu*/include ${torch_root}/../nvidia/cuda_runtime/include)
  find_path(RELIEVO_TORCH_CUDA_INCLUDE_DIR crt/host_defines.h HINTS ${torch_cuda_hints} PATHS /usr/local/cuda/include)
  if(NOT RELIEVO_TORCH_CUDA_INCLUDE_DIR)
    set(RELIEVO_TORCH_CUDA_INCLUDE_DIR "")
    set(torch_kind "${torch_kind} (no CUDA headers: CUDA graphs and kernels of our own are left out)")
  endif()
endif()
message(STATUS "libtorch ${RELIEVO_TORCH_VERSION}${torch_kind} in ${torch_root}")

# relievo_torch_options(<target> [<owner of the precompiled header>]): warnings, and one precompiled header for all
# targets of a build; without it every file would parse libtorch's headers again (8 s).
function(relievo_torch_options target)
  relievo_compile_options(${target})
  # ATen's headers are C++20 with extensions of both compilers.
  target_compile_features(${target} PUBLIC cxx_std_20)
  if(ARGC GREATER 1)
    target_precompile_headers(${target} REUSE_FROM ${ARGV1})
  endif()
  relievo_ccache_pch(${target})
endfunction()

# relievo_add_torch_plugin(<name> ...): relievo_add_plugin for a plugin on libtorch. The manifest may say
# @RELIEVO_TORCH_VERSION@; RLV_TORCH_RUNTIME is the same for RELIEVO_PLUGIN(). In the build tree the plugin finds the
# libtorch it was built with; an installed one looks beside itself and in ../../torch/lib.
function(relievo_add_torch_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST;OUTPUT_DIRECTORY" "SOURCES;LINK")
  set(manifest ${CMAKE_CURRENT_BINARY_DIR}/${name}.json)
  configure_file(${arg_MANIFEST} ${manifest} @ONLY)
  relievo_add_plugin(${name} SOURCES ${arg_SOURCES} MANIFEST ${manifest} LINK ${arg_LINK}
    OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY})
  relievo_compile_options(${name})
  target_compile_definitions(${name} PRIVATE RLV_TORCH_RUNTIME="libtorch ${RELIEVO_TORCH_VERSION}")
  if(APPLE)
    set(origin @loader_path)
  else()
    set(origin $ORIGIN)
  endif()
  set_target_properties(${name} PROPERTIES BUILD_RPATH ${RELIEVO_TORCH_LIBRARY_DIR}
    INSTALL_RPATH "${origin};${origin}/../../torch/lib")
endfunction()
