# Finds what metrics need: prometheus-cpp's server for Prometheus as
# prometheus-cpp::pull, and the HTTP server below it as civetweb::civetweb. By
# their own packages where these are complete; Debian's also asks for what only
# prometheus-cpp's client of push gateways needs (libcurl's headers).

find_package(prometheus-cpp CONFIG QUIET)
if(TARGET prometheus-cpp::pull AND TARGET civetweb::civetweb)
  set(PrometheusCpp_FOUND ON)
  return()
endif()

find_path(PrometheusCpp_INCLUDE_DIR prometheus/exposer.h)
find_path(PrometheusCpp_CIVETWEB_INCLUDE_DIR civetweb.h)
find_library(PrometheusCpp_PULL_LIBRARY NAMES prometheus-cpp-pull)
find_library(PrometheusCpp_CORE_LIBRARY NAMES prometheus-cpp-core)
find_library(PrometheusCpp_CIVETWEB_LIBRARY NAMES civetweb)
mark_as_advanced(
  PrometheusCpp_INCLUDE_DIR PrometheusCpp_CIVETWEB_INCLUDE_DIR
  PrometheusCpp_PULL_LIBRARY PrometheusCpp_CORE_LIBRARY
  PrometheusCpp_CIVETWEB_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  PrometheusCpp
  REQUIRED_VARS
    PrometheusCpp_PULL_LIBRARY PrometheusCpp_CORE_LIBRARY
    PrometheusCpp_CIVETWEB_LIBRARY PrometheusCpp_INCLUDE_DIR
    PrometheusCpp_CIVETWEB_INCLUDE_DIR)

if(PrometheusCpp_FOUND AND NOT TARGET civetweb::civetweb)
  add_library(civetweb::civetweb UNKNOWN IMPORTED)
  set_target_properties(
    civetweb::civetweb
    PROPERTIES IMPORTED_LOCATION "${PrometheusCpp_CIVETWEB_LIBRARY}"
               INTERFACE_INCLUDE_DIRECTORIES
               "${PrometheusCpp_CIVETWEB_INCLUDE_DIR}")
endif()
if(PrometheusCpp_FOUND AND NOT TARGET prometheus-cpp::pull)
  add_library(prometheus-cpp::pull UNKNOWN IMPORTED)
  set_target_properties(
    prometheus-cpp::pull
    PROPERTIES IMPORTED_LOCATION "${PrometheusCpp_PULL_LIBRARY}"
               INTERFACE_INCLUDE_DIRECTORIES "${PrometheusCpp_INCLUDE_DIR}"
               INTERFACE_LINK_LIBRARIES "${PrometheusCpp_CORE_LIBRARY}")
endif()
