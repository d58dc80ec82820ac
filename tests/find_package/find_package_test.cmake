# Run by ctest with -DBUILD, -DWORK, -DOUTSIDE, -DEXAMPLE, -DGENERATOR.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGN}\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -G ${GENERATOR} -S ${OUTSIDE} -B ${WORK}/build -DCMAKE_PREFIX_PATH=${WORK}/prefix
    -DEXAMPLE=${EXAMPLE})
run(${CMAKE_COMMAND} --build ${WORK}/build)
foreach(plugin outside outside_c)
  file(GLOB library ${WORK}/build/${plugin}.so ${WORK}/build/${plugin}.dylib)
  run(${WORK}/prefix/bin/relievo --validate-plugin ${library})
endforeach()
run(${WORK}/prefix/bin/relievo --list-plugins)
