# How the targets of this project are made: one call each.
#
#   modelservice_library(modelservice_sql
#     SOURCES dialect.cc ddl.cc
#     PUBLIC modelservice::schema absl::strings)
#   modelservice_test(dialect_test
#     SOURCES dialect_test.cc
#     LIBS modelservice::sql)

include(GNUInstallDirs)

if(PROJECT_IS_TOP_LEVEL)
  # Links a test in a fifth of the time that bfd takes.
  find_program(MODELSERVICE_MOLD mold)
  mark_as_advanced(MODELSERVICE_MOLD)
  if(MODELSERVICE_MOLD AND NOT CMAKE_EXE_LINKER_FLAGS MATCHES "-fuse-ld")
    add_link_options(-fuse-ld=mold)
  endif()
  find_program(MODELSERVICE_CCACHE ccache)
  mark_as_advanced(MODELSERVICE_CCACHE)
  # It does not see into what is compiled beforehand.
  if(MODELSERVICE_CCACHE
     AND NOT CMAKE_CXX_COMPILER_LAUNCHER
     AND NOT MODELSERVICE_PRECOMPILE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${MODELSERVICE_CCACHE}")
  endif()
endif()

# The warnings of our own code, and of the code that our plugin generates.
set(MODELSERVICE_WARNING_OPTIONS -Wall -Wextra -Wconversion)
# g++ finds faults that are none behind inlined library code: 12 and 16 take a moved
# abseil InlinedVector for uninitialised, 16 a copied std::vector for overlapping.
# To clang, unlike g++, what becomes unsigned is a -Wconversion, too: each char that
# abseil's functions are asked about.
list(APPEND MODELSERVICE_WARNING_OPTIONS
     "$<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict;-Wno-uninitialized>"
     "$<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>")
if(MODELSERVICE_WERROR)
  list(APPEND MODELSERVICE_WARNING_OPTIONS -Werror)
endif()

# Builds `target` as C++17 with our warnings.
function(modelservice_warnings target)
  target_compile_features(${target} PUBLIC cxx_std_17)
  target_compile_options(${target} PRIVATE ${MODELSERVICE_WARNING_OPTIONS})
endfunction()

# Compiles `target` also for shared libraries, whose calls of their own functions
# need not be replaceable.
function(modelservice_library_options target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                             MODELSERVICE_LIBRARY ON)
  target_compile_options(
    ${target}
    PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>")
endfunction()

# Adds the static library `target`, known as modelservice::<name> in this build
# and after installation, where <name> is `target` without "modelservice_".
# Headers are found below runtime/.
function(modelservice_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "modelservice_library(${target}): unknown arguments "
                        "${arg_UNPARSED_ARGUMENTS}")
  endif()
  string(REGEX REPLACE "^modelservice_" "" name ${target})

  add_library(${target} STATIC ${arg_SOURCES})
  add_library(modelservice::${name} ALIAS ${target})
  modelservice_library_options(${target})
  target_include_directories(
    ${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime>"
                     "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(
    ${target}
    PUBLIC ${arg_PUBLIC}
    PRIVATE ${arg_PRIVATE})
  modelservice_warnings(${target})
  modelservice_unite(${target})
  modelservice_install(${target} ${name})
endfunction()

# Compiles about six sources of `target` at once where modelservice_UNITY is set;
# those that are generated stay alone. Which are together depends on their names:
# a new source meets those of one group, and moves no others.
function(modelservice_unite target)
  if(NOT modelservice_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "^[^/].*\\.cc$")
  list(LENGTH sources count)
  set(groups 1)
  while(count GREATER 8)
    math(EXPR groups "2 * ${groups}")
    math(EXPR count "${count} / 2")
  endwhile()
  # The names that bazel/targets.bzl knows them by, so that it makes the same
  # groups.
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}"
       "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REGEX REPLACE "^(runtime|plugin)/|^(tests|examples)/.*" "" folder
                       "${folder}/")
  foreach(source IN LISTS sources)
    string(SHA1 hash "${folder}${source}")
    string(SUBSTRING "${hash}" 0 7 hash)
    math(EXPR group "0x${hash} % ${groups}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE
                                                            GROUP)
endfunction()

# Installs `target` as modelservice::<name>.
function(modelservice_install target name)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  if(MODELSERVICE_INSTALL)
    install(
      TARGETS ${target}
      EXPORT modelserviceTargets
      RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools
      LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
  endif()
endfunction()

# Adds the GoogleTest program `name`, run by ctest as one test of that name.
#
# LABELS: for `ctest -L`. A test that uses neither gRPC nor a library built on
# it carries the label `tsan`, for the thread sanitizer cannot see inside the
# system's gRPC. DEPENDS: targets that the test needs at run time. ARGS and
# ENVIRONMENT (NAME=value): given to the program. TIMEOUT: seconds, default 300.
#
# Does nothing when tests are not built, so that a folder lists them
# unconditionally.
function(modelservice_test name)
  if(NOT MODELSERVICE_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT"
                        "SOURCES;LIBS;LABELS;DEPENDS;ARGS;ENVIRONMENT")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "modelservice_test(${name}): unknown arguments "
                        "${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()

  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock
                                        GTest::gtest_main)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/runtime")
  modelservice_warnings(${name})
  modelservice_unite(${name})
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  if("tsan" IN_LIST arg_LABELS)
    target_sources(${name}
                   PRIVATE "${PROJECT_SOURCE_DIR}/tests/tsan_suppressions.cc")
    add_dependencies(modelservice_tsan_tests ${name})
  endif()

  add_test(NAME ${name} COMMAND ${name} ${arg_ARGS})
  set_tests_properties(
    ${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()

if(MODELSERVICE_BUILD_TESTS)
  find_package(GTest CONFIG REQUIRED)
  enable_testing()
  # What the tsan preset builds.
  add_custom_target(modelservice_tsan_tests)

  # Debian's own: another python3 in PATH has no grpcio or Django.
  set(MODELSERVICE_PYTHON "/usr/bin/python3" CACHE FILEPATH
      "Python with the modules grpc, google.protobuf and django")
  find_program(MODELSERVICE_NODE node)
  mark_as_advanced(MODELSERVICE_PYTHON MODELSERVICE_NODE)
  # Where scripts/install_clients.sh puts the npm packages of tests/clients.
  set(MODELSERVICE_NODE_MODULES "${PROJECT_BINARY_DIR}/clients/node_modules")
endif()
