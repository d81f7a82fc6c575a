# Finds what modelservice stands on, in the one order that works with Debian 12's
# packages and with the newest releases. Read by the build and, after
# installation, by modelserviceConfig.cmake, so that both find the same things.
#
# Afterwards there are the targets protobuf::libprotobuf, protobuf::libprotoc,
# protobuf::protoc, absl::*, gRPC::grpc++, gRPC::grpc++_reflection,
# gRPC::grpc_cpp_plugin, re2::re2, SQLite3::SQLite3, OpenSSL::Crypto,
# OpenSSL::SSL and Threads::Threads; libpq::pq where it is installed, for
# PostgreSQL; hiredis::hiredis where it is, for Redis; prometheus-cpp::pull and
# civetweb::civetweb where these are, for metrics; and spdlog::spdlog, for a file of
# the log.

include(CMakeFindDependencyMacro)

# Inside find_package(modelservice) a missing package makes modelservice "not
# found"; in our own build it stops the configuration.
macro(modelservice_find_package)
  if(CMAKE_FIND_PACKAGE_NAME STREQUAL "modelservice")
    find_dependency(${ARGV})
  else()
    find_package(${ARGV} REQUIRED)
  endif()
endmacro()

modelservice_find_package(Threads)

# Protobuf's own config package comes first: once the module has defined
# protobuf::libprotobuf, the config package that newer releases of gRPC load
# fails with "targets already defined". Debian 12 has the module only.
find_package(Protobuf CONFIG QUIET)
if(NOT Protobuf_FOUND)
  modelservice_find_package(Protobuf MODULE)
endif()
modelservice_find_package(absl CONFIG)
# Brings re2::re2 and OpenSSL, which it links.
modelservice_find_package(gRPC CONFIG)
modelservice_find_package(OpenSSL)

modelservice_find_package(SQLite3 3.35)
# CMake 4.3 renamed SQLite::SQLite3.
if(TARGET SQLite::SQLite3 AND NOT TARGET SQLite3::SQLite3)
  add_library(SQLite3::SQLite3 ALIAS SQLite::SQLite3)
endif()

list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")
if(modelservice_HAS_POSTGRES)
  modelservice_find_package(libpq)
elseif(NOT CMAKE_FIND_PACKAGE_NAME STREQUAL "modelservice")
  find_package(libpq QUIET)
endif()
if(modelservice_HAS_REDIS)
  modelservice_find_package(hiredis MODULE)
elseif(NOT CMAKE_FIND_PACKAGE_NAME STREQUAL "modelservice")
  find_package(hiredis MODULE QUIET)
endif()
if(modelservice_HAS_PROMETHEUS)
  modelservice_find_package(PrometheusCpp MODULE)
elseif(NOT CMAKE_FIND_PACKAGE_NAME STREQUAL "modelservice")
  find_package(PrometheusCpp MODULE QUIET)
endif()
list(POP_FRONT CMAKE_MODULE_PATH)
# Which tells of the files that it opens since 1.10.
if(modelservice_HAS_SPDLOG)
  modelservice_find_package(spdlog 1.10 CONFIG)
elseif(NOT CMAKE_FIND_PACKAGE_NAME STREQUAL "modelservice")
  find_package(spdlog 1.10 CONFIG QUIET)
endif()
