# `make package`: Debian packages of what is installed, by CPack.
#
#   libmodelservice-dev  libraries, headers, options, CMake and pkg-config files
#   modelservice-tools   protoc-gen-modelservice and modelservice

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME modelservice)
set(CPACK_PACKAGE_CONTACT "The modelservice authors <modelservice@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL dev tools)
# One package for each component, however they are grouped.
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libmodelservice-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_COMPONENT_DEV_DESCRIPTION
    "${PROJECT_DESCRIPTION} - libraries and headers")
set(modelservice_DEV_DEPENDS
    "modelservice-tools (= ${PROJECT_VERSION})" libabsl-dev libgrpc++-dev
    libprotobuf-dev libre2-dev libsqlite3-dev libssl-dev protobuf-compiler
    protobuf-compiler-grpc)
if(TARGET modelservice_postgres)
  list(APPEND modelservice_DEV_DEPENDS libpq-dev)
endif()
if(TARGET modelservice_redis)
  list(APPEND modelservice_DEV_DEPENDS libhiredis-dev)
endif()
if(PrometheusCpp_FOUND)
  list(APPEND modelservice_DEV_DEPENDS prometheus-cpp-dev)
endif()
if(TARGET spdlog::spdlog)
  list(APPEND modelservice_DEV_DEPENDS libspdlog-dev)
endif()
list(JOIN modelservice_DEV_DEPENDS ", " CPACK_DEBIAN_DEV_PACKAGE_DEPENDS)

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME modelservice-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION devel)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
    "${PROJECT_DESCRIPTION} - the plugin of protoc, and the tool for databases")
# The libraries that the programs link, as dpkg-shlibdeps finds them.
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS protobuf-compiler)

include(CPack)
