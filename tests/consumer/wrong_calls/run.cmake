# Configures the project beside this file once for each case, and fails unless
# each is refused in the words below.
cmake_minimum_required(VERSION 3.25)

function(expect case text)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${PROJECT}" -B "${WORK}/${case}"
            "-DMODULES=${MODULES}" "-DCASE=${case}"
    RESULT_VARIABLE status
    OUTPUT_QUIET
    ERROR_VARIABLE errors)
  # CMake wraps and indents what message() says.
  string(REGEX REPLACE "[ \n]+" " " errors "${errors}")
  string(FIND "${errors}" "${text}" found)
  if(status EQUAL 0 OR found EQUAL -1)
    message(SEND_ERROR "${case}: expected\n  ${text}\nbut cmake exited with "
                       "${status} and said\n  ${errors}")
  endif()
endfunction()

expect(no_target
       "no TARGET; call it as modelservice_generate(TARGET <target> PROTOS ...).")
expect(unknown_target
       "shopp is not a target; call add_executable or add_library for it first.")
expect(interface_library
       "headers cannot be compiled into; name an executable or library")
expect(alias "alias cannot be compiled into; name an executable or library")
expect(no_protos
       "modelservice_generate(TARGET shop): no .proto files; list them after")
expect(unknown_argument
       "unknown arguments shop; it takes TARGET, PROTOS, IMPORT_DIRS, DIALECT, NO_STUBS, CLIENT and CLIENT_ONLY.")
expect(missing_proto "protos/bad.proto does not exist.")
expect(not_a_proto "CMakeLists.txt is not a .proto file.")
expect(neither_file_nor_keyword
       "FOO is neither a .proto file nor a word that is known here: TARGET, PROTOS,")
expect(unknown_dialect
       "DIALECT mysql is none of those that there are: sqlite and postgres;")
expect(no_dialect "nothing stands after DIALECT; name sqlite or postgres, or drop")
expect(missing_import_dir "wrong_calls/proto does not exist.")
expect(outside_import_dirs
       "protos/good.proto lies in none of the import folders")
expect(outside_import_dirs "add the folder that its imports start from to")
