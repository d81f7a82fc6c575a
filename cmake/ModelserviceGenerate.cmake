# modelservice_generate(TARGET target PROTOS proto... [IMPORT_DIRS dir...]
#                       [DIALECT sqlite|postgres] [NO_STUBS]
#                       [CLIENT | CLIENT_ONLY])
#
# Generates C++ from .proto files - messages, gRPC stubs and model services - and
# adds it to `target`, an executable or library of any kind that exists, in this
# folder or another one:
#
#   add_executable(shop main.cc)
#   modelservice_generate(TARGET shop PROTOS shop.proto)
#   target_link_libraries(shop PRIVATE modelservice::manage)
#
# PROTOS are files, relative to the calling CMakeLists.txt. IMPORT_DIRS are the
# folders that imports start from, and that the generated headers are included
# relative to; default: the folder of the calling CMakeLists.txt. So
#
#   modelservice_generate(TARGET shop PROTOS protos/shop/v1/shop.proto
#                         IMPORT_DIRS protos)
#
# makes "shop/v1/shop.modelservice.pb.h". "modelservice/annotations.proto" and
# "google/protobuf/..." can always be imported. An imported file is not
# generated: name it in PROTOS too, or link a library that was made from it.
#
# The models must be such as every database takes, unless DIALECT names the one
# that they are for. SQL that is written in options - types, checks, conditions of
# indexes - is tried out on SQLite, unless that is postgres. The generated code is
# the same.
#
# Files of one target are also checked with each other, in one run of protoc that
# writes nothing: two tables or two functions of one name are an error of the build.
# Several calls may add to one target; those of one DIALECT are checked together.
#
# NO_STUBS leaves out gRPC's stubs, the .grpc.pb.{h,cc}: servers do not need them,
# nor do clients of CLIENT, and they are a third of what is compiled.
#
# CLIENT adds a class that calls each service, CustomerServiceClient, in
# x.modelservice.client.pb.h (docs/client.md); it needs no stubs. CLIENT_ONLY
# makes that and the messages alone, for programs that serve nothing: they link
# modelservice::client, and neither a database nor a server.
#
# Where the variable modelservice_UNITY is true, what is made of one .proto is
# compiled as one unit, in about half of the time.
#
# The target gets the generated include folders and modelservice::runtime as
# PUBLIC usage requirements; modelservice::client, too, or alone.
#
# When cross-compiling, what runs here is named by variables, each a path, in place
# of the packages' own, which are for the other machine: modelservice_PLUGIN
# (protoc-gen-modelservice), modelservice_PROTOC, modelservice_GRPC_PLUGIN
# (grpc_cpp_plugin).

# For calls from folders that do not see this one's variables.
set_property(GLOBAL PROPERTY modelservice_PROTO_DIR "${modelservice_PROTO_DIR}")

function(modelservice_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "NO_STUBS;CLIENT;CLIENT_ONLY"
                        "TARGET;DIALECT" "PROTOS;IMPORT_DIRS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "modelservice_generate: unknown arguments "
                        "${arg_UNPARSED_ARGUMENTS}; it takes TARGET, PROTOS, "
                        "IMPORT_DIRS, DIALECT, NO_STUBS, CLIENT and "
                        "CLIENT_ONLY.")
  endif()
  if("DIALECT" IN_LIST arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "modelservice_generate(TARGET ${arg_TARGET}): nothing "
                        "stands after DIALECT; name sqlite or postgres, or drop "
                        "it for both.")
  endif()
  _modelservice_check_target("${arg_TARGET}")
  if(NOT arg_PROTOS)
    message(FATAL_ERROR "modelservice_generate(TARGET ${arg_TARGET}): no .proto "
                        "files; list them after PROTOS.")
  endif()
  # What of ours is made: the plugin's `emit`.
  set(emit cpp)
  set(libraries modelservice::runtime)
  if(arg_CLIENT_ONLY)
    set(emit client)
    set(libraries modelservice::client)
    set(arg_NO_STUBS TRUE)
  elseif(arg_CLIENT)
    list(APPEND emit client)
    list(APPEND libraries modelservice::client)
  endif()
  if(NOT DEFINED arg_DIALECT)
    set(arg_DIALECT every)
  elseif(NOT arg_DIALECT MATCHES "^(sqlite|postgres)$")
    message(FATAL_ERROR "modelservice_generate(TARGET ${arg_TARGET}): DIALECT "
                        "${arg_DIALECT} is none of those that there are: sqlite "
                        "and postgres; without it, the models are for both.")
  endif()
  if(NOT arg_IMPORT_DIRS)
    set(arg_IMPORT_DIRS "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  list(TRANSFORM arg_IMPORT_DIRS REPLACE "/+$" "")

  set(import_dirs)
  foreach(dir IN LISTS arg_IMPORT_DIRS)
    get_filename_component(absolute "${dir}" ABSOLUTE)
    if(NOT IS_DIRECTORY "${absolute}")
      message(FATAL_ERROR "modelservice_generate(TARGET ${arg_TARGET}): import "
                          "folder ${absolute} does not exist.")
    endif()
    list(APPEND import_dirs "${absolute}")
  endforeach()

  # protoc's own code apart from ours: it is included as a system header, so
  # that a target's warnings apply to our files only.
  set(out "${CMAKE_CURRENT_BINARY_DIR}/modelservice/${arg_TARGET}")
  file(MAKE_DIRECTORY "${out}/protobuf" "${out}/modelservice")
  _modelservice_compiled_in(${arg_TARGET} compiled)
  foreach(proto IN LISTS arg_PROTOS)
    set(word "${proto}")
    get_filename_component(proto "${proto}" ABSOLUTE)
    if(NOT word MATCHES "\\.proto$" AND NOT EXISTS "${proto}")
      message(FATAL_ERROR "modelservice_generate(TARGET ${arg_TARGET}): ${word} is "
                          "neither a .proto file nor a word that is known here: "
                          "TARGET, PROTOS, IMPORT_DIRS, DIALECT, NO_STUBS, CLIENT "
                          "and CLIENT_ONLY are.")
    endif()
    _modelservice_import_name("${arg_TARGET}" "${proto}" "${import_dirs}" name)
    _modelservice_generate_one("${compiled}" "${name}" "${proto}"
                               "${import_dirs}" "${out}" "${arg_DIALECT}"
                               "${arg_NO_STUBS}" "${emit}")
  endforeach()

  _modelservice_check_together("${compiled}" "${arg_PROTOS}" "${import_dirs}"
                               "${out}" "${arg_DIALECT}" "${emit}")

  set(targets ${arg_TARGET} ${compiled})
  list(REMOVE_DUPLICATES targets)
  foreach(target IN LISTS targets)
    target_include_directories(${target} SYSTEM
                               PUBLIC "$<BUILD_INTERFACE:${out}/protobuf>")
    target_include_directories(${target}
                               PUBLIC "$<BUILD_INTERFACE:${out}/modelservice>")
    target_link_libraries(${target} PUBLIC ${libraries} gRPC::grpc++
                                           protobuf::libprotobuf)
  endforeach()
endfunction()

# Sets `result` to the target that compiles what is generated for `target`: itself,
# or, since files can only be generated for targets of this folder, one that gives
# it its objects.
function(_modelservice_compiled_in target result)
  get_target_property(folder ${target} SOURCE_DIR)
  if(folder STREQUAL CMAKE_CURRENT_SOURCE_DIR)
    set(${result} ${target} PARENT_SCOPE)
    return()
  endif()
  string(SHA256 hash "${CMAKE_CURRENT_SOURCE_DIR}")
  string(SUBSTRING "${hash}" 0 8 hash)
  set(objects "${target}_modelservice_${hash}")
  set(${result} ${objects} PARENT_SCOPE)
  if(TARGET ${objects})
    return()
  endif()
  add_library(${objects} OBJECT)
  get_target_property(type ${target} TYPE)
  get_target_property(independent ${target} POSITION_INDEPENDENT_CODE)
  if(independent OR type MATCHES "^(SHARED|MODULE)_LIBRARY$")
    set_property(TARGET ${objects} PROPERTY POSITION_INDEPENDENT_CODE ON)
  endif()
  target_sources(${target} PRIVATE "$<TARGET_OBJECTS:${objects}>")
  # The headers come before what includes them.
  add_dependencies(${target} ${objects})
endfunction()

# Sets `command` to what runs the tool of this name, and `depends` to what it is
# made of: the target's file, unless the variable names another one.
function(_modelservice_tool variable target command depends)
  if(${variable})
    set(${command} "${${variable}}" PARENT_SCOPE)
    set(${depends} "${${variable}}" PARENT_SCOPE)
  else()
    set(${command} "$<TARGET_FILE:${target}>" PARENT_SCOPE)
    set(${depends} ${target} PARENT_SCOPE)
  endif()
endfunction()

function(_modelservice_check_target target)
  if(target STREQUAL "")
    message(FATAL_ERROR "modelservice_generate: no TARGET; call it as "
                        "modelservice_generate(TARGET <target> PROTOS ...).")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "modelservice_generate: ${target} is not a target; call "
                        "add_executable or add_library for it first.")
  endif()
  get_target_property(imported ${target} IMPORTED)
  get_target_property(aliased ${target} ALIASED_TARGET)
  get_target_property(type ${target} TYPE)
  if(imported
     OR aliased
     OR NOT type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
    message(FATAL_ERROR "modelservice_generate: ${target} cannot be compiled "
                        "into; name an executable or library of this project.")
  endif()
endfunction()

# Sets `result` to the name that imports use for `proto`: its path below the
# first import folder that holds it.
function(_modelservice_import_name target proto import_dirs result)
  if(NOT EXISTS "${proto}")
    message(FATAL_ERROR "modelservice_generate(TARGET ${target}): ${proto} does "
                        "not exist.")
  endif()
  if(NOT proto MATCHES "\\.proto$")
    message(FATAL_ERROR "modelservice_generate(TARGET ${target}): ${proto} is "
                        "not a .proto file.")
  endif()
  foreach(dir IN LISTS import_dirs)
    cmake_path(IS_PREFIX dir "${proto}" inside)
    if(inside)
      cmake_path(RELATIVE_PATH proto BASE_DIRECTORY "${dir}" OUTPUT_VARIABLE
                 name)
      set(${result} "${name}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  list(JOIN import_dirs ", " dirs)
  message(FATAL_ERROR "modelservice_generate(TARGET ${target}): ${proto} lies in "
                      "none of the import folders (${dirs}); add the folder that "
                      "its imports start from to IMPORT_DIRS.")
endfunction()

# Sets `result` to what the plugin's parameter says of the dialect.
function(_modelservice_dialect_parameter dialect result)
  set(${result} "" PARENT_SCOPE)
  if(NOT "${dialect}" STREQUAL "every")
    set(${result} ",dialect=${dialect}" PARENT_SCOPE)
  endif()
endfunction()

# Sets `result` to how the names of what `kind` makes end.
function(_modelservice_ending kind result)
  set(${result} modelservice.pb PARENT_SCOPE)
  # Quoted: a caller may have variables of these names.
  if("${kind}" STREQUAL "client")
    set(${result} modelservice.client.pb PARENT_SCOPE)
  endif()
endfunction()

# Adds to `target` what one protoc call makes of `proto`, imported as `name`.
function(_modelservice_generate_one target name proto import_dirs out dialect
         no_stubs emit)
  string(REGEX REPLACE "\\.proto$" "" stem "${name}")
  set(endings pb)
  if(NOT no_stubs)
    list(APPEND endings grpc.pb)
  endif()
  set(theirs)
  foreach(ending IN LISTS endings)
    list(APPEND theirs "${out}/protobuf/${stem}.${ending}.cc"
         "${out}/protobuf/${stem}.${ending}.h")
  endforeach()
  set(ours)
  foreach(kind IN LISTS emit)
    _modelservice_ending(${kind} ending)
    list(APPEND ours "${out}/modelservice/${stem}.${ending}.cc"
         "${out}/modelservice/${stem}.${ending}.h")
  endforeach()
  # One for each set of outputs: Ninja refuses one that names others.
  set(depfile "${out}/protobuf/${stem}.d")
  if(no_stubs)
    set(depfile "${out}/protobuf/${stem}.no_stubs.d")
  endif()
  # protoc makes no folders for the dependency file.
  get_filename_component(folder "${out}/protobuf/${stem}" DIRECTORY)
  file(MAKE_DIRECTORY "${folder}")

  _modelservice_tool(modelservice_PROTOC protobuf::protoc protoc needs_protoc)
  _modelservice_tool(modelservice_PLUGIN modelservice::protoc-gen-modelservice
                     plugin needs_plugin)
  set(stubs)
  set(needs_stubs)
  if(NOT no_stubs)
    _modelservice_tool(modelservice_GRPC_PLUGIN gRPC::grpc_cpp_plugin grpc_plugin
                       needs_stubs)
    set(stubs "--plugin=protoc-gen-grpc=${grpc_plugin}"
              "--grpc_out=${out}/protobuf")
  endif()
  _modelservice_dialect_parameter(${dialect} parameter)
  get_property(proto_dir GLOBAL PROPERTY modelservice_PROTO_DIR)
  set(escape)
  if("${import_dirs};${proto_dir};${out};${name}" MATCHES " ")
    set(escape COMMAND "${CMAKE_COMMAND}" "-DDEPFILE=${depfile}"
               -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ModelserviceDepfile.cmake")
  endif()
  list(TRANSFORM import_dirs PREPEND "--proto_path=")
  list(JOIN emit "," emits)
  add_custom_command(
    # In the order of protoc's dependency file: Ninja finds it by the first.
    OUTPUT ${ours} ${theirs}
    COMMAND
      "${protoc}" ${import_dirs} "--proto_path=${proto_dir}"
      "--plugin=protoc-gen-modelservice=${plugin}" "--cpp_out=${out}/protobuf"
      ${stubs} "--modelservice_out=${out}/modelservice"
      "--modelservice_opt=emit=${emits}${parameter}"
      "--dependency_out=${depfile}" "${name}"
    ${escape}
    # The dependency file names what `proto` imports.
    DEPFILE "${depfile}"
    DEPENDS "${proto}" ${needs_protoc} ${needs_stubs} ${needs_plugin}
    COMMENT "Generating C++ from ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${theirs} ${ours})
  set_source_files_properties(${theirs} PROPERTIES COMPILE_OPTIONS "-w")
  if(modelservice_UNITY)
    set(united ${theirs} ${ours})
    list(FILTER united INCLUDE REGEX "\\.cc$")
    set(includes)
    foreach(source IN LISTS united)
      string(REGEX REPLACE "^${out}/(protobuf|modelservice)/" "" source
                           "${source}")
      string(APPEND includes "#include \"${source}\"\n")
    endforeach()
    file(GENERATE OUTPUT "${out}/unity/${stem}.cc" CONTENT "${includes}")
    target_sources(${target} PRIVATE "${out}/unity/${stem}.cc")
    set_source_files_properties(${united} PROPERTIES HEADER_FILE_ONLY ON)
  endif()
endfunction()

# Adds `protos` to what is checked together in `target`. protoc's dependency files
# want one file a call, so that no call above sees two of them.
function(_modelservice_check_together target protos import_dirs out dialect emit)
  list(GET emit 0 first)
  _modelservice_ending(${first} ending)
  set(property MODELSERVICE_${dialect})
  get_target_property(is_not_first ${target} ${property}_NAMES)
  foreach(proto IN LISTS protos)
    get_filename_component(proto "${proto}" ABSOLUTE)
    _modelservice_import_name("${target}" "${proto}" "${import_dirs}" name)
    string(REGEX REPLACE "\\.proto$" "" stem "${name}")
    set_property(TARGET ${target} APPEND PROPERTY ${property}_NAMES "${name}")
    # Made again with what is imported, and after what has faults of its own.
    set_property(TARGET ${target} APPEND PROPERTY
                 ${property}_AFTER "${out}/modelservice/${stem}.${ending}.h")
  endforeach()
  set_property(TARGET ${target} APPEND PROPERTY
               ${property}_DIRS "${import_dirs}")
  if(is_not_first)
    return()
  endif()

  # The properties are read when all calls are done. A file, because a command
  # has an end.
  set(arguments "${out}/check_${dialect}.arguments")
  set(dirs "$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:${target},${property}_DIRS>>")
  set(names "$<TARGET_PROPERTY:${target},${property}_NAMES>")
  file(
    GENERATE
    OUTPUT "${arguments}"
    CONTENT
      "--proto_path=$<JOIN:${dirs},\n--proto_path=>\n$<JOIN:${names},\n>\n")
  set(checked "${out}/check_${dialect}.stamp")
  _modelservice_tool(modelservice_PROTOC protobuf::protoc protoc needs_protoc)
  _modelservice_tool(modelservice_PLUGIN modelservice::protoc-gen-modelservice
                     plugin needs_plugin)
  _modelservice_dialect_parameter(${dialect} parameter)
  get_property(proto_dir GLOBAL PROPERTY modelservice_PROTO_DIR)
  add_custom_command(
    OUTPUT "${checked}"
    COMMAND
      "${protoc}" "@${arguments}" "--proto_path=${proto_dir}"
      "--plugin=protoc-gen-modelservice=${plugin}"
      "--modelservice_out=${out}/modelservice"
      "--modelservice_opt=emit=none${parameter}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${checked}"
    DEPENDS "${arguments}" "$<TARGET_PROPERTY:${target},${property}_AFTER>"
            ${needs_protoc} ${needs_plugin}
    COMMENT "Checking the models of ${target} with each other"
    VERBATIM)
  target_sources(${target} PRIVATE "${checked}")
endfunction()
