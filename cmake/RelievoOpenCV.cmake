# Relievo::opencv_core, ::opencv_imgproc, ::opencv_video, ::opencv_calib3d. OpenCV's own package configuration is used
# where it is; Debian ships it only with all of OpenCV and what that drags in, so elsewhere headers and libraries are
# found one by one.
find_package(OpenCV 4.5 CONFIG QUIET COMPONENTS core imgproc video calib3d)

find_path(RLV_OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
foreach(module core imgproc video calib3d)
  add_library(Relievo::opencv_${module} INTERFACE IMPORTED GLOBAL)
  if(OpenCV_FOUND)
    target_link_libraries(Relievo::opencv_${module} INTERFACE opencv_${module})
    target_include_directories(Relievo::opencv_${module} SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
  else()
    find_library(RLV_OPENCV_${module} opencv_${module})
    if(NOT RLV_OPENCV_${module} OR NOT RLV_OPENCV_INCLUDE_DIR)
      message(FATAL_ERROR "OpenCV's module '${module}' was not found; scripts/setup installs it")
    endif()
    target_link_libraries(Relievo::opencv_${module} INTERFACE ${RLV_OPENCV_${module}})
    target_include_directories(Relievo::opencv_${module} SYSTEM INTERFACE ${RLV_OPENCV_INCLUDE_DIR})
  endif()
endforeach()
