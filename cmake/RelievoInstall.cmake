# The install: the program under a name that no system has taken (host is DNS's), its plugins and configs where it looks for
# them, and the SDK as a CMake package.
include(CMakePackageConfigHelpers)

install(PROGRAMS $<TARGET_FILE:host> DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME relievo)
install(DIRECTORY ${CMAKE_BINARY_DIR}/lib/relievo/ DESTINATION lib/relievo USE_SOURCE_PERMISSIONS
  PATTERN "example.*" EXCLUDE)
install(DIRECTORY configs/ DESTINATION share/relievo/configs)

install(DIRECTORY core/abi/include/ core/sdk/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS relievo_abi relievo_sdk EXPORT RelievoTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Relievo)
set_target_properties(relievo_abi PROPERTIES EXPORT_NAME abi)
set_target_properties(relievo_sdk PROPERTIES EXPORT_NAME sdk)
install(EXPORT RelievoTargets NAMESPACE Relievo:: DESTINATION ${package_dir})
configure_package_config_file(cmake/RelievoConfig.cmake.in
  ${CMAKE_BINARY_DIR}/RelievoConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/RelievoConfigVersion.cmake
  COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/RelievoConfig.cmake ${CMAKE_BINARY_DIR}/RelievoConfigVersion.cmake
  cmake/RelievoPlugin.cmake cmake/plugin_symbols.map cmake/plugin_symbols.txt
  DESTINATION ${package_dir})
