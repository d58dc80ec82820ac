# Compiler options that every target of this project shares: warnings and sanitizers, as target properties only.

# relievo_compile_options(<target>): call once on each library, module and program.
function(relievo_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow
    $<$<BOOL:${RLV_WERROR}>:-Werror>
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
  # GCC 12 sees an overlap in every "literal" + std::string (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
  endif()
  if(RLV_SANITIZE)
    list(JOIN RLV_SANITIZE "," sanitizers)
    target_compile_options(${target} PRIVATE -fsanitize=${sanitizers} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${sanitizers})
    target_compile_definitions(${target} PRIVATE RLV_SANITIZED=1)
    # With AddressSanitizer GCC 12 takes parts of std::regex for uninitialised (GCC bug 105562).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>)
    endif()
  endif()
endfunction()

# relievo_link_system(<target> <visibility> <dependency>...): headers of other packages give no warnings here.
function(relievo_link_system target visibility)
  foreach(dependency IN LISTS ARGN)
    target_link_libraries(${target} ${visibility} ${dependency})
    get_target_property(includes ${dependency} INTERFACE_INCLUDE_DIRECTORIES)
    if(includes)
      target_include_directories(${target} SYSTEM ${visibility} ${includes})
    endif()
  endforeach()
endfunction()

# relievo_ccache_pch(<target>): ccache takes a precompiled header only if told that its dates do not matter.
function(relievo_ccache_pch target)
  if(NOT CCACHE)
    return()
  endif()
  set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()
