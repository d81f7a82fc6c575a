# What an installation holds besides the targets, which install themselves:
# headers and the package files for find_package(modelservice).

include(CMakePackageConfigHelpers)
include(ModelservicePkgConfig)

set(modelservice_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/modelservice")

install(CODE
  "set(modelservice_RUNTIME \"${PROJECT_SOURCE_DIR}/runtime\")
   set(modelservice_HEADERS_TO \"${CMAKE_INSTALL_INCLUDEDIR}\")"
  COMPONENT dev)
install(SCRIPT "${CMAKE_CURRENT_LIST_DIR}/ModelserviceInstallHeaders.cmake"
        COMPONENT dev)

if(TARGET modelservice_postgres)
  set(modelservice_HAS_POSTGRES ON)
else()
  set(modelservice_HAS_POSTGRES OFF)
endif()
if(TARGET modelservice_redis)
  set(modelservice_HAS_REDIS ON)
else()
  set(modelservice_HAS_REDIS OFF)
endif()
if(PrometheusCpp_FOUND)
  set(modelservice_HAS_PROMETHEUS ON)
else()
  set(modelservice_HAS_PROMETHEUS OFF)
endif()
if(TARGET spdlog::spdlog)
  set(modelservice_HAS_SPDLOG ON)
else()
  set(modelservice_HAS_SPDLOG OFF)
endif()
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/modelserviceConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/modelserviceConfig.cmake"
  INSTALL_DESTINATION ${modelservice_PACKAGE_DIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
# Before 1.0 a minor release may break its users.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/modelserviceConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)

install(
  EXPORT modelserviceTargets
  NAMESPACE modelservice::
  DESTINATION ${modelservice_PACKAGE_DIR}
  COMPONENT dev)
install(
  FILES "${PROJECT_BINARY_DIR}/modelserviceConfig.cmake"
        "${PROJECT_BINARY_DIR}/modelserviceConfigVersion.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/Findhiredis.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/Findlibpq.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/FindPrometheusCpp.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/ModelserviceDependencies.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/ModelserviceDepfile.cmake"
        "${PROJECT_SOURCE_DIR}/cmake/ModelserviceGenerate.cmake"
  DESTINATION ${modelservice_PACKAGE_DIR}
  COMPONENT dev)
install(
  FILES "${PROJECT_SOURCE_DIR}/LICENSE"
  DESTINATION ${CMAKE_INSTALL_DOCDIR}
  COMPONENT dev)
include(ModelservicePackages)
