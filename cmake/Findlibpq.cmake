# Finds PostgreSQL's client library, version 14 or later, as libpq::pq. CMake's
# own FindPostgreSQL asks for the server's headers, too.

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_LIBPQ QUIET libpq)
endif()
# Without pkg-config: where Debian, and where most others put the header.
find_path(
  libpq_INCLUDE_DIR libpq-fe.h
  HINTS ${PC_LIBPQ_INCLUDE_DIRS}
  PATH_SUFFIXES postgresql)
find_library(libpq_LIBRARY NAMES pq libpq HINTS ${PC_LIBPQ_LIBRARY_DIRS})
mark_as_advanced(libpq_INCLUDE_DIR libpq_LIBRARY)

# The pipelines that 14 brought.
set(libpq_HAS_PIPELINES FALSE)
if(libpq_INCLUDE_DIR)
  file(STRINGS "${libpq_INCLUDE_DIR}/libpq-fe.h" libpq_HAS_PIPELINES
       REGEX "define LIBPQ_HAS_PIPELINING" LIMIT_COUNT 1)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  libpq REQUIRED_VARS libpq_LIBRARY libpq_INCLUDE_DIR libpq_HAS_PIPELINES)

if(libpq_FOUND AND NOT TARGET libpq::pq)
  add_library(libpq::pq UNKNOWN IMPORTED)
  set_target_properties(
    libpq::pq PROPERTIES IMPORTED_LOCATION "${libpq_LIBRARY}"
                         INTERFACE_INCLUDE_DIRECTORIES "${libpq_INCLUDE_DIR}")
endif()
