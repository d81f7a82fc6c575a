# Builds the targets of the project beside this file, and fails unless each is
# built, or refused in the words below.
cmake_minimum_required(VERSION 3.25)

function(build target status_variable output_variable)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" --build "${WORK}/build" --target ${target}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  set(${status_variable} "${status}" PARENT_SCOPE)
  set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()

function(expect target text)
  build(${target} status output)
  string(FIND "${output}" "${text}" found)
  if(status EQUAL 0 OR found EQUAL -1)
    message(SEND_ERROR "${target}: expected\n  ${text}\nbut the build exited with "
                       "${status} and said\n${output}")
  endif()
endfunction()

function(expect_built target)
  build(${target} status output)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "${target}: the build exited with ${status} and said\n"
                       "${output}")
  endif()
endfunction()

# A copy, because the files are changed below.
file(REMOVE_RECURSE "${WORK}")
file(COPY "${PROJECT}/" DESTINATION "${WORK}/project")
execute_process(
  COMMAND
    "${CMAKE_COMMAND}" -S "${WORK}/project" -B "${WORK}/build" -G Ninja
    "-DMODULES=${MODULES}" "-Dmodelservice_PROTO_DIR=${PROTOS}"
    "-DPROTOC=${PROTOC}" "-DGRPC_PLUGIN=${GRPC_PLUGIN}" "-DPLUGIN=${PLUGIN}"
  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)

set(one_table
    "b/table.proto:8:3: error: SameTable: its table \"Thing\" has the name of another table or index, of shop.Thing; set another table"
)
expect_built(good)
expect_built(two_targets)
expect_built(two_dialects)
expect(one_table "${one_table}")
expect(two_calls "${one_table}")
expect(
  one_function
  "b/thing.proto:1:1: error: file: its C++ function ::shop::RegisterThing is that of a/thing.proto, too"
)

# What was right is looked at again with each change, and mends itself.
file(READ "${WORK}/project/protos/other.proto" other)
string(REPLACE "table = \"other\"" "table = \"THING\"" same "${other}")
file(WRITE "${WORK}/project/protos/other.proto" "${same}")
expect(good "other.proto:8:3: error: Other: its table \"THING\" has the name of another")
file(WRITE "${WORK}/project/protos/other.proto" "${other}")
expect_built(good)
