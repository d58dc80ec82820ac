# relievo_add_plugin(<name> SOURCES <file>... [MANIFEST <plugin.json>] [LINK <target>...] [OUTPUT_DIRECTORY <dir>])
#
# Builds <name>.so (.dylib, .dll) that exports rlv_plugin_get and nothing else. With MANIFEST the JSON is embedded as
# relievo_manifest_json (see <relievo/sdk/node_type.hpp>) and copied beside the library as <name>.json, so that listing
# plugins loads none. Works in this tree and from an installed Relievo package.

set(RELIEVO_PLUGIN_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})

# Writes <output>: a C++ file that holds the text of <manifest> as one string constant.
function(relievo_embed_manifest manifest output)
  file(READ ${manifest} text)
  string(CONFIGURE [[
// Made from @manifest@; edit that file.
extern "C" __attribute__((visibility("hidden"))) const char relievo_manifest_json[];
extern "C" const char relievo_manifest_json[] = R"relievo_json(@text@)relievo_json";
]] content @ONLY)
  file(CONFIGURE OUTPUT ${output} CONTENT "${content}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
endfunction()

function(relievo_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MANIFEST;OUTPUT_DIRECTORY" "SOURCES;LINK")
  add_library(${name} MODULE ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE Relievo::abi ${arg_LINK})
  if(NOT arg_OUTPUT_DIRECTORY)
    if(RLV_PLUGIN_OUTPUT_DIRECTORY)
      set(arg_OUTPUT_DIRECTORY ${RLV_PLUGIN_OUTPUT_DIRECTORY})
    else()
      set(arg_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
    endif()
  endif()
  # MODULE gives .so on macOS, where people look for .dylib.
  if(APPLE)
    set(suffix .dylib)
    set(origin @loader_path)
  else()
    set(suffix ${CMAKE_SHARED_MODULE_SUFFIX})
    set(origin $ORIGIN)
  endif()
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ${suffix} LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH ${origin})
  if(APPLE)
    target_link_options(${name} PRIVATE
      "LINKER:-exported_symbols_list,${RELIEVO_PLUGIN_CMAKE_DIR}/plugin_symbols.txt")
  elseif(UNIX)
    target_link_options(${name} PRIVATE
      "LINKER:--version-script,${RELIEVO_PLUGIN_CMAKE_DIR}/plugin_symbols.map")
  endif()
  if(arg_MANIFEST)
    get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)
    set(embedded ${CMAKE_CURRENT_BINARY_DIR}/${name}_manifest.cpp)
    relievo_embed_manifest(${manifest} ${embedded})
    target_sources(${name} PRIVATE ${embedded})
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND ${CMAKE_COMMAND} -E copy_if_different ${manifest} ${arg_OUTPUT_DIRECTORY}/${name}.json)
  endif()
endfunction()
