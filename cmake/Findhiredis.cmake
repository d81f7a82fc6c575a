# Finds hiredis, Redis's own client library, as hiredis::hiredis: any release of
# it. Debian's package configures no target.

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_HIREDIS QUIET hiredis)
endif()
# The folder above hiredis/, which our code names.
find_path(hiredis_INCLUDE_DIR hiredis/hiredis.h
          HINTS ${PC_HIREDIS_INCLUDE_DIRS} ${PC_HIREDIS_INCLUDEDIR})
find_library(hiredis_LIBRARY NAMES hiredis HINTS ${PC_HIREDIS_LIBRARY_DIRS})
mark_as_advanced(hiredis_INCLUDE_DIR hiredis_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  hiredis REQUIRED_VARS hiredis_LIBRARY hiredis_INCLUDE_DIR)

if(hiredis_FOUND AND NOT TARGET hiredis::hiredis)
  add_library(hiredis::hiredis UNKNOWN IMPORTED)
  set_target_properties(
    hiredis::hiredis PROPERTIES IMPORTED_LOCATION "${hiredis_LIBRARY}"
                                INTERFACE_INCLUDE_DIRECTORIES
                                "${hiredis_INCLUDE_DIR}")
endif()
