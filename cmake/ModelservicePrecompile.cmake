# Has the compiler read the headers that most sources begin with once, and not for
# each of them. With clang, where tests are built, that takes a little more than
# half of what g++ takes without; g++ itself gains nothing, for it copies all that
# it has read before each source. Programs, tests among them, are not optimized
# then, which is half of what is left; the libraries that they test are. What no
# source includes itself is then not seen to be missing: `make lint` compiles each
# alone.

# The headers of `target` are those of `name`, made for all that are compiled with
# the same options.
function(_modelservice_precompiled name headers)
  set(source "${PROJECT_BINARY_DIR}/precompiled/${name}.cc")
  file(CONFIGURE OUTPUT "${source}" CONTENT "")
  add_library(modelservice_precompiled_${name} OBJECT "${source}")
  target_link_libraries(
    modelservice_precompiled_${name}
    PRIVATE gRPC::grpc++ protobuf::libprotobuf absl::statusor absl::strings
            absl::flat_hash_map absl::time ${ARGN})
  modelservice_warnings(modelservice_precompiled_${name})
  target_compile_options(modelservice_precompiled_${name} PRIVATE -pthread)
  target_precompile_headers(modelservice_precompiled_${name} PRIVATE ${headers})
endfunction()

function(_modelservice_targets_in directory out)
  get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  get_property(folders DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  foreach(folder IN LISTS folders)
    _modelservice_targets_in("${folder}" more)
    list(APPEND targets ${more})
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()

# For every target of this project, once all are there.
function(modelservice_precompile)
  _modelservice_targets_in("${PROJECT_SOURCE_DIR}" targets)
  set(headers
      <grpcpp/grpcpp.h>
      <google/protobuf/message.h>
      <absl/container/flat_hash_map.h>
      <absl/status/statusor.h>
      <absl/strings/str_cat.h>
      <absl/time/time.h>
      <absl/types/span.h>
      <functional>
      <map>
      <memory>
      <string>
      <vector>)
  _modelservice_precompiled(library "${headers}")
  modelservice_library_options(modelservice_precompiled_library)
  _modelservice_precompiled(program "${headers}")
  _modelservice_precompiled(test "${headers};<gmock/gmock.h>;<gtest/gtest.h>"
                            GTest::gmock)
  foreach(name IN ITEMS program test)
    target_compile_options(modelservice_precompiled_${name} PRIVATE -O0)
  endforeach()

  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(STATIC_LIBRARY|OBJECT_LIBRARY|EXECUTABLE)$")
      continue()
    endif()
    get_target_property(libraries ${target} LINK_LIBRARIES)
    get_target_property(ours ${target} MODELSERVICE_LIBRARY)
    get_target_property(independent ${target} POSITION_INDEPENDENT_CODE)
    if(ours)
      set(name library)
    elseif(independent)
      continue()
    elseif(libraries MATCHES "GTest::")
      set(name test)
    else()
      set(name program)
    endif()
    target_compile_options(${target} PRIVATE -pthread)
    if(NOT name STREQUAL "library")
      target_compile_options(${target} PRIVATE -O0)
    endif()
    target_precompile_headers(${target}
                              REUSE_FROM modelservice_precompiled_${name})
  endforeach()
endfunction()
