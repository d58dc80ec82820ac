# relievo_embed_page(<folder> <output>): <folder>/page.html with its style, its scripts and the chart library inside, as the
# C++ file <output>, made anew whenever one of them changes. The chart library comes from npm; where it is not, the page is
# built without charts, says so itself, and so does CMake.
#
# The same file is the script that does the work: cmake -DPAGE=<folder> -DCHARTS=<0|1> -DOUTPUT=<output> -P RelievoPage.cmake

set(page_scripts format.js data.js theme.js in_short.js table.js details.js charts.js clock.js player.js sheets.js main.js)
set(page_charts chart.js/dist/chart.umd.min.js)
set(page_licences chart.js/LICENSE.md @kurkle/color/LICENSE.md)

function(relievo_embed_page folder output)
  set(charts 1)
  set(library ${page_charts} ${page_licences})
  list(TRANSFORM library PREPEND ${folder}/node_modules/)
  foreach(file IN LISTS library)
    if(NOT EXISTS ${file})
      set(charts 0)
    endif()
  endforeach()
  if(NOT charts)
    set(library)
    message(NOTICE "The benchmark's page will have no charts: Chart.js is not in bench/page/node_modules. For charts run "
      "scripts/setup bench (or, where npm is: npm ci --prefix bench/page), then cmake again.")
  endif()
  set(parts page.html style.css ${page_scripts})
  list(TRANSFORM parts PREPEND ${folder}/)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DPAGE=${folder} -DCHARTS=${charts} -DOUTPUT=${output} -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${parts} ${library} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Putting the benchmark's page together" VERBATIM)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  return()
endif()
cmake_minimum_required(VERSION 3.25)  # or '@CHARTS@' below would be taken for a variable

# Text of a script for an HTML script element. Source maps are files of their own, which a page without a network has not.
function(read_script file variable)
  file(READ ${file} text)
  if(text MATCHES "</script|<!--")
    message(FATAL_ERROR "${file} holds '${CMAKE_MATCH_0}', which would end the script inside a page; write it otherwise")
  endif()
  string(REGEX REPLACE "\n//# sourceMappingURL=[^\n]*" "" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

set(script "")
foreach(name IN LISTS page_scripts)
  read_script(${PAGE}/${name} text)
  string(APPEND script "${text}")
endforeach()
set(charts "")
set(licences "")
if(CHARTS)
  read_script(${PAGE}/node_modules/${page_charts} charts)
  foreach(name IN LISTS page_licences)
    file(READ ${PAGE}/node_modules/${name} text)
    get_filename_component(package ${name} DIRECTORY)
    string(APPEND licences "${package}\n\n${text}\n")
  endforeach()
  string(REPLACE "&" "&amp;" licences "${licences}")
  string(REPLACE "<" "&lt;" licences "${licences}")
endif()
file(READ ${PAGE}/style.css style)
file(READ ${PAGE}/page.html page)
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@LICENCES@" "${licences}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(REPLACE "@CHARTS@" "${charts}" page "${page}")

# As numbers: string literals end somewhere, and compilers limit their length.
file(WRITE ${OUTPUT}.html "${page}")
file(READ ${OUTPUT}.html bytes HEX)
string(REGEX REPLACE "(................................................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "// Made from bench/page by cmake/RelievoPage.cmake.
#include \"core/bench/page_template.hpp\"

namespace {
constexpr unsigned char kPage[] = {
${bytes}};
}  // namespace

std::string_view relievo::bench::page_template() {
  return {reinterpret_cast<const char*>(kPage), sizeof(kPage)};
}
")
